//! Cases, reports, rulings, appeals, and what reviewers keep for themselves.
//!
//! What may happen to a case is [`CaseStep`]'s to say: a store reads the case under a lock, lets it take the step, and
//! writes it with its effects in one transaction. Raw values come here sealed, or are sealed on their way in by a
//! [`Sealer`] with the key of the case that they join.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::domain::{
    Act, BusinessId, Case, CaseId, CaseState, CaseStep, Harm, ReportId, RulingKind, Verdict,
};

/// Seals by the key of a case.
pub trait Sealer: Send + Sync {
    /// Seals a message for one use by the case's key, which comes sealed itself; none where the key is not whole.
    fn seal(
        &self,
        case: CaseId,
        sealed_key: &[u8],
        purpose: &str,
        message: &[u8],
    ) -> Option<Vec<u8>>;
}

/// What can be read of a case only with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSecret {
    /// The key, sealed.
    pub sealed_key: Vec<u8>,
    /// The account, sealed by it.
    pub account: Vec<u8>,
}

/// A report on its way in.
#[derive(Clone)]
pub struct NewReport {
    /// Its id.
    pub id: ReportId,
    /// Keyed digest of who reports.
    pub reporter: [u8; 32],
    /// Keyed digest of the network or partner through which.
    pub source: [u8; 32],
    /// What the account did.
    pub harm: Harm,
    /// What is told; sealed as it is written.
    pub content: Vec<u8>,
    /// Keyed hash of the token by which the reporter asks how it stands.
    pub token_hash: [u8; 32],
}

/// A flagged check, or a report with the check that was made of its account.
#[derive(Clone)]
pub struct Incoming {
    /// The case, if the account has none that is live; its `opened_at` is the instant.
    pub case: Case,
    /// What can be read of that case only with its key.
    pub secret: CaseSecret,
    /// The report, if it is one.
    pub report: Option<NewReport>,
    /// The act of it.
    pub act: Act,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The case that it is part of.
    pub case: CaseId,
    /// Whether that was opened by it.
    pub opened: bool,
}

/// Which cases to list, by priority.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseListing {
    /// Only those in this state; open ones where nothing is said.
    pub state: Option<CaseState>,
    /// Only those about this business.
    pub business: Option<BusinessId>,
    /// Only those held by this reviewer.
    pub holder: Option<String>,
    /// Only those that are escalated, or are not.
    pub escalated: Option<bool>,
    /// Only those that wait for a second person, or do not.
    pub proposed: Option<bool>,
    /// Only those whose last check answered so.
    pub verdict: Option<Verdict>,
    /// Only those ruled on so.
    pub outcome: Option<RulingKind>,
    /// Only those with this signal.
    pub signal: Option<String>,
    /// Only those that have this in common.
    pub cluster: Option<ClusterKey>,
    /// Only those opened at this instant or later.
    pub opened_since: Option<Timestamp>,
    /// The place after which to go on.
    pub after: Option<CasePlace>,
    /// Most cases.
    pub limit: u32,
}

/// Something that cases have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterKey {
    /// The block of 1,000 numbers.
    Block([u8; 32]),
    /// The folded name.
    Name([u8; 32]),
    /// The website.
    Site([u8; 32]),
}

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CasePlace {
    /// Its priority.
    pub priority: f64,
    /// The case.
    pub id: CaseId,
}

/// One thing that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEvent {
    /// The version that it made.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What, such as `claimed`.
    pub what: String,
    /// An id or code of it.
    pub detail: Option<String>,
}

/// Cases.
#[async_trait]
pub trait CaseStore: Send + Sync {
    /// Opens or joins a case for each of a batch, in one transaction; what becomes of each stands at its place.
    async fn take_in(
        &self,
        batch: &[Incoming],
        sealer: Arc<dyn Sealer>,
    ) -> Result<Vec<Taken>, StoreError>;
    /// One case.
    async fn get_case(&self, id: CaseId) -> Result<Option<Case>, StoreError>;
    /// The newest case of an account that is no golden one.
    async fn find_case(&self, key_digest: &[u8; 32]) -> Result<Option<Case>, StoreError>;
    /// What can be read of cases only with their keys; none where it was erased.
    async fn secrets_of(&self, cases: &[CaseId]) -> Result<Vec<(CaseId, CaseSecret)>, StoreError>;
    /// Cases by priority.
    async fn list_cases(&self, listing: &CaseListing) -> Result<Vec<Case>, StoreError>;
    /// Cases that somebody reported who reported this one, at most `limit`, newest first.
    async fn cases_by_reporters(&self, case: CaseId, limit: u32) -> Result<Vec<Case>, StoreError>;
    /// What happened to a case after a version, oldest first, at most 500.
    async fn case_events(&self, id: CaseId, after: u64) -> Result<Vec<CaseEvent>, StoreError>;
    /// Lets a case of version `expected` take a step that rules nothing; `Stale` at another version, `Conflict` where it may
    /// not be taken. Gives the case as it is then.
    async fn step_case(
        &self,
        id: CaseId,
        expected: Option<u64>,
        step: &CaseStep,
        act: &Act,
    ) -> Result<Case, StoreError>;
    /// Puts back every case whose claim has lapsed by `act.at`; gives how many.
    async fn release_lapsed(&self, act: &Act) -> Result<u64, StoreError>;
    /// Closes up to `limit` cases that were decided before an instant; gives how many.
    async fn close_decided(
        &self,
        before: Timestamp,
        limit: u32,
        act: &Act,
    ) -> Result<u64, StoreError>;
    /// Computes anew the priority of up to `limit` open cases for which that was last done before an instant.
    async fn refresh_priorities(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;
    /// Destroys the key of a case and what it seals.
    async fn erase_case(&self, id: CaseId, act: &Act) -> Result<(), StoreError>;
}
