//! The rows of businesses: writing them, reading them back.

use std::collections::{BTreeMap, HashMap};

use sqlx::{QueryBuilder, Row};
use uuid::Uuid;

use super::values::{count_of, instant_of, integer, word_of};
use super::{Connection, Db, DbRow, DbStore, Failure, LOCK_IN_ORDER};
use crate::domain::{
    Act, Badge, BadgeState, Business, BusinessId, ExternalId, OrganisationId, Profile,
};
use crate::store::{StoreError, Upsert, document};

/// What is written of a business. The first is its key.
const COLUMNS: [&str; 15] = [
    "id",
    "external_id",
    "name",
    "search_text",
    "country",
    "category",
    "badge",
    "badge_state",
    "organisation_id",
    "parent_id",
    "act_id",
    "profile",
    "version",
    "created_at",
    "updated_at",
];
/// Rows of one statement: each statement is a trip, which costs more than a row (30,904 businesses into SQLite:
/// 7 s one by one, 4 s this way).
const ROWS: usize = 250;
/// Values of one statement where a row is one value.
const VALUES: usize = 1_000;

/// A business as its row is written.
pub(super) struct BusinessRow {
    id: Uuid,
    external_id: Option<String>,
    name: String,
    search_text: String,
    country: Option<String>,
    category: Option<String>,
    badge: Badge,
    badge_state: BadgeState,
    organisation: Option<Uuid>,
    parent: Option<Uuid>,
    act: Uuid,
    profile: String,
    version: u64,
    created_at: i64,
    updated_at: i64,
}

impl BusinessRow {
    /// The row of a business whose version an act makes.
    pub(super) fn of(business: &Business, act: &Act) -> Self {
        let profile = &business.profile;
        let mut search_text = String::from("\n");
        for name in profile.every_name() {
            search_text.push_str(&name.as_str().to_lowercase());
            search_text.push('\n');
        }
        Self {
            id: business.id.as_uuid(),
            external_id: profile.external_id.as_ref().map(|e| e.as_str().to_owned()),
            name: profile.name.as_str().to_owned(),
            search_text,
            country: profile.country.as_ref().map(|c| c.as_str().to_owned()),
            category: profile.category.as_ref().map(|c| c.as_str().to_owned()),
            badge: business.badge,
            badge_state: business.badge_state,
            organisation: business.organisation.map(OrganisationId::as_uuid),
            parent: profile.parent.map(BusinessId::as_uuid),
            act: act.id.as_uuid(),
            profile: document::write(profile),
            version: business.version,
            created_at: business.created_at.as_microsecond(),
            updated_at: business.updated_at.as_microsecond(),
        }
    }

    /// Takes the row into a digest: which business, which version, what it says.
    pub(super) fn add_to(&self, digest: &mut blake3::Hasher) {
        digest.update(self.id.as_bytes());
        digest.update(&self.version.to_le_bytes());
        digest.update(blake3::hash(self.profile.as_bytes()).as_bytes());
    }
}

/// What becomes of a row whose key is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It cannot be: the write fails.
    Refuse,
    /// It is written over.
    Overwrite,
}

/// Writes rows of businesses.
pub(super) async fn write_businesses(
    tx: &mut Connection,
    rows: &[BusinessRow],
    known: Known,
) -> Result<(), Failure> {
    for chunk in rows.chunks(ROWS) {
        let mut insert = QueryBuilder::<Db>::new("INSERT INTO business (");
        insert.push(COLUMNS.join(", ")).push(") ");
        insert.push_values(chunk, |mut values, row| {
            values
                .push_bind(row.id)
                .push_bind(row.external_id.as_deref())
                .push_bind(&*row.name)
                .push_bind(&*row.search_text)
                .push_bind(row.country.as_deref())
                .push_bind(row.category.as_deref())
                .push_bind(row.badge.as_str())
                .push_bind(row.badge_state.as_str())
                .push_bind(row.organisation)
                .push_bind(row.parent)
                .push_bind(row.act)
                .push_bind(&*row.profile)
                .push_bind(integer(row.version))
                .push_bind(row.created_at)
                .push_bind(row.updated_at);
        });
        if known == Known::Overwrite {
            let set = COLUMNS[1..].iter().map(|c| format!("{c} = excluded.{c}"));
            let set = set.collect::<Vec<_>>().join(", ");
            insert.push(" ON CONFLICT (id) DO UPDATE SET ").push(set);
        }
        let repeats = chunk.len() == ROWS || chunk.len() == 1;
        let insert = insert.build().persistent(repeats);
        insert.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Writes the channels of businesses that have none yet.
pub(super) async fn write_channels(
    tx: &mut Connection,
    businesses: &[(Uuid, &Profile)],
) -> Result<(), Failure> {
    // Two channels of one profile can be found by one key; the stronger provenance counts.
    let mut rows: BTreeMap<(&str, String, Uuid), &str> = BTreeMap::new();
    for (id, profile) in businesses {
        for channel in &profile.channels {
            let (kind, value) = document::channel_key(&channel.value);
            let provenance = rows.entry((kind, value, *id)).or_default();
            *provenance = (*provenance).max(channel.provenance.as_str());
        }
    }
    let rows: Vec<_> = rows.into_iter().collect();
    for chunk in rows.chunks(VALUES) {
        let mut insert = QueryBuilder::<Db>::new(
            "INSERT INTO business_channel (kind, value, business_id, provenance) ",
        );
        insert.push_values(chunk, |mut values, ((kind, value, id), provenance)| {
            values
                .push_bind(*kind)
                .push_bind(&**value)
                .push_bind(*id)
                .push_bind(*provenance);
        });
        let insert = insert.build().persistent(chunk.len() == VALUES);
        insert.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Deletes the channels of businesses.
pub(super) async fn clear_channels(tx: &mut Connection, ids: &[Uuid]) -> Result<(), Failure> {
    for chunk in ids.chunks(VALUES) {
        let mut delete = QueryBuilder::<Db>::new("DELETE FROM business_channel WHERE business_id");
        within(&mut delete, chunk);
        let delete = delete.build().persistent(chunk.len() == 1);
        delete.execute(&mut *tx).await?;
    }
    Ok(())
}

/// What is kept of a version.
const VERSION: &str =
    "business_id, version, at, act_id, badge, badge_state, organisation_id, created_at, profile";

/// Keeps the versions of businesses that are about to be replaced.
pub(super) async fn keep_versions(tx: &mut Connection, ids: &[Uuid]) -> Result<(), Failure> {
    for chunk in ids.chunks(VALUES) {
        let mut copy = QueryBuilder::<Db>::new("INSERT INTO business_revision (");
        copy.push(VERSION).push(
            ") SELECT id, version, updated_at, act_id, badge, badge_state, organisation_id, created_at, profile
             FROM business WHERE id",
        );
        within(&mut copy, chunk);
        let copy = copy.build().persistent(chunk.len() == 1);
        copy.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Deletes businesses; their history ends with a version that says nothing.
pub(super) async fn delete_businesses(
    tx: &mut Connection,
    ids: &[Uuid],
    act: &Act,
) -> Result<(), Failure> {
    keep_versions(tx, ids).await?;
    for chunk in ids.chunks(VALUES) {
        let mut end = QueryBuilder::<Db>::new("INSERT INTO business_revision (");
        end.push(VERSION)
            .push(") SELECT id, version + 1, ")
            .push_bind(act.at.as_microsecond())
            .push(", ")
            .push_bind(act.id.as_uuid())
            .push(", badge, badge_state, organisation_id, created_at, NULL FROM business WHERE id");
        within(&mut end, chunk);
        end.build()
            .persistent(chunk.len() == 1)
            .execute(&mut *tx)
            .await?;
        let mut delete = QueryBuilder::<Db>::new("DELETE FROM business WHERE id");
        within(&mut delete, chunk);
        let delete = delete.build().persistent(chunk.len() == 1);
        delete.execute(&mut *tx).await?;
    }
    Ok(())
}

/// A business that a batch may change, and its document as it is kept.
pub(super) struct Old {
    pub business: Business,
    pub document: String,
}

/// The businesses with the external ids of a batch, held until the transaction ends. One without an external id is known
/// by its own (`biz_…`), which an export writes in that place.
///
/// They are locked in the order of their ids, so that two batches never wait for each other in a circle.
pub(super) async fn known_of(
    tx: &mut Connection,
    batch: &[&Upsert],
) -> Result<HashMap<String, Old>, Failure> {
    let mut ids: Vec<&str> = batch
        .iter()
        .filter_map(|u| u.profile.external_id.as_ref().map(ExternalId::as_str))
        .collect();
    ids.sort_unstable();
    let mut known = HashMap::new();
    for chunk in ids.chunks(VALUES) {
        let mut select = QueryBuilder::<Db>::new(concat!(
            "SELECT ",
            business_columns!(),
            " FROM business WHERE external_id"
        ));
        within(&mut select, chunk);
        select.push(LOCK_IN_ORDER);
        let select = select.build().persistent(chunk.len() == VALUES);
        for row in select.fetch_all(&mut *tx).await? {
            let old = Old {
                business: business(&row)?,
                document: row.try_get("profile")?,
            };
            known.insert(row.try_get("external_id")?, old);
        }
    }
    for chunk in own_ids(&ids).chunks(VALUES) {
        let mut select = QueryBuilder::<Db>::new(concat!(
            "SELECT ",
            business_columns!(),
            " FROM business WHERE external_id IS NULL AND id"
        ));
        within(&mut select, chunk);
        select.push(LOCK_IN_ORDER);
        let select = select.build().persistent(chunk.len() == VALUES);
        for row in select.fetch_all(&mut *tx).await? {
            let business = business(&row)?;
            let document = row.try_get("profile")?;
            known.insert(business.id.to_string(), Old { business, document });
        }
    }
    Ok(known)
}

/// The ids of this registry among external ids, in their order.
fn own_ids(external_ids: &[&str]) -> Vec<Uuid> {
    let own = external_ids.iter().filter_map(|text| {
        let id: BusinessId = text.parse().ok()?;
        (id.to_string() == **text).then(|| id.as_uuid())
    });
    let mut own: Vec<Uuid> = own.collect();
    own.sort_unstable();
    own
}

/// The businesses with these external ids, one statement for each [`VALUES`] of them.
pub(super) async fn find_externals(
    store: &DbStore,
    ids: &[ExternalId],
) -> Result<Vec<Business>, Failure> {
    let ids: Vec<&str> = ids.iter().map(ExternalId::as_str).collect();
    let mut found = Vec::new();
    for chunk in ids.chunks(VALUES) {
        let mut select = QueryBuilder::<Db>::new(concat!(
            "SELECT ",
            business_columns!(),
            " FROM business WHERE external_id"
        ));
        within(&mut select, chunk);
        let select = select.build().persistent(chunk.len() == VALUES);
        for row in select.fetch_all(store.reader()).await? {
            found.push(business(&row)?);
        }
    }
    Ok(found)
}

/// Appends `IN (…)`.
fn within<'a, T>(query: &mut QueryBuilder<Db>, values: &'a [T])
where
    &'a T: sqlx::Encode<'a, Db> + sqlx::Type<Db>,
{
    query.push(" IN (");
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    query.push(")");
}

/// Says why a business was not at the version that a writer expected.
pub(super) async fn not_at_version(tx: &mut Connection, id: BusinessId) -> Failure {
    let row = sqlx::query("SELECT version FROM business WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await;
    match row {
        Ok(Some(row)) => count_of(&row, "version").map_or_else(
            |failure| failure,
            |current| StoreError::Stale { current }.into(),
        ),
        Ok(None) => Failure::not_found(format_args!("business {id}")),
        Err(error) => error.into(),
    }
}

/// Says which external id is taken.
pub(super) fn taken(failure: Failure, profile: &Profile) -> Failure {
    match (&failure.error, &profile.external_id) {
        (StoreError::Conflict(_), Some(id)) => StoreError::Conflict(format!(
            "another business has the external_id {:?}",
            id.as_str()
        ))
        .into(),
        _ => failure,
    }
}

/// Reads a business.
pub(super) fn business(row: &DbRow) -> Result<Business, Failure> {
    let id = BusinessId::new(row.try_get("id")?);
    let profile = document::read(row.try_get("profile")?)
        .map_err(|e| Failure::corrupt(&id.to_string(), e))?;
    Ok(Business {
        id,
        profile,
        badge: word_of(row, "badge")?,
        badge_state: word_of(row, "badge_state")?,
        organisation: row
            .try_get::<Option<Uuid>, _>("organisation_id")?
            .map(OrganisationId::new),
        created_at: instant_of(row, "created_at")?,
        updated_at: instant_of(row, "updated_at")?,
        version: count_of(row, "version")?,
    })
}
