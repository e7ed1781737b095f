//! What checks need to know of a business, packed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::name_entry::VARIANTS;
use crate::domain::{
    Badge, BadgeState, Business, BusinessId, BusinessName, CatalogueItem, Channel, ChannelKind,
    Coverage, ExternalId, Profile, ProtectedKind, Representative, Text,
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
    /// Other names, whatever is known of them besides.
    pub aliases: Vec<BusinessName>,
    /// Blocked spellings of its name, which it never uses itself.
    pub variants: Vec<BusinessName>,
    /// People whose names are protected beside its own.
    pub persons: Vec<BusinessName>,
    /// Every known way to reach it.
    pub channels: Vec<Channel>,
    /// Who may speak for it on channels of their own.
    pub representatives: Vec<Representative>,
    /// The business at the head of its group, if that is another.
    pub parent: Option<BusinessId>,
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

/// Fields of a record, an empty one of which takes a byte: so many zeros at its end are left out at most.
const FIELDS: usize = 13;

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
        let protected = |kind: ProtectedKind| {
            let names = profile.protected_names.iter();
            let names = names.filter(move |p| p.kind == kind);
            names.map(|p| p.name.clone()).collect()
        };
        Self {
            id,
            external_id: profile.external_id.clone(),
            name: profile.name.clone(),
            aliases: profile.every_name().skip(1).cloned().collect(),
            variants: protected(ProtectedKind::Variant),
            persons: protected(ProtectedKind::Person),
            channels: profile.channels.clone(),
            representatives: profile.representatives.clone(),
            parent: profile.parent.filter(|parent| *parent != id),
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

    /// Whether it and another are one business or of one group: one is the other's parent, or both have the same.
    pub fn same_group(&self, other: &Self) -> bool {
        self.id == other.id
            || self.parent == Some(other.id)
            || other.parent == Some(self.id)
            || (self.parent.is_some() && self.parent == other.parent)
    }

    /// Its name (0), one of its aliases (from 1) or of its blocked variants, as a [`NameEntry`](super::NameEntry) counts them.
    pub fn name_of(&self, which: u16) -> &BusinessName {
        let found = match which.checked_sub(VARIANTS) {
            Some(variant) => self.variants.get(usize::from(variant)),
            None => (usize::from(which).checked_sub(1)).and_then(|i| self.aliases.get(i)),
        };
        found.unwrap_or(&self.name)
    }

    /// Its name (0) or one of its aliases (from 1) as it stands in its record, which is read no further; none of a record that
    /// cannot be read.
    pub(super) fn name_in(record: &[u8], which: u16) -> Option<&str> {
        // What comes first in a record: the fields of this type, in their order.
        let (head, rest) = postcard::take_from_bytes::<(Option<&str>, &str)>(record).ok()?;
        let Some(further) = which.checked_sub(1) else {
            return Some(head.1);
        };
        // None where there are no aliases and zeros at the end are left out.
        let (aliases, mut rest) = postcard::take_from_bytes::<u32>(rest).ok()?;
        if u32::from(further) >= aliases {
            return None;
        }
        let mut alias = "";
        for _ in 0..=further {
            (alias, rest) = postcard::take_from_bytes(rest).ok()?;
        }
        Some(alias)
    }

    /// The names by which it is found, as a [`NameEntry`](super::NameEntry) counts them.
    pub(super) fn names(&self) -> impl Iterator<Item = (u16, &BusinessName)> {
        let own = (0..VARIANTS).zip(std::iter::once(&self.name).chain(&self.aliases));
        own.chain((VARIANTS..).zip(&self.variants))
    }

    /// Its own channels and those of its representatives.
    pub(super) fn every_channel(&self) -> impl Iterator<Item = &Channel> {
        let represented = self.representatives.iter().flat_map(|r| &r.channels);
        self.channels.iter().chain(represented)
    }

    /// The record, without the id. What is empty is a zero, and in most records much is that stands last: zeros at the end are left
    /// out, as many as are put back.
    pub(super) fn pack(&self) -> Vec<u8> {
        let mut record = postcard::to_allocvec(self).unwrap_or_default();
        let zeros = record.iter().rev().take_while(|&&byte| byte == 0);
        let zeros = zeros.take(FIELDS).count();
        record.truncate(record.len() - zeros);
        record
    }

    /// Reads a record; none of bytes that are none.
    pub(super) fn unpack(id: BusinessId, bytes: &[u8]) -> Option<Self> {
        let mut record: SmallVec<[u8; 512]> = SmallVec::from_slice(bytes);
        record.resize(bytes.len() + FIELDS, 0);
        let mut registered: Self = postcard::from_bytes(&record).ok()?;
        registered.id = id;
        Some(registered)
    }
}
