//! Use cases. They own transactions and the live index, and know nothing of HTTP or the terminal.

pub mod access;
pub mod audit;
pub mod author;
pub mod badge_log;
pub mod check;
pub mod contract;
pub mod evaluation;
pub mod housekeeping;
pub mod idempotency;
pub mod import_preview;
pub mod line_screening;
pub mod lines;
pub mod live;
pub mod people;
pub mod registry;
pub mod registry_export;
pub mod registry_file;
pub mod review;
mod seal;
pub mod side_by_side;
pub mod training;
pub mod verification;
pub mod world;

use std::sync::Arc;

pub use crate::store::StoreError;

/// Every use case, ready to be used by an edge.
#[derive(Debug, Clone)]
pub struct Services {
    /// The registry.
    pub registry: registry::Registry,
    /// Checks.
    pub checks: Arc<check::Checks>,
    /// Cases, reports, rulings and appeals.
    pub review: review::Review,
    /// The audit log.
    pub audit: audit::Audit,
    /// The public badge log.
    pub badge_log: badge_log::BadgeLog,
    /// Keys.
    pub access: Arc<access::Access>,
    /// People who sign in.
    pub people: Arc<people::People>,
    /// Proofs and badges.
    pub verification: Arc<verification::Verification>,
    /// The live index.
    pub live: Arc<live::LiveIndex>,
    /// Requests that are done once.
    pub idempotency: idempotency::Idempotency,
    /// Clock and randomness.
    pub world: world::World,
}
