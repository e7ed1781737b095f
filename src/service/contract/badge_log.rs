//! Events and signed heads of the badge log as JSON, on the wire and in exported files.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::field::{Collector, FieldErrors};
use super::words;
use crate::domain::{BadgeEvent, BusinessName, Hex, Invalid, TreeHead};
use crate::service::badge_log::SignedHead;
use crate::store::BadgeLogEntry;

/// One change of a badge: leaf `index` of the tree.
///
/// Its leaf is seven texts in UTF-8, each with its length in bytes before it as four bytes, the most significant first: the text
/// `bonafide badge event v1`, then `at`, `business_id`, `name`, `badge`, `change` and `reason` exactly as they stand here. The hash of
/// the leaf is SHA-256 of a zero byte and the leaf (RFC 6962 section 2.1).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = BadgeEvent)]
pub struct BadgeEventBody {
    /// Counts events, from 0, without holes.
    pub index: u64,
    /// When; RFC 3339, UTC.
    #[schema(example = "2026-03-01T09:00:00.25Z")]
    pub at: String,
    /// Whose badge.
    #[schema(example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    pub business_id: String,
    /// The name for which the business has, or had, the badge.
    #[schema(example = "Morgenrot Bank")]
    pub name: String,
    /// Which badge; never `none`.
    #[schema(value_type = words::Badge)]
    pub badge: String,
    /// What became of it.
    #[schema(value_type = words::BadgeChange)]
    pub change: String,
    /// Why, as a code; new ones may come. What follows from an act bears its name, such as `business.update`.
    #[schema(example = "business.update")]
    pub reason: String,
    /// The hash of the leaf, 64 hexadecimal digits.
    pub leaf_hash: String,
}

impl From<&BadgeLogEntry> for BadgeEventBody {
    fn from(entry: &BadgeLogEntry) -> Self {
        let event = &entry.event;
        Self {
            index: entry.index,
            at: event.at.to_string(),
            business_id: event.business.to_string(),
            name: event.name.to_string(),
            badge: event.badge.to_string(),
            change: event.change.to_string(),
            reason: event.reason.to_string(),
            leaf_hash: Hex(entry.leaf_hash).to_string(),
        }
    }
}

impl BadgeEventBody {
    /// The event that was exported.
    pub fn parse(&self) -> Result<BadgeLogEntry, FieldErrors> {
        let mut errors = Collector::default();
        let e = &mut errors;
        let at = e.note("/at", instant(&self.at));
        let business = e.note("/business_id", self.business_id.parse());
        let name = e.note("/name", BusinessName::parse(&self.name));
        let badge = e.note("/badge", self.badge.parse());
        let change = e.note("/change", self.change.parse());
        let reason = e.note("/reason", self.reason.parse());
        let leaf_hash = e.note("/leaf_hash", self.leaf_hash.parse::<Hex<32>>());
        let (Some(at), Some(business), Some(name), Some(badge)) = (at, business, name, badge)
        else {
            return errors.finish(()).and(Err(FieldErrors(Vec::new())));
        };
        let (Some(change), Some(reason), Some(leaf_hash)) = (change, reason, leaf_hash) else {
            return errors.finish(()).and(Err(FieldErrors(Vec::new())));
        };
        errors.finish(BadgeLogEntry {
            index: self.index,
            event: BadgeEvent {
                at,
                business,
                name,
                badge,
                change,
                reason,
            },
            leaf_hash: leaf_hash.0,
        })
    }
}

/// A signed head of the badge log: its word that at this instant it was so.
///
/// Signed are four lines in UTF-8, each with a line feed at its end: the text `bonafide badge log head v1`, then `size`, `root` and `at`
/// exactly as they stand here.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = BadgeLogHead)]
pub struct BadgeLogHeadBody {
    /// Events.
    pub size: u64,
    /// The hash of their tree (RFC 6962 section 2.1, SHA-256), 64 hexadecimal digits.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub root: String,
    /// When it was signed; RFC 3339, UTC.
    pub at: String,
    /// Ed25519 (RFC 8032) by the key of `GET /v1/badge-log/key`, 128 hexadecimal digits.
    pub signature: String,
}

impl From<&SignedHead> for BadgeLogHeadBody {
    fn from(signed: &SignedHead) -> Self {
        Self {
            size: signed.head.size,
            root: signed.head.root.to_string(),
            at: signed.at.to_string(),
            signature: signed.signature.to_string(),
        }
    }
}

impl BadgeLogHeadBody {
    /// The head that was exported.
    pub fn parse(&self) -> Result<SignedHead, FieldErrors> {
        let mut errors = Collector::default();
        let e = &mut errors;
        let root = e.note("/root", self.root.parse());
        let at = e.note("/at", instant(&self.at));
        let signature = e.note("/signature", self.signature.parse());
        let (Some(root), Some(at), Some(signature)) = (root, at, signature) else {
            return errors.finish(()).and(Err(FieldErrors(Vec::new())));
        };
        let size = self.size;
        errors.finish(SignedHead {
            head: TreeHead { size, root },
            at,
            signature,
        })
    }
}

/// One line of an exported log: each event in its order, then the signed head.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadgeLogLine {
    /// An event.
    Event(BadgeEventBody),
    /// The head, on the last line.
    Head(BadgeLogHeadBody),
}

fn instant(text: &str) -> Result<Timestamp, Invalid> {
    text.parse()
        .map_err(|why| Invalid::new("instant", text, why))
}
