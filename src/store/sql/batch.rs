//! Many profiles written at once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::business_rows::{
    BusinessRow, Known, Old, clear_channels, known_of, write_businesses, write_channels,
};
use super::feed::append_change;
use super::{Connection, DbStore, Failure};
use crate::domain::{Badge, BadgeState, Business, ExternalId, Profile};
use crate::store::{StoreError, Upsert, UpsertCounts, document};

/// Writes a batch in one transaction, under one number of the change feed; under none when nothing changed.
pub(super) async fn upsert(
    store: &DbStore,
    batch: &[Upsert],
    now: Timestamp,
) -> Result<UpsertCounts, Failure> {
    let batch = last_of_each(batch);
    let mut tx = store.begin().await?;
    let old = known_of(&mut tx, &batch).await?;
    let plan = Plan::of(&batch, &old, now);
    if plan.written.is_empty() {
        // Nothing is written; the transaction rolls back as it is dropped, and followers are left alone.
        return Ok(plan.counts);
    }
    plan.write(&mut tx).await.map_err(met_another)?;
    let ids: Vec<Uuid> = plan.written.iter().map(|(id, _)| *id).collect();
    append_change(&mut tx, &ids, now).await?;
    tx.commit().await?;
    Ok(plan.counts)
}

/// A row with one of our external ids that was not there when we looked: the next try will see it.
fn met_another(failure: Failure) -> Failure {
    match failure.error {
        StoreError::Conflict(_) => Failure {
            again: true,
            ..failure
        },
        _ => failure,
    }
}

/// What there is to write of a batch.
struct Plan<'a> {
    counts: UpsertCounts,
    new: Vec<BusinessRow>,
    changed: Vec<BusinessRow>,
    replaced: Vec<Uuid>,
    written: Vec<(Uuid, &'a Profile)>,
}

impl<'a> Plan<'a> {
    fn of(batch: &[&'a Upsert], known: &HashMap<String, Old>, now: Timestamp) -> Self {
        let mut plan = Self {
            counts: UpsertCounts::default(),
            new: Vec::new(),
            changed: Vec::new(),
            replaced: Vec::new(),
            written: Vec::new(),
        };
        for upsert in batch {
            let profile = &upsert.profile;
            let external_id = profile.external_id.as_ref().map(ExternalId::as_str);
            match external_id.and_then(|id| known.get(id)) {
                None => {
                    let business = new_business(upsert, now);
                    plan.new.push(BusinessRow::of(&business));
                    plan.written.push((business.id.as_uuid(), profile));
                    plan.counts.created += 1;
                }
                Some(old) if old.document == document::write(&as_known(profile, old)) => {
                    plan.counts.unchanged += 1;
                }
                Some(old) => {
                    let id = old.business.id.as_uuid();
                    plan.changed.push(BusinessRow::of(&Business {
                        profile: as_known(profile, old).into_owned(),
                        updated_at: now,
                        version: old.business.version + 1,
                        ..old.business.clone()
                    }));
                    plan.replaced.push(id);
                    plan.written.push((id, profile));
                    plan.counts.updated += 1;
                }
            }
        }
        plan
    }

    async fn write(&self, tx: &mut Connection) -> Result<(), Failure> {
        write_businesses(tx, &self.new, Known::Refuse).await?;
        write_businesses(tx, &self.changed, Known::Overwrite).await?;
        clear_channels(tx, &self.replaced).await?;
        write_channels(tx, &self.written).await
    }
}

/// The profile without an external id where the business has none and is known by its own.
fn as_known<'a>(profile: &'a Profile, old: &Old) -> Cow<'a, Profile> {
    if old.business.profile.external_id.is_some() {
        return Cow::Borrowed(profile);
    }
    Cow::Owned(Profile {
        external_id: None,
        ..profile.clone()
    })
}

fn new_business(upsert: &Upsert, now: Timestamp) -> Business {
    Business {
        id: upsert.id_if_new,
        profile: upsert.profile.clone(),
        badge: Badge::None,
        badge_state: BadgeState::Active,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// The batch in the order of its external ids, without any that a later one of the same id makes void. In one
/// order, since two batches that add the same businesses wait for each other.
fn last_of_each(batch: &[Upsert]) -> Vec<&Upsert> {
    let mut seen = HashSet::new();
    let mut last: Vec<&Upsert> = batch
        .iter()
        .rev()
        .filter(|u| {
            u.profile
                .external_id
                .as_ref()
                .is_none_or(|id| seen.insert(id))
        })
        .collect();
    last.reverse();
    last.sort_by_key(|u| u.profile.external_id.as_ref());
    last
}
