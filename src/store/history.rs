//! Versions of a business.

use jiff::Timestamp;

use crate::domain::{Badge, BadgeState, OrganisationId, Profile, RunId};

/// A business as it was from one act to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Counts changes, from 1.
    pub version: u64,
    /// Since when.
    pub at: Timestamp,
    /// What it said; none once it is deleted.
    pub profile: Option<Profile>,
    /// What it had earned.
    pub badge: Badge,
    /// Whether that counted.
    pub badge_state: BadgeState,
    /// Whose it was.
    pub organisation: Option<OrganisationId>,
    /// The act that made it; none for versions older than the audit log.
    pub made: Option<Made>,
}

/// How a version came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Number of the entry in the audit log.
    pub seq: u64,
    /// Who: a key, a user, `command:…` or `server`.
    pub actor: String,
    /// What was done, `thing.verb`.
    pub action: String,
    /// Why, if the actor said so.
    pub reason: Option<String>,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// The import that it was part of.
    pub run: Option<RunId>,
}
