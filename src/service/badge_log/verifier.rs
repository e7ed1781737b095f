//! Whether an export of the badge log is what was signed, from the export alone.

use super::signing::{BadgeLogKey, SignedHead};
use crate::domain::merkle::Frontier;
use crate::domain::{Hex, TreeHead};
use crate::store::BadgeLogEntry;

/// Why a log is not what was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenLog {
    /// An event is not the one that was appended.
    #[error("event {index} is not what was written: its leaf_hash is another")]
    Changed {
        /// Its index.
        index: u64,
    },
    /// Events are missing, or not in their order.
    #[error("event {expected} is missing: event {found} stands in its place")]
    Missing {
        /// The index that should have followed.
        expected: u64,
        /// The index that did.
        found: u64,
    },
    /// An event after the signed head.
    #[error("event {index} follows on the signed head, which is the end")]
    AfterHead {
        /// Its index.
        index: u64,
    },
    /// A second signed head.
    #[error("there are two signed heads")]
    TwoHeads,
    /// No signed head.
    #[error("the log ends after {size} events without a signed head: the end is missing")]
    Headless {
        /// Events.
        size: u64,
    },
    /// The head is signed by somebody else, or is not what was signed.
    #[error("the head is not signed by this key")]
    Forged,
    /// More or fewer events than were signed.
    #[error("there are {found} events, but the signed head is of {signed}")]
    OtherSize {
        /// Events that there are.
        found: u64,
        /// Events that were signed.
        signed: u64,
    },
    /// The events are not those that were signed.
    #[error(
        "the {size} events are not those whose tree was signed: one of them was changed together with its leaf_hash, or exchanged{}",
        after(*.noted)
    )]
    OtherRoot {
        /// Events.
        size: u64,
        /// Up to here they are what was noted.
        noted: Option<u64>,
    },
    /// The log ends before the place that was noted.
    #[error("the log ends after {size} events, but {noted} were noted: the end is missing")]
    Shorter {
        /// Events.
        size: u64,
        /// Events that were noted.
        noted: u64,
    },
    /// The tree that was noted was another.
    #[error(
        "the first {size} events had another tree when it was noted: the log up to there was written anew"
    )]
    Rewritten {
        /// Events that were noted.
        size: u64,
    },
}

fn after(noted: Option<u64>) -> String {
    noted.map_or_else(String::new, |noted| {
        format!("; the first {noted} are as they were noted")
    })
}

/// Follows a log event by event, in constant memory, and says where it is broken.
#[derive(Debug, Clone)]
pub struct LogVerifier {
    tree: Frontier,
    key: BadgeLogKey,
    noted: Option<TreeHead>,
    head: Option<SignedHead>,
}

impl LogVerifier {
    /// Begins before the first event. `noted` is a head that was written down before, elsewhere: without it a log that its owner
    /// has written and signed anew cannot be told from a true one.
    pub fn new(key: BadgeLogKey, noted: Option<TreeHead>) -> Self {
        Self {
            tree: Frontier::default(),
            key,
            noted,
            head: None,
        }
    }

    /// Takes the next event.
    pub fn follow(&mut self, entry: &BadgeLogEntry) -> Result<(), BrokenLog> {
        let (index, expected) = (entry.index, self.tree.size());
        if self.head.is_some() {
            return Err(BrokenLog::AfterHead { index });
        }
        self.compare_noted()?;
        if index != expected {
            return Err(BrokenLog::Missing {
                expected,
                found: index,
            });
        }
        let leaf = entry.event.leaf_hash();
        if leaf != entry.leaf_hash {
            return Err(BrokenLog::Changed { index });
        }
        self.tree.append(leaf);
        self.compare_noted()
    }

    /// Takes the signed head, which comes last, and once.
    pub fn sealed_by(&mut self, head: SignedHead) -> Result<(), BrokenLog> {
        if self.head.is_some() {
            return Err(BrokenLog::TwoHeads);
        }
        self.head = Some(head);
        Ok(())
    }

    /// Ends; gives the head under which all is well.
    pub fn finish(self) -> Result<SignedHead, BrokenLog> {
        self.compare_noted()?;
        let size = self.tree.size();
        let sealed = self.head.ok_or(BrokenLog::Headless { size })?;
        if !sealed.is_of(self.key) {
            return Err(BrokenLog::Forged);
        }
        let noted = self.noted.map(|noted| noted.size);
        if let Some(noted) = noted.filter(|noted| *noted > size) {
            return Err(BrokenLog::Shorter { size, noted });
        }
        let signed = sealed.head.size;
        if signed != size {
            return Err(BrokenLog::OtherSize {
                found: size,
                signed,
            });
        }
        if sealed.head.root != Hex(self.tree.root()) {
            return Err(BrokenLog::OtherRoot { size, noted });
        }
        Ok(sealed)
    }

    /// Compares the tree with the noted one, where it has its size.
    fn compare_noted(&self) -> Result<(), BrokenLog> {
        let size = self.tree.size();
        match self.noted {
            Some(noted) if noted.size == size && noted.root != Hex(self.tree.root()) => {
                Err(BrokenLog::Rewritten { size })
            }
            _ => Ok(()),
        }
    }
}
