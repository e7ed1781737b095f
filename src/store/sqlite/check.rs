//! Kept checks.

use std::str::FromStr;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Failure, SqliteStore, count_of, instant_of, integer, uuid_of};
use crate::domain::{BusinessId, CheckId, Invalid, KeyId, Medium, Provenance};
use crate::store::{CheckStore, KeptCheck, StoreError};

#[async_trait]
impl CheckStore for SqliteStore {
    async fn keep_checks(&self, checks: &[KeptCheck]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for check in checks {
            sqlx::query("INSERT INTO kept_check (id, at, digest, input_digest, medium, verdict, basis, score,
                    business_id, model, epoch, registry_seq, grown_in, prior_log_odds, key_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(check.id.as_uuid().as_bytes().to_vec())
                .bind(check.at.as_microsecond())
                .bind(check.digest.to_vec())
                .bind(check.input_digest.to_vec())
                .bind(check.medium.map(Medium::as_str))
                .bind(check.verdict.as_str())
                .bind(check.basis.map(Provenance::as_str))
                .bind(check.score)
                .bind(check.business_id.map(|id| id.as_uuid().as_bytes().to_vec()))
                .bind(&*check.model)
                .bind(check.epoch.as_bytes().to_vec())
                .bind(integer(check.registry_seq))
                .bind(check.grown_in.map(|id| id.as_bytes().to_vec()))
                .bind(check.prior_log_odds)
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

fn kept(row: &SqliteRow) -> Result<KeptCheck, Failure> {
    let optional_id = |column| match row.try_get::<Option<&[u8]>, _>(column) {
        Ok(None) => Ok(None),
        Ok(Some(_)) => uuid_of(row, column).map(Some),
        Err(error) => Err(error.into()),
    };
    let verdict: &str = row.try_get("verdict")?;
    Ok(KeptCheck {
        id: CheckId::new(uuid_of(row, "id")?),
        at: instant_of(row, "at")?,
        digest: digest_of(row, "digest")?,
        input_digest: digest_of(row, "input_digest")?,
        medium: optional_word_of(row, "medium")?,
        verdict: verdict
            .parse()
            .map_err(|e| Failure::corrupt("verdict", e))?,
        basis: optional_word_of(row, "basis")?,
        score: row.try_get("score")?,
        prior_log_odds: row.try_get("prior_log_odds")?,
        business_id: optional_id("business_id")?.map(BusinessId::new),
        model: row.try_get("model")?,
        epoch: uuid_of(row, "epoch")?,
        registry_seq: count_of(row, "registry_seq")?,
        grown_in: optional_id("grown_in")?,
        key_id: optional_id("key_id")?.map(KeyId::new),
    })
}

fn digest_of(row: &SqliteRow, column: &str) -> Result<[u8; 32], Failure> {
    let digest: Vec<u8> = row.try_get(column)?;
    digest
        .try_into()
        .map_err(|_| Failure::corrupt(column, "it is not 32 bytes"))
}

fn optional_word_of<T: FromStr<Err = Invalid>>(
    row: &SqliteRow,
    column: &str,
) -> Result<Option<T>, Failure> {
    row.try_get::<Option<&str>, _>(column)?
        .map(|word| word.parse().map_err(|e| Failure::corrupt(column, e)))
        .transpose()
}
