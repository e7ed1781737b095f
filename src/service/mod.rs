//! Use cases. They own transactions and the live index, and know nothing of HTTP or the terminal.

pub mod access;
pub mod audit;
pub mod author;
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
mod seal;
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
    /// The audit log.
    pub audit: audit::Audit,
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
