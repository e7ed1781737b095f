//! The review of accounts by people: cases, reports, rulings, appeals.
//!
//! A case is one account under review, by its strong key. What is known of the account is sealed by the key of its case;
//! queue, history and audit log hold ids, codes and digests. What may happen to a case is the domain's to say
//! ([`crate::domain::Case`]); effects are written by the transaction that causes them; the live index follows a ruling as it
//! follows a write to the registry.

mod appeal_codes;
mod appeals;
mod cases;
mod clusters;
mod error;
mod evidence;
mod evidence_pack;
mod golden;
mod intake;
mod labels;
mod opened;
mod report_queue;
mod reports;
mod rulings;
pub(in crate::service) mod seal;
mod statement;
mod statistics;
mod templates;

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::providers::CodeSender;
use crate::service::check::Checks;
use crate::service::live::LiveIndex;
use crate::service::people::address::AddressLimiter;
use crate::service::people::{Network, PeopleError};
use crate::service::world::World;
use crate::store::Store;
use report_queue::ReportQueue;

pub use appeals::{AppealInput, AppealStatus, Appealed, Judgement, OpenedAppeal};
pub use cases::{CaseFile, CasePage, CaseQuery, Listed};
pub use clusters::{BulkDone, BulkPreview, Clusters};
pub use error::ReviewError;
pub use evidence_pack::{EvidencePack, PackFile, PackReport, PackRuling};
pub use intake::Intake;
pub use labels::LabelledCase;
pub use opened::{OpenedFile, OpenedNote, OpenedReport, OpenedRuling};
pub use reports::{From, ReportInput, ReportStatus, Reported};
pub use rulings::{RulingInput, RulingTerms};
pub use statement::Statement;
pub use statistics::{ReviewerFigures, SignalFigures, Statistics};
pub use templates::{Template, TemplateTerms, View, fill, placeholders};

pub use crate::store::{CaseEvent, CasePlace, ChannelRequest, ClusterKey, ImpostorKey};

/// The work of reviewers.
#[derive(Clone)]
pub struct Review {
    store: Arc<dyn Store>,
    live: Arc<LiveIndex>,
    checks: Arc<Checks>,
    world: World,
    intake: Intake,
    reports: ReportQueue,
    addresses: Option<Arc<AddressLimiter>>,
    codes: Option<Arc<dyn CodeSender>>,
    token_key: [u8; 32],
    reporter_key: [u8; 32],
}

impl Review {
    /// The review of a store's cases, within a runtime. `per_minute` are the requests of one client address that has no key,
    /// without end where there is none.
    pub fn new(
        store: Arc<dyn Store>,
        live: Arc<LiveIndex>,
        checks: Arc<Checks>,
        world: World,
        per_minute: Option<NonZeroU32>,
    ) -> Self {
        let secret = store.identity().secret;
        let key = |context| blake3::derive_key(context, &secret);
        let intake = Intake::new(Arc::clone(&store), world.clone());
        let addresses = per_minute
            .map(|rate| AddressLimiter::new(rate, key("bonafide 2026 addresses of reporters")));
        Self {
            reports: ReportQueue::start(intake.clone()),
            intake,
            addresses: addresses.map(Arc::new),
            codes: None,
            token_key: key("bonafide 2026 tokens of reports and appeals"),
            reporter_key: key("bonafide 2026 reporters"),
            store,
            live,
            checks,
            world,
        }
    }

    /// The same with a way to send codes to accounts.
    #[must_use]
    pub fn sending_codes_by(self, codes: Arc<dyn CodeSender>) -> Self {
        Self {
            codes: Some(codes),
            ..self
        }
    }

    /// Counts a request of somebody without a key; refused when the address asks too fast.
    pub fn admit(&self, network: Option<Network>) -> Result<(), ReviewError> {
        let Some(addresses) = &self.addresses else {
            return Ok(());
        };
        addresses.take(network).map_err(|error| match error {
            PeopleError::TooFast { wait } => ReviewError::TooFast { wait },
            _ => ReviewError::TooFast { wait: 1 },
        })
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
