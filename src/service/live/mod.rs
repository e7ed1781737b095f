//! The live index: the registry in memory, as every check sees it.
//!
//! A check loads the current snapshot and never waits. A change to the registry becomes visible by
//! [`LiveIndex::catch_up`], which reads the change feed: writers call it after they commit, and a loop calls it
//! each second for changes of other processes, so that both take the same path.

mod file;
mod impostors;

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use uuid::Uuid;

pub use file::{IndexFile, Unusable};
pub use impostors::Impostors;

use crate::engine::index::{self, Index, Merge, Segment};
use crate::store::{FeedPlace, Store, StoreError};

/// Businesses that are held at most while changes are taken over: a server that was down through an import has a million before it.
const AT_ONCE: u32 = 20_000;

/// The registry as of one change number.
#[derive(Debug)]
pub struct Snapshot {
    /// Its businesses, ready for checks.
    pub index: Index,
    /// The change number.
    pub registry_seq: u64,
    /// The database that gave the number.
    pub epoch: Uuid,
    /// Accounts that reviewers ruled on.
    pub impostors: Arc<Impostors>,
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
#[derive(Clone)]
pub struct LiveIndex(Arc<Shared>);

struct Shared {
    store: Arc<dyn Store>,
    file: Option<IndexFile>,
    current: ArcSwap<Snapshot>,
    /// Held by whoever publishes the next snapshot.
    advancing: Mutex<()>,
    /// Held by the one merge that is under way.
    merging: Mutex<()>,
}

impl LiveIndex {
    /// Loads the whole registry: from the file, where it is usable, and what has changed since; else from the database, which
    /// renews the file.
    pub async fn load(store: Arc<dyn Store>, file: Option<IndexFile>) -> Result<Self, StoreError> {
        let kept = match &file {
            Some(file) => from_file(file.clone()).await?,
            None => None,
        };
        let (mut snapshot, fresh) = match kept {
            Some(snapshot) => (snapshot, false),
            None => (read_all(&*store).await?, true),
        };
        snapshot.impostors = read_impostors(&*store).await?;
        let live = Self(Arc::new(Shared {
            store,
            file,
            current: ArcSwap::from_pointee(snapshot),
            advancing: Mutex::new(()),
            merging: Mutex::new(()),
        }));
        if fresh {
            live.keep();
        } else {
            live.catch_up().await?;
        }
        Ok(live)
    }

    /// The current snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.current.load_full()
    }

    /// How far behind it is; an error when the database does not answer.
    pub async fn lag(&self) -> Result<Lag, StoreError> {
        let index_seq = self.0.current.load().registry_seq;
        Ok(Lag {
            index_seq,
            store_seq: self.0.store.seq().await?.max(index_seq),
        })
    }

    /// Takes over every change that is committed by now; gives the change number reached.
    pub async fn catch_up(&self) -> Result<u64, StoreError> {
        let _one_at_a_time = self.0.advancing.lock().await;
        let before = self.snapshot();
        let mut place = FeedPlace {
            epoch: before.epoch,
            seq: before.registry_seq,
        };
        let mut index = before.index.clone();
        let mut impostors = Arc::clone(&before.impostors);
        loop {
            let changes = self.0.store.changes_since(place, AT_ONCE).await?;
            if changes.too_old {
                return self.reload().await;
            }
            if changes.seq == place.seq {
                break;
            }
            place.seq = changes.seq;
            impostors = impostors.with(changes.impostors);
            if !(changes.upserts.is_empty() && changes.removed.is_empty()) {
                index = blocking(move || index.apply(&changes.upserts, &changes.removed)).await?;
            }
            if !changes.more {
                break;
            }
        }
        let FeedPlace { epoch, seq } = place;
        if seq == before.registry_seq {
            return Ok(seq);
        }
        let crowded = index.due().is_some();
        self.0.current.store(Arc::new(Snapshot {
            index,
            registry_seq: seq,
            epoch,
            impostors,
        }));
        if crowded {
            let live = self.clone();
            tokio::spawn(async move { live.merge().await });
        }
        Ok(seq)
    }

    /// Takes the whole registry anew, where its changes cannot be told; gives the change number reached.
    async fn reload(&self) -> Result<u64, StoreError> {
        let mut snapshot = read_all(&*self.0.store).await?;
        snapshot.impostors = read_impostors(&*self.0.store).await?;
        let seq = snapshot.registry_seq;
        self.0.current.store(Arc::new(snapshot));
        self.keep();
        Ok(seq)
    }

    /// Merges layers until none is due, beside readers and writers; one merge at a time.
    async fn merge(&self) {
        let Ok(_one_at_a_time) = self.0.merging.try_lock() else {
            return;
        };
        while let Some((merge, seq)) = self.due().await {
            if let Err(error) = self.merged(merge, seq).await {
                tracing::error!(%error, "layers of the index could not be merged");
                return;
            }
        }
    }

    /// The next merge and the change number up to which its layers go; from here on they stay as they are.
    async fn due(&self) -> Option<(Merge, u64)> {
        let _one_at_a_time = self.0.advancing.lock().await;
        let now = self.snapshot();
        let merge = now.index.due()?;
        self.0.current.store(Arc::new(Snapshot {
            index: now.index.closed(),
            registry_seq: now.registry_seq,
            epoch: now.epoch,
            impostors: Arc::clone(&now.impostors),
        }));
        Some((merge, now.registry_seq))
    }

    async fn merged(&self, merge: Merge, seq: u64) -> Result<(), StoreError> {
        let (merge, segment) = blocking(move || {
            let segment = Arc::new(merge.build());
            (merge, segment)
        })
        .await?;
        let _one_at_a_time = self.0.advancing.lock().await;
        let now = self.snapshot();
        let (epoch, registry_seq) = (now.epoch, now.registry_seq);
        let impostors = Arc::clone(&now.impostors);
        let kept = (merge.is_whole()).then(|| Arc::clone(&segment));
        let merged = blocking(move || now.index.with_merged(&merge, segment)).await?;
        if let Some(index) = merged {
            self.0.current.store(Arc::new(Snapshot {
                index,
                registry_seq,
                epoch,
                impostors,
            }));
            if let Some(segment) = kept {
                self.write(segment, epoch, seq);
            }
        }
        Ok(())
    }

    /// Writes the current index to its file, beside everything else.
    fn keep(&self) {
        let snapshot = self.snapshot();
        if let Some(segment) = snapshot.index.only_segment() {
            self.write(Arc::clone(segment), snapshot.epoch, snapshot.registry_seq);
        }
    }

    fn write(&self, segment: Arc<Segment>, epoch: Uuid, seq: u64) {
        let Some(file) = self.0.file.clone() else {
            return;
        };
        tokio::task::spawn_blocking(move || match file.write(&segment, epoch, seq) {
            Ok(()) => tracing::debug!(seq, "the index was written to its file"),
            Err(error) => {
                tracing::warn!(%error, file = %file.path().display(), "the index could not be written; the next start takes longer");
            }
        });
    }
}

impl std::fmt::Debug for LiveIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveIndex")
            .field("registry_seq", &self.0.current.load().registry_seq)
            .finish_non_exhaustive()
    }
}

/// What the file holds; that it belongs to another database, or to what this one was before a fail-over, shows in the change feed.
async fn from_file(file: IndexFile) -> Result<Option<Snapshot>, StoreError> {
    let path = file.path().display().to_string();
    match blocking(move || file.read()).await? {
        Ok(kept) => Ok(Some(Snapshot {
            index: Index::of(kept.segment),
            registry_seq: kept.seq,
            epoch: kept.epoch,
            impostors: Arc::default(),
        })),
        Err(reason) => {
            tracing::info!(file = %path, %reason, "the index is built from the database");
            Ok(None)
        }
    }
}

async fn read_all(store: &dyn Store) -> Result<Snapshot, StoreError> {
    let mut builder = index::Builder::default();
    let place = store
        .load_all(&mut |business| builder.push(&business))
        .await?;
    let segment = blocking(move || builder.finish()).await?;
    Ok(Snapshot {
        index: Index::of(segment),
        registry_seq: place.seq,
        epoch: place.epoch,
        impostors: Arc::default(),
    })
}

/// Every ruling that counts, read after the registry: what changed in between comes with the next changes again.
async fn read_impostors(store: &dyn Store) -> Result<Arc<Impostors>, StoreError> {
    let keys = store.impostor_keys(jiff::Timestamp::MIN).await?;
    Ok(Arc::<Impostors>::default().with(keys))
}

/// Runs work of the processor away from the threads that answer requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| StoreError::Unavailable(format!("the index could not be built: {e}")))
}
