//! Cases, reports, rulings, appeals, and what reviewers keep for themselves.
//!
//! What may happen to a case is [`CaseStep`]'s to say: a store reads the case under a lock, lets it take the step, and
//! writes it with its effects in one transaction. Raw values come here sealed, or are sealed on their way in by a
//! [`Sealer`] with the key of the case that they join.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::domain::{
    Act, Appeal, AppealId, AppealStep, BulkId, Business, BusinessId, Case, CaseId, CaseState,
    CaseStep, Decision, EvidenceKind, FileId, Harm, NoteId, ReasonCode, ReportId, RulingId,
    RulingKind, RulingState, TemplateId, Verdict, ViewId,
};

/// Seals by the key of a case.
pub trait Sealer: Send + Sync {
    /// Seals a message for one use by the case's key, which comes sealed itself; none where the key is not whole.
    fn seal(
        &self,
        case: CaseId,
        sealed_key: &[u8],
        purpose: &str,
        message: &[u8],
    ) -> Option<Vec<u8>>;
}

/// What can be read of a case only with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSecret {
    /// The key, sealed.
    pub sealed_key: Vec<u8>,
    /// The account, sealed by it.
    pub account: Vec<u8>,
}

/// A report on its way in.
#[derive(Clone)]
pub struct NewReport {
    /// Its id.
    pub id: ReportId,
    /// Keyed digest of who reports.
    pub reporter: [u8; 32],
    /// Keyed digest of the network or partner through which.
    pub source: [u8; 32],
    /// What the account did.
    pub harm: Harm,
    /// What is told; sealed as it is written.
    pub content: Vec<u8>,
    /// Keyed hash of the token by which the reporter asks how it stands.
    pub token_hash: [u8; 32],
}

/// A flagged check, or a report with the check that was made of its account.
#[derive(Clone)]
pub struct Incoming {
    /// The case, if the account has none that is live; its `opened_at` is the instant.
    pub case: Case,
    /// What can be read of that case only with its key.
    pub secret: CaseSecret,
    /// The report, if it is one.
    pub report: Option<NewReport>,
    /// The act of it.
    pub act: Act,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The case that it is part of.
    pub case: CaseId,
    /// Whether that was opened by it.
    pub opened: bool,
}

/// Which cases to list, by priority.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseListing {
    /// Only those in this state; open ones where nothing is said.
    pub state: Option<CaseState>,
    /// Only those about this business.
    pub business: Option<BusinessId>,
    /// Only those held by this reviewer.
    pub holder: Option<String>,
    /// Only those that are escalated, or are not.
    pub escalated: Option<bool>,
    /// Only those that wait for a second person, or do not.
    pub proposed: Option<bool>,
    /// Only those whose last check answered so.
    pub verdict: Option<Verdict>,
    /// Only those ruled on so.
    pub outcome: Option<RulingKind>,
    /// Only those with this signal.
    pub signal: Option<String>,
    /// Only those that have this in common.
    pub cluster: Option<ClusterKey>,
    /// Only those opened at this instant or later.
    pub opened_since: Option<Timestamp>,
    /// The place after which to go on.
    pub after: Option<CasePlace>,
    /// Most cases.
    pub limit: u32,
}

/// Something that cases have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterKey {
    /// The block of 1,000 numbers.
    Block([u8; 32]),
    /// The folded name.
    Name([u8; 32]),
    /// The website.
    Site([u8; 32]),
}

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CasePlace {
    /// Its priority.
    pub priority: f64,
    /// The case.
    pub id: CaseId,
}

/// One thing that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEvent {
    /// The version that it made.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What, such as `claimed`.
    pub what: String,
    /// An id or code of it.
    pub detail: Option<String>,
}

/// A ruling as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulingRecord {
    /// The id.
    pub id: RulingId,
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What it says.
    pub kind: RulingKind,
    /// Why, countable.
    pub reason: ReasonCode,
    /// Why, in a sentence, sealed by the case's key.
    pub sentence: Vec<u8>,
    /// What became of it.
    pub state: RulingState,
    /// The business that it is about.
    pub business: Option<BusinessId>,
    /// For a duplicate: of which case.
    pub duplicate_of: Option<CaseId>,
    /// The ruling on many cases that it is part of.
    pub bulk: Option<BulkId>,
}

/// What a ruling does beyond its case.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// A new version of a business, over one of a version.
    pub business: Option<(Box<Business>, u64)>,
    /// A channel that the business is asked to prove: its kind and value.
    pub channel: Option<(String, String)>,
}

/// A channel that a ruling asks a business to prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRequest {
    /// The ruling.
    pub ruling: RulingId,
    /// The kind of channel.
    pub kind: String,
    /// The number, address, handle …
    pub value: String,
    /// Since when.
    pub at: Timestamp,
}

/// A key of an account that checks answer with `confirmed_impostor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpostorKey {
    /// Keyed digest of the key.
    pub digest: [u8; 32],
    /// The case.
    pub case: CaseId,
    /// The business that the account imitates.
    pub business: Option<BusinessId>,
    /// When it was ruled.
    pub ruled_at: Timestamp,
    /// When it counts no more.
    pub lapses_at: Timestamp,
    /// Whether it has ended before that.
    pub ended: bool,
}

/// Cases.
#[async_trait]
pub trait CaseStore: Send + Sync {
    /// Opens or joins a case for each of a batch, in one transaction; what becomes of each stands at its place.
    async fn take_in(
        &self,
        batch: &[Incoming],
        sealer: Arc<dyn Sealer>,
    ) -> Result<Vec<Taken>, StoreError>;
    /// One case.
    async fn get_case(&self, id: CaseId) -> Result<Option<Case>, StoreError>;
    /// The newest case of an account that is no golden one.
    async fn find_case(&self, key_digest: &[u8; 32]) -> Result<Option<Case>, StoreError>;
    /// What can be read of cases only with their keys; none where it was erased.
    async fn secrets_of(&self, cases: &[CaseId]) -> Result<Vec<(CaseId, CaseSecret)>, StoreError>;
    /// Cases by priority.
    async fn list_cases(&self, listing: &CaseListing) -> Result<Vec<Case>, StoreError>;
    /// What happened to a case after a version, oldest first, at most 500.
    async fn case_events(&self, id: CaseId, after: u64) -> Result<Vec<CaseEvent>, StoreError>;
    /// Lets a case of version `expected` take a step that rules nothing; `Stale` at another version, `Conflict` where it may
    /// not be taken. Gives the case as it is then.
    async fn step_case(
        &self,
        id: CaseId,
        expected: Option<u64>,
        step: &CaseStep,
        act: &Act,
    ) -> Result<Case, StoreError>;
    /// Puts back every case whose claim has lapsed by `act.at`; gives how many.
    async fn release_lapsed(&self, act: &Act) -> Result<u64, StoreError>;
    /// Closes up to `limit` cases that were decided before an instant; gives how many.
    async fn close_decided(
        &self,
        before: Timestamp,
        limit: u32,
        act: &Act,
    ) -> Result<u64, StoreError>;
    /// Computes anew the priority of up to `limit` open cases for which that was last done before an instant.
    async fn refresh_priorities(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;
    /// Destroys the key of a case and what it seals.
    async fn erase_case(&self, id: CaseId, act: &Act) -> Result<(), StoreError>;
}

/// Rulings. Each is one transaction with its effects.
#[async_trait]
pub trait RulingStore: Send + Sync {
    /// Rules on a case of version `expected` as [`Case::take`] allows; `decision.needs_second` is widened by what the store
    /// knows of the account. Gives the case as it is then.
    async fn rule(
        &self,
        ruling: &RulingRecord,
        decision: &Decision,
        expected: u64,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, StoreError>;
    /// Undoes the ruling that stands, and its effects. `effects.business` takes back what it did to a business.
    async fn undo_ruling(
        &self,
        case: CaseId,
        expected: u64,
        by: &str,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, StoreError>;
    /// Rulings on a case, oldest first.
    async fn rulings_of(&self, case: CaseId) -> Result<Vec<RulingRecord>, StoreError>;
    /// One ruling.
    async fn get_ruling(&self, id: RulingId) -> Result<Option<RulingRecord>, StoreError>;
    /// The rulings of a ruling on many cases.
    async fn rulings_of_bulk(&self, bulk: BulkId) -> Result<Vec<RulingRecord>, StoreError>;
    /// Lets a confirmed impostor's key count until later; `NotFound` when the case has none that counts.
    async fn renew_impostor(
        &self,
        case: CaseId,
        lapses_at: Timestamp,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Ends the key of an account of which new control was proved; gives whether there was one.
    async fn end_impostor(&self, key_digest: &[u8; 32], act: &Act) -> Result<bool, StoreError>;
    /// What rulings ask a business to prove and nobody has taken back, oldest first, at most 200.
    async fn channel_requests(
        &self,
        business: BusinessId,
    ) -> Result<Vec<ChannelRequest>, StoreError>;
    /// Every key that counts at an instant.
    async fn impostor_keys(&self, at: Timestamp) -> Result<Vec<ImpostorKey>, StoreError>;
    /// The key that a case's ruling made, if it still counts.
    async fn impostor_key_of(&self, case: CaseId) -> Result<Option<ImpostorKey>, StoreError>;
}

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
    pub kind: EvidenceKind,
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

/// An appeal as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealRecord {
    /// Its course.
    pub appeal: Appeal,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Why it was judged so, countable.
    pub reason: Option<ReasonCode>,
    /// What the appellant says, sealed by the case's key.
    pub grounds: Vec<u8>,
    /// What the appellant is told: the finding or the condition.
    pub finding: Option<Vec<u8>>,
    /// What the appellant answered to a condition.
    pub answer: Option<Vec<u8>>,
    /// The code that was sent to the account.
    pub code: Option<SentCode>,
    /// How many were sent.
    pub codes_sent: u32,
}

/// A code that was sent to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentCode {
    /// Keyed hash of it.
    pub hash: [u8; 32],
    /// Until when it works.
    pub until: Timestamp,
    /// How often it was tried.
    pub tries: u32,
}

/// What is written with a step of an appeal.
#[derive(Debug, Clone, Default)]
pub struct AppealTold {
    /// Why it is judged so.
    pub reason: Option<ReasonCode>,
    /// The finding or condition, sealed.
    pub finding: Option<Vec<u8>>,
    /// The answer, sealed.
    pub answer: Option<Vec<u8>>,
    /// The ruling that takes the place of the former, and what it does.
    pub instead: Option<(RulingRecord, Effects)>,
}

/// Appeals.
#[async_trait]
pub trait AppealStore: Send + Sync {
    /// Adds an appeal; the case becomes an appealed one with the first that is received. `Conflict` where it may not.
    async fn insert_appeal(
        &self,
        record: &AppealRecord,
        token_hash: &[u8; 32],
        act: &Act,
    ) -> Result<(), StoreError>;
    /// One appeal.
    async fn get_appeal(&self, id: AppealId) -> Result<Option<AppealRecord>, StoreError>;
    /// The appeal of a token.
    async fn find_appeal(&self, token_hash: &[u8; 32]) -> Result<Option<AppealRecord>, StoreError>;
    /// Appeals of a case, oldest first.
    async fn appeals_of(&self, case: CaseId) -> Result<Vec<AppealRecord>, StoreError>;
    /// Appeals in a state after one, oldest first.
    async fn list_appeals(
        &self,
        state: crate::domain::AppealState,
        after: Option<AppealId>,
        limit: u32,
    ) -> Result<Vec<AppealRecord>, StoreError>;
    /// Keeps a code that is about to be sent; `Conflict` when `most` were.
    async fn keep_code(
        &self,
        id: AppealId,
        code: &SentCode,
        most: u32,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Counts a wrong code; gives how often the present one was tried.
    async fn count_try(&self, id: AppealId, act: &Act) -> Result<u32, StoreError>;
    /// Lets an appeal take a step, and its case with it.
    async fn step_appeal(
        &self,
        id: AppealId,
        step: AppealStep,
        told: &AppealTold,
        act: &Act,
    ) -> Result<AppealRecord, StoreError>;
}

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
