//! What is known of a case, on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dto::{CaseBody, each};
use crate::service::contract::{AccountInput, words};
use crate::service::review::{
    CaseEvent, CaseFile, OpenedFile, OpenedNote, OpenedReport, OpenedRuling,
};

/// One thing that happened to a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseEvent)]
struct EventBody {
    /// The version that it made.
    version: u64,
    /// When.
    at: String,
    /// Who.
    actor: String,
    /// What, such as `claimed`; new words may come.
    what: String,
    /// An id or code of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
}

impl From<CaseEvent> for EventBody {
    fn from(event: CaseEvent) -> Self {
        Self {
            version: event.version,
            at: event.at.to_string(),
            actor: event.actor,
            what: event.what,
            detail: event.detail,
        }
    }
}

/// A ruling.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RulingRecord)]
struct RulingBody {
    /// Its id.
    id: String,
    /// When.
    at: String,
    /// Who.
    actor: String,
    /// What it says.
    #[schema(value_type = words::Ruling)]
    ruling: &'static str,
    /// Why, as a code.
    #[schema(value_type = words::ReasonCode)]
    reason: &'static str,
    /// Why, in a sentence.
    sentence: String,
    /// What became of it.
    #[schema(value_type = words::RulingState)]
    state: &'static str,
    /// The business that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    business_id: Option<String>,
    /// The ruling on many cases that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bulk_id: Option<String>,
}

impl From<OpenedRuling> for RulingBody {
    fn from(ruling: OpenedRuling) -> Self {
        Self {
            id: ruling.id.to_string(),
            at: ruling.at.to_string(),
            actor: ruling.by,
            ruling: ruling.kind.as_str(),
            reason: ruling.reason.as_str(),
            sentence: ruling.sentence,
            state: ruling.state.as_str(),
            business_id: ruling.business.map(|b| b.to_string()),
            bulk_id: ruling.bulk.map(|b| b.to_string()),
        }
    }
}

/// A report, as reviewers read it: never who reported, beyond what the reporter chose to tell.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseReport)]
struct ReportBody {
    /// Its id.
    id: String,
    /// When.
    at: String,
    /// How much it weighs in the order of the queue.
    weight: f64,
    /// What the account did.
    #[schema(value_type = words::Harm)]
    harm: &'static str,
    /// What happened, in the reporter's words.
    what_happened: String,
    /// The account as the reporter met it.
    account: AccountInput,
    /// Where the reporter can be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact: Option<String>,
    /// Since when it is known to be made up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bad_faith_at: Option<String>,
}

impl From<OpenedReport> for ReportBody {
    fn from(report: OpenedReport) -> Self {
        Self {
            id: report.id.to_string(),
            at: report.at.to_string(),
            weight: report.weight,
            harm: report.harm.as_str(),
            what_happened: report.text,
            account: report.account,
            contact: report.contact,
            bad_faith_at: report.bad_faith_at.map(|at| at.to_string()),
        }
    }
}

/// A file of evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceFile)]
pub(in crate::http::api) struct FileBody {
    /// Its id.
    id: String,
    /// The report that it came with.
    report_id: String,
    /// When it came.
    at: String,
    /// Its name.
    name: String,
    /// Its type, by its content.
    #[schema(example = "image/png")]
    kind: &'static str,
    /// Bytes.
    size: u64,
    /// SHA-256 of its content, hexadecimal.
    sha256: String,
}

impl From<OpenedFile> for FileBody {
    fn from(file: OpenedFile) -> Self {
        Self {
            sha256: file.sha256_hex(),
            id: file.id.to_string(),
            report_id: file.report.to_string(),
            at: file.at.to_string(),
            name: file.name,
            kind: file.kind.as_str(),
            size: file.size,
        }
    }
}

/// A note on a case, for colleagues.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseNote)]
pub(super) struct NoteBody {
    /// Its id.
    id: String,
    /// When.
    at: String,
    /// Who.
    actor: String,
    /// The text.
    text: String,
}

impl From<OpenedNote> for NoteBody {
    fn from(note: OpenedNote) -> Self {
        Self {
            id: note.id.to_string(),
            at: note.at.to_string(),
            actor: note.by,
            text: note.text,
        }
    }
}

/// A case with everything that is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseFile)]
pub(super) struct FileOfCase {
    /// The case.
    case: CaseBody,
    /// What happened to it, oldest first, 500 at most.
    events: Vec<EventBody>,
    /// Rulings, oldest first.
    rulings: Vec<RulingBody>,
    /// The first 50 reports; further ones by `/reports`.
    reports: Vec<ReportBody>,
    /// Files of evidence.
    files: Vec<FileBody>,
    /// Notes, oldest first.
    notes: Vec<NoteBody>,
    /// Until when checks answer `confirmed_impostor`, where they do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    confirmed_until: Option<String>,
}

impl From<CaseFile> for FileOfCase {
    fn from(file: CaseFile) -> Self {
        Self {
            case: CaseBody::of(&file.case, file.account),
            events: each(file.events),
            rulings: each(file.rulings),
            reports: each(file.reports),
            files: each(file.files),
            notes: each(file.notes),
            confirmed_until: file.impostor.map(|key| key.lapses_at.to_string()),
        }
    }
}

/// A page of reports.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseReportList)]
pub(super) struct ReportPage {
    /// The reports, oldest first.
    reports: Vec<ReportBody>,
    /// Give it as `cursor` to get the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl ReportPage {
    pub(super) fn of(reports: Vec<OpenedReport>, limit: u32) -> Self {
        let full = reports.len() >= limit as usize;
        let last = reports.last().map(|r| r.id.to_string());
        Self {
            next_cursor: last.filter(|_| full),
            reports: each(reports),
        }
    }
}

/// A note to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseNoteTerms)]
pub(super) struct NoteInput {
    /// 1–4,000 characters.
    #[schema(max_length = 4000)]
    pub text: String,
}
