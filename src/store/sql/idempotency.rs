//! Answers of creating requests.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::{DbRow, DbStore, Failure};
use crate::store::{Claim, IdempotencyStore, StoreError, VoidClaims, keepable, retrying};

#[async_trait]
impl IdempotencyStore for DbStore {
    async fn claim(
        &self,
        caller: &[u8],
        key: &str,
        request_hash: &[u8; 32],
        now: Timestamp,
        void: VoidClaims,
    ) -> Result<Claim, StoreError> {
        let key = keepable("the idempotency key", key)?;
        retrying(|| self.claim_once(caller, key, request_hash, now, void)).await
    }

    async fn finish(
        &self,
        caller: &[u8],
        key: &str,
        status: u16,
        body: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE idempotency SET status = $1, body = $2 WHERE caller = $3 AND key = $4")
            .bind(i64::from(status))
            .bind(body)
            .bind(caller)
            .bind(keepable("the idempotency key", key)?)
            .execute(self.writer())
            .await
            .map_err(Failure::from)?;
        Ok(())
    }

    async fn abandon(&self, caller: &[u8], key: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotency WHERE caller = $1 AND key = $2 AND status IS NULL")
            .bind(caller)
            .bind(keepable("the idempotency key", key)?)
            .execute(self.writer())
            .await
            .map_err(Failure::from)?;
        Ok(())
    }

    async fn purge_claims(&self, before: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM idempotency WHERE at < $1")
            .bind(before.as_microsecond())
            .execute(self.writer())
            .await
            .map_err(Failure::from)?;
        Ok(done.rows_affected())
    }
}

impl DbStore {
    async fn claim_once(
        &self,
        caller: &[u8],
        key: &str,
        request_hash: &[u8; 32],
        now: Timestamp,
        void: VoidClaims,
    ) -> Result<Claim, Failure> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "DELETE FROM idempotency WHERE caller = $1 AND key = $2
             AND (at < $3 OR (at < $4 AND status IS NULL))",
        )
        .bind(caller)
        .bind(key)
        .bind(void.made_before.as_microsecond())
        .bind(void.unfinished_before.as_microsecond())
        .execute(&mut *tx)
        .await?;
        let made = sqlx::query(
            "INSERT INTO idempotency (caller, key, request_hash, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (caller, key) DO NOTHING",
        )
        .bind(caller)
        .bind(key)
        .bind(request_hash.as_slice())
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        let claim = if made.rows_affected() == 1 {
            Claim::Ours
        } else {
            let row = sqlx::query(
                "SELECT request_hash, status, body FROM idempotency WHERE caller = $1 AND key = $2",
            )
            .bind(caller)
            .bind(key)
            .fetch_optional(&mut *tx)
            .await?;
            // Given back between the two statements: it can be claimed again.
            earlier(&row.ok_or_else(Failure::collision)?, request_hash)?
        };
        tx.commit().await?;
        Ok(claim)
    }
}

fn earlier(row: &DbRow, request_hash: &[u8; 32]) -> Result<Claim, Failure> {
    if row.try_get::<&[u8], _>("request_hash")? != request_hash.as_slice() {
        return Ok(Claim::OtherRequest);
    }
    Ok(match row.try_get::<Option<i64>, _>("status")? {
        None => Claim::InProgress,
        Some(status) => Claim::Done {
            status: u16::try_from(status).unwrap_or(200),
            body: row
                .try_get::<Option<Vec<u8>>, _>("body")?
                .unwrap_or_default(),
        },
    })
}
