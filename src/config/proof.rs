//! The policy of proofs and badges among the settings.

use serde::{Deserialize, Serialize};

use crate::domain::ClaimKind;

/// What a badge takes: `[badges.verified]`, `[badges.official]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BadgeSettings {
    /// Kinds of claim of which each must be proved.
    pub needs: Vec<String>,
    /// Kinds of claim of which one must be proved.
    pub one_of: Vec<String>,
    /// How many different people must approve.
    pub approvals: u8,
    /// How many days old a proof may be at most; 0 is as old as it holds.
    pub fresh_days: u16,
}

/// The badges: `[badges]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Badges {
    /// What `verified` takes.
    pub verified: BadgeSettings,
    /// What `official` takes beyond `verified`.
    pub official: BadgeSettings,
}

impl Default for Badges {
    fn default() -> Self {
        let words = |kinds: &[ClaimKind]| kinds.iter().map(ToString::to_string).collect();
        Self {
            verified: BadgeSettings {
                needs: words(&[ClaimKind::Domain]),
                one_of: words(&[ClaimKind::Email, ClaimKind::Phone, ClaimKind::Whatsapp]),
                approvals: 0,
                fresh_days: 0,
            },
            official: BadgeSettings {
                needs: words(&[ClaimKind::LegalIdentity]),
                one_of: Vec::new(),
                approvals: 2,
                fresh_days: 0,
            },
        }
    }
}

/// How long proofs hold and how often they are looked for again: `[proof]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Proof {
    /// Days for which a domain's record or file holds.
    pub domain_days: u16,
    /// Days for which a code that came back from an e-mail address holds.
    pub email_days: u16,
    /// Days for which a code that came back from a number holds. Numbers are re-issued 45 days after they were given up (USA).
    pub phone_days: u16,
    /// Days for which WhatsApp's word holds.
    pub whatsapp_days: u16,
    /// Days for which links between a site and a profile hold.
    pub handle_days: u16,
    /// Days for which the record of an LEI, or a document, holds.
    pub legal_identity_days: u16,
    /// Days for which an approval holds.
    pub approval_days: u16,
    /// Hours after which the server looks again for what it can look for.
    pub recheck_hours: u16,
    /// Hours for which what was proved counts yet after it was found gone.
    pub grace_hours: u16,
    /// Days before a proof lapses at which the business is reminded, where only it can renew it.
    pub remind_days: u16,
    /// Looks outside that are made at once on schedule.
    pub looks_at_once: u8,
}

impl Default for Proof {
    fn default() -> Self {
        Self {
            domain_days: 30,
            email_days: 180,
            phone_days: 45,
            whatsapp_days: 30,
            handle_days: 30,
            legal_identity_days: 365,
            approval_days: 365,
            recheck_hours: 24,
            grace_hours: 72,
            remind_days: 14,
            looks_at_once: 8,
        }
    }
}

/// What is wrong with the policy, if anything.
pub(super) fn unsound(badges: &Badges, proof: &Proof) -> Option<String> {
    for (name, badge) in [
        ("verified", &badges.verified),
        ("official", &badges.official),
    ] {
        for word in badge.needs.iter().chain(&badge.one_of) {
            match word.parse::<ClaimKind>() {
                Err(error) => return Some(format!("badges.{name}: {error}")),
                Ok(ClaimKind::Approval) => {
                    return Some(format!(
                        "badges.{name} names approval as a kind; say approvals = 1"
                    ));
                }
                Ok(_) => {}
            }
        }
        if badge.needs.is_empty() && badge.one_of.is_empty() && badge.approvals == 0 {
            return Some(format!(
                "badges.{name} asks for nothing, so that every business would bear the badge"
            ));
        }
    }
    let spans = [
        ("domain_days", proof.domain_days),
        ("email_days", proof.email_days),
        ("phone_days", proof.phone_days),
        ("whatsapp_days", proof.whatsapp_days),
        ("handle_days", proof.handle_days),
        ("legal_identity_days", proof.legal_identity_days),
        ("approval_days", proof.approval_days),
        ("recheck_hours", proof.recheck_hours),
        ("looks_at_once", proof.looks_at_once.into()),
    ];
    let (name, _) = spans.into_iter().find(|(_, n)| *n == 0)?;
    Some(format!("proof.{name} is 0, but must be at least 1"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use crate::config::Settings;

    fn load(toml: &str) -> Result<Settings, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(toml.as_bytes()).unwrap();
        Settings::load(Some(file.path()), serde_json::json!({})).map_err(|e| e.to_string())
    }

    #[test]
    fn a_policy_is_read_and_what_is_left_out_is_as_it_was() {
        let settings = load(
            "[badges.verified]\nneeds = [\"whatsapp\"]\nfresh_days = 7\n[proof]\nphone_days = 10\n",
        )
        .unwrap();
        assert_eq!(settings.badges.verified.needs, ["whatsapp"]);
        assert_eq!(settings.badges.verified.fresh_days, 7);
        assert_eq!(
            settings.badges.verified.one_of,
            ["email", "phone", "whatsapp"]
        );
        assert_eq!(settings.badges.official.approvals, 2);
        assert_eq!(
            (settings.proof.phone_days, settings.proof.domain_days),
            (10, 30)
        );
    }

    #[test]
    fn a_policy_that_asks_for_nothing_or_for_what_there_is_not_is_refused_by_name() {
        for (toml, told) in [
            (
                "[badges.verified]\nneeds = []\none_of = []\n",
                "badges.verified asks for nothing",
            ),
            (
                "[badges.official]\nneeds = [\"blood\"]\n",
                "\"blood\" is not a valid kind of claim",
            ),
            (
                "[badges.official]\nneeds = [\"approval\"]\n",
                "say approvals = 1",
            ),
            ("[proof]\nrecheck_hours = 0\n", "proof.recheck_hours is 0"),
            ("[proof]\nblood_days = 3\n", "blood_days"),
        ] {
            let error = load(toml).unwrap_err();
            assert!(error.contains(told), "{told} is not in {error}");
        }
    }
}
