//! What reviewers keep for themselves, and figures of their work.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CaseSecret, StoreError};
use crate::domain::{Act, Case, CaseId, CaseState, NoteId, RulingKind, TemplateId, ViewId};

/// Figures of a time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseFigures {
    /// Cases opened in the last 24 hours.
    pub inbound_24h: u64,
    /// Reports that came in the last 24 hours.
    pub reports_24h: u64,
    /// Cases that wait or are held.
    pub pending: u64,
    /// Cases that wait for somebody with more say.
    pub escalated: u64,
    /// Appeals that wait for a person.
    pub appeals: u64,
    /// Since when the oldest pending case is open.
    pub oldest: Option<Timestamp>,
}

/// One ruling that stands, for counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    pub kind: RulingKind,
    /// Microseconds from claim to ruling.
    pub handled_in: u64,
    /// Codes of the case's signals.
    pub signals: Vec<String>,
    /// Where the case stands; an appeal may have reversed a former ruling.
    pub state: CaseState,
}

/// How a golden case was ruled on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenResult {
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What is known to be right.
    pub expected: RulingKind,
    /// What was ruled.
    pub given: RulingKind,
}

/// A note on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseNote {
    /// The id.
    pub id: NoteId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// The text, sealed by the case's key.
    pub text: Vec<u8>,
}

/// A text for replies, with placeholders that have to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The id.
    pub id: TemplateId,
    /// What it is called; unique.
    pub name: String,
    /// BCP 47.
    pub language: String,
    /// The text; `{name}` is a placeholder.
    pub text: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A saved view of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The id.
    pub id: ViewId,
    /// Whose it is.
    pub owner: String,
    /// What it is called; unique of one owner.
    pub name: String,
    /// JSON of its filter.
    pub filter: String,
}

/// What reviewers keep for themselves, and figures of their work.
#[async_trait]
pub trait DeskStore: Send + Sync {
    /// Figures as of an instant.
    async fn case_figures(&self, at: Timestamp) -> Result<CaseFigures, StoreError>;
    /// Rulings that stand, made in a span, oldest first; golden cases are none of them.
    async fn decided_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: Option<(Timestamp, CaseId)>,
        limit: u32,
    ) -> Result<Vec<Decided>, StoreError>;
    /// How golden cases were ruled on since an instant.
    async fn golden_results(&self, since: Timestamp) -> Result<Vec<GoldenResult>, StoreError>;
    /// How many golden cases wait or are held.
    async fn golden_pending(&self) -> Result<u64, StoreError>;
    /// Adds a golden case, which is none of an account's.
    async fn plant_golden(
        &self,
        case: &Case,
        secret: &CaseSecret,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Adds a note.
    async fn add_case_note(
        &self,
        case: CaseId,
        note: &CaseNote,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Notes on a case, oldest first, at most 200.
    async fn case_notes(&self, case: CaseId) -> Result<Vec<CaseNote>, StoreError>;
    /// Adds a template, or replaces the one of its id; `Conflict` when the name is taken.
    async fn put_template(&self, template: &Template, act: &Act) -> Result<(), StoreError>;
    /// Deletes a template.
    async fn delete_template(&self, id: TemplateId, act: &Act) -> Result<(), StoreError>;
    /// Every template, by name.
    async fn list_templates(&self) -> Result<Vec<Template>, StoreError>;
    /// Adds a view; `Conflict` when its owner has one of the name.
    async fn insert_view(&self, view: &View, act: &Act) -> Result<(), StoreError>;
    /// Deletes a view of an owner.
    async fn delete_view(&self, id: ViewId, owner: &str, act: &Act) -> Result<(), StoreError>;
    /// The views of an owner, by name.
    async fn list_views(&self, owner: &str) -> Result<Vec<View>, StoreError>;
}
