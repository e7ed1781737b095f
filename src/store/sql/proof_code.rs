//! Codes that are sent: how many, and how often they may be tried.

use jiff::Timestamp;
use sqlx::Row;

use super::proof::held;
use super::proof_rows;
use super::values::{count_of, digest_of, instant_of};
use super::{Connection, DbStore, Failure, audit};
use crate::domain::{Act, Claim, ClaimId, Evidence};
use crate::store::{CodeLimits, CodePlace, CodeTry, NewCode, StoreError};

pub(super) async fn place(
    store: &DbStore,
    claim: &Claim,
    code: &NewCode,
    limits: CodeLimits,
    act: &Act,
) -> Result<CodePlace, Failure> {
    let mut tx = store.begin().await?;
    held(&mut tx, claim.business).await?;
    let since = act.at.saturating_sub(limits.window).unwrap_or(act.at);
    let address = sqlx::query(
        "SELECT at FROM code_sent WHERE address = $1 AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3",
    )
    .bind(code.address.as_slice())
    .bind(since.as_microsecond())
    .bind(i64::from(limits.per_address.saturating_sub(1)))
    .fetch_optional(&mut *tx)
    .await?;
    let business = sqlx::query(
        "SELECT at FROM code_sent WHERE business_id = $1 AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3",
    )
    .bind(claim.business.as_uuid())
    .bind(since.as_microsecond())
    .bind(i64::from(limits.per_business.saturating_sub(1)))
    .fetch_optional(&mut *tx)
    .await?;
    let mut again = None;
    for row in [address, business].into_iter().flatten() {
        let free = instant_of(&row, "at")?.saturating_add(limits.window);
        again = again.max(free.ok());
    }
    if let Some(again) = again {
        return Ok(CodePlace::TooMany(again));
    }
    if !proof_rows::update(&mut tx, claim).await? {
        return Err(StoreError::Conflict("the claim has just been changed".to_owned()).into());
    }
    write(&mut tx, claim, code, act).await?;
    audit::record(&mut tx, act).await?;
    tx.commit().await?;
    Ok(CodePlace::Placed)
}

async fn write(
    tx: &mut Connection,
    claim: &Claim,
    code: &NewCode,
    act: &Act,
) -> Result<(), Failure> {
    sqlx::query("INSERT INTO code_sent (address, business_id, at) VALUES ($1, $2, $3)")
        .bind(code.address.as_slice())
        .bind(claim.business.as_uuid())
        .bind(act.at.as_microsecond())
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "INSERT INTO claim_code (claim_id, round, hash, sent_at, expires_at, tries) VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (claim_id) DO UPDATE SET round = excluded.round, hash = excluded.hash, sent_at = excluded.sent_at,
             expires_at = excluded.expires_at, tries = 0, used_at = NULL",
    )
    .bind(claim.id.as_uuid())
    .bind(i64::from(claim.round))
    .bind(code.hash.as_slice())
    .bind(act.at.as_microsecond())
    .bind(code.expires_at.as_microsecond())
    .execute(tx)
    .await?;
    Ok(())
}

/// Counts a try in one statement, so that tries at once are counted, too.
pub(super) async fn attempt(
    store: &DbStore,
    claim: ClaimId,
    round: u32,
    most: u32,
    now: Timestamp,
) -> Result<CodeTry, Failure> {
    let counted = sqlx::query(
        "UPDATE claim_code SET tries = tries + 1
         WHERE claim_id = $1 AND round = $2 AND used_at IS NULL AND tries < $3 AND expires_at > $4
         RETURNING hash, tries",
    )
    .bind(claim.as_uuid())
    .bind(i64::from(round))
    .bind(i64::from(most))
    .bind(now.as_microsecond())
    .fetch_optional(store.writer())
    .await?;
    if let Some(row) = counted {
        let tries = u32::try_from(count_of(&row, "tries")?).unwrap_or(most);
        return Ok(CodeTry::Open {
            hash: digest_of(&row, "hash")?,
            left: most.saturating_sub(tries),
        });
    }
    let row = sqlx::query(
        "SELECT used_at, expires_at FROM claim_code WHERE claim_id = $1 AND round = $2",
    )
    .bind(claim.as_uuid())
    .bind(i64::from(round))
    .fetch_optional(store.writer())
    .await?;
    let Some(row) = row else {
        return Ok(CodeTry::None);
    };
    Ok(if row.try_get::<Option<i64>, _>("used_at")?.is_some() {
        CodeTry::Used
    } else if instant_of(&row, "expires_at")? <= now {
        CodeTry::Expired
    } else {
        CodeTry::Spent
    })
}

/// Uses up the code that evidence rests on; not so when it was used, or is of another round.
pub(super) async fn use_up(
    tx: &mut Connection,
    claim: &Claim,
    evidence: &Evidence,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE claim_code SET used_at = $1 WHERE claim_id = $2 AND round = $3 AND used_at IS NULL AND expires_at > $1",
    )
    .bind(evidence.at.as_microsecond())
    .bind(claim.id.as_uuid())
    .bind(i64::from(claim.round))
    .execute(tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn purge(store: &DbStore, before: Timestamp) -> Result<u64, Failure> {
    let mut tx = store.begin().await?;
    let before = before.as_microsecond();
    let sent = sqlx::query("DELETE FROM code_sent WHERE at < $1")
        .bind(before)
        .execute(&mut *tx)
        .await?;
    let codes = sqlx::query("DELETE FROM claim_code WHERE sent_at < $1")
        .bind(before)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(sent.rows_affected() + codes.rows_affected())
}
