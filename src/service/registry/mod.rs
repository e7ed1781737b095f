//! The registry of businesses: writing it, reading it, and making changes visible to checks.

mod annotations;
mod conflicts;
mod history;
mod imports;
mod listing;
mod organisations;

use std::sync::Arc;

use serde_json::Value;

use super::author::Author;
use super::contract::{FieldErrors, ProfileBody, merge_patch, read_value};
use super::live::LiveIndex;
use super::world::World;
use crate::domain::{Business, BusinessId};
use crate::domain::{ExternalId, Profile};
use crate::store::{Store, StoreError};

pub use annotations::LabelTerms;
pub use conflicts::ConflictPage;
pub use history::{Change, HistoryPage};
pub use imports::{RunPage, UndoReport};
pub use listing::{Page, Query};
pub use organisations::OrganisationPage;

pub use crate::store::{ChannelConflict, ImportRun, Label, Made, Note, Organisation};

/// Why the registry could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A field is wrong.
    #[error(transparent)]
    Fields(#[from] FieldErrors),
    /// The author belongs to an organisation, and the business to another or to none.
    #[error("{0} is not a business of your organisation; only those can be changed with this key")]
    NotYours(BusinessId),
}

/// The registry.
#[derive(Clone)]
pub struct Registry {
    store: Arc<dyn Store>,
    live: Option<Arc<LiveIndex>>,
    world: World,
}

impl Registry {
    /// A registry whose changes no live index follows (imports by command).
    pub fn new(store: Arc<dyn Store>, world: World) -> Self {
        Self {
            store,
            live: None,
            world,
        }
    }

    /// A registry whose changes are in `live` before a write returns.
    pub fn with_live(store: Arc<dyn Store>, world: World, live: Arc<LiveIndex>) -> Self {
        Self {
            live: Some(live),
            ..Self::new(store, world)
        }
    }

    /// Adds a business.
    pub async fn create(&self, profile: Profile, by: &Author) -> Result<Business, RegistryError> {
        let id = BusinessId::new(self.world.new_id());
        self.right_parent(&profile, by).await?;
        let act = by.act(&self.world, "business.create", Some(&id));
        let business = Business {
            organisation: by.organisation,
            ..Business::new(id, profile, act.at)
        };
        let act = act.changing(None, Some(snapshot(&business).to_string()));
        self.store.insert(&business, &act).await?;
        self.show().await;
        Ok(business)
    }

    /// One business.
    pub async fn get(&self, id: BusinessId) -> Result<Business, StoreError> {
        let found = self.store.get(id).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("business {id}")))
    }

    /// One business by its importer's id.
    pub async fn find_external(&self, id: &ExternalId) -> Result<Option<Business>, StoreError> {
        self.store.find_external(id).await
    }

    /// Changes a profile by a merge patch (RFC 7396), if the business's version is `expected`.
    pub async fn patch(
        &self,
        id: BusinessId,
        expected: u64,
        patch: Value,
        by: &Author,
    ) -> Result<Business, RegistryError> {
        if !patch.is_object() {
            return Err(
                FieldErrors::one("", "invalid_type", "a merge patch is a JSON object").into(),
            );
        }
        let business = self.to_write(id, Some(expected), by).await?;
        let mut wire = wire(&business.profile);
        merge_patch(&mut wire, patch);
        let body: ProfileBody = read_value(wire)?;
        let profile = body.parse(Some(&business))?;
        if profile == business.profile {
            return Ok(business);
        }
        if profile.parent != business.profile.parent {
            self.right_parent(&profile, by).await?;
        }
        let mut next = business.clone();
        next.take_profile(profile, self.world.now());
        self.replace(&business, next, "business.update", by).await
    }

    /// Changes a profile by a function, at whatever version it is.
    pub(in crate::service) async fn amend(
        &self,
        id: BusinessId,
        action: &'static str,
        by: &Author,
        change: impl FnOnce(&mut Profile),
    ) -> Result<Business, RegistryError> {
        let business = self.to_write(id, None, by).await?;
        let mut profile = business.profile.clone();
        change(&mut profile);
        profile
            .validate()
            .map_err(|e| FieldErrors::one("", "invalid_value", e.to_string()))?;
        if profile == business.profile {
            return Ok(business);
        }
        let mut next = business.clone();
        next.take_profile(profile, self.world.now());
        self.replace(&business, next, action, by).await
    }

    /// A business as its author may write it: at the version that is expected, if one is, and of the author's organisation.
    async fn to_write(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        by: &Author,
    ) -> Result<Business, RegistryError> {
        let business = self.get(id).await?;
        if by.organisation.is_some() && by.organisation != business.organisation {
            return Err(RegistryError::NotYours(id));
        }
        match expected {
            Some(expected) if expected != business.version => Err(StoreError::Stale {
                current: business.version,
            }
            .into()),
            _ => Ok(business),
        }
    }

    /// Writes the next version of a business over the one that was read.
    async fn replace(
        &self,
        read: &Business,
        mut next: Business,
        action: &'static str,
        by: &Author,
    ) -> Result<Business, RegistryError> {
        let act = by.act(&self.world, action, Some(&read.id));
        next.updated_at = act.at;
        next.version = read.version + 1;
        let (before, after) = history::differing(snapshot(read), snapshot(&next));
        let act = act.changing(Some(before.to_string()), Some(after.to_string()));
        self.store.replace(&next, read.version, &act).await?;
        self.show().await;
        Ok(next)
    }

    /// Deletes a business, if its version is `expected` when that is given. Its history stays.
    pub async fn delete(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        by: &Author,
    ) -> Result<(), RegistryError> {
        let business = self.to_write(id, expected, by).await?;
        let act = by.act(&self.world, "business.delete", Some(&id));
        let act = act.changing(Some(snapshot(&business).to_string()), None);
        self.store.delete(id, Some(business.version), &act).await?;
        self.show().await;
        Ok(())
    }

    /// Brings a committed change into the live index. A failure is no failure of the write, which stands:
    /// the index follows within a second by its own loop.
    async fn show(&self) {
        if let Some(live) = &self.live
            && let Err(error) = live.catch_up().await
        {
            tracing::warn!(%error, "a registry change is committed, but not yet visible to checks");
        }
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registry")
    }
}

/// A profile as JSON.
fn wire(profile: &Profile) -> Value {
    serde_json::to_value(ProfileBody::of(profile))
        .expect("a profile body has only JSON's own types")
}

/// What history and the audit log tell of a business.
fn snapshot(business: &Business) -> Value {
    let badge = (business.badge.as_str(), business.badge_state.as_str());
    history::standing(wire(&business.profile), badge, business.organisation)
}
