//! Claims about proofs and badges.

mod laws;

use std::collections::BTreeMap;

use bonafide::domain::{BadgeRule, ClaimKind, ProofPolicy, ProofTimes};
use jiff::SignedDuration;

/// A policy as it is by default: what is looked up holds for 30 days, a code to a phone for 45.
pub(crate) fn policy() -> ProofPolicy {
    let times = |days: i64| ProofTimes {
        valid_for: SignedDuration::from_hours(24 * days),
        recheck_every: SignedDuration::from_hours(24),
        grace: SignedDuration::from_hours(72),
        remind_before: SignedDuration::from_hours(24 * 14),
        most_attempts: 75,
    };
    ProofPolicy {
        verified: BadgeRule {
            needs: vec![ClaimKind::Domain],
            one_of: vec![ClaimKind::Email, ClaimKind::Phone, ClaimKind::Whatsapp],
            ..BadgeRule::default()
        },
        official: BadgeRule {
            needs: vec![ClaimKind::LegalIdentity],
            approvals: 2,
            ..BadgeRule::default()
        },
        times: BTreeMap::from([(ClaimKind::Phone, times(45))]),
        other_times: times(30),
    }
}
