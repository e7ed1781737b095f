//! What becomes of badges, as the public badge log tells it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::error::word_enum;
use super::merkle::{self, TreeHash};
use super::{Act, Badge, BadgeState, Business, BusinessId, BusinessName, Invalid};

word_enum! {
    /// What became of a badge.
    "badge change" BadgeChange {
        /// The business has it now, and it counts.
        Granted = "granted",
        /// It is set aside until re-proved.
        Suspended = "suspended",
        /// It counts again.
        Resumed = "resumed",
        /// A proof lapsed.
        Expired = "expired",
        /// It was taken away, with the business or for another badge, too.
        Revoked = "revoked",
    }
}

/// Why a badge changed, as a stable code: 1–60 lower-case letters, digits, `.` and `_`. Changes that follow from an act bear its
/// name, such as `business.update`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeReason(Cow<'static, str>);

impl BadgeReason {
    /// Longest code.
    pub const MAX_CHARS: usize = 60;

    /// The code of whatever follows from an act: its name.
    pub fn of(act: &Act) -> Self {
        Self(Cow::Borrowed(act.action))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BadgeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BadgeReason {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b);
        if (1..=Self::MAX_CHARS).contains(&value.len()) && value.bytes().all(fits) {
            return Ok(Self(Cow::Owned(value.to_owned())));
        }
        Err(Invalid::new(
            "reason of a badge change",
            value,
            "it is 1 to 60 lower-case letters, digits, full stops and underscores",
        ))
    }
}

/// One change of a badge: a leaf of the badge log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeEvent {
    /// When, to the microsecond.
    pub at: Timestamp,
    /// Whose badge.
    pub business: BusinessId,
    /// The name for which the business has, or had, the badge.
    pub name: BusinessName,
    /// Which badge; never `none`.
    pub badge: Badge,
    /// What became of it.
    pub change: BadgeChange,
    /// Why.
    pub reason: BadgeReason,
}

impl BadgeEvent {
    /// What the bytes of every leaf begin with, as their first field: which encoding this is.
    pub const ENCODING: &'static str = "bonafide badge event v1";

    /// The leaf, so that anybody can compute it from what the API tells: seven texts in UTF-8, each with its length in bytes
    /// before it, as four bytes, the most significant first. They are [`Self::ENCODING`], `at` (RFC 3339 in UTC with `Z`, and
    /// only as many digits of a second as it needs), the business's id, the name, the badge, the change and the reason.
    pub fn leaf(&self) -> Vec<u8> {
        let mut leaf = Vec::with_capacity(160);
        for field in [
            Self::ENCODING,
            &self.at.to_string(),
            &self.business.to_string(),
            self.name.as_str(),
            self.badge.as_str(),
            self.change.as_str(),
            self.reason.as_str(),
        ] {
            // No field is longer than a name, 800 bytes.
            let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
            leaf.extend_from_slice(&length.to_be_bytes());
            leaf.extend_from_slice(field.as_bytes());
        }
        leaf
    }

    /// The hash of the leaf.
    pub fn leaf_hash(&self) -> TreeHash {
        merkle::leaf_hash(&self.leaf())
    }

    /// What an act makes of the badge of a business, as it was before and as it is then; none before it is registered, and after
    /// it is deleted. At most three events.
    ///
    /// What is lost was lost by the business of the former name: nobody gets a name into the log by taking it.
    pub fn of_change(before: Option<&Business>, after: Option<&Business>, act: &Act) -> Vec<Self> {
        let event = |business: &Business, badge, change| Self {
            at: Timestamp::from_microsecond(act.at.as_microsecond()).unwrap_or(act.at),
            business: business.id,
            name: business.profile.name.clone(),
            badge,
            change,
            reason: BadgeReason::of(act),
        };
        let lost = |change| before.map(|b| event(b, b.badge, change));
        let gained = |change| after.map(|b| event(b, b.badge, change));
        let events = match (before.and_then(held), after.and_then(held)) {
            (None, None) => [None, None, None],
            (Some(_), None) => [lost(BadgeChange::Revoked), None, None],
            (Some(old), Some(new)) if old.badge == new.badge => {
                let change = (old.state != new.state).then(|| change_to(new.state));
                let told = change.and_then(|change| match change {
                    BadgeChange::Resumed => gained(change),
                    _ => lost(change),
                });
                [told, None, None]
            }
            (old, Some(new)) => {
                let replaced = old.is_some_and(|old| old.badge > new.badge);
                let set_aside = new.state != BadgeState::Active;
                [
                    replaced.then(|| lost(BadgeChange::Revoked)).flatten(),
                    gained(BadgeChange::Granted),
                    set_aside.then(|| gained(change_to(new.state))).flatten(),
                ]
            }
        };
        events.into_iter().flatten().collect()
    }
}

/// A badge that a business has, and its state, which is not `revoked`.
#[derive(Clone, Copy)]
struct Held {
    badge: Badge,
    state: BadgeState,
}

fn held(business: &Business) -> Option<Held> {
    let (badge, state) = (business.badge, business.badge_state);
    (badge != Badge::None && state != BadgeState::Revoked).then_some(Held { badge, state })
}

const fn change_to(state: BadgeState) -> BadgeChange {
    match state {
        BadgeState::Active => BadgeChange::Resumed,
        BadgeState::Suspended => BadgeChange::Suspended,
        BadgeState::Expired => BadgeChange::Expired,
        BadgeState::Revoked => BadgeChange::Revoked,
    }
}
