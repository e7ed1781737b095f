//! Answers of creating requests.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::{Failure, SqliteStore};
use crate::store::{Claim, IdempotencyStore, StoreError};

#[async_trait]
impl IdempotencyStore for SqliteStore {
    async fn claim(
        &self,
        caller: &[u8],
        key: &str,
        request_hash: &[u8; 32],
        now: Timestamp,
        expired: Timestamp,
    ) -> Result<Claim, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM idempotency WHERE caller = ? AND key = ? AND at < ?")
            .bind(caller)
            .bind(key)
            .bind(expired.as_microsecond())
            .execute(&mut *tx)
            .await
            .map_err(Failure::from)?;
        let row = sqlx::query(
            "SELECT request_hash, status, body FROM idempotency WHERE caller = ? AND key = ?",
        )
        .bind(caller)
        .bind(key)
        .fetch_optional(&mut *tx)
        .await
        .map_err(Failure::from)?;
        let claim = if let Some(row) = &row {
            earlier(row, request_hash)?
        } else {
            sqlx::query(
                "INSERT INTO idempotency (caller, key, request_hash, at) VALUES (?, ?, ?, ?)",
            )
            .bind(caller)
            .bind(key)
            .bind(request_hash.as_slice())
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await
            .map_err(Failure::from)?;
            Claim::Ours
        };
        tx.commit().await.map_err(Failure::from)?;
        Ok(claim)
    }

    async fn finish(
        &self,
        caller: &[u8],
        key: &str,
        status: u16,
        body: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE idempotency SET status = ?, body = ? WHERE caller = ? AND key = ?")
            .bind(i64::from(status))
            .bind(body)
            .bind(caller)
            .bind(key)
            .execute(&self.writer)
            .await
            .map_err(Failure::from)?;
        Ok(())
    }

    async fn abandon(&self, caller: &[u8], key: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotency WHERE caller = ? AND key = ? AND status IS NULL")
            .bind(caller)
            .bind(key)
            .execute(&self.writer)
            .await
            .map_err(Failure::from)?;
        Ok(())
    }

    async fn purge_claims(&self, before: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM idempotency WHERE at < ?")
            .bind(before.as_microsecond())
            .execute(&self.writer)
            .await
            .map_err(Failure::from)?;
        Ok(done.rows_affected())
    }
}

fn earlier(row: &sqlx::sqlite::SqliteRow, request_hash: &[u8; 32]) -> Result<Claim, Failure> {
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
