//! Kept checks.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row};

use super::values::{count_of, digest_of, instant_of, integer, optional_word_of};
use super::{Db, DbRow, DbStore, Failure};
use crate::domain::{BusinessId, CheckId, KeyId, Medium, Provenance};
use crate::store::{CheckStore, KeptCheck, StoreError, keepable};

/// Checks of one statement.
const ROWS: usize = 250;

#[async_trait]
impl CheckStore for DbStore {
    async fn keep_checks(&self, checks: &[KeptCheck]) -> Result<(), StoreError> {
        Ok(keep(self, checks).await?)
    }

    async fn get_check(&self, id: CheckId) -> Result<Option<KeptCheck>, StoreError> {
        let row = sqlx::query("SELECT id, at, digest, input_digest, medium, verdict, basis, score, business_id, model, epoch,
                registry_seq, grown_in, prior_log_odds, key_id FROM kept_check WHERE id = $1",
        )
            .bind(id.as_uuid())
            .fetch_optional(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(row.as_ref().map(kept).transpose()?)
    }

    async fn purge_checks(&self, before: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM kept_check WHERE at < $1")
            .bind(before.as_microsecond())
            .execute(self.writer())
            .await
            .map_err(Failure::from)?;
        Ok(done.rows_affected())
    }
}

async fn keep(store: &DbStore, checks: &[KeptCheck]) -> Result<(), Failure> {
    for check in checks {
        keepable("the model's version", &check.model)?;
    }
    let mut tx = store.begin().await?;
    for chunk in checks.chunks(ROWS) {
        let mut insert = QueryBuilder::<Db>::new(
            "INSERT INTO kept_check (id, at, digest, input_digest, medium, verdict, basis, score, business_id,
             model, epoch, registry_seq, grown_in, prior_log_odds, key_id) ",
        );
        insert.push_values(chunk, |mut values, check| {
            values
                .push_bind(check.id.as_uuid())
                .push_bind(check.at.as_microsecond())
                .push_bind(check.digest.as_slice())
                .push_bind(check.input_digest.as_slice())
                .push_bind(check.medium.map(Medium::as_str))
                .push_bind(check.verdict.as_str())
                .push_bind(check.basis.map(Provenance::as_str))
                .push_bind(check.score)
                .push_bind(check.business_id.map(BusinessId::as_uuid))
                .push_bind(&*check.model)
                .push_bind(check.epoch)
                .push_bind(integer(check.registry_seq))
                .push_bind(check.grown_in)
                .push_bind(check.prior_log_odds)
                .push_bind(check.key_id.map(KeyId::as_uuid));
        });
        let insert = insert.build().persistent(chunk.len() == 1);
        insert.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn kept(row: &DbRow) -> Result<KeptCheck, Failure> {
    let verdict: &str = row.try_get("verdict")?;
    Ok(KeptCheck {
        id: CheckId::new(row.try_get("id")?),
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
        business_id: row
            .try_get::<Option<_>, _>("business_id")?
            .map(BusinessId::new),
        model: row.try_get("model")?,
        epoch: row.try_get("epoch")?,
        registry_seq: count_of(row, "registry_seq")?,
        grown_in: row.try_get("grown_in")?,
        key_id: row.try_get::<Option<_>, _>("key_id")?.map(KeyId::new),
    })
}
