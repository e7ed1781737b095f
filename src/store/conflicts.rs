//! Channels that several businesses outside one group claim.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::domain::{Act, BusinessId, ConflictId};

/// A channel that several businesses claim, for a reviewer to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelConflict {
    /// Its id; one channel has one for all time.
    pub id: ConflictId,
    /// The kind of channel.
    pub kind: String,
    /// The value by which it is looked up.
    pub value: String,
    /// Who claims it now, the first 50.
    pub claimants: Vec<BusinessId>,
    /// Since when it is open.
    pub opened_at: Timestamp,
    /// When a reviewer settled it.
    pub settled_at: Option<Timestamp>,
    /// Who did.
    pub settled_by: Option<String>,
    /// What was found.
    pub finding: Option<String>,
}

/// A channel of a business that others claim, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContestedChannel {
    /// The conflict.
    pub conflict: ConflictId,
    /// The kind of channel.
    pub kind: String,
    /// The value by which it is looked up.
    pub value: String,
}

/// Conflicts of claims. They are opened by the writes that cause them, in their transactions, and end by themselves when only one
/// business claims the channel.
#[async_trait]
pub trait ConflictStore: Send + Sync {
    /// The channels of a business that others claim, too, and nobody has settled.
    async fn contested(&self, business: BusinessId) -> Result<Vec<ContestedChannel>, StoreError>;
    /// Open conflicts after one.
    async fn list_conflicts(
        &self,
        after: Option<ConflictId>,
        limit: u32,
    ) -> Result<Vec<ChannelConflict>, StoreError>;
    /// One conflict.
    async fn get_conflict(&self, id: ConflictId) -> Result<Option<ChannelConflict>, StoreError>;
    /// Settles an open conflict; `Conflict` when it is not open.
    async fn settle_conflict(
        &self,
        id: ConflictId,
        finding: &str,
        act: &Act,
    ) -> Result<(), StoreError>;
}
