//! What an import would do, without doing it: which businesses it would create or change, and how.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::contract::RegistryLine;
use crate::domain::{Business, BusinessId, Channel, ExternalId, Profile};
use crate::store::{Store, StoreError, UpsertCounts};

/// One business that an import would create or change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The line of the file that says so.
    pub line: u64,
    /// The importer's id.
    pub external_id: String,
    /// Its name, as it would be.
    pub name: String,
    /// Whether it is there.
    pub change: Change,
    /// An earlier line of this run names the same business; the fields are still compared to the registry.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    /// What would change in it; everything that it would have when it is new.
    pub fields: Vec<FieldDifference>,
}

/// What would become of a business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is not there yet.
    Create,
    /// It is there, and other.
    Update,
}

/// One field that would change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldDifference {
    /// The field of the registry line, or `channels` where these differ in what a registry line does not say.
    pub field: String,
    /// What it is; absent when it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it would be; absent when it would be empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// Compares profiles to a registry, in the batches in which an import would write them.
///
/// It remembers 24 bytes of every business that would be created or changed, so that a later batch counts it as an
/// import would.
pub struct Preview {
    /// None where there is no database yet, so that every business is new.
    store: Option<Arc<dyn Store>>,
    /// By a digest of the external id, a digest of the profile that an earlier batch would have written.
    written: FxHashMap<u128, u64>,
}

impl Preview {
    /// Compares to the registry of a store; without one to an empty registry.
    pub fn of(store: Option<Arc<dyn Store>>) -> Self {
        Self {
            store,
            written: FxHashMap::default(),
        }
    }

    /// What writing a batch of profiles, each with its line, would do. Profiles without an external id are new.
    pub async fn compare(
        &mut self,
        batch: Vec<(u64, Profile)>,
    ) -> Result<(UpsertCounts, Vec<Difference>), StoreError> {
        let batch = last_of_each(batch);
        let known = self.known(&batch).await?;
        let mut counts = UpsertCounts::default();
        let mut differences = Vec::new();
        for (line, profile) in batch {
            let Some(external_id) = profile.external_id.as_ref().map(ExternalId::as_str) else {
                counts.created += 1;
                differences.push(difference(line, &profile, None, false));
                continue;
            };
            let before = known.get(external_id);
            let id = digest(external_id.as_bytes());
            let earlier = self.written.get(&id).copied();
            let unchanged = match (earlier, before) {
                (Some(earlier), _) => earlier == digest_of(&profile),
                (None, before) => before.is_some_and(|b| *b == profile),
            };
            if unchanged {
                counts.unchanged += 1;
                continue;
            }
            if before.is_some() || earlier.is_some() {
                counts.updated += 1;
            } else {
                counts.created += 1;
            }
            self.written.insert(id, digest_of(&profile));
            differences.push(difference(line, &profile, before, earlier.is_some()));
        }
        Ok((counts, differences))
    }

    /// The profiles that the registry has for a batch, by external id; a business without one is known by its own.
    async fn known(
        &self,
        batch: &[(u64, Profile)],
    ) -> Result<HashMap<String, Profile>, StoreError> {
        let Some(store) = &self.store else {
            return Ok(HashMap::new());
        };
        let ids: Vec<ExternalId> = batch
            .iter()
            .filter_map(|(_, profile)| profile.external_id.clone())
            .collect();
        let mut known = HashMap::new();
        for Business { profile, .. } in store.find_externals(&ids).await? {
            if let Some(id) = &profile.external_id {
                known.insert(id.as_str().to_owned(), profile);
            }
        }
        for external_id in ids {
            let Ok(own) = external_id.as_str().parse::<BusinessId>() else {
                continue;
            };
            let unnamed = |b: &Business| b.profile.external_id.is_none();
            if let Some(business) = store.get(own).await?.filter(unnamed)
                && own.to_string() == external_id.as_str()
            {
                let profile = Profile {
                    external_id: Some(external_id),
                    ..business.profile
                };
                known.insert(own.to_string(), profile);
            }
        }
        Ok(known)
    }
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Preview")
    }
}

/// The batch without any profile that a later one of the same id makes void.
fn last_of_each(mut batch: Vec<(u64, Profile)>) -> Vec<(u64, Profile)> {
    let mut seen = HashSet::new();
    batch.reverse();
    batch.retain(|(_, profile)| match &profile.external_id {
        Some(id) => seen.insert(id.clone()),
        None => true,
    });
    batch.reverse();
    batch
}

fn difference(line: u64, after: &Profile, before: Option<&Profile>, repeated: bool) -> Difference {
    let change = if before.is_some() || repeated {
        Change::Update
    } else {
        Change::Create
    };
    let id = after.external_id.as_ref();
    Difference {
        line,
        external_id: id.map_or_else(String::new, |id| id.as_str().to_owned()),
        name: after.name.to_string(),
        change,
        repeated,
        fields: fields(before, after),
    }
}

/// The fields in which two profiles differ, in the order of the contract.
fn fields(before: Option<&Profile>, after: &Profile) -> Vec<FieldDifference> {
    let (mut old, mut new) = (before.map(shown).unwrap_or_default(), shown(after));
    let mut differing: Vec<FieldDifference> = RegistryLine::FIELDS
        .iter()
        .filter_map(|field| {
            let (before, after) = (old.remove(*field), new.remove(*field));
            (before != after).then(|| FieldDifference {
                field: (*field).to_owned(),
                before,
                after,
            })
        })
        .collect();
    if let Some(before) = before.filter(|_| differing.is_empty()) {
        differing.push(FieldDifference {
            field: "channels".to_owned(),
            before: Some(channels(before)),
            after: Some(channels(after)),
        });
    }
    differing
}

/// A profile as people know it from files.
fn shown(profile: &Profile) -> Map<String, Value> {
    match serde_json::to_value(RegistryLine::from(profile)) {
        Ok(Value::Object(fields)) => fields,
        // A line has only JSON's own types, so that this does not come about.
        _ => Map::new(),
    }
}

/// Channels with what a registry line has no room for: their order, provenance, and each one's confirmation.
fn channels(profile: &Profile) -> Value {
    let told = |channel: &Channel| {
        let confirmed = channel.confirmed_at.map(|at| format!(", confirmed {at}"));
        let label = channel.label.as_ref().map(|label| format!(" ({label})"));
        Value::String(format!(
            "{} {}{}: {}{}",
            channel.value.kind(),
            channel.value,
            label.unwrap_or_default(),
            channel.provenance,
            confirmed.unwrap_or_default()
        ))
    };
    profile.channels.iter().map(told).collect()
}

fn digest(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    u128::from_be_bytes(first)
}

fn digest_of(profile: &Profile) -> u64 {
    (digest(format!("{profile:?}").as_bytes()) >> 64) as u64
}
