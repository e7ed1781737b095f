//! Entries of the audit log, and the hash that links them.

use jiff::Timestamp;

use crate::domain::{ActId, RunId};

/// One act, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counts entries, from 1, without holes.
    pub seq: u64,
    /// The act.
    pub id: ActId,
    /// When.
    pub at: Timestamp,
    /// Who: a key, a user, `command:…` or `server`.
    pub actor: String,
    /// What was done, `thing.verb`.
    pub action: String,
    /// The id of what was acted upon.
    pub subject: Option<String>,
    /// Why, if the actor said so.
    pub reason: Option<String>,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// The import that it was part of.
    pub run: Option<RunId>,
    /// JSON of what it changed, as it was.
    pub before: Option<String>,
    /// JSON of what it changed, as it was then.
    pub after: Option<String>,
    /// Hash of the entry and the one before it.
    pub hash: [u8; 32],
}

impl AuditEntry {
    /// The hash that the entry must have after one whose hash is `previous`: BLAKE3 over each field, with its length
    /// before it, so that no two entries are written alike.
    pub fn hash_after(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("bonafide 2026 audit entry");
        hasher.update(previous);
        hasher.update(&self.seq.to_le_bytes());
        hasher.update(self.id.as_uuid().as_bytes());
        hasher.update(&self.at.as_microsecond().to_le_bytes());
        let run = self.run.map(|r| r.to_string());
        for field in [
            Some(&self.actor),
            Some(&self.action),
            self.subject.as_ref(),
            self.reason.as_ref(),
            self.request_id.as_ref(),
            run.as_ref(),
            self.before.as_ref(),
            self.after.as_ref(),
        ] {
            // No text is as long as the mark of a field that is absent.
            let length = field.map_or(u64::MAX, |text| text.len() as u64);
            hasher.update(&length.to_le_bytes());
            hasher.update(field.map_or(&[], |text| text.as_bytes()));
        }
        *hasher.finalize().as_bytes()
    }
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct AuditListing {
    /// Only acts upon this.
    pub subject: Option<String>,
    /// Only acts of this actor.
    pub actor: Option<String>,
    /// Only acts of this kind.
    pub action: Option<String>,
    /// Only acts of this import.
    pub run: Option<RunId>,
    /// Only acts from then on.
    pub since: Option<Timestamp>,
    /// The number after which to go on.
    pub after: Option<u64>,
    /// Down from the newest instead of up from the first.
    pub newest_first: bool,
    /// Most entries.
    pub limit: u32,
}

impl AuditListing {
    /// The number after which the listing starts.
    pub(super) fn start(&self) -> u64 {
        let first = if self.newest_first { u64::MAX } else { 0 };
        self.after.unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> AuditEntry {
        AuditEntry {
            seq: 1,
            id: ActId::new(uuid::Uuid::from_u128(1)),
            at: Timestamp::UNIX_EPOCH,
            actor: "server".to_owned(),
            action: "business.create".to_owned(),
            subject: None,
            reason: None,
            request_id: None,
            run: None,
            before: None,
            after: None,
            hash: [0; 32],
        }
    }

    #[test]
    fn whatever_is_changed_in_an_entry_shows_in_its_hash() {
        let text = || Some("x".to_owned());
        let changes: [fn(&mut AuditEntry); 11] = [
            |e| e.seq = 2,
            |e| e.id = ActId::new(uuid::Uuid::from_u128(2)),
            |e| e.at = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_micros(1),
            |e| e.actor.push('x'),
            |e| e.action.push('x'),
            |e| e.subject = Some(String::new()),
            |e| e.subject = Some("x".to_owned()),
            |e| e.reason = Some("x".to_owned()),
            |e| e.request_id = Some("x".to_owned()),
            |e| e.before = Some("x".to_owned()),
            |e| e.after = Some("x".to_owned()),
        ];
        let mut hashes = vec![entry().hash_after(&[0; 32]), entry().hash_after(&[1; 32])];
        for change in changes {
            let mut changed = entry();
            change(&mut changed);
            hashes.push(changed.hash_after(&[0; 32]));
        }
        let run = AuditEntry {
            run: Some(RunId::new(uuid::Uuid::nil())),
            after: text(),
            ..entry()
        };
        hashes.push(run.hash_after(&[0; 32]));
        for (i, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..i].contains(hash), "{i}");
        }
    }
}
