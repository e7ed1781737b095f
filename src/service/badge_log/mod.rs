//! The public badge log: what became of badges, as a Merkle tree (RFC 6962) whose head is signed.
//!
//! Whoever notes a signed head can be shown later that an event is in the log, and that the log has only grown since. The log
//! cannot tell two people two stories without both heads proving it.

mod export;
mod signing;
mod verifier;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::domain::merkle::{
    Subtree, TreeHash, consistency_parts, inclusion_parts, root_of, subtrees,
};
use crate::domain::{Hex, TreeHead};
use crate::service::contract::FieldErrors;
use crate::service::world::World;
use crate::store::{Store, StoreError};

pub use export::BadgeLogExport;
use signing::Signer;
pub use signing::{BadgeLogKey, SignedHead, pem};
pub use verifier::{BrokenLog, LogVerifier};

pub use crate::store::{BadgeLogEntry, BadgeLogListing};

/// Events that are read at once while the whole log is.
const PAGE: u32 = 1_000;

/// Why the log could not answer.
#[derive(Debug, thiserror::Error)]
pub enum BadgeLogError {
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was asked for something that the log does not reach to.
    #[error(transparent)]
    OutOfRange(FieldErrors),
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeLogPage {
    /// The events, oldest first.
    pub entries: Vec<BadgeLogEntry>,
    /// The index with which the next page starts, if there is one.
    pub next: Option<u64>,
}

/// The badge log.
#[derive(Clone)]
pub struct BadgeLog {
    store: Arc<dyn Store>,
    world: World,
    signer: Arc<Signer>,
}

impl BadgeLog {
    /// The log of a store.
    pub fn new(store: Arc<dyn Store>, world: World) -> Self {
        let signer = Signer::new(&store.identity().secret);
        Self {
            store,
            world,
            signer: Arc::new(signer),
        }
    }

    /// The key by which its heads are signed.
    pub fn key(&self) -> BadgeLogKey {
        self.signer.key()
    }

    /// Where the log stands, signed now.
    pub async fn head(&self) -> Result<SignedHead, StoreError> {
        let tree = self.store.badge_tree().await?;
        let head = TreeHead {
            size: tree.size(),
            root: Hex(tree.root()),
        };
        Ok(self.signer.sign(head, self.world.now()))
    }

    /// A page of events.
    pub async fn list(&self, listing: &BadgeLogListing) -> Result<BadgeLogPage, StoreError> {
        let asked = BadgeLogListing {
            limit: listing.limit + 1,
            ..*listing
        };
        let mut entries = self.store.list_badge_events(&asked).await?;
        let more = entries.len() > listing.limit as usize;
        entries.truncate(listing.limit as usize);
        let next = entries.last().filter(|_| more).map(|e| e.index + 1);
        Ok(BadgeLogPage { entries, next })
    }

    /// The next events of the first `size`, from an index on: at most 1,000, none at the end.
    async fn part(&self, from: u64, size: u64) -> Result<Vec<BadgeLogEntry>, StoreError> {
        let left = u32::try_from(size.saturating_sub(from)).unwrap_or(u32::MAX);
        if left == 0 {
            return Ok(Vec::new());
        }
        let listing = BadgeLogListing {
            business: None,
            from,
            limit: left.min(PAGE),
        };
        self.store.list_badge_events(&listing).await
    }

    /// The hashes that lead from event `index` to the hash of the tree of the first `size` events (RFC 6962 section 2.1.1).
    pub async fn prove_inclusion(
        &self,
        index: u64,
        size: u64,
    ) -> Result<Vec<TreeHash>, BadgeLogError> {
        self.require("/size", size).await?;
        if index >= size {
            let detail = format!("a tree of {size} events has no event {index}");
            return Err(out_of_range("/index", detail));
        }
        Ok(self.hashes(&inclusion_parts(index, size)).await?)
    }

    /// The hashes that show that the tree of the first `to` events begins with that of the first `from` (RFC 6962 section 2.1.2).
    pub async fn prove_consistency(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Vec<TreeHash>, BadgeLogError> {
        self.require("/to", to).await?;
        if from > to {
            let detail = format!("a tree of {to} events does not begin with one of {from}");
            return Err(out_of_range("/from", detail));
        }
        Ok(self.hashes(&consistency_parts(from, to)).await?)
    }

    /// Refuses a size that the log does not have yet.
    async fn require(&self, pointer: &str, size: u64) -> Result<(), BadgeLogError> {
        let now = self.store.badge_tree().await?.size();
        if size <= now {
            return Ok(());
        }
        let detail = format!("the log has {now} events, not {size}");
        Err(out_of_range(pointer, detail))
    }

    /// The hash of each part of the tree.
    async fn hashes(&self, parts: &[Range<u64>]) -> Result<Vec<TreeHash>, StoreError> {
        let complete = parts.iter().flat_map(subtrees);
        let ids: Vec<u64> = complete.map(Subtree::id).collect();
        let kept = self.store.badge_subtrees(&ids).await?;
        parts.iter().map(|part| hash_of(part, &kept)).collect()
    }
}

fn hash_of(part: &Range<u64>, kept: &HashMap<u64, TreeHash>) -> Result<TreeHash, StoreError> {
    let hash = |id: u64| {
        let found = kept.get(&id).copied();
        found.ok_or_else(|| StoreError::Corrupt(format!("the badge log lacks the hash {id}")))
    };
    let hashes: Vec<TreeHash> = subtrees(part)
        .into_iter()
        .map(|subtree| hash(subtree.id()))
        .collect::<Result<_, _>>()?;
    Ok(root_of(hashes.into_iter()))
}

fn out_of_range(pointer: &str, detail: String) -> BadgeLogError {
    BadgeLogError::OutOfRange(FieldErrors::one(pointer, "out_of_range", detail))
}

impl std::fmt::Debug for BadgeLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BadgeLog")
    }
}
