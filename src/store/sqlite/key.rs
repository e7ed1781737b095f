//! API keys.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Failure, SqliteStore, count_of, instant_of, integer, optional_instant_of, uuid_of};
use crate::domain::KeyId;
use crate::store::{KeyRecord, KeyStore, StoreError};

#[async_trait]
impl KeyStore for SqliteStore {
    async fn insert_key(&self, key: &KeyRecord) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO api_key (id, name, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at, uses)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(key.id.as_uuid().as_bytes().to_vec())
            .bind(&*key.name)
            .bind(key.secret_hash.to_vec())
            .bind(key.scopes.join(" "))
            .bind(key.created_at.as_microsecond())
            .bind(key.expires_at.map(Timestamp::as_microsecond))
            .bind(key.revoked_at.map(Timestamp::as_microsecond))
            .bind(key.last_used_at.map(Timestamp::as_microsecond))
            .bind(integer(key.uses))
            .execute(&self.writer)
            .await
            .map_err(Failure::from)?;
        Ok(())
    }

    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM api_key ORDER BY id")
            .fetch_all(&self.reader)
            .await
            .map_err(Failure::from)?;
        Ok(rows.iter().map(record).collect::<Result<_, _>>()?)
    }

    async fn get_key(&self, id: KeyId) -> Result<Option<KeyRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM api_key WHERE id = ?")
            .bind(id.as_uuid().as_bytes().to_vec())
            .fetch_optional(&self.reader)
            .await
            .map_err(Failure::from)?;
        Ok(row.as_ref().map(record).transpose()?)
    }

    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> Result<(), StoreError> {
        let done =
            sqlx::query("UPDATE api_key SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?")
                .bind(now.as_microsecond())
                .bind(id.as_uuid().as_bytes().to_vec())
                .execute(&self.writer)
                .await
                .map_err(Failure::from)?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound(format!("key {id}")));
        }
        Ok(())
    }

    async fn count_uses(&self, uses: &[(KeyId, u64, Timestamp)]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (id, count, last) in uses {
            sqlx::query("UPDATE api_key SET uses = uses + ?, last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?")
                .bind(integer(*count))
                .bind(last.as_microsecond())
                .bind(id.as_uuid().as_bytes().to_vec())
                .execute(&mut *tx)
                .await
                .map_err(Failure::from)?;
        }
        tx.commit().await.map_err(Failure::from)?;
        Ok(())
    }
}

fn record(row: &SqliteRow) -> Result<KeyRecord, Failure> {
    let hash: Vec<u8> = row.try_get("secret_hash")?;
    Ok(KeyRecord {
        id: KeyId::new(uuid_of(row, "id")?),
        name: row.try_get("name")?,
        secret_hash: hash
            .try_into()
            .map_err(|_| Failure::corrupt("secret_hash", "it is not 32 bytes"))?,
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
