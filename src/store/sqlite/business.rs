//! Businesses and the change feed.

use async_trait::async_trait;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::business_rows::{
    BusinessRow, business, clear_channels, head, taken, version_of, write_batch, write_channels,
    write_new, write_over,
};
use super::{Failure, SqliteStore, append_change, count_of, integer, uuid_of};
use crate::domain::{Business, BusinessId, ExternalId};
use crate::store::{BusinessStore, Changes, ListPlace, Listing, StoreError, Upsert, UpsertCounts};

#[async_trait]
impl BusinessStore for SqliteStore {
    async fn upsert_batch(
        &self,
        batch: Vec<Upsert>,
        now: Timestamp,
    ) -> Result<UpsertCounts, StoreError> {
        let mut tx = self.begin().await?;
        let (counts, changed) = write_batch(&mut tx, batch, now).await?;
        if changed.is_empty() {
            // Nothing was written; the transaction rolls back as it is dropped, and followers are left alone.
            return Ok(counts);
        }
        append_change(&mut tx, &changed, now.as_microsecond()).await?;
        tx.commit().await.map_err(Failure::from)?;
        Ok(counts)
    }

    async fn insert(&self, business: &Business) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        write_new(&mut tx, &BusinessRow::of(business))
            .await
            .map_err(|e| taken(e, &business.profile))?;
        write_channels(&mut tx, &[(business.id.as_uuid(), &business.profile)]).await?;
        let at = business.updated_at.as_microsecond();
        let seq = append_change(&mut tx, &[business.id.as_uuid()], at).await?;
        tx.commit().await.map_err(Failure::from)?;
        Ok(seq)
    }

    async fn replace(&self, business: &Business, expected: u64) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let id = business.id.as_uuid();
        let version = version_of(&mut tx, business.id).await?;
        if version != expected {
            return Err(StoreError::Stale { current: version });
        }
        write_over(&mut tx, &BusinessRow::of(business))
            .await
            .map_err(|e| taken(e, &business.profile))?;
        clear_channels(&mut tx, &[id]).await?;
        write_channels(&mut tx, &[(id, &business.profile)]).await?;
        let seq = append_change(&mut tx, &[id], business.updated_at.as_microsecond()).await?;
        tx.commit().await.map_err(Failure::from)?;
        Ok(seq)
    }

    async fn delete(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let version = version_of(&mut tx, id).await?;
        if expected.is_some_and(|e| e != version) {
            return Err(StoreError::Stale { current: version });
        }
        sqlx::query("DELETE FROM business WHERE id = ?")
            .bind(id.as_uuid().as_bytes().to_vec())
            .execute(&mut *tx)
            .await
            .map_err(Failure::from)?;
        let seq = append_change(&mut tx, &[id.as_uuid()], now.as_microsecond()).await?;
        tx.commit().await.map_err(Failure::from)?;
        Ok(seq)
    }

    async fn get(&self, id: BusinessId) -> Result<Option<Business>, StoreError> {
        let row = sqlx::query("SELECT * FROM business WHERE id = ?")
            .bind(id.as_uuid().as_bytes().to_vec())
            .fetch_optional(&self.reader)
            .await
            .map_err(Failure::from)?;
        Ok(row.as_ref().map(business).transpose()?)
    }

    async fn find_external(&self, id: &ExternalId) -> Result<Option<Business>, StoreError> {
        let row = sqlx::query("SELECT * FROM business WHERE external_id = ?")
            .bind(id.as_str())
            .fetch_optional(&self.reader)
            .await
            .map_err(Failure::from)?;
        Ok(row.as_ref().map(business).transpose()?)
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<(ListPlace, Business)>, StoreError> {
        let query = if listing.search.is_some() {
            SEARCH
        } else {
            LIST
        };
        let rows = sqlx::query(query)
            .bind(listing.country.as_ref().map(|c| c.as_str().to_owned()))
            .bind(listing.category.clone())
            .bind(listing.search.clone())
            .bind(listing.after.map_or(-1, |p| i64::from(p.rank)))
            .bind(
                listing
                    .after
                    .map_or_else(Vec::new, |p| p.id.as_uuid().as_bytes().to_vec()),
            )
            .bind(i64::from(listing.limit))
            .fetch_all(&self.reader)
            .await
            .map_err(Failure::from)?;
        let place = |row: &SqliteRow| {
            let business = business(row)?;
            let rank = u8::try_from(count_of(row, "rank")?).unwrap_or(u8::MAX);
            let id = business.id;
            Ok((ListPlace { rank, id }, business))
        };
        rows.iter()
            .map(place)
            .collect::<Result<_, Failure>>()
            .map_err(StoreError::from)
    }

    async fn load_all(&self, each: &mut (dyn FnMut(Business) + Send)) -> Result<u64, StoreError> {
        let mut tx = self.reader.begin().await.map_err(Failure::from)?;
        let seq = head(&mut tx).await?.0;
        let mut rows = sqlx::query("SELECT * FROM business ORDER BY rowid").fetch(&mut *tx);
        while let Some(row) = rows.try_next().await.map_err(Failure::from)? {
            match business(&row) {
                Ok(business) => each(business),
                // One unreadable entry must not keep every other from being protected.
                Err(Failure(error)) => {
                    tracing::error!(%error, "a business cannot be read and is left out");
                }
            }
        }
        Ok(seq)
    }

    async fn seq(&self) -> Result<u64, StoreError> {
        let mut connection = self.reader.acquire().await.map_err(Failure::from)?;
        Ok(head(&mut connection).await?.0)
    }

    async fn changes_since(&self, seq: u64) -> Result<Changes, StoreError> {
        let mut tx = self.reader.begin().await.map_err(Failure::from)?;
        let (now, pruned) = head(&mut tx).await?;
        let mut changes = Changes {
            seq: now,
            too_old: seq < pruned || seq > now,
            ..Changes::default()
        };
        if changes.too_old || seq == now {
            return Ok(changes);
        }
        let rows = sqlx::query(CHANGED)
            .bind(integer(seq))
            .fetch_all(&mut *tx)
            .await
            .map_err(Failure::from)?;
        for row in &rows {
            if row
                .try_get::<Option<&[u8]>, _>("id")
                .map_err(Failure::from)?
                .is_some()
            {
                changes.upserts.push(business(row)?);
            } else {
                changes
                    .removed
                    .push(BusinessId::new(uuid_of(row, "changed")?));
            }
        }
        Ok(changes)
    }
}

const LIST: &str = "SELECT *, 0 AS rank FROM business
    WHERE (?1 IS NULL OR country = ?1) AND (?2 IS NULL OR category = ?2) AND ?3 IS NULL AND ?4 IS NOT NULL AND id > ?5
    ORDER BY id LIMIT ?6";

const SEARCH: &str = "SELECT * FROM (
        SELECT *, CASE WHEN instr(search_text, char(10) || ?3 || char(10)) > 0 THEN 0
                       WHEN instr(search_text, char(10) || ?3) > 0 THEN 1 ELSE 2 END AS rank
        FROM business
        WHERE instr(search_text, ?3) > 0 AND (?1 IS NULL OR country = ?1) AND (?2 IS NULL OR category = ?2))
    WHERE (rank, id) > (?4, ?5)
    ORDER BY rank, id LIMIT ?6";

const CHANGED: &str = "SELECT c.business_id AS changed, b.*
    FROM (SELECT DISTINCT business_id FROM registry_change WHERE seq > ?) c
    LEFT JOIN business b ON b.id = c.business_id";
