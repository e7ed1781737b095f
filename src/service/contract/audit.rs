//! An entry of the audit log as JSON, on the wire and in exported files.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::field::{Collector, FieldErrors};
use crate::domain::{ActId, AuditHead, Invalid, RunId};
use crate::store::AuditEntry;

/// One act: who did what, when and why, and the hash that links it to the one before.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditBody {
    /// Counts entries, from 1, without holes.
    pub seq: u64,
    /// The act.
    #[schema(example = "act_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    pub id: String,
    /// When; RFC 3339, UTC.
    pub at: String,
    /// Who: a key (`key_…`), a user (`user_…`), somebody at the command line (`command:…`) or `server`.
    #[schema(example = "key_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    pub actor: String,
    /// What was done, `thing.verb`; new ones may come.
    #[schema(example = "business.update")]
    pub action: String,
    /// The id of what was acted upon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    pub subject: Option<String>,
    /// Why, as `X-Reason` said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// The request that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    /// The import that it was part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub run_id: Option<String>,
    /// What it changed, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub before: Option<Box<RawValue>>,
    /// What it changed, as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub after: Option<Box<RawValue>>,
    /// Hash of this entry and the one before it, 64 hexadecimal digits.
    pub hash: String,
}

impl From<&AuditEntry> for AuditBody {
    fn from(entry: &AuditEntry) -> Self {
        let raw = |text: &Option<String>| text.clone().and_then(|t| RawValue::from_string(t).ok());
        Self {
            seq: entry.seq,
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            subject: entry.subject.clone(),
            reason: entry.reason.clone(),
            request_id: entry.request_id.clone(),
            run_id: entry.run.map(|id| id.to_string()),
            before: raw(&entry.before),
            after: raw(&entry.after),
            hash: blake3::Hash::from_bytes(entry.hash).to_hex().to_string(),
        }
    }
}

impl AuditBody {
    /// The entry that was exported.
    pub fn parse(self) -> Result<AuditEntry, FieldErrors> {
        let mut errors = Collector::default();
        let e = &mut errors;
        let id = e.note("/id", self.id.parse::<ActId>());
        let at = e.note(
            "/at",
            self.at
                .parse::<Timestamp>()
                .map_err(|why| Invalid::new("instant", &self.at, why)),
        );
        let run = e.parse("/run_id", self.run_id.as_ref(), str::parse::<RunId>);
        let head = e.note(
            "/hash",
            format!("{}:{}", self.seq, self.hash).parse::<AuditHead>(),
        );
        let text = |raw: Option<Box<RawValue>>| raw.map(|raw| raw.get().to_owned());
        let (Some(id), Some(at), Some(head)) = (id, at, head) else {
            return errors.finish(()).and(Err(FieldErrors(Vec::new())));
        };
        errors.finish(AuditEntry {
            seq: self.seq,
            id,
            at,
            actor: self.actor,
            action: self.action,
            subject: self.subject,
            reason: self.reason,
            request_id: self.request_id,
            run,
            before: text(self.before),
            after: text(self.after),
            hash: head.hash,
        })
    }
}
