//! Who changed what of a business, and how it was before.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Registry, RegistryError, wire};
use crate::domain::{BusinessId, OrganisationId};
use crate::service::author::Author;
use crate::store::{Made, StoreError, Version};

/// One change of a business: a version, and what differs from the one before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Counts changes, from 1.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Who, why and by what; none for versions older than the audit log.
    pub made: Option<Made>,
    /// What changed, as it was.
    pub before: Value,
    /// What changed, as it is then.
    pub after: Value,
}

/// A page of changes, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPage {
    /// The changes.
    pub changes: Vec<Change>,
    /// The version before which the next page starts, if there is one.
    pub next: Option<u64>,
}

impl Registry {
    /// Changes of a business before a version, newest first; of a deleted one too. An author of an organisation sees those of
    /// its own businesses only.
    pub async fn history(
        &self,
        id: BusinessId,
        before: Option<u64>,
        limit: u32,
        by: &Author,
    ) -> Result<HistoryPage, RegistryError> {
        let versions = self.store.versions(id, before, limit + 1).await?;
        let Some(newest) = versions.first() else {
            return match before {
                Some(_) => Ok(HistoryPage {
                    changes: Vec::new(),
                    next: None,
                }),
                None => Err(StoreError::NotFound(format!("business {id}")).into()),
            };
        };
        if by.organisation.is_some() && by.organisation != newest.organisation {
            return Err(RegistryError::NotYours(id));
        }
        let shown = versions.len().min(limit as usize);
        let next = (versions.len() > shown).then(|| versions[shown - 1].version);
        let changes = (0..shown).map(|i| change(&versions[i], versions.get(i + 1)));
        Ok(HistoryPage {
            changes: changes.collect(),
            next,
        })
    }
}

fn change(version: &Version, former: Option<&Version>) -> Change {
    let was = former.map_or_else(|| json!({}), told);
    let (before, after) = differing(was, told(version));
    Change {
        version: version.version,
        at: version.at,
        made: version.made.clone(),
        before,
        after,
    }
}

/// What is told of a version; nothing of one that says nothing.
fn told(version: &Version) -> Value {
    version.profile.as_ref().map_or_else(
        || json!({}),
        |profile| {
            let badge = (version.badge.as_str(), version.badge_state.as_str());
            standing(wire(profile), badge, version.organisation)
        },
    )
}

/// A business as history and the audit log tell it.
pub(super) fn standing(
    profile: Value,
    (badge, badge_state): (&str, &str),
    organisation: Option<OrganisationId>,
) -> Value {
    let mut told = json!({"profile": profile, "badge": badge, "badge_state": badge_state});
    if let Some(organisation) = organisation {
        told["organisation_id"] = organisation.to_string().into();
    }
    told
}

/// The parts of two JSON objects that differ, at any depth of objects; lists are compared as a whole.
pub(super) fn differing(before: Value, after: Value) -> (Value, Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(mut after)) => {
            let (mut was, mut is) = (Map::new(), Map::new());
            for (name, old) in before {
                match after.remove(&name) {
                    None => {
                        was.insert(name, old);
                    }
                    Some(new) if new == old => {}
                    Some(new) => {
                        let (old, new) = differing(old, new);
                        was.insert(name.clone(), old);
                        is.insert(name, new);
                    }
                }
            }
            is.extend(after);
            (was.into(), is.into())
        }
        both => both,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let before =
            json!({"profile": {"name": "A", "about": "x", "aliases": ["a", "b"]}, "badge": "none"});
        let after =
            json!({"profile": {"name": "B", "aliases": ["a"], "country": "DE"}, "badge": "none"});
        let (was, is) = differing(before, after);
        assert_eq!(
            was,
            json!({"profile": {"name": "A", "about": "x", "aliases": ["a", "b"]}})
        );
        assert_eq!(
            is,
            json!({"profile": {"name": "B", "aliases": ["a"], "country": "DE"}})
        );
    }
}
