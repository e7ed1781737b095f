//! The review of accounts by people: cases, reports, rulings, appeals.
//!
//! A case is one account under review, by its strong key. What is known of the account is sealed by the key of its case;
//! queue, history and audit log hold ids, codes and digests. What may happen to a case is the domain's to say
//! ([`crate::domain::Case`]); effects are written by the transaction that causes them; the live index follows a ruling as it
//! follows a write to the registry.

mod cases;
mod error;
mod intake;
mod opened;
mod rulings;
pub(in crate::service) mod seal;

use std::sync::Arc;

use crate::service::check::Checks;
use crate::service::live::LiveIndex;
use crate::service::world::World;
use crate::store::Store;

pub use cases::{CaseFile, CasePage, CaseQuery, Listed};
pub use error::ReviewError;
pub use intake::Intake;
pub use opened::{OpenedFile, OpenedNote, OpenedReport, OpenedRuling};
pub use rulings::{RulingInput, RulingTerms};

pub use crate::store::{CaseEvent, CasePlace, ChannelRequest, ClusterKey, ImpostorKey};

/// The work of reviewers.
#[derive(Clone)]
pub struct Review {
    store: Arc<dyn Store>,
    live: Arc<LiveIndex>,
    checks: Arc<Checks>,
    world: World,
    intake: Intake,
}

impl Review {
    /// The review of a store's cases.
    pub fn new(
        store: Arc<dyn Store>,
        live: Arc<LiveIndex>,
        checks: Arc<Checks>,
        world: World,
    ) -> Self {
        Self {
            intake: Intake::new(Arc::clone(&store), world.clone()),
            store,
            live,
            checks,
            world,
        }
    }

    /// Takes accounts in for review: what bulk screening calls.
    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// Brings a committed ruling into the live index. A failure is no failure of the ruling, which stands: the index follows
    /// within a second by its own loop.
    async fn show(&self) {
        if let Err(error) = self.live.catch_up().await {
            tracing::warn!(%error, "a ruling is committed, but not yet visible to checks");
        }
    }
}

impl std::fmt::Debug for Review {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Review")
    }
}
