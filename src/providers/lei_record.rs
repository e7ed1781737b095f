//! What the register of Legal Entity Identifiers says of one.

use jiff::Timestamp;

use crate::domain::{Country, Lei};

/// A record of the register (LEI Common Data File, level 1: who is who).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeiRecord {
    /// The identifier.
    pub lei: Lei,
    /// The name under which the entity is registered, as it writes it.
    pub legal_name: String,
    /// Other names: trading names, former names, transliterations; at most 50.
    pub other_names: Vec<String>,
    /// The country of its legal address.
    pub country: Option<Country>,
    /// The law under which it exists: ISO 3166-1, or 3166-2 as in `US-DE`.
    pub jurisdiction: Option<String>,
    /// Its number in the national register, as `registeredAs`.
    pub company_number: Option<String>,
    /// That register, in GLEIF's list of registration authorities (`RA000585`).
    pub register: Option<String>,
    /// Whether the entity is `ACTIVE`; otherwise it has ceased to be.
    pub is_active: bool,
    /// The state of the registration: `ISSUED`, `LAPSED`, `RETIRED`, `ANNULLED` …
    pub registration_status: String,
    /// Until when the registration has to be renewed.
    pub next_renewal: Option<Timestamp>,
    /// When the record was last changed.
    pub updated_at: Option<Timestamp>,
}

impl LeiRecord {
    /// Whether the entity is active and its registration is kept up.
    pub fn is_in_good_standing(&self) -> bool {
        self.is_active && self.registration_status == "ISSUED"
    }
}
