//! The live index: the registry in memory, as every check sees it.
//!
//! A check loads the current snapshot and never waits. A change to the registry becomes visible by
//! [`LiveIndex::catch_up`], which reads the change feed: writers call it after they commit, and a loop calls it
//! each second for changes of other processes, so that both take the same path.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::engine::index::Index;
use crate::store::{FeedPlace, Store, StoreError};

/// The registry as of one change number.
#[derive(Debug)]
pub struct Snapshot {
    /// Its businesses, ready for checks.
    pub index: Index,
    /// The change number.
    pub registry_seq: u64,
    /// The database that gave the number.
    pub epoch: Uuid,
    /// Whether it grew change by change since it was loaded. How rare a word is among registered names is
    /// counted when an index is built, so that a grown one may weigh words otherwise than one loaded at once.
    pub grown: bool,
}

/// How far the live index is behind the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// Change number of the index.
    pub index_seq: u64,
    /// Change number of the database.
    pub store_seq: u64,
}

impl Lag {
    /// Changes that are not yet visible to checks.
    pub fn behind(self) -> u64 {
        self.store_seq.saturating_sub(self.index_seq)
    }
}

/// The current snapshot, and the way to the next.
pub struct LiveIndex {
    store: Arc<dyn Store>,
    current: ArcSwap<Snapshot>,
    advancing: Mutex<()>,
}

impl LiveIndex {
    /// Loads the whole registry.
    pub async fn load(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let snapshot = read_all(&*store).await?;
        Ok(Self {
            store,
            current: ArcSwap::from_pointee(snapshot),
            advancing: Mutex::new(()),
        })
    }

    /// The current snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// How far behind it is; an error when the database does not answer.
    pub async fn lag(&self) -> Result<Lag, StoreError> {
        let index_seq = self.current.load().registry_seq;
        Ok(Lag {
            index_seq,
            store_seq: self.store.seq().await?.max(index_seq),
        })
    }

    /// Takes over every change that is committed by now; gives the change number reached.
    pub async fn catch_up(&self) -> Result<u64, StoreError> {
        let _one_at_a_time = self.advancing.lock().await;
        let before = self.snapshot();
        let place = FeedPlace {
            epoch: before.epoch,
            seq: before.registry_seq,
        };
        let changes = self.store.changes_since(place).await?;
        if changes.too_old {
            let snapshot = read_all(&*self.store).await?;
            let seq = snapshot.registry_seq;
            self.current.store(Arc::new(snapshot));
            return Ok(seq);
        }
        if changes.seq == before.registry_seq {
            return Ok(changes.seq);
        }
        let seq = changes.seq;
        let epoch = before.epoch;
        let upserts = changes.upserts.into_iter().map(Arc::new).collect();
        let index = blocking(move || before.index.apply(upserts, &changes.removed)).await?;
        self.current.store(Arc::new(Snapshot {
            index,
            registry_seq: seq,
            epoch,
            grown: true,
        }));
        Ok(seq)
    }
}

impl std::fmt::Debug for LiveIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveIndex")
            .field("registry_seq", &self.current.load().registry_seq)
            .finish_non_exhaustive()
    }
}

async fn read_all(store: &dyn Store) -> Result<Snapshot, StoreError> {
    let mut businesses = Vec::new();
    let place = store
        .load_all(&mut |business| businesses.push(Arc::new(business)))
        .await?;
    let index = blocking(move || Index::build(businesses)).await?;
    Ok(Snapshot {
        index,
        registry_seq: place.seq,
        epoch: place.epoch,
        grown: false,
    })
}

/// Runs work of the processor away from the threads that answer requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| StoreError::Unavailable(format!("the index could not be built: {e}")))
}
