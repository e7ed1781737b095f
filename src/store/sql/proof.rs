//! Claims and what follows from them.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::business_rows::business;
use super::proof_rows::{self, claim_columns};
use super::values::{instant_of, word_of};
use super::{
    Connection, DbRow, DbStore, Failure, LOCK_BUSINESS, SKIP_LOCKED, audit, proof_code,
    proof_settling,
};
use crate::domain::{
    Act, Business, BusinessId, Claim, ClaimId, Evidence, HoldCause, OutsideIds, ProofPolicy,
};
use crate::store::{
    CodeLimits, CodePlace, CodeTry, Hold, NewCode, OutsideRef, ProofStore, Settled, StoreError,
    keepable, retrying,
};

#[async_trait]
impl ProofStore for DbStore {
    async fn insert_claim(
        &self,
        claim: &Claim,
        token: Option<&[u8]>,
        act: &Act,
    ) -> Result<(), StoreError> {
        for text in [&claim.outside.thing, &claim.outside.account] {
            keepable("an id", text.as_deref().unwrap_or_default())?;
        }
        keepable("the claim", &claim.subject.to_string())?;
        let once = || async {
            let mut tx = self.begin().await?;
            held(&mut tx, claim.business).await?;
            proof_rows::insert(&mut tx, claim, token).await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn get_claim(&self, id: ClaimId) -> Result<Option<Claim>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            claim_columns!(),
            " FROM claim WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(proof_rows::claim).transpose()?)
    }

    async fn claim_token(&self, id: ClaimId) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query("SELECT token FROM claim WHERE id = $1")
            .bind(id.as_uuid())
            .fetch_optional(self.reader())
            .await
            .map_err(Failure::from)?;
        let token = row.map(|row| row.try_get("token")).transpose();
        Ok(token.map_err(Failure::from)?.flatten())
    }

    async fn set_claim_token(
        &self,
        id: ClaimId,
        outside: &OutsideIds,
        token: &[u8],
        act: &Act,
    ) -> Result<(), StoreError> {
        let once = || async {
            let mut tx = self.begin().await?;
            let done = sqlx::query(
                "UPDATE claim SET token = $1, outside_thing = $2, outside_account = $3 WHERE id = $4",
            )
            .bind(token)
            .bind(outside.thing.as_deref())
            .bind(outside.account.as_deref())
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() == 0 {
                return Err(Failure::not_found(format_args!("claim {id}")));
            }
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn claims_of(&self, business: BusinessId) -> Result<Vec<Claim>, StoreError> {
        let mut connection = self.reader().acquire().await.map_err(Failure::from)?;
        Ok(proof_rows::of_business(&mut connection, business).await?)
    }

    async fn evidence_of(&self, claim: ClaimId, limit: u32) -> Result<Vec<Evidence>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, kind, at, expires_at, issuer, detail FROM claim_evidence
             WHERE claim_id = $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(claim.as_uuid())
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows
            .iter()
            .map(proof_rows::evidence)
            .collect::<Result<_, _>>()?)
    }

    async fn change_claims(
        &self,
        claims: &[Claim],
        policy: &ProofPolicy,
        act: &Act,
    ) -> Result<Settled, StoreError> {
        retrying(|| proof_settling::change(self, claims, policy, act)).await
    }

    async fn lease_due(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let once = || async {
            let lease = format!(
                "UPDATE claim SET lease_until = $2 WHERE id IN (
                     SELECT id FROM claim WHERE next_check_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
                     ORDER BY next_check_at LIMIT $3{SKIP_LOCKED}) RETURNING {}",
                claim_columns!()
            );
            let rows = sqlx::query(sqlx::AssertSqlSafe(lease))
                .bind(now.as_microsecond())
                .bind(until.as_microsecond())
                .bind(i64::from(limit))
                .fetch_all(self.writer())
                .await?;
            rows.iter().map(proof_rows::claim).collect()
        };
        retrying(once).await
    }

    async fn make_due(&self, outside: OutsideRef<'_>, now: Timestamp) -> Result<u64, StoreError> {
        let once = || async {
            // A look that is under way started before the news: its version is no longer the claim's.
            let done = sqlx::query(
                "UPDATE claim SET next_check_at = $1, lease_until = NULL, version = version + 1
                 WHERE kind = 'whatsapp' AND state NOT IN ('withdrawn', 'unproved')
                     AND (outside_thing = $2 OR outside_account = $3 OR value_key = $4)",
            )
            .bind(now.as_microsecond())
            .bind(outside.thing)
            .bind(outside.account)
            .bind(outside.number)
            .execute(self.writer())
            .await?;
            Ok(done.rows_affected())
        };
        retrying(once).await
    }

    async fn place_code(
        &self,
        claim: &Claim,
        code: &NewCode,
        limits: CodeLimits,
        act: &Act,
    ) -> Result<CodePlace, StoreError> {
        retrying(|| proof_code::place(self, claim, code, limits, act)).await
    }

    async fn try_code(
        &self,
        claim: ClaimId,
        round: u32,
        most: u32,
        now: Timestamp,
    ) -> Result<CodeTry, StoreError> {
        retrying(|| proof_code::attempt(self, claim, round, most, now)).await
    }

    async fn purge_codes(&self, before: Timestamp) -> Result<u64, StoreError> {
        retrying(|| proof_code::purge(self, before)).await
    }

    async fn hold_of(&self, business: BusinessId) -> Result<Option<Hold>, StoreError> {
        let mut connection = self.reader().acquire().await.map_err(Failure::from)?;
        Ok(hold_in(&mut connection, business).await?)
    }

    async fn set_hold(
        &self,
        business: BusinessId,
        cause: Option<HoldCause>,
        policy: &ProofPolicy,
        act: &Act,
    ) -> Result<Business, StoreError> {
        retrying(|| proof_settling::set_hold(self, business, cause, policy, act)).await
    }
}

/// A business, held until the transaction ends: whoever changes its claims waits for who does so already.
pub(super) async fn held(tx: &mut Connection, id: BusinessId) -> Result<Business, Failure> {
    let select = format!(
        "SELECT {} FROM business WHERE id = $1{LOCK_BUSINESS}",
        business_columns!()
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(select))
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await?;
    match row {
        Some(row) => business(&row),
        None => Err(Failure::not_found(format_args!("business {id}"))),
    }
}

/// Why a business is held, if it is.
pub(super) async fn hold_in(
    connection: &mut Connection,
    id: BusinessId,
) -> Result<Option<Hold>, Failure> {
    let row = sqlx::query("SELECT cause, at, actor FROM badge_hold WHERE business_id = $1")
        .bind(id.as_uuid())
        .fetch_optional(connection)
        .await?;
    let hold = |row: DbRow| -> Result<Hold, Failure> {
        Ok(Hold {
            cause: word_of(&row, "cause")?,
            at: instant_of(&row, "at")?,
            actor: row.try_get("actor")?,
        })
    };
    row.map(hold).transpose()
}
