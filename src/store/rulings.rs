//! Rulings, and the keys of confirmed impostors.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::domain::{
    Act, BulkId, Business, BusinessId, Case, CaseId, Decision, ReasonCode, RulingId, RulingKind,
    RulingState,
};

/// A ruling as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulingRecord {
    /// The id.
    pub id: RulingId,
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What it says.
    pub kind: RulingKind,
    /// Why, countable.
    pub reason: ReasonCode,
    /// Why, in a sentence, sealed by the case's key.
    pub sentence: Vec<u8>,
    /// What became of it.
    pub state: RulingState,
    /// The business that it is about.
    pub business: Option<BusinessId>,
    /// For a duplicate: of which case.
    pub duplicate_of: Option<CaseId>,
    /// The ruling on many cases that it is part of.
    pub bulk: Option<BulkId>,
}

/// What a ruling does beyond its case.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// A new version of a business, over one of a version.
    pub business: Option<(Box<Business>, u64)>,
    /// A channel that the business is asked to prove: its kind and value.
    pub channel: Option<(String, String)>,
}

/// A channel that a ruling asks a business to prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRequest {
    /// The ruling.
    pub ruling: RulingId,
    /// The kind of channel.
    pub kind: String,
    /// The number, address, handle …
    pub value: String,
    /// Since when.
    pub at: Timestamp,
}

/// A key of an account that checks answer with `confirmed_impostor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpostorKey {
    /// Keyed digest of the key.
    pub digest: [u8; 32],
    /// The case.
    pub case: CaseId,
    /// The business that the account imitates.
    pub business: Option<BusinessId>,
    /// When it was ruled.
    pub ruled_at: Timestamp,
    /// When it counts no more.
    pub lapses_at: Timestamp,
    /// Whether it has ended before that.
    pub ended: bool,
}

/// Rulings. Each is one transaction with its effects.
#[async_trait]
pub trait RulingStore: Send + Sync {
    /// Rules on a case of version `expected` as [`Case::take`] allows; `decision.needs_second` is widened by what the store
    /// knows of the account. Gives the case as it is then.
    async fn rule(
        &self,
        ruling: &RulingRecord,
        decision: &Decision,
        expected: u64,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, StoreError>;
    /// Undoes the ruling that stands, and its effects. `effects.business` takes back what it did to a business.
    async fn undo_ruling(
        &self,
        case: CaseId,
        expected: u64,
        by: &str,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, StoreError>;
    /// Rulings on a case, oldest first.
    async fn rulings_of(&self, case: CaseId) -> Result<Vec<RulingRecord>, StoreError>;
    /// One ruling.
    async fn get_ruling(&self, id: RulingId) -> Result<Option<RulingRecord>, StoreError>;
    /// The rulings of a ruling on many cases.
    async fn rulings_of_bulk(&self, bulk: BulkId) -> Result<Vec<RulingRecord>, StoreError>;
    /// Lets a confirmed impostor's key count until later; `NotFound` when the case has none that counts.
    async fn renew_impostor(
        &self,
        case: CaseId,
        lapses_at: Timestamp,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Ends the key of an account of which new control was proved; gives whether there was one.
    async fn end_impostor(&self, key_digest: &[u8; 32], act: &Act) -> Result<bool, StoreError>;
    /// What rulings ask a business to prove and nobody has taken back, oldest first, at most 200.
    async fn channel_requests(
        &self,
        business: BusinessId,
    ) -> Result<Vec<ChannelRequest>, StoreError>;
    /// Every key that counts at an instant.
    async fn impostor_keys(&self, at: Timestamp) -> Result<Vec<ImpostorKey>, StoreError>;
    /// The key that a case's ruling made, if it still counts.
    async fn impostor_key_of(&self, case: CaseId) -> Result<Option<ImpostorKey>, StoreError>;
}
