//! Import runs: what one import of one file did, and undoing it.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{StoreError, UpsertCounts};
use crate::domain::{Act, RunId};

/// One import of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRun {
    /// Its id.
    pub id: RunId,
    /// Who imports: a key, a user or `command:import`.
    pub actor: String,
    /// The file, as the importer names it; at most 500 characters.
    pub source: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it runs, and when it was cut off.
    pub finished_at: Option<Timestamp>,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
    /// What its batches did so far.
    pub counts: UpsertCounts,
    /// Entries that were not usable, known at the end.
    pub rejected: u64,
}

/// What undoing a part of a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undone {
    /// Businesses that the run had added, deleted again.
    pub deleted: u64,
    /// Businesses that the run had changed, as they were before it.
    pub restored: u64,
}

impl std::ops::AddAssign for Undone {
    fn add_assign(&mut self, other: Self) {
        self.deleted += other.deleted;
        self.restored += other.restored;
    }
}

/// Import runs. Batches name their run in their act, and are counted for it in their transactions.
#[async_trait]
pub trait RunStore: Send + Sync {
    /// Begins a run.
    async fn begin_run(&self, run: &ImportRun, act: &Act) -> Result<(), StoreError>;
    /// Ends it.
    async fn finish_run(&self, id: RunId, rejected: u64, act: &Act) -> Result<(), StoreError>;
    /// One run.
    async fn get_run(&self, id: RunId) -> Result<Option<ImportRun>, StoreError>;
    /// Runs before one, newest first; of one actor only, if one is given.
    async fn list_runs(
        &self,
        before: Option<RunId>,
        actor: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ImportRun>, StoreError>;
    /// Undoes at most `limit` businesses of a run that nobody has changed since, in one transaction; none are left when it gives
    /// zeros.
    async fn undo_some(&self, id: RunId, limit: u32, act: &Act) -> Result<Undone, StoreError>;
    /// Businesses that the run changed and somebody else has changed since: undoing leaves them alone.
    async fn changed_since_run(&self, id: RunId) -> Result<u64, StoreError>;
    /// Marks a run as undone; `Conflict` when it is already.
    async fn finish_undo(&self, id: RunId, act: &Act) -> Result<(), StoreError>;
}
