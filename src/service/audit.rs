//! The audit log: listing it, and showing that nobody has changed it.

use std::sync::Arc;

use crate::domain::AuditHead;
pub use crate::store::{AuditEntry, AuditListing};
use crate::store::{Store, StoreError};

/// Entries that are read at once while the whole log is.
const PAGE: u32 = 1_000;

/// The audit log.
#[derive(Clone)]
pub struct Audit {
    store: Arc<dyn Store>,
}

/// A page of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// The number after which the next page starts, if there is one.
    pub next: Option<u64>,
}

/// Why a log is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is not the one that was written, or one before it is not.
    #[error("entry {seq} is not what was written: its hash does not follow from it and from entry {before}", before = .seq - 1)]
    Changed {
        /// Its number.
        seq: u64,
    },
    /// Entries are missing.
    #[error("entry {expected} is missing: entry {found} follows on entry {before}", before = .expected - 1)]
    Missing {
        /// The number that should have followed.
        expected: u64,
        /// The number that did.
        found: u64,
    },
    /// The log ends before the place that was noted.
    #[error("the log ends at entry {last}, but entry {noted} was noted: the end is missing")]
    Shorter {
        /// The last entry there is.
        last: u64,
        /// The number that was noted.
        noted: u64,
    },
    /// The entry that was noted had another hash.
    #[error("entry {seq} has another hash than was noted: the log up to it was written anew")]
    Rewritten {
        /// Its number.
        seq: u64,
    },
}

/// Follows a log entry by entry, and says where it is broken.
#[derive(Debug, Clone)]
pub struct Verifier {
    head: AuditHead,
    noted: Option<AuditHead>,
}

impl Verifier {
    /// Begins with the first entry. `noted` is a head that was written down before, elsewhere: without it a log that was
    /// written anew as a whole, or cut off at its end, cannot be told from a true one.
    pub fn new(noted: Option<AuditHead>) -> Self {
        Self {
            head: AuditHead::EMPTY,
            noted,
        }
    }

    /// Takes the next entry.
    pub fn follow(&mut self, entry: &AuditEntry) -> Result<(), Broken> {
        let expected = self.head.seq + 1;
        if entry.seq != expected {
            return Err(Broken::Missing {
                expected,
                found: entry.seq,
            });
        }
        if entry.hash != entry.hash_after(&self.head.hash) {
            return Err(Broken::Changed { seq: entry.seq });
        }
        self.head = AuditHead {
            seq: entry.seq,
            hash: entry.hash,
        };
        match self.noted {
            Some(noted) if noted.seq == entry.seq && noted.hash != entry.hash => {
                Err(Broken::Rewritten { seq: entry.seq })
            }
            _ => Ok(()),
        }
    }

    /// Ends with the last entry; gives where the log stands.
    pub fn finish(self) -> Result<AuditHead, Broken> {
        match self.noted {
            Some(noted) if noted.seq > self.head.seq => Err(Broken::Shorter {
                last: self.head.seq,
                noted: noted.seq,
            }),
            _ => Ok(self.head),
        }
    }
}

impl Audit {
    /// The log of a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Where the log stands.
    pub async fn head(&self) -> Result<AuditHead, StoreError> {
        self.store.audit_head().await
    }

    /// A page of entries.
    pub async fn list(&self, listing: &AuditListing) -> Result<AuditPage, StoreError> {
        let asked = AuditListing {
            limit: listing.limit + 1,
            ..listing.clone()
        };
        let mut entries = self.store.list_audit(&asked).await?;
        let more = entries.len() > listing.limit as usize;
        entries.truncate(listing.limit as usize);
        let next = entries.last().filter(|_| more).map(|entry| entry.seq);
        Ok(AuditPage { entries, next })
    }

    /// Gives every entry that a listing names to `each`, from the first on, in bounded memory; stops when `each` says so.
    pub async fn for_each<E: From<StoreError>>(
        &self,
        listing: &AuditListing,
        mut each: impl FnMut(AuditEntry) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut listing = AuditListing {
            limit: PAGE,
            newest_first: false,
            ..listing.clone()
        };
        loop {
            let page = self.list(&listing).await?;
            page.entries.into_iter().try_for_each(&mut each)?;
            if page.next.is_none() {
                return Ok(());
            }
            listing.after = page.next;
        }
    }
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Audit")
    }
}
