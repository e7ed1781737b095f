//! Many profiles written at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::business_rows::{
    BusinessRow, Known, Old, clear_channels, keep_versions, known_of, write_businesses,
    write_channels,
};
use super::claims::{self, Claimant};
use super::feed::append_change;
use super::{Connection, DbStore, Failure, audit, badge_log, proof_rows, run};
use crate::domain::{Act, BadgeEvent, Business, ExternalId, Profile};
use crate::store::{StoreError, Upsert, UpsertCounts, document};

/// Writes a batch in one transaction, under one number of the change feed; under none when nothing changed. A profile that claims
/// a channel which another business has proved is left out and counted as refused.
pub(super) async fn upsert(
    store: &DbStore,
    batch: &[Upsert],
    act: &Act,
) -> Result<UpsertCounts, Failure> {
    let mut batch = last_of_each(batch);
    let mut refused = 0;
    loop {
        match once(store, &batch, act, refused).await? {
            Outcome::Written(counts) => return Ok(counts),
            Outcome::Claimed(businesses) => {
                // Rare, so that the others are simply tried again.
                let before = batch.len();
                batch.retain(|upsert| !businesses.contains(&name_of(upsert)));
                refused += (before - batch.len()) as u64;
            }
        }
    }
}

enum Outcome {
    /// It is done.
    Written(UpsertCounts),
    /// Nothing is: these, named by [`name_of`], claim what others have proved.
    Claimed(HashSet<String>),
}

/// What tells the upserts of a batch apart.
fn name_of(upsert: &Upsert) -> String {
    let external_id = upsert.profile.external_id.as_ref();
    external_id.map_or_else(|| upsert.id_if_new.to_string(), |id| id.as_str().to_owned())
}

async fn once(
    store: &DbStore,
    batch: &[&Upsert],
    act: &Act,
    refused: u64,
) -> Result<Outcome, Failure> {
    let mut tx = store.begin().await?;
    let old = known_of(&mut tx, batch).await?;
    let mut plan = Plan::of(batch, &old, act);
    plan.counts.refused += refused;
    if let Some(run) = act.run {
        run::count_batch(&mut tx, run, plan.counts).await?;
    }
    if plan.changes.is_empty() {
        // Followers and the audit log are left alone.
        if act.run.is_some() {
            tx.commit().await?;
        }
        return Ok(Outcome::Written(plan.counts));
    }
    plan.write(&mut tx, act).await.map_err(met_another)?;
    let told = act.clone().changing(None, Some(plan.told(act)));
    audit::record(&mut tx, &told).await?;
    badge_log::append(&mut tx, &plan.badge_events(act)).await?;
    let proved_by_others = claims::open_conflicts(&mut tx, &plan.claimants(), act.at).await?;
    if !proved_by_others.is_empty() {
        return Ok(Outcome::Claimed(plan.names_of(&proved_by_others)));
    }
    let ids: Vec<Uuid> = plan.changes.iter().map(Change::id).collect();
    append_change(&mut tx, &ids, act.at).await?;
    tx.commit().await?;
    Ok(Outcome::Written(plan.counts))
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
    changes: Vec<Change<'a>>,
}

/// One business to write.
struct Change<'a> {
    upsert: &'a Upsert,
    /// As it was; none for a new one.
    old: Option<&'a Old>,
    /// As it is to be.
    next: Business,
}

impl Change<'_> {
    fn id(&self) -> Uuid {
        self.next.id.as_uuid()
    }
}

impl<'a> Plan<'a> {
    fn of(batch: &[&'a Upsert], known: &'a HashMap<String, Old>, act: &Act) -> Self {
        let mut plan = Self {
            counts: UpsertCounts::default(),
            changes: Vec::new(),
        };
        for upsert in batch {
            let external_id = upsert.profile.external_id.as_ref().map(ExternalId::as_str);
            let old = external_id.and_then(|id| known.get(id));
            let next = match old {
                None => {
                    plan.counts.created += 1;
                    new_business(upsert, act)
                }
                Some(old) if is_foreign(upsert, &old.business) => {
                    plan.counts.refused += 1;
                    continue;
                }
                Some(old) => {
                    let profile = as_known(&upsert.profile, &old.business.profile);
                    if old.document == document::write(&profile) {
                        plan.counts.unchanged += 1;
                        continue;
                    }
                    plan.counts.updated += 1;
                    next_version(&old.business, profile, act)
                }
            };
            plan.changes.push(Change { upsert, old, next });
        }
        plan
    }

    async fn write(&self, tx: &mut Connection, act: &Act) -> Result<(), Failure> {
        let rows = |new: bool| -> Vec<BusinessRow> {
            let of_kind = self.changes.iter().filter(|c| c.old.is_none() == new);
            of_kind.map(|c| BusinessRow::of(&c.next, act)).collect()
        };
        let replaced = self.changes.iter().filter(|c| c.old.is_some());
        let replaced: Vec<Uuid> = replaced.map(Change::id).collect();
        let channels = self.changes.iter().map(|c| (c.id(), &c.next.profile));
        let channels: Vec<(Uuid, &Profile)> = channels.collect();
        write_businesses(tx, &rows(true), Known::Refuse).await?;
        proof_rows::void(tx, &self.cast_in_doubt(), act.at).await?;
        keep_versions(tx, &replaced).await?;
        write_businesses(tx, &rows(false), Known::Overwrite).await?;
        clear_channels(tx, &replaced).await?;
        write_channels(tx, &channels).await
    }

    /// What the batch makes of badges.
    fn badge_events(&self, act: &Act) -> Vec<BadgeEvent> {
        let events = |c: &Change<'_>| {
            let before = c.old.map(|old| &old.business);
            BadgeEvent::of_change(before, Some(&c.next), act)
        };
        self.changes.iter().flat_map(events).collect()
    }

    /// Businesses that must prove anew what they had proved.
    fn cast_in_doubt(&self) -> Vec<Uuid> {
        let doubtful = |c: &&Change<'_>| {
            let old = c.old.map(|old| &old.business.profile);
            old.is_some_and(|old| old.is_cast_in_doubt_by(&c.next.profile))
        };
        self.changes
            .iter()
            .filter(doubtful)
            .map(Change::id)
            .collect()
    }

    /// What each business claims that it did not claim before.
    fn claimants(&self) -> Vec<Claimant> {
        let new = |c: &Change<'_>| {
            let before = c
                .old
                .map_or_else(BTreeSet::new, |old| claims::of(&old.business.profile));
            Claimant::new(&c.next, &before)
        };
        self.changes.iter().map(new).collect()
    }

    fn names_of(&self, claimants: &HashMap<Uuid, claims::Key>) -> HashSet<String> {
        let found = (self.changes.iter()).filter(|c| claimants.contains_key(&c.id()));
        found.map(|c| name_of(c.upsert)).collect()
    }

    /// What the audit log says of the batch: how many, and a digest of what was written, so that the log covers it.
    fn told(&self, act: &Act) -> String {
        let mut digest = blake3::Hasher::new();
        for change in &self.changes {
            BusinessRow::of(&change.next, act).add_to(&mut digest);
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

/// Whether the writer belongs to an organisation and the business does not.
fn is_foreign(upsert: &Upsert, business: &Business) -> bool {
    upsert.organisation.is_some() && upsert.organisation != business.organisation
}

/// The profile as it is written over one that is there: what was proved stays proved, since no file can vouch for it or against
/// it; and where the business has no external id and is known by its own, it goes on without.
fn as_known(profile: &Profile, old: &Profile) -> Profile {
    let mut next = profile.clone();
    if old.external_id.is_none() {
        next.external_id = None;
    }
    next.keep_proofs(old);
    next
}

fn next_version(old: &Business, profile: Profile, act: &Act) -> Business {
    let mut next = old.clone();
    next.take_profile(profile, act.at);
    Business {
        updated_at: act.at,
        version: old.version + 1,
        ..next
    }
}

fn new_business(upsert: &Upsert, act: &Act) -> Business {
    Business {
        organisation: upsert.organisation,
        ..Business::new(upsert.id_if_new, upsert.profile.clone(), act.at)
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
