//! Many profiles written at once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::business_rows::{
    BusinessRow, Known, Old, clear_channels, keep_versions, known_of, write_businesses,
    write_channels,
};
use super::feed::append_change;
use super::{Connection, DbStore, Failure, audit, run};
use crate::domain::{Act, Badge, BadgeState, Business, ExternalId, Profile};
use crate::store::{StoreError, Upsert, UpsertCounts, document};

/// Writes a batch in one transaction, under one number of the change feed; under none when nothing changed.
pub(super) async fn upsert(
    store: &DbStore,
    batch: &[Upsert],
    act: &Act,
) -> Result<UpsertCounts, Failure> {
    let batch = last_of_each(batch);
    let mut tx = store.begin().await?;
    let old = known_of(&mut tx, &batch).await?;
    let plan = Plan::of(&batch, &old, act);
    if plan.written.is_empty() {
        // Followers and the audit log are left alone.
        if let Some(run) = act.run {
            run::count_batch(&mut tx, run, plan.counts).await?;
            tx.commit().await?;
        }
        return Ok(plan.counts);
    }
    plan.write(&mut tx).await.map_err(met_another)?;
    if let Some(run) = act.run {
        run::count_batch(&mut tx, run, plan.counts).await?;
    }
    let ids: Vec<Uuid> = plan.written.iter().map(|(id, _)| *id).collect();
    let told = act.clone().changing(None, Some(plan.told()));
    audit::record(&mut tx, &told).await?;
    append_change(&mut tx, &ids, act.at).await?;
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
    fn of(batch: &[&'a Upsert], known: &HashMap<String, Old>, act: &Act) -> Self {
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
                    let business = new_business(upsert, act);
                    plan.new.push(BusinessRow::of(&business, act));
                    plan.written.push((business.id.as_uuid(), profile));
                    plan.counts.created += 1;
                }
                Some(old)
                    if upsert.organisation.is_some()
                        && upsert.organisation != old.business.organisation =>
                {
                    plan.counts.refused += 1;
                }
                Some(old) if old.document == document::write(&as_known(profile, old)) => {
                    plan.counts.unchanged += 1;
                }
                Some(old) => {
                    let id = old.business.id.as_uuid();
                    let changed = Business {
                        profile: as_known(profile, old).into_owned(),
                        updated_at: act.at,
                        version: old.business.version + 1,
                        ..old.business.clone()
                    };
                    plan.changed.push(BusinessRow::of(&changed, act));
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
        keep_versions(tx, &self.replaced).await?;
        write_businesses(tx, &self.changed, Known::Overwrite).await?;
        clear_channels(tx, &self.replaced).await?;
        write_channels(tx, &self.written).await
    }

    /// What the audit log says of the batch: how many, and a digest of what was written, so that the log covers it.
    fn told(&self) -> String {
        let mut digest = blake3::Hasher::new();
        for row in self.new.iter().chain(&self.changed) {
            row.add_to(&mut digest);
        }
        let UpsertCounts {
            created,
            updated,
            unchanged,
            refused,
        } = self.counts;
        serde_json::json!({
            "created": created,
            "updated": updated,
            "unchanged": unchanged,
            "refused": refused,
            "digest": digest.finalize().to_hex().as_str(),
        })
        .to_string()
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

fn new_business(upsert: &Upsert, act: &Act) -> Business {
    Business {
        id: upsert.id_if_new,
        profile: upsert.profile.clone(),
        badge: Badge::None,
        badge_state: BadgeState::Active,
        organisation: upsert.organisation,
        created_at: act.at,
        updated_at: act.at,
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
