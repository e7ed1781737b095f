//! The rows of businesses: writing them, reading them back.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use uuid::Uuid;

use super::{Failure, count_of, hex_list, instant_of, integer, uuid_of};
use crate::domain::{Badge, BadgeState, Business, BusinessId, ExternalId, Profile};
use crate::store::{StoreError, Upsert, UpsertCounts, document};

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
    profile: String,
    version: u64,
    created_at: i64,
    updated_at: i64,
}

impl BusinessRow {
    pub(super) fn of(business: &Business) -> Self {
        let profile = &business.profile;
        let mut search_text = String::from("\n");
        for name in std::iter::once(&profile.name).chain(&profile.aliases) {
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
            profile: document::write(profile),
            version: business.version,
            created_at: business.created_at.as_microsecond(),
            updated_at: business.updated_at.as_microsecond(),
        }
    }
}

/// Writes a batch; gives what it did and which businesses changed.
pub(super) async fn write_batch(
    tx: &mut SqliteConnection,
    batch: Vec<Upsert>,
    now: Timestamp,
) -> Result<(UpsertCounts, Vec<Uuid>), Failure> {
    let batch = last_of_each(batch);
    let known = known_of(tx, &batch).await?;
    let mut counts = UpsertCounts::default();
    let (mut new, mut written, mut replaced) = (Vec::new(), Vec::new(), Vec::new());
    for upsert in &batch {
        let external_id = upsert.profile.external_id.as_ref().map(ExternalId::as_str);
        let Some(old) = external_id.and_then(|id| known.get(id)) else {
            let business = new_business(upsert.id_if_new, upsert.profile.clone(), now);
            new.push(BusinessRow::of(&business));
            written.push((business.id.as_uuid(), &upsert.profile));
            counts.created += 1;
            continue;
        };
        if old.profile == document::write(&upsert.profile) {
            counts.unchanged += 1;
            continue;
        }
        let mut business = old.business.clone();
        business.profile = upsert.profile.clone();
        business.updated_at = now;
        business.version += 1;
        write_over(tx, &BusinessRow::of(&business)).await?;
        replaced.push(business.id.as_uuid());
        written.push((business.id.as_uuid(), &upsert.profile));
        counts.updated += 1;
    }
    write_many_new(tx, &new).await?;
    if !replaced.is_empty() {
        clear_channels(tx, &replaced).await?;
    }
    write_channels(tx, &written).await?;
    Ok((counts, written.into_iter().map(|(id, _)| id).collect()))
}

fn new_business(id: BusinessId, profile: Profile, now: Timestamp) -> Business {
    Business {
        id,
        profile,
        badge: Badge::None,
        badge_state: BadgeState::Active,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Drops every upsert that a later one of the same external id makes void.
fn last_of_each(batch: Vec<Upsert>) -> Vec<Upsert> {
    let mut last: HashMap<ExternalId, usize> = HashMap::new();
    for (i, upsert) in batch.iter().enumerate() {
        if let Some(id) = &upsert.profile.external_id {
            last.insert(id.clone(), i);
        }
    }
    let counts = |i: usize, u: &Upsert| {
        let id = u.profile.external_id.as_ref();
        id.is_none_or(|id| last.get(id) == Some(&i))
    };
    let numbered = batch.into_iter().enumerate();
    numbered
        .filter(|(i, u)| counts(*i, u))
        .map(|(_, u)| u)
        .collect()
}

struct Known {
    business: Business,
    profile: String,
}

async fn known_of(
    tx: &mut SqliteConnection,
    batch: &[Upsert],
) -> Result<HashMap<String, Known>, Failure> {
    let ids: Vec<&str> = batch
        .iter()
        .filter_map(|u| u.profile.external_id.as_ref().map(ExternalId::as_str))
        .collect();
    let rows =
        sqlx::query("SELECT * FROM business WHERE external_id IN (SELECT value FROM json_each(?))")
            .bind(serde_json::to_string(&ids).map_err(|e| Failure::corrupt("external_id", e))?)
            .fetch_all(tx)
            .await?;
    let mut known = HashMap::with_capacity(rows.len());
    for row in &rows {
        known.insert(
            row.try_get("external_id")?,
            Known {
                business: business(row)?,
                profile: row.try_get("profile")?,
            },
        );
    }
    Ok(known)
}

pub(super) async fn write_new(tx: &mut SqliteConnection, row: &BusinessRow) -> Result<(), Failure> {
    let insert = "INSERT INTO business (external_id, name, search_text, country, category, badge, badge_state,
        profile, version, created_at, updated_at, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    write(tx, insert, row).await
}

/// Writes many rows with few statements: each one is a trip to the thread that holds the connection, which
/// costs more than the row (30,904 businesses: 7 s one by one, 4 s this way).
async fn write_many_new(tx: &mut SqliteConnection, rows: &[BusinessRow]) -> Result<(), Failure> {
    for chunk in rows.chunks(250) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO business (external_id, name, search_text, country, category, badge, badge_state,
             profile, version, created_at, updated_at, id) ",
        );
        insert.push_values(chunk, |mut values, row| {
            values
                .push_bind(row.external_id.as_deref())
                .push_bind(&*row.name)
                .push_bind(&*row.search_text)
                .push_bind(row.country.as_deref())
                .push_bind(row.category.as_deref())
                .push_bind(row.badge.as_str())
                .push_bind(row.badge_state.as_str())
                .push_bind(&*row.profile)
                .push_bind(integer(row.version))
                .push_bind(row.created_at)
                .push_bind(row.updated_at)
                .push_bind(row.id.as_bytes().as_slice());
        });
        insert.build().execute(&mut *tx).await?;
    }
    Ok(())
}

pub(super) async fn write_over(
    tx: &mut SqliteConnection,
    row: &BusinessRow,
) -> Result<(), Failure> {
    let update = "UPDATE business SET external_id = ?, name = ?, search_text = ?, country = ?, category = ?,
        badge = ?, badge_state = ?, profile = ?, version = ?, created_at = ?, updated_at = ? WHERE id = ?";
    write(tx, update, row).await
}

async fn write(
    tx: &mut SqliteConnection,
    statement: &'static str,
    row: &BusinessRow,
) -> Result<(), Failure> {
    sqlx::query(statement)
        .bind(row.external_id.as_deref())
        .bind(&*row.name)
        .bind(&*row.search_text)
        .bind(row.country.as_deref())
        .bind(row.category.as_deref())
        .bind(row.badge.as_str())
        .bind(row.badge_state.as_str())
        .bind(&*row.profile)
        .bind(integer(row.version))
        .bind(row.created_at)
        .bind(row.updated_at)
        .bind(row.id.as_bytes().as_slice())
        .execute(tx)
        .await?;
    Ok(())
}

/// Writes the channel rows of many businesses with one statement, since a statement costs more than a row.
pub(super) async fn write_channels(
    tx: &mut SqliteConnection,
    businesses: &[(Uuid, &Profile)],
) -> Result<(), Failure> {
    let rows: Vec<(&str, String, String, &str)> = businesses
        .iter()
        .flat_map(|(id, profile)| {
            profile.channels.iter().map(move |channel| {
                let (kind, value) = document::channel_key(&channel.value);
                (
                    kind,
                    value,
                    id.simple().to_string(),
                    channel.provenance.as_str(),
                )
            })
        })
        .collect();
    let statement = "INSERT INTO business_channel (kind, value, business_id, provenance)
        SELECT value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3 FROM json_each(?) WHERE true
        ON CONFLICT (kind, value, business_id) DO UPDATE SET provenance = max(provenance, excluded.provenance)";
    sqlx::query(statement)
        .bind(serde_json::to_string(&rows).map_err(|e| Failure::corrupt("channels", e))?)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn clear_channels(tx: &mut SqliteConnection, ids: &[Uuid]) -> Result<(), Failure> {
    sqlx::query(
        "DELETE FROM business_channel WHERE business_id IN (SELECT unhex(value) FROM json_each(?))",
    )
    .bind(hex_list(ids))
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn version_of(tx: &mut SqliteConnection, id: BusinessId) -> Result<u64, Failure> {
    let row = sqlx::query("SELECT version FROM business WHERE id = ?")
        .bind(id.as_uuid().as_bytes().to_vec())
        .fetch_optional(tx)
        .await?;
    let row = row.ok_or_else(|| Failure::not_found(format_args!("business {id}")))?;
    count_of(&row, "version")
}

/// The newest change number, and the one up to which changes have been dropped.
pub(super) async fn head(connection: &mut SqliteConnection) -> Result<(u64, u64), Failure> {
    let row = sqlx::query("SELECT seq, pruned FROM registry_head")
        .fetch_one(connection)
        .await?;
    Ok((count_of(&row, "seq")?, count_of(&row, "pruned")?))
}

/// Says which external id is taken.
pub(super) fn taken(failure: Failure, profile: &Profile) -> Failure {
    match (failure.0, &profile.external_id) {
        (StoreError::Conflict(_), Some(id)) => Failure(StoreError::Conflict(format!(
            "another business has the external_id {:?}",
            id.as_str()
        ))),
        (other, _) => Failure(other),
    }
}

/// Reads a business.
pub(super) fn business(row: &SqliteRow) -> Result<Business, Failure> {
    let id = BusinessId::new(uuid_of(row, "id")?);
    let profile = document::read(row.try_get("profile")?)
        .map_err(|e| Failure::corrupt(&id.to_string(), e))?;
    let word = |column| row.try_get::<&str, _>(column);
    Ok(Business {
        id,
        profile,
        badge: word("badge")?
            .parse()
            .map_err(|e| Failure::corrupt("badge", e))?,
        badge_state: word("badge_state")?
            .parse()
            .map_err(|e| Failure::corrupt("badge_state", e))?,
        created_at: instant_of(row, "created_at")?,
        updated_at: instant_of(row, "updated_at")?,
        version: count_of(row, "version")?,
    })
}
