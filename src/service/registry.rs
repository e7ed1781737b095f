//! The registry of businesses: writing it, reading it, and making changes visible to checks.

use std::sync::Arc;

use serde_json::Value;

use super::contract::{FieldErrors, ProfileBody, merge_patch, read_value};
use super::live::LiveIndex;
use super::world::World;
use crate::domain::{
    Badge, BadgeState, Business, BusinessId, BusinessName, ChannelValue, Country, Provenance,
};
use crate::domain::{ExternalId, Profile};
use crate::store::{ListPlace, Listing, Store, StoreError, Upsert, UpsertCounts};

/// Why the registry could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A field is wrong.
    #[error(transparent)]
    Fields(#[from] FieldErrors),
}

/// The registry.
#[derive(Clone)]
pub struct Registry {
    store: Arc<dyn Store>,
    live: Option<Arc<LiveIndex>>,
    world: World,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only those at home here.
    pub country: Option<Country>,
    /// Only those of this category.
    pub category: Option<String>,
    /// Only those with this in a name, whatever its case.
    pub search: Option<String>,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Most entries, 1–[`Query::MAX_LIMIT`].
    pub limit: u32,
}

impl Query {
    /// Most entries of a page.
    pub const MAX_LIMIT: u32 = 200;
}

/// A page of businesses.
#[derive(Debug, Clone)]
pub struct Page {
    /// The businesses.
    pub businesses: Vec<Business>,
    /// Where the next page starts, if there is one.
    pub next_cursor: Option<String>,
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

    /// Writes profiles by external id in one transaction; about 1,000 at a time are fast. All or none.
    pub async fn upsert_batch(&self, profiles: Vec<Profile>) -> Result<UpsertCounts, StoreError> {
        let batch = profiles.into_iter().map(|profile| Upsert {
            id_if_new: BusinessId::new(self.world.new_id()),
            profile,
        });
        let counts = self
            .store
            .upsert_batch(batch.collect(), self.world.now())
            .await?;
        if counts.created + counts.updated > 0 {
            self.show().await;
        }
        Ok(counts)
    }

    /// Adds a business.
    pub async fn create(&self, profile: Profile) -> Result<Business, RegistryError> {
        let now = self.world.now();
        let business = Business {
            id: BusinessId::new(self.world.new_id()),
            profile,
            badge: Badge::None,
            badge_state: BadgeState::Active,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        self.store.insert(&business).await?;
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
    ///
    /// # Panics
    /// Never: a profile is always JSON.
    pub async fn patch(
        &self,
        id: BusinessId,
        expected: u64,
        patch: Value,
    ) -> Result<Business, RegistryError> {
        if !patch.is_object() {
            return Err(
                FieldErrors::one("", "invalid_type", "a merge patch is a JSON object").into(),
            );
        }
        let mut business = self.get(id).await?;
        if business.version != expected {
            return Err(StoreError::Stale {
                current: business.version,
            }
            .into());
        }
        let mut wire = serde_json::to_value(ProfileBody::of(&business.profile))
            .expect("a profile body has only JSON's own types");
        merge_patch(&mut wire, patch);
        let body: ProfileBody = read_value(wire)?;
        let profile = body.parse(Some(&business))?;
        if profile == business.profile {
            return Ok(business);
        }
        if loses_badge(&business.profile, &profile) && business.badge != Badge::None {
            business.badge_state = BadgeState::Suspended;
        }
        business.profile = profile;
        business.updated_at = self.world.now();
        business.version += 1;
        self.store.replace(&business, expected).await?;
        self.show().await;
        Ok(business)
    }

    /// Deletes a business, if its version is `expected` when that is given.
    pub async fn delete(&self, id: BusinessId, expected: Option<u64>) -> Result<(), StoreError> {
        self.store.delete(id, expected, self.world.now()).await?;
        self.show().await;
        Ok(())
    }

    /// A page of businesses.
    pub async fn list(&self, query: &Query) -> Result<Page, RegistryError> {
        let limit = query.limit.clamp(1, Query::MAX_LIMIT);
        let after = match &query.cursor {
            None => None,
            Some(cursor) => Some(read_cursor(cursor).ok_or_else(|| {
                FieldErrors::one(
                    "/cursor",
                    "invalid_cursor",
                    "it is not a next_cursor that this API gave",
                )
            })?),
        };
        let listing = Listing {
            country: query.country,
            category: query.category.clone(),
            search: query
                .search
                .as_ref()
                .map(|s| s.trim().to_lowercase())
                .filter(|s| !s.is_empty()),
            after,
            limit: limit + 1,
        };
        let mut rows = self.store.list(&listing).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|(place, _)| write_cursor(*place));
        Ok(Page {
            businesses: rows.into_iter().map(|(_, business)| business).collect(),
            next_cursor,
        })
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

/// A changed name, logo or proved channel must be proved again before the badge counts (DESIGN §1).
fn loses_badge(old: &Profile, new: &Profile) -> bool {
    let proved = |p: &Profile| -> Vec<ChannelValue> {
        let proved = p
            .channels
            .iter()
            .filter(|c| c.provenance == Provenance::Proved);
        proved.map(|c| c.value.clone()).collect()
    };
    let shown = |p: &Profile| -> (BusinessName, Option<String>) {
        let logo = p.logo_url.as_ref().map(|l| l.as_str().to_owned());
        (p.name.clone(), logo)
    };
    shown(old) != shown(new) || proved(old) != proved(new)
}

fn write_cursor(place: ListPlace) -> String {
    format!("{}{}", place.rank, place.id.as_uuid().simple())
}

fn read_cursor(cursor: &str) -> Option<ListPlace> {
    let (rank, id) = cursor.split_at_checked(1)?;
    let rank = rank.parse().ok()?;
    let id: BusinessId = format!("{}{id}", BusinessId::PREFIX).parse().ok()?;
    Some(ListPlace { rank, id })
}
