//! What becomes of badges, as the public badge log tells it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::error::word_enum;
use super::merkle::{self, TreeHash};
use super::{Act, Badge, BadgeState, Business, BusinessId, BusinessName, Hex, Invalid};

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

    /// The code of whatever follows from an act: its name. What a code cannot hold is `_` in it, so that whatever is written
    /// to the log can be read from it.
    pub fn of(act: &Act) -> Self {
        if is_code(act.action) {
            return Self(Cow::Borrowed(act.action));
        }
        let kept = act.action.bytes().take(Self::MAX_CHARS);
        let code: String = kept
            .map(|byte| if fits(byte) { byte.into() } else { '_' })
            .collect();
        Self(if code.is_empty() {
            Cow::Borrowed("_")
        } else {
            Cow::Owned(code)
        })
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
        if is_code(value) {
            return Ok(Self(Cow::Owned(value.to_owned())));
        }
        Err(Invalid::new(
            "reason of a badge change",
            value,
            "it is 1 to 60 lower-case letters, digits, full stops and underscores",
        ))
    }
}

const fn fits(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_')
}

fn is_code(text: &str) -> bool {
    (1..=BadgeReason::MAX_CHARS).contains(&text.len()) && text.bytes().all(fits)
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

/// A length of the badge log: so many events, and the hash of their tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// Events.
    pub size: u64,
    /// The hash of the tree.
    pub root: Hex<32>,
}

impl fmt::Display for TreeHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.size, self.root)
    }
}

impl FromStr for TreeHead {
    type Err = Invalid;

    /// Reads what `Display` writes: `SIZE:` and 64 hexadecimal digits.
    fn from_str(value: &str) -> Result<Self, Invalid> {
        let parts = value.trim().split_once(':');
        let head = parts.and_then(|(size, root)| {
            let (size, root) = (size.parse().ok()?, root.parse().ok()?);
            Some(Self { size, root })
        });
        head.ok_or_else(|| {
            Invalid::new(
                "head of the badge log",
                value,
                "it is a number, a colon and 64 hexadecimal digits",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has once been published must be computed alike for ever.
    #[test]
    fn the_bytes_of_a_leaf_are_what_they_have_been() {
        let event = BadgeEvent {
            at: "2026-03-01T10:00:00.250000+01:00".parse().unwrap(),
            business: "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f".parse().unwrap(),
            name: BusinessName::parse("Ärzte").unwrap(),
            badge: Badge::Official,
            change: BadgeChange::Suspended,
            reason: "business.update".parse().unwrap(),
        };
        let expected = [
            &b"\0\0\0\x17bonafide badge event v1"[..],
            b"\0\0\0\x172026-03-01T09:00:00.25Z",
            b"\0\0\0\x24biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f",
            b"\0\0\0\x06\xc3\x84rzte",
            b"\0\0\0\x08official",
            b"\0\0\0\x09suspended",
            b"\0\0\0\x0fbusiness.update",
        ];
        assert_eq!(event.leaf(), expected.concat());
        let whole = BadgeEvent {
            at: Timestamp::UNIX_EPOCH,
            ..event
        };
        let at = b"\0\0\0\x141970-01-01T00:00:00Z";
        assert!(whole.leaf().windows(at.len()).any(|part| part == at));
    }

    #[test]
    fn reasons_are_short_codes() {
        for good in ["a", "sim_swap", "business.update", "lei2"] {
            assert_eq!(good.parse::<BadgeReason>().unwrap().as_str(), good);
        }
        let long = "a".repeat(61);
        for wrong in ["", "Grant", "a b", "a-b", "ä", "a\n", long.as_str()] {
            assert!(wrong.parse::<BadgeReason>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_reason_of_every_act_can_be_read_again() {
        let long: &'static str = "business.update.business.update.business.update.business.update";
        for (action, code) in [
            ("business.update", "business.update"),
            ("Badge-é", "_adge___"),
            ("", "_"),
            (long, &long[..60]),
        ] {
            let act = Act {
                id: crate::domain::ActId::new(uuid::Uuid::nil()),
                at: Timestamp::UNIX_EPOCH,
                actor: crate::domain::Actor::Server,
                action,
                subject: None,
                reason: None,
                request_id: None,
                run: None,
                before: None,
                after: None,
            };
            let reason = BadgeReason::of(&act);
            assert_eq!(reason.as_str(), code);
            assert_eq!(code.parse(), Ok(reason));
        }
    }

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = TreeHead {
            size: 42,
            root: Hex([0xa7; 32]),
        };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in [
            "",
            "42",
            "42:",
            "x:00",
            "-1:00",
            &format!("1:{}", "0".repeat(63)),
        ] {
            assert!(wrong.parse::<TreeHead>().is_err(), "{wrong}");
        }
    }
}
