//! What is sealed, opened for a reviewer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::seal::CaseKey;
use super::{Review, ReviewError};
use crate::domain::{
    AnswerLanguage, BulkId, BusinessId, CaseId, FileId, FileKind, Harm, NoteId, ReasonCode,
    ReportId, RulingId, RulingKind, RulingState,
};
use crate::service::contract::AccountInput;
use crate::store::{CaseNote, CaseSecret, FileRecord, ReportRecord, RulingRecord};

/// What a report tells, as it is sealed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct ReportContent {
    /// What happened.
    pub text: String,
    /// The account as the reporter met it.
    pub account: AccountInput,
    /// Where the reporter can be asked, if it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// A report as a reviewer reads it: never who reported, beyond what the reporter chose to tell.
#[derive(Debug, Clone)]
pub struct OpenedReport {
    /// The id.
    pub id: ReportId,
    /// The case to which it came.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// How much it weighs in the order of the queue.
    pub weight: f64,
    /// What the account did.
    pub harm: Harm,
    /// What happened, in the reporter's words.
    pub text: String,
    /// The account as the reporter met it.
    pub account: AccountInput,
    /// Where the reporter can be asked.
    pub contact: Option<String>,
    /// Since when it is known to be made up.
    pub bad_faith_at: Option<Timestamp>,
}

/// A ruling as a reviewer reads it.
#[derive(Debug, Clone)]
pub struct OpenedRuling {
    /// The id.
    pub id: RulingId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What it says.
    pub kind: RulingKind,
    /// Why, countable.
    pub reason: ReasonCode,
    /// Why, in a sentence; empty where it was erased.
    pub sentence: String,
    /// What became of it.
    pub state: RulingState,
    /// The business that it is about.
    pub business: Option<BusinessId>,
    /// For a duplicate: of which case.
    pub duplicate_of: Option<CaseId>,
    /// The ruling on many cases that it is part of.
    pub bulk: Option<BulkId>,
}

/// A file of evidence, without its content.
#[derive(Debug, Clone)]
pub struct OpenedFile {
    /// The id.
    pub id: FileId,
    /// The report that it came with.
    pub report: ReportId,
    /// When.
    pub at: Timestamp,
    /// The name that it came with.
    pub name: String,
    /// What it is, by its content.
    pub kind: FileKind,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
}

impl OpenedFile {
    /// SHA-256 of its content, hexadecimal.
    pub fn sha256_hex(&self) -> String {
        blake3::Hash::from_bytes(self.sha256).to_hex().to_string()
    }
}

/// A note on a case.
#[derive(Debug, Clone)]
pub struct OpenedNote {
    /// The id.
    pub id: NoteId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// The text.
    pub text: String,
}

impl Review {
    /// The key of a case; `Erased` where it is destroyed.
    pub(super) async fn key_of(&self, case: CaseId) -> Result<(CaseKey, CaseSecret), ReviewError> {
        let secret = self.store.secrets_of(&[case]).await?.pop();
        let secret = secret.ok_or(ReviewError::Erased(case))?.1;
        let key = self.intake.seal().open(case, &secret.sealed_key);
        Ok((key.ok_or(ReviewError::Erased(case))?, secret))
    }

    /// The language in which sentences about an account are written for reviewers.
    pub(super) const LANGUAGE: AnswerLanguage = AnswerLanguage::English;
}

/// The account of a case, opened.
pub(super) fn account(key: &CaseKey, secret: &CaseSecret) -> Option<AccountInput> {
    serde_json::from_slice(&key.open("account", &secret.account)?).ok()
}

/// A report, opened; blank where it cannot be read.
pub(super) fn report(key: &CaseKey, record: ReportRecord) -> OpenedReport {
    let content: ReportContent = key
        .open("report", &record.content)
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    OpenedReport {
        id: record.id,
        case: record.case,
        at: record.at,
        weight: record.weight,
        harm: record.harm,
        text: content.text,
        account: content.account,
        contact: content.contact,
        bad_faith_at: record.bad_faith_at,
    }
}

/// A ruling, opened; without its sentence where there is no key any more.
pub(super) fn ruling(key: Option<&CaseKey>, record: RulingRecord) -> OpenedRuling {
    let sentence = key.and_then(|key| key.open_text("sentence", &record.sentence));
    OpenedRuling {
        id: record.id,
        at: record.at,
        by: record.by,
        kind: record.kind,
        reason: record.reason,
        sentence: sentence.unwrap_or_default(),
        state: record.state,
        business: record.business,
        duplicate_of: record.duplicate_of,
        bulk: record.bulk,
    }
}

/// A file, with its name opened.
pub(super) fn file(key: Option<&CaseKey>, record: FileRecord) -> OpenedFile {
    let name = key.and_then(|key| key.open_text("file name", &record.name));
    OpenedFile {
        id: record.id,
        report: record.report,
        at: record.at,
        name: name.unwrap_or_default(),
        kind: record.kind,
        size: record.size,
        sha256: record.sha256,
    }
}

/// A note, opened.
pub(super) fn note(key: Option<&CaseKey>, record: CaseNote) -> OpenedNote {
    let text = key.and_then(|key| key.open_text("note", &record.text));
    OpenedNote {
        id: record.id,
        at: record.at,
        by: record.by,
        text: text.unwrap_or_default(),
    }
}
