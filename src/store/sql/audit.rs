//! The audit log: one entry for each act, in the transaction of what it did.
//!
//! Whoever has read the head holds it until the transaction ends, so that entries are committed in their order and each
//! can cover the one before it. It is taken late, and always before the head of the change feed.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row};
use uuid::Uuid;

use super::values::{count_of, digest_of, instant_of, integer};
use super::{Connection, Db, DbRow, DbStore, Failure};
use crate::domain::{Act, ActId, AuditHead, RunId};
use crate::store::{AuditEntry, AuditListing, AuditStore, StoreError};

const COLUMNS: &str = "seq, id, at, actor, action, subject, reason, request_id, run_id, state_before, state_after, hash";

/// Appends the entry of an act. A trigger hands its hash to the head.
pub(super) async fn record(tx: &mut Connection, act: &Act) -> Result<(), Failure> {
    let row = sqlx::query("UPDATE audit_head SET seq = seq + 1 RETURNING seq, hash")
        .fetch_one(&mut *tx)
        .await?;
    let mut entry = entry_of(act, count_of(&row, "seq")?);
    entry.hash = entry.hash_after(&digest_of(&row, "hash")?);
    sqlx::query(
        "INSERT INTO audit_entry
             (seq, id, at, actor, action, subject, reason, request_id, run_id, state_before, state_after, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(integer(entry.seq))
    .bind(entry.id.as_uuid())
    .bind(entry.at.as_microsecond())
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(entry.subject.as_deref())
    .bind(entry.reason.as_deref())
    .bind(entry.request_id.as_deref())
    .bind(entry.run.map(RunId::as_uuid))
    .bind(entry.before.as_deref())
    .bind(entry.after.as_deref())
    .bind(entry.hash.as_slice())
    .execute(tx)
    .await?;
    Ok(())
}

fn entry_of(act: &Act, seq: u64) -> AuditEntry {
    AuditEntry {
        seq,
        id: act.id,
        // To the microsecond, as it is kept: the hash is of what can be read again.
        at: Timestamp::from_microsecond(act.at.as_microsecond()).unwrap_or(act.at),
        actor: act.actor.to_string(),
        action: act.action.to_owned(),
        subject: act.subject.clone(),
        reason: act.reason.as_ref().map(|r| r.as_str().to_owned()),
        request_id: act.request_id.clone(),
        run: act.run,
        before: act.before.clone(),
        after: act.after.clone(),
        hash: [0; 32],
    }
}

#[async_trait]
impl AuditStore for DbStore {
    async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let row = sqlx::query("SELECT seq, hash FROM audit_head")
            .fetch_one(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(AuditHead {
            seq: count_of(&row, "seq")?,
            hash: digest_of(&row, "hash")?,
        })
    }

    async fn list_audit(&self, listing: &AuditListing) -> Result<Vec<AuditEntry>, StoreError> {
        let texts = [&listing.subject, &listing.actor, &listing.action];
        if texts.into_iter().flatten().any(|t| t.contains('\0')) {
            // No text that is kept holds one, and PostgreSQL refuses to look for it.
            return Ok(Vec::new());
        }
        let mut select = QueryBuilder::<Db>::new("SELECT ");
        select.push(COLUMNS).push(" FROM audit_entry WHERE seq ");
        select.push(if listing.newest_first { "< " } else { "> " });
        select.push_bind(integer(listing.start()));
        for (column, value) in [
            ("subject", &listing.subject),
            ("actor", &listing.actor),
            ("action", &listing.action),
        ] {
            if let Some(value) = value {
                select
                    .push(format_args!(" AND {column} = "))
                    .push_bind(value);
            }
        }
        if let Some(run) = listing.run {
            select.push(" AND run_id = ").push_bind(run.as_uuid());
        }
        if let Some(since) = listing.since {
            select.push(" AND at >= ").push_bind(since.as_microsecond());
        }
        select.push(if listing.newest_first {
            " ORDER BY seq DESC LIMIT "
        } else {
            " ORDER BY seq LIMIT "
        });
        select.push_bind(i64::from(listing.limit));
        let rows = select.build().fetch_all(self.reader()).await;
        let rows = rows.map_err(Failure::from)?;
        Ok(rows.iter().map(entry).collect::<Result<_, _>>()?)
    }
}

/// Reads an entry.
pub(super) fn entry(row: &DbRow) -> Result<AuditEntry, Failure> {
    Ok(AuditEntry {
        seq: count_of(row, "seq")?,
        id: ActId::new(row.try_get("id")?),
        at: instant_of(row, "at")?,
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        subject: row.try_get("subject")?,
        reason: row.try_get("reason")?,
        request_id: row.try_get("request_id")?,
        run: row.try_get::<Option<Uuid>, _>("run_id")?.map(RunId::new),
        before: row.try_get("state_before")?,
        after: row.try_get("state_after")?,
        hash: digest_of(row, "hash")?,
    })
}
