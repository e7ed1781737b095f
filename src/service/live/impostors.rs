//! Accounts that reviewers ruled on, by the keyed digest of their key: what a check looks up, without SQL and without a lock.

use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::domain::Ruled;
use crate::store::ImpostorKey;

/// Confirmed impostors as of one change number.
#[derive(Debug, Clone, Default)]
pub struct Impostors(FxHashMap<[u8; 32], ImpostorKey>);

impl Impostors {
    /// Whether there are none, so that nothing need be looked up.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was ruled on the account of a digest, if it counts at an instant.
    pub fn get(&self, digest: &[u8; 32], at: Timestamp) -> Option<Ruled> {
        let key = self.0.get(digest)?;
        let counts = key.ruled_at <= at && at < key.lapses_at;
        counts.then_some(Ruled {
            at: key.ruled_at,
            business: key.business,
        })
    }

    /// These with changes, of which the last counts where there are several of one key.
    pub fn with(self: &Arc<Self>, changes: Vec<ImpostorKey>) -> Arc<Self> {
        if changes.is_empty() {
            return Arc::clone(self);
        }
        let mut keys = self.0.clone();
        for key in changes {
            if key.ended {
                keys.remove(&key.digest);
            } else {
                keys.insert(key.digest, key);
            }
        }
        Arc::new(Self(keys))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;
    use crate::domain::CaseId;

    fn key(ended: bool) -> ImpostorKey {
        ImpostorKey {
            digest: [1; 32],
            case: CaseId::new(Uuid::nil()),
            business: None,
            ruled_at: Timestamp::UNIX_EPOCH,
            lapses_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1),
            ended,
        }
    }

    #[test]
    fn a_key_counts_from_its_ruling_until_it_lapses_or_ends() {
        let none = Arc::<Impostors>::default();
        let one = none.with(vec![key(true), key(false)]);
        let after = |seconds| Timestamp::from_second(seconds).unwrap();
        assert!(one.get(&[1; 32], after(-1)).is_none());
        assert!(one.get(&[1; 32], after(0)).is_some());
        assert!(one.get(&[1; 32], after(3_599)).is_some());
        assert!(one.get(&[1; 32], after(3_600)).is_none());
        assert!(one.get(&[2; 32], after(0)).is_none());
        assert!(one.with(vec![key(true)]).is_empty());
        assert!(none.is_empty());
    }
}
