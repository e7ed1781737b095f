//! The policy of proofs and badges, as the settings say.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::config::{BadgeSettings, Settings};
use crate::domain::{BadgeRule, ClaimKind, ProofPolicy, ProofTimes};
use crate::service::verification::{VerificationRules, WhatsAppHook};

/// Looks at what was never proved before the server stops by itself: with the pauses between them, three days.
const MOST_ATTEMPTS: u32 = 75;

pub(super) fn rules(settings: &Settings) -> VerificationRules {
    VerificationRules {
        policy: policy(settings),
        at_once: settings.proof.looks_at_once.into(),
        hook: WhatsAppHook {
            app_secret: settings.whatsapp_app_secret.clone(),
            verify_token: settings.whatsapp_verify_token.clone(),
        },
    }
}

fn policy(settings: &Settings) -> ProofPolicy {
    let proof = &settings.proof;
    let days = |n: u16| hours(24 * i64::from(n));
    let times = |valid: u16| ProofTimes {
        valid_for: days(valid),
        recheck_every: hours(proof.recheck_hours.into()),
        grace: hours(proof.grace_hours.into()),
        remind_before: days(proof.remind_days),
        most_attempts: MOST_ATTEMPTS,
    };
    let kinds = [
        (ClaimKind::Domain, proof.domain_days),
        (ClaimKind::Email, proof.email_days),
        (ClaimKind::Phone, proof.phone_days),
        (ClaimKind::Whatsapp, proof.whatsapp_days),
        (ClaimKind::Handle, proof.handle_days),
        (ClaimKind::LegalIdentity, proof.legal_identity_days),
        (ClaimKind::Approval, proof.approval_days),
    ];
    ProofPolicy {
        verified: rule(&settings.badges.verified),
        official: rule(&settings.badges.official),
        times: BTreeMap::from(kinds.map(|(kind, valid)| (kind, times(valid)))),
        other_times: times(proof.domain_days),
    }
}

fn rule(settings: &BadgeSettings) -> BadgeRule {
    // Words that are none were refused when the settings were read.
    let kinds = |words: &[String]| words.iter().filter_map(|w| w.parse().ok()).collect();
    BadgeRule {
        needs: kinds(&settings.needs),
        one_of: kinds(&settings.one_of),
        approvals: settings.approvals.into(),
        fresh_within: (settings.fresh_days > 0).then(|| hours(24 * i64::from(settings.fresh_days))),
    }
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}
