//! The public badge log: events of badges as the leaves of a Merkle tree that only grows.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::domain::merkle::{Frontier, TreeHash};
use crate::domain::{BadgeEvent, BusinessId};

/// One event, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeLogEntry {
    /// Counts events, from 0, without holes: the place of the leaf in the tree.
    pub index: u64,
    /// What happened.
    pub event: BadgeEvent,
    /// The hash of the leaf, as it was when the event was appended.
    pub leaf_hash: TreeHash,
}

/// Which events to list, oldest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct BadgeLogListing {
    /// Only those of this business.
    pub business: Option<BusinessId>,
    /// The first index that may be listed.
    pub from: u64,
    /// Most events.
    pub limit: u32,
}

/// The badge log. Events are appended by the writes that change a badge, in their transactions.
#[async_trait]
pub trait BadgeLogStore: Send + Sync {
    /// The tree as it is now.
    async fn badge_tree(&self) -> Result<Frontier, StoreError>;
    /// A page of events.
    async fn list_badge_events(
        &self,
        listing: &BadgeLogListing,
    ) -> Result<Vec<BadgeLogEntry>, StoreError>;
    /// The hashes of complete subtrees, by their ids; those that are not complete yet are left out.
    async fn badge_subtrees(&self, ids: &[u64]) -> Result<HashMap<u64, TreeHash>, StoreError>;
}
