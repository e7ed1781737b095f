//! Businesses.

use async_trait::async_trait;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use uuid::Uuid;

use super::business_rows::{
    BusinessRow, Known, business, clear_channels, find_externals, not_at_version, taken,
    write_businesses, write_channels,
};
use super::feed::{self, append_change, head};
use super::values::{count_of, integer};
use super::{ALL, DbRow, DbStore, Failure, SEARCH, batch};
use crate::domain::{Business, BusinessId, ExternalId};
use crate::store::{
    BusinessStore, Changes, FeedPlace, ListPlace, Listing, StoreError, Upsert, UpsertCounts,
    retrying,
};

#[async_trait]
impl BusinessStore for DbStore {
    async fn upsert_batch(
        &self,
        batch: Vec<Upsert>,
        now: Timestamp,
    ) -> Result<UpsertCounts, StoreError> {
        retrying(|| batch::upsert(self, &batch, now)).await
    }

    async fn insert(&self, business: &Business) -> Result<u64, StoreError> {
        retrying(|| self.insert_once(business)).await
    }

    async fn replace(&self, business: &Business, expected: u64) -> Result<u64, StoreError> {
        retrying(|| self.replace_once(business, expected)).await
    }

    async fn delete(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        retrying(|| self.delete_once(id, expected, now)).await
    }

    async fn get(&self, id: BusinessId) -> Result<Option<Business>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            business_columns!(),
            " FROM business WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(business).transpose()?)
    }

    async fn find_external(&self, id: &ExternalId) -> Result<Option<Business>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            business_columns!(),
            " FROM business WHERE external_id = $1"
        ))
        .bind(id.as_str())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(business).transpose()?)
    }

    async fn find_externals(&self, ids: &[ExternalId]) -> Result<Vec<Business>, StoreError> {
        Ok(find_externals(self, ids).await?)
    }

    async fn list(&self, listing: &Listing) -> Result<Vec<(ListPlace, Business)>, StoreError> {
        let texts = [&listing.category, &listing.search];
        if texts.into_iter().flatten().any(|t| t.contains('\0')) {
            // No text that is kept holds one, and PostgreSQL refuses to look for it.
            return Ok(Vec::new());
        }
        Ok(self.page(listing).await?)
    }

    async fn load_all(
        &self,
        each: &mut (dyn FnMut(Business) + Send),
    ) -> Result<FeedPlace, StoreError> {
        let mut tx = self.snapshot().await?;
        let epoch = self.epoch(&mut tx).await?;
        let seq = head(&mut tx).await?.seq;
        let mut rows = sqlx::query(ALL).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await.map_err(Failure::from)? {
            match business(&row) {
                Ok(business) => each(business),
                // One unreadable entry must not keep every other from being protected.
                Err(Failure { error, .. }) => {
                    tracing::error!(%error, "a business cannot be read and is left out");
                }
            }
        }
        Ok(FeedPlace { epoch, seq })
    }

    async fn seq(&self) -> Result<u64, StoreError> {
        let mut connection = self.reader().acquire().await.map_err(Failure::from)?;
        Ok(head(&mut connection).await?.seq)
    }

    async fn changes_since(&self, from: FeedPlace) -> Result<Changes, StoreError> {
        Ok(feed::changes_since(self, from).await?)
    }

    async fn prune_changes(&self, before: Timestamp) -> Result<u64, StoreError> {
        retrying(|| feed::prune(self, before)).await
    }
}

impl DbStore {
    async fn insert_once(&self, business: &Business) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let id = business.id.as_uuid();
        write_businesses(&mut tx, &[BusinessRow::of(business)], Known::Refuse)
            .await
            .map_err(|e| taken(e, &business.profile))?;
        write_channels(&mut tx, &[(id, &business.profile)]).await?;
        let seq = append_change(&mut tx, &[id], business.updated_at).await?;
        tx.commit().await?;
        Ok(seq)
    }

    async fn replace_once(&self, business: &Business, expected: u64) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let id = business.id.as_uuid();
        // The comparison holds the row, so that of two editors one is late.
        let held = sqlx::query("UPDATE business SET version = $1 WHERE id = $2 AND version = $3")
            .bind(integer(business.version))
            .bind(id)
            .bind(integer(expected))
            .execute(&mut *tx)
            .await?;
        if held.rows_affected() == 0 {
            return Err(not_at_version(&mut tx, business.id).await);
        }
        write_businesses(&mut tx, &[BusinessRow::of(business)], Known::Overwrite)
            .await
            .map_err(|e| taken(e, &business.profile))?;
        clear_channels(&mut tx, &[id]).await?;
        write_channels(&mut tx, &[(id, &business.profile)]).await?;
        let seq = append_change(&mut tx, &[id], business.updated_at).await?;
        tx.commit().await?;
        Ok(seq)
    }

    async fn delete_once(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let gone =
            sqlx::query("DELETE FROM business WHERE id = $1 AND version = coalesce($2, version)")
                .bind(id.as_uuid())
                .bind(expected.map(integer))
                .execute(&mut *tx)
                .await?;
        if gone.rows_affected() == 0 {
            return Err(not_at_version(&mut tx, id).await);
        }
        let seq = append_change(&mut tx, &[id.as_uuid()], now).await?;
        tx.commit().await?;
        Ok(seq)
    }

    async fn page(&self, listing: &Listing) -> Result<Vec<(ListPlace, Business)>, Failure> {
        // Before every id there is: a bare comparison finds its place in the index, one with OR would not.
        let start = ListPlace {
            rank: 0,
            id: BusinessId::new(Uuid::nil()),
        };
        let after = listing.after.unwrap_or(start);
        let query = sqlx::query(if listing.search.is_some() {
            SEARCH
        } else {
            LIST
        })
        .bind(listing.country.as_ref().map(|c| c.as_str().to_owned()))
        .bind(listing.category.as_deref())
        .bind(after.id.as_uuid())
        .bind(i64::from(listing.limit));
        let query = match &listing.search {
            None => query,
            Some(search) => query.bind(search).bind(i64::from(after.rank)),
        };
        let place = |row: &DbRow| {
            let business = business(row)?;
            let rank = u8::try_from(count_of(row, "place_rank")?).unwrap_or(u8::MAX);
            let id = business.id;
            Ok((ListPlace { rank, id }, business))
        };
        query
            .fetch_all(self.reader())
            .await?
            .iter()
            .map(place)
            .collect()
    }
}

const LIST: &str = concat!(
    "SELECT ",
    business_columns!(),
    ", CAST(0 AS BIGINT) AS place_rank FROM business
      WHERE ($1 IS NULL OR country = $1) AND ($2 IS NULL OR category = $2) AND id > $3
      ORDER BY id LIMIT $4"
);
