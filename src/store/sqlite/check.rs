//! Kept checks.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::{Failure, SqliteStore, count_of, instant_of, integer, uuid_of};
use crate::domain::{BusinessId, CheckId, KeyId};
use crate::store::{CheckStore, KeptCheck, StoreError};

#[async_trait]
impl CheckStore for SqliteStore {
    async fn keep_checks(&self, checks: &[KeptCheck]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for check in checks {
            sqlx::query("INSERT INTO kept_check (id, at, digest, medium, verdict, score, business_id, model, registry_seq, key_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(check.id.as_uuid().as_bytes().to_vec())
                .bind(check.at.as_microsecond())
                .bind(check.digest.to_vec())
                .bind(check.medium.map(crate::domain::Medium::as_str))
                .bind(check.verdict.as_str())
                .bind(check.score)
                .bind(check.business_id.map(|id| id.as_uuid().as_bytes().to_vec()))
                .bind(&*check.model)
                .bind(integer(check.registry_seq))
                .bind(check.key_id.map(|id| id.as_uuid().as_bytes().to_vec()))
                .execute(&mut *tx)
                .await
                .map_err(Failure::from)?;
        }
        tx.commit().await.map_err(Failure::from)?;
        Ok(())
    }

    async fn get_check(&self, id: CheckId) -> Result<Option<KeptCheck>, StoreError> {
        let row = sqlx::query("SELECT * FROM kept_check WHERE id = ?")
            .bind(id.as_uuid().as_bytes().to_vec())
            .fetch_optional(&self.reader)
            .await
            .map_err(Failure::from)?;
        Ok(row.as_ref().map(kept).transpose()?)
    }

    async fn purge_checks(&self, before: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM kept_check WHERE at < ?")
            .bind(before.as_microsecond())
            .execute(&self.writer)
            .await
            .map_err(Failure::from)?;
        Ok(done.rows_affected())
    }
}

fn kept(row: &sqlx::sqlite::SqliteRow) -> Result<KeptCheck, Failure> {
    let digest: Vec<u8> = row.try_get("digest")?;
    let optional = |column| match row.try_get::<Option<&[u8]>, _>(column) {
        Ok(None) => Ok(None),
        Ok(Some(_)) => uuid_of(row, column).map(Some),
        Err(error) => Err(error.into()),
    };
    let medium: Option<&str> = row.try_get("medium")?;
    let verdict: &str = row.try_get("verdict")?;
    Ok(KeptCheck {
        id: CheckId::new(uuid_of(row, "id")?),
        at: instant_of(row, "at")?,
        digest: digest
            .try_into()
            .map_err(|_| Failure::corrupt("digest", "it is not 32 bytes"))?,
        medium: medium
            .map(str::parse)
            .transpose()
            .map_err(|e| Failure::corrupt("medium", e))?,
        verdict: verdict
            .parse()
            .map_err(|e| Failure::corrupt("verdict", e))?,
        score: row.try_get("score")?,
        business_id: optional("business_id")?.map(BusinessId::new),
        model: row.try_get("model")?,
        registry_seq: count_of(row, "registry_seq")?,
        key_id: optional("key_id")?.map(KeyId::new),
    })
}
