//! Businesses.

use std::collections::BTreeSet;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use uuid::Uuid;

use super::business_rows::{
    BusinessRow, Known, business, clear_channels, delete_businesses, find_externals, keep_versions,
    not_at_version, taken, write_businesses, write_channels,
};
use super::claims::{self, Claimant};
use super::feed::{self, append_change, head};
use super::values::{count_of, integer};
use super::{
    ALL, Connection, DbRow, DbStore, Failure, SEARCH, audit, badge_log, batch, history, proof_rows,
};
use crate::domain::{
    Act, Badge, BadgeEvent, Business, BusinessId, ExternalId, LabelId, OrganisationId,
};
use crate::store::{
    BusinessStore, Changes, FeedPlace, ListPlace, Listing, StoreError, Upsert, UpsertCounts,
    Version, retrying,
};

#[async_trait]
impl BusinessStore for DbStore {
    async fn upsert_batch(
        &self,
        batch: Vec<Upsert>,
        act: &Act,
    ) -> Result<UpsertCounts, StoreError> {
        retrying(|| batch::upsert(self, &batch, act)).await
    }

    async fn insert(&self, business: &Business, act: &Act) -> Result<u64, StoreError> {
        retrying(|| self.insert_once(business, act)).await
    }

    async fn replace(
        &self,
        business: &Business,
        expected: u64,
        act: &Act,
    ) -> Result<u64, StoreError> {
        retrying(|| self.replace_once(business, expected, act)).await
    }

    async fn delete(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        act: &Act,
    ) -> Result<u64, StoreError> {
        retrying(|| self.delete_once(id, expected, act)).await
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

    async fn versions(
        &self,
        id: BusinessId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Version>, StoreError> {
        Ok(history::versions(self, id, before, limit).await?)
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

    async fn changes_since(&self, from: FeedPlace, most: u32) -> Result<Changes, StoreError> {
        Ok(feed::changes_since(self, from, most).await?)
    }

    async fn prune_changes(&self, before: Timestamp) -> Result<u64, StoreError> {
        retrying(|| feed::prune(self, before)).await
    }
}

impl DbStore {
    async fn insert_once(&self, business: &Business, act: &Act) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let id = business.id.as_uuid();
        write_businesses(&mut tx, &[BusinessRow::of(business, act)], Known::Refuse)
            .await
            .map_err(|e| taken(e, &business.profile))?;
        write_channels(&mut tx, &[(id, &business.profile)]).await?;
        audit::record(&mut tx, act).await?;
        let events = BadgeEvent::of_change(None, Some(business), act);
        badge_log::append(&mut tx, &events).await?;
        claim(&mut tx, business, &BTreeSet::new(), act).await?;
        let seq = append_change(&mut tx, &[id], act.at).await?;
        tx.commit().await?;
        Ok(seq)
    }

    async fn replace_once(
        &self,
        business: &Business,
        expected: u64,
        act: &Act,
    ) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let events = write_version(&mut tx, business, expected, act).await?;
        audit::record(&mut tx, act).await?;
        badge_log::append(&mut tx, &events).await?;
        let seq = append_change(&mut tx, &[business.id.as_uuid()], act.at).await?;
        tx.commit().await?;
        Ok(seq)
    }

    async fn delete_once(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        act: &Act,
    ) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let ids = [id.as_uuid()];
        hold(&mut tx, id, expected).await?;
        let before = as_it_is(&mut tx, ids[0]).await?;
        delete_businesses(&mut tx, &ids, act).await?;
        audit::record(&mut tx, act).await?;
        let events = BadgeEvent::of_change(Some(&before), None, act);
        badge_log::append(&mut tx, &events).await?;
        let seq = append_change(&mut tx, &ids, act.at).await?;
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
        .bind(i64::from(listing.limit))
        .bind(listing.badge.map(Badge::as_str))
        .bind(listing.organisation.map(OrganisationId::as_uuid))
        .bind(listing.changed_since.map(Timestamp::as_microsecond))
        .bind(listing.label.map(LabelId::as_uuid));
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

/// Writes a business over its version `expected`, with its channels and the conflicts that these open. The entry in the audit log,
/// the events of the badge log that it gives and the number of the change feed, in this order, are left to the caller, whose
/// transaction it is.
pub(super) async fn write_version(
    tx: &mut Connection,
    business: &Business,
    expected: u64,
    act: &Act,
) -> Result<Vec<BadgeEvent>, Failure> {
    let id = business.id.as_uuid();
    hold(tx, business.id, Some(expected)).await?;
    let before = as_it_is(tx, id).await?;
    if before.profile.is_cast_in_doubt_by(&business.profile) {
        proof_rows::void(tx, &[id], act.at).await?;
    }
    keep_versions(tx, &[id]).await?;
    write_businesses(tx, &[BusinessRow::of(business, act)], Known::Overwrite)
        .await
        .map_err(|e| taken(e, &business.profile))?;
    clear_channels(tx, &[id]).await?;
    write_channels(tx, &[(id, &business.profile)]).await?;
    claim(tx, business, &claims::of(&before.profile), act).await?;
    Ok(BadgeEvent::of_change(Some(&before), Some(business), act))
}

/// Holds a business until the transaction ends, so that of two editors one is late; `Stale` at another version.
async fn hold(tx: &mut Connection, id: BusinessId, expected: Option<u64>) -> Result<(), Failure> {
    let held = sqlx::query(
        "UPDATE business SET version = version WHERE id = $1 AND version = coalesce($2, version)",
    )
    .bind(id.as_uuid())
    .bind(expected.map(integer))
    .execute(&mut *tx)
    .await?;
    if held.rows_affected() == 0 {
        return Err(not_at_version(tx, id).await);
    }
    Ok(())
}

/// A business that the transaction holds.
async fn as_it_is(tx: &mut Connection, id: Uuid) -> Result<Business, Failure> {
    let row = sqlx::query(concat!(
        "SELECT ",
        business_columns!(),
        " FROM business WHERE id = $1"
    ))
    .bind(id)
    .fetch_one(tx)
    .await?;
    business(&row)
}

/// Opens conflicts for what a business claims beyond what it did before; refuses what another has proved.
async fn claim(
    tx: &mut Connection,
    business: &Business,
    before: &BTreeSet<(&'static str, String)>,
    act: &Act,
) -> Result<(), Failure> {
    let claimant = Claimant::new(business, before);
    let refused = claims::open_conflicts(tx, &[claimant], act.at).await?;
    let Some((kind, value)) = refused.into_values().next() else {
        return Ok(());
    };
    // Not whose: that is nobody else's business.
    let detail = format!(
        "the {} {value} is proved to be another business's; leave it out, or ask for a review",
        kind.replace('_', " ")
    );
    Err(StoreError::Proved(detail).into())
}

const LIST: &str = concat!(
    "SELECT ",
    business_columns!(),
    ", CAST(0 AS BIGINT) AS place_rank FROM business WHERE id > $3",
    filters!(),
    " ORDER BY id LIMIT $4"
);
