//! The registry of businesses: writing it, reading it, and making changes visible to checks.

mod history;

use std::sync::Arc;

use serde_json::{Value, json};

use super::author::Author;
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
    pub async fn upsert_batch(
        &self,
        profiles: Vec<Profile>,
        by: &Author,
    ) -> Result<UpsertCounts, StoreError> {
        let batch = profiles.into_iter().map(|profile| Upsert {
            id_if_new: BusinessId::new(self.world.new_id()),
            profile,
        });
        let act = by.act(&self.world, "registry.import", None);
        let counts = self.store.upsert_batch(batch.collect(), &act).await?;
        if counts.created + counts.updated > 0 {
            self.show().await;
        }
        Ok(counts)
    }

    /// Adds a business.
    pub async fn create(&self, profile: Profile, by: &Author) -> Result<Business, RegistryError> {
        let id = BusinessId::new(self.world.new_id());
        let act = by.act(&self.world, "business.create", Some(&id));
        let now = act.at;
        let business = Business {
            id,
            profile,
            badge: Badge::None,
            badge_state: BadgeState::Active,
            organisation: by.organisation,
            created_at: now,
            updated_at: now,
            version: 1,
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
        let profile = body.parse(&business.profile.channels)?;
        if profile == business.profile {
            return Ok(business);
        }
        let mut next = business.clone();
        if loses_badge(&business.profile, &profile) && business.badge != Badge::None {
            next.badge_state = BadgeState::Suspended;
        }
        next.profile = profile;
        self.replace(&business, next, "business.update", by).await
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

/// A profile as JSON.
fn wire(profile: &Profile) -> Value {
    serde_json::to_value(ProfileBody::of(profile))
        .expect("a profile body has only JSON's own types")
}

/// What history and the audit log tell of a business.
fn snapshot(business: &Business) -> Value {
    let mut told = json!({
        "profile": wire(&business.profile),
        "badge": business.badge.as_str(),
        "badge_state": business.badge_state.as_str(),
    });
    if let Some(organisation) = business.organisation {
        told["organisation_id"] = organisation.to_string().into();
    }
    told
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
