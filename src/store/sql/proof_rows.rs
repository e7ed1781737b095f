//! The rows of claims: writing them, reading them back.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row};
use uuid::Uuid;

use super::values::{
    count_of, instant_of, integer, optional_instant_of, optional_word_of, word_of,
};
use super::{Connection, Db, DbRow, Failure};
use crate::domain::{
    BusinessId, Claim, ClaimId, ClaimSubject, Evidence, EvidenceId, OutsideIds, ProofProblem,
};
use crate::store::StoreError;

/// What is read of a claim.
macro_rules! claim_columns {
    () => {
        "id, business_id, kind, value, outside_thing, outside_account, state, round, evidence_id, evidence, proved_at,
         expires_at, issuer, detail, next_check_at, attempts, problem, problem_detail, problem_at, reminded_at,
         created_at, updated_at, version"
    };
}
pub(super) use claim_columns;

/// Businesses of one statement.
const BUSINESSES: usize = 500;

/// Reads a claim.
pub(super) fn claim(row: &DbRow) -> Result<Claim, Failure> {
    let id = ClaimId::new(row.try_get("id")?);
    let subject = ClaimSubject::parse(word_of(row, "kind")?, row.try_get("value")?)
        .map_err(|e| Failure::corrupt(&id.to_string(), e))?;
    Ok(Claim {
        id,
        business: BusinessId::new(row.try_get("business_id")?),
        subject,
        outside: OutsideIds {
            thing: row.try_get("outside_thing")?,
            account: row.try_get("outside_account")?,
        },
        state: word_of(row, "state")?,
        round: small(row, "round")?,
        evidence: newest_evidence(row)?,
        next_check_at: optional_instant_of(row, "next_check_at")?,
        attempts: small(row, "attempts")?,
        problem: problem(row)?,
        reminded_at: optional_instant_of(row, "reminded_at")?,
        created_at: instant_of(row, "created_at")?,
        updated_at: instant_of(row, "updated_at")?,
        version: count_of(row, "version")?,
    })
}

fn small(row: &DbRow, column: &str) -> Result<u32, Failure> {
    Ok(u32::try_from(count_of(row, column)?).unwrap_or(u32::MAX))
}

fn newest_evidence(row: &DbRow) -> Result<Option<Evidence>, Failure> {
    let Some(id) = row.try_get::<Option<Uuid>, _>("evidence_id")? else {
        return Ok(None);
    };
    Ok(Some(Evidence {
        id: EvidenceId::new(id),
        kind: word_of(row, "evidence")?,
        at: instant_of(row, "proved_at")?,
        expires_at: instant_of(row, "expires_at")?,
        issuer: row.try_get("issuer")?,
        detail: row.try_get("detail")?,
    }))
}

fn problem(row: &DbRow) -> Result<Option<ProofProblem>, Failure> {
    let Some(kind) = optional_word_of(row, "problem")? else {
        return Ok(None);
    };
    Ok(Some(ProofProblem {
        kind,
        detail: row.try_get("problem_detail")?,
        at: instant_of(row, "problem_at")?,
    }))
}

/// Reads evidence of the history.
pub(super) fn evidence(row: &DbRow) -> Result<Evidence, Failure> {
    Ok(Evidence {
        id: EvidenceId::new(row.try_get("id")?),
        kind: word_of(row, "kind")?,
        at: instant_of(row, "at")?,
        expires_at: instant_of(row, "expires_at")?,
        issuer: row.try_get("issuer")?,
        detail: row.try_get("detail")?,
    })
}

/// Writes a new claim.
pub(super) async fn insert(
    tx: &mut Connection,
    claim: &Claim,
    token: Option<&[u8]>,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO claim (id, business_id, kind, value, value_key, outside_thing, outside_account, token, state, round,
             attempts, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $11, 1)",
    )
    .bind(claim.id.as_uuid())
    .bind(claim.business.as_uuid())
    .bind(claim.kind().as_str())
    .bind(claim.subject.to_string())
    .bind(claim.subject.key())
    .bind(claim.outside.thing.as_deref())
    .bind(claim.outside.account.as_deref())
    .bind(token)
    .bind(claim.state.as_str())
    .bind(i64::from(claim.round))
    .bind(claim.created_at.as_microsecond())
    .execute(tx)
    .await
    .map_err(|e| match Failure::from(e) {
        Failure {
            error: StoreError::Conflict(_),
            ..
        } => claimed_already(claim).into(),
        other => other,
    })?;
    Ok(())
}

fn claimed_already(claim: &Claim) -> StoreError {
    let (kind, subject) = (claim.kind(), &claim.subject);
    StoreError::Conflict(format!("the business claims the {kind} {subject} already"))
}

/// Writes a claim over the version before its own, and ends its lease; whether it was of that version.
pub(super) async fn update(tx: &mut Connection, claim: &Claim) -> Result<bool, Failure> {
    let (evidence, problem) = (claim.evidence.as_ref(), claim.problem.as_ref());
    let done = sqlx::query(
        "UPDATE claim SET state = $3, round = $4, evidence_id = $5, evidence = $6, proved_at = $7, expires_at = $8,
             issuer = $9, detail = $10, next_check_at = $11, lease_until = NULL, attempts = $12, problem = $13,
             problem_detail = $14, problem_at = $15, reminded_at = $16, updated_at = $17, version = $18
         WHERE id = $1 AND version = $2",
    )
    .bind(claim.id.as_uuid())
    .bind(integer(claim.version.saturating_sub(1)))
    .bind(claim.state.as_str())
    .bind(i64::from(claim.round))
    .bind(evidence.map(|e| e.id.as_uuid()))
    .bind(evidence.map(|e| e.kind.as_str()))
    .bind(evidence.map(|e| e.at.as_microsecond()))
    .bind(evidence.map(|e| e.expires_at.as_microsecond()))
    .bind(evidence.map(|e| e.issuer.as_str()))
    .bind(evidence.map(|e| e.detail.as_str()))
    .bind(claim.next_check_at.map(Timestamp::as_microsecond))
    .bind(i64::from(claim.attempts))
    .bind(problem.map(|p| p.kind.as_str()))
    .bind(problem.map(|p| p.detail.as_str()))
    .bind(problem.map(|p| p.at.as_microsecond()))
    .bind(claim.reminded_at.map(Timestamp::as_microsecond))
    .bind(claim.updated_at.as_microsecond())
    .bind(integer(claim.version))
    .execute(tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps evidence that is new.
pub(super) async fn keep_evidence(
    tx: &mut Connection,
    claim: ClaimId,
    evidence: &Evidence,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO claim_evidence (id, claim_id, kind, at, expires_at, issuer, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
    )
    .bind(evidence.id.as_uuid())
    .bind(claim.as_uuid())
    .bind(evidence.kind.as_str())
    .bind(evidence.at.as_microsecond())
    .bind(evidence.expires_at.as_microsecond())
    .bind(&evidence.issuer)
    .bind(&evidence.detail)
    .execute(tx)
    .await?;
    Ok(())
}

/// Every claim of a business, oldest first.
pub(super) async fn of_business(
    tx: &mut Connection,
    business: BusinessId,
) -> Result<Vec<Claim>, Failure> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        claim_columns!(),
        " FROM claim WHERE business_id = $1 ORDER BY id"
    ))
    .bind(business.as_uuid())
    .fetch_all(tx)
    .await?;
    rows.iter().map(claim).collect()
}

/// Makes every claim of businesses one that must be proved anew: what [`Claim::after`] does at `ClaimEvent::Voided`, to many.
pub(super) async fn void(
    tx: &mut Connection,
    businesses: &[Uuid],
    at: Timestamp,
) -> Result<(), Failure> {
    for chunk in businesses.chunks(BUSINESSES) {
        let mut update = QueryBuilder::<Db>::new(
            "UPDATE claim SET state = 'unproved', round = round + 1, evidence_id = NULL, evidence = NULL,
                 proved_at = NULL, expires_at = NULL, issuer = NULL, detail = NULL, next_check_at = NULL,
                 lease_until = NULL, attempts = 0, problem = NULL, problem_detail = NULL, problem_at = NULL,
                 reminded_at = NULL, version = version + 1, updated_at = ",
        );
        update.push_bind(at.as_microsecond());
        update.push(" WHERE state <> 'withdrawn' AND business_id IN (");
        let mut list = update.separated(", ");
        for id in chunk {
            list.push_bind(*id);
        }
        update.push(")");
        let update = update.build().persistent(chunk.len() == 1);
        update.execute(&mut *tx).await?;
    }
    Ok(())
}
