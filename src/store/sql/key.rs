//! API keys.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::values::{count_of, digest_of, instant_of, integer, optional_instant_of};
use super::{DbRow, DbStore, Failure};
use crate::domain::KeyId;
use crate::store::{KeyRecord, KeyStore, StoreError, keepable, retrying};

#[async_trait]
impl KeyStore for DbStore {
    async fn insert_key(&self, key: &KeyRecord) -> Result<(), StoreError> {
        let scopes = key.scopes.join(" ");
        sqlx::query(
            "INSERT INTO api_key (id, name, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at, uses)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(key.id.as_uuid())
        .bind(keepable("the key's name", &key.name)?)
        .bind(key.secret_hash.as_slice())
        .bind(keepable("a scope", &scopes)?)
        .bind(key.created_at.as_microsecond())
        .bind(key.expires_at.map(Timestamp::as_microsecond))
        .bind(key.revoked_at.map(Timestamp::as_microsecond))
        .bind(key.last_used_at.map(Timestamp::as_microsecond))
        .bind(integer(key.uses))
        .execute(self.writer())
        .await
        .map_err(Failure::from)?;
        Ok(())
    }

    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM api_key ORDER BY id")
            .fetch_all(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(rows.iter().map(record).collect::<Result<_, _>>()?)
    }

    async fn get_key(&self, id: KeyId) -> Result<Option<KeyRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM api_key WHERE id = $1")
            .bind(id.as_uuid())
            .fetch_optional(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(row.as_ref().map(record).transpose()?)
    }

    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> Result<(), StoreError> {
        let done =
            sqlx::query("UPDATE api_key SET revoked_at = coalesce(revoked_at, $1) WHERE id = $2")
                .bind(now.as_microsecond())
                .bind(id.as_uuid())
                .execute(self.writer())
                .await
                .map_err(Failure::from)?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound(format!("key {id}")));
        }
        Ok(())
    }

    async fn count_uses(&self, uses: &[(KeyId, u64, Timestamp)]) -> Result<(), StoreError> {
        let mut uses = uses.to_vec();
        // In one order, since two processes that count uses of the same keys wait for each other.
        uses.sort_unstable();
        retrying(|| add_uses(self, &uses)).await
    }
}

async fn add_uses(store: &DbStore, uses: &[(KeyId, u64, Timestamp)]) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    for (id, count, last) in uses {
        sqlx::query(
            "UPDATE api_key SET uses = uses + $1,
                 last_used_at = CASE WHEN last_used_at >= $2 THEN last_used_at ELSE $2 END
             WHERE id = $3",
        )
        .bind(integer(*count))
        .bind(last.as_microsecond())
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

fn record(row: &DbRow) -> Result<KeyRecord, Failure> {
    Ok(KeyRecord {
        id: KeyId::new(row.try_get("id")?),
        name: row.try_get("name")?,
        secret_hash: digest_of(row, "secret_hash")?,
        scopes: row
            .try_get::<&str, _>("scopes")?
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        created_at: instant_of(row, "created_at")?,
        expires_at: optional_instant_of(row, "expires_at")?,
        revoked_at: optional_instant_of(row, "revoked_at")?,
        last_used_at: optional_instant_of(row, "last_used_at")?,
        uses: count_of(row, "uses")?,
    })
}
