//! What checks need to know of a business, packed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Badge, BadgeState, Business, BusinessId, BusinessName, CatalogueItem, Channel, ChannelKind,
    Coverage, ExternalId, Profile, Text,
};

/// A business as far as checks need it: its names, channels and standing, without address, hours and history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its id in this registry.
    #[serde(skip, default = "nobody")]
    pub id: BusinessId,
    /// The importer's or partner's name for it.
    pub external_id: Option<ExternalId>,
    /// The name it trades under.
    pub name: BusinessName,
    /// Other names.
    pub aliases: Vec<BusinessName>,
    /// Every known way to reach it.
    pub channels: Vec<Channel>,
    /// How much of each kind of channel is known.
    pub coverage: BTreeMap<ChannelKind, Coverage>,
    /// Long self-description, which impostors copy.
    pub description: Option<Text<512>>,
    /// What it offers, which impostors copy.
    pub catalogue: Vec<CatalogueItem>,
    /// What it has earned.
    pub badge: Badge,
    /// Whether that counts now.
    pub badge_state: BadgeState,
}

/// Stands for the id while a record is unpacked: ids are kept apart, in order.
fn nobody() -> BusinessId {
    BusinessId::new(uuid::Uuid::nil())
}

impl From<&Business> for Registered {
    fn from(business: &Business) -> Self {
        Self::of(
            business.id,
            &business.profile,
            business.badge,
            business.badge_state,
        )
    }
}

impl Registered {
    /// What checks need of a profile.
    pub(super) fn of(
        id: BusinessId,
        profile: &Profile,
        badge: Badge,
        badge_state: BadgeState,
    ) -> Self {
        Self {
            id,
            external_id: profile.external_id.clone(),
            name: profile.name.clone(),
            aliases: profile.aliases.clone(),
            channels: profile.channels.clone(),
            coverage: profile.coverage.clone(),
            description: profile.description.clone(),
            catalogue: profile.catalogue.clone(),
            badge,
            badge_state,
        }
    }

    /// The stated coverage of a kind; `unknown` where nothing is stated.
    pub fn coverage_of(&self, kind: ChannelKind) -> Coverage {
        let stated = self.coverage.get(&kind).copied();
        stated.unwrap_or(Coverage::Unknown)
    }

    /// Whether its channels may be called `verified`.
    pub fn channels_count(&self) -> bool {
        self.badge_state.channels_count()
    }

    /// Its name (0) or one of its aliases (from 1).
    pub fn name_of(&self, which: usize) -> &BusinessName {
        which
            .checked_sub(1)
            .and_then(|i| self.aliases.get(i))
            .unwrap_or(&self.name)
    }

    /// The record, without the id.
    pub(super) fn pack(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads a record; none of bytes that are none.
    pub(super) fn unpack(id: BusinessId, bytes: &[u8]) -> Option<Self> {
        let mut registered: Self = postcard::from_bytes(bytes).ok()?;
        registered.id = id;
        Some(registered)
    }
}
