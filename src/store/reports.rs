//! Reports and their evidence.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::domain::{Act, CaseId, FileId, FileKind, Harm, ReportId};

/// A report as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRecord {
    /// The id.
    pub id: ReportId,
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// Keyed digest of who reported.
    pub reporter: [u8; 32],
    /// How much it weighs in the order of the queue.
    pub weight: f64,
    /// What the account did.
    pub harm: Harm,
    /// What is told, sealed by the case's key.
    pub content: Vec<u8>,
    /// Since when it is known to be made up.
    pub bad_faith_at: Option<Timestamp>,
}

/// A file of evidence, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// The id.
    pub id: FileId,
    /// The report.
    pub report: ReportId,
    /// The case of that.
    pub case: CaseId,
    /// When it came.
    pub at: Timestamp,
    /// Its name, sealed by the case's key.
    pub name: Vec<u8>,
    /// What it is, by its content.
    pub kind: FileKind,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
}

/// Reports, and the evidence that comes with them.
#[async_trait]
pub trait ReportStore: Send + Sync {
    /// One report.
    async fn get_report(&self, id: ReportId) -> Result<Option<ReportRecord>, StoreError>;
    /// The report of a token.
    async fn find_report(&self, token_hash: &[u8; 32]) -> Result<Option<ReportRecord>, StoreError>;
    /// Reports of a case and of those merged into it, after one, oldest first.
    async fn reports_of(
        &self,
        case: CaseId,
        after: Option<ReportId>,
        limit: u32,
    ) -> Result<Vec<ReportRecord>, StoreError>;
    /// Adds a file to a report; `Conflict` when it has `most` already. The content is sealed.
    async fn add_file(
        &self,
        file: &FileRecord,
        content: &[u8],
        most: u32,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Files of a case and of those merged into it, at most 500.
    async fn files_of(&self, case: CaseId) -> Result<Vec<FileRecord>, StoreError>;
    /// A file of a case with its sealed content.
    async fn get_file(&self, id: FileId) -> Result<Option<(FileRecord, Vec<u8>)>, StoreError>;
    /// Notes that a report was made up: it weighs nothing any more, and its reporter less, or nothing for a time.
    async fn note_bad_faith(&self, id: ReportId, act: &Act) -> Result<(), StoreError>;
}
