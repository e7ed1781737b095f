//! Reports by people and by partners: taking them, their evidence, and telling reporters how they stand.

use ring::digest::{SHA256, digest};

use super::evidence::kind_of;
use super::opened::ReportContent;
use super::{OpenedFile, Review, ReviewError, opened};
use crate::domain::{
    Actor, Appeal, AppealState, Case, CaseId, CaseState, Email, FileId, FileKind, Harm, ReportId,
    ReportText, RulingKind, Text,
};
use crate::service::author::Author;
use crate::service::contract::{AccountInput, Collector, FieldErrors};
use crate::service::people::Network;
use crate::store::{AppealRecord, FileRecord, NewReport, ReportRecord, StoreError};

/// A report as it comes.
#[derive(Debug, Clone, Default)]
pub struct ReportInput {
    /// The account.
    pub account: AccountInput,
    /// What happened, 1–4,000 characters.
    pub what_happened: String,
    /// What the account did, a word of [`Harm`]; `other` where nothing is said.
    pub harm: Option<String>,
    /// An e-mail address at which the reporter can be asked.
    pub contact: Option<String>,
    /// A partner's own name of the person who reports, so that its people count one by one; at most 200 characters.
    pub reporter: Option<String>,
}

/// Who reports, as far as it is known.
#[derive(Debug, Clone)]
pub struct From {
    /// The key or person, or nobody.
    pub author: Author,
    /// The network that a request comes from.
    pub network: Option<Network>,
}

/// What a reporter is told at once.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The report.
    pub id: ReportId,
    /// By which the reporter adds evidence and asks how it stands. It is told once.
    pub token: String,
}

/// How a report stands, for its reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportStatus {
    /// The report.
    pub id: ReportId,
    /// When it came.
    pub at: jiff::Timestamp,
    /// Where the case stands.
    pub state: CaseState,
    /// What was ruled, once it cannot be undone any more.
    pub outcome: Option<RulingKind>,
    /// Until when the reporter can appeal, if at all.
    pub appeal_until: Option<jiff::Timestamp>,
}

impl Review {
    /// Takes a report in; it is written for good when this returns.
    pub async fn report(&self, input: &ReportInput, from: &From) -> Result<Reported, ReviewError> {
        let (harm, content) = parsed(input)?;
        let account = input.account.parse().map_err(below("/account"))?;
        let language = Self::LANGUAGE;
        let (assessment, snapshot) = self.checks.assess(account.clone(), language).await?;
        let (reporter, source) = self.digests_of(input, from);
        let token = self.token("rpt_");
        let report = NewReport {
            id: ReportId::new(self.world.new_id()),
            reporter,
            source,
            harm,
            content: serde_json::to_vec(&content).unwrap_or_default(),
            token_hash: self.token_hash(&token),
        };
        let id = report.id;
        let act = from.author.act(&self.world, "case.report", None);
        let index = &snapshot.index;
        let incoming = self
            .intake
            .incoming(&account, &assessment, index, Some(report), act);
        let Some(incoming) = incoming else {
            let detail = "a report needs a number, a handle, a website of its own, an e-mail address, or a sender ID with \
                          default_region: a name alone could be anybody's";
            return Err(FieldErrors::one("/account", "no_key", detail).into());
        };
        self.reports.take(incoming).await?;
        Ok(Reported { id, token })
    }

    /// Adds a file to one's own report: png, jpeg, webp, gif, pdf or plain text by its content, 5 MB at most, five of them.
    pub async fn add_file(
        &self,
        token: &str,
        name: &str,
        declared: Option<&str>,
        bytes: &[u8],
    ) -> Result<OpenedFile, ReviewError> {
        let report = self.report_of(token).await?;
        let kind = kind_of(declared, bytes)?;
        let name = file_name(name, kind);
        let (key, _) = self.key_of(report.case).await?;
        let act = Author::of(Actor::Server).act(&self.world, "case.add_file", Some(&report.case));
        let erased = || ReviewError::Erased(report.case);
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest(&SHA256, bytes).as_ref());
        let record = FileRecord {
            id: FileId::new(self.world.new_id()),
            report: report.id,
            case: report.case,
            at: act.at,
            name: key.seal("file name", name.as_bytes()).ok_or_else(erased)?,
            kind,
            size: bytes.len() as u64,
            sha256,
        };
        let content = key.seal("file", bytes).ok_or_else(erased)?;
        let most = u32::try_from(FileKind::MAX_FILES).unwrap_or(u32::MAX);
        self.store.add_file(&record, &content, most, &act).await?;
        Ok(opened::file(Some(&key), record))
    }

    /// A file of a case, or of a duplicate of it, with its content.
    pub async fn file(
        &self,
        case: CaseId,
        id: FileId,
    ) -> Result<(OpenedFile, Vec<u8>), ReviewError> {
        let missing = || StoreError::NotFound(format!("file {id} of case {case}"));
        let (record, sealed) = self.store.get_file(id).await?.ok_or_else(missing)?;
        if record.case != case && self.get(record.case).await?.merged_into != Some(case) {
            return Err(missing().into());
        }
        let (key, _) = self.key_of(record.case).await?;
        let content = key.open("file", &sealed);
        let content = content.ok_or(ReviewError::Erased(case))?;
        Ok((opened::file(Some(&key), record), content))
    }

    /// How a report stands.
    pub async fn report_status(&self, token: &str) -> Result<ReportStatus, ReviewError> {
        let report = self.report_of(token).await?;
        let mut case = self.get(report.case).await?;
        if let Some(target) = case.merged_into {
            case = self.get(target).await?;
        }
        let ruled = self.settled(&case);
        Ok(ReportStatus {
            id: report.id,
            at: report.at,
            state: if ruled.is_none() && case.state == CaseState::Decided {
                CaseState::Claimed
            } else {
                case.state
            },
            outcome: ruled,
            appeal_until: case
                .appeal_until()
                .filter(|_| case.state == CaseState::Decided)
                .filter(|_| ruled.is_some_and(RulingKind::refuses_report)),
        })
    }

    /// What was ruled, once it cannot be undone any more; a golden case is nobody's.
    pub(super) fn settled(&self, case: &Case) -> Option<RulingKind> {
        let standing = case.standing.as_ref()?;
        (standing.undo_until <= self.world.now()).then_some(standing.kind)
    }

    /// Notes that a report was made up: it weighs nothing any more, and a second one suspends its reporter.
    pub async fn bad_faith(&self, id: ReportId, by: &Author) -> Result<(), ReviewError> {
        let act = by.act(&self.world, "report.bad_faith", Some(&id));
        Ok(self.store.note_bad_faith(id, &act).await?)
    }

    /// The report of a token.
    pub(super) async fn report_of(&self, token: &str) -> Result<ReportRecord, ReviewError> {
        let found = self.store.find_report(&self.token_hash(token)).await?;
        found.ok_or(ReviewError::UnknownToken)
    }

    /// A random token, as text.
    pub(super) fn token(&self, prefix: &str) -> String {
        let hex = blake3::Hash::from_bytes(self.world.random()).to_hex();
        format!("{prefix}{hex}")
    }

    /// What is kept of a token.
    pub(super) fn token_hash(&self, token: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.token_key, token.as_bytes()).as_bytes()
    }

    /// Who reports and through what, as digests: a partner's people one by one where it names them, people without a key
    /// by their network, whose source is the wider one.
    fn digests_of(&self, input: &ReportInput, from: &From) -> ([u8; 32], [u8; 32]) {
        let digest = |parts: &[&[u8]]| {
            let mut hasher = blake3::Hasher::new_keyed(&self.reporter_key);
            for part in parts {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
            *hasher.finalize().as_bytes()
        };
        let named = input.reporter.as_deref().unwrap_or_default().as_bytes();
        match from.author.actor {
            Actor::Server => {
                let octets = from.network.map(Network::octets).unwrap_or_default();
                let wider = Network::wider(octets);
                (
                    digest(&[b"network", &octets]),
                    digest(&[b"network", &wider]),
                )
            }
            ref actor => {
                let actor = actor.to_string();
                let source = digest(&[b"actor", actor.as_bytes()]);
                (digest(&[b"actor", actor.as_bytes(), named]), source)
            }
        }
    }
}

/// Whether an appeal still waits.
pub(super) fn is_open(record: &AppealRecord) -> bool {
    let Appeal { state, .. } = &record.appeal;
    !matches!(
        state,
        AppealState::Upheld | AppealState::Reversed | AppealState::Withdrawn
    )
}

fn parsed(input: &ReportInput) -> Result<(Harm, ReportContent), FieldErrors> {
    let mut errors = Collector::default();
    let text = errors.note(
        "/what_happened",
        ReportText::parse("what happened", &input.what_happened),
    );
    let harm = errors.parse("/harm", input.harm.as_ref(), str::parse::<Harm>);
    let contact = errors.parse("/contact", input.contact.as_ref(), Email::parse);
    errors.parse("/reporter", input.reporter.as_ref(), |r| {
        Text::<200>::parse("reporter", r)
    });
    let content = ReportContent {
        text: text.map(|t| t.as_str().to_owned()).unwrap_or_default(),
        account: input.account.clone(),
        contact: contact.map(|c| c.to_string()),
    };
    errors.finish((harm.unwrap_or(Harm::Other), content))
}

/// Errors of a part of a document, with pointers of the whole.
pub(super) fn below(part: &'static str) -> impl Fn(FieldErrors) -> FieldErrors {
    move |mut errors| {
        for error in &mut errors.0 {
            error.pointer = format!("{part}{}", error.pointer);
        }
        errors
    }
}

/// A name that is safe in a header and on a disk: letters, digits and a few marks, at most 80, with the ending of its type.
fn file_name(given: &str, kind: FileKind) -> String {
    let ending = match kind {
        FileKind::Png => "png",
        FileKind::Jpeg => "jpg",
        FileKind::Webp => "webp",
        FileKind::Gif => "gif",
        FileKind::Pdf => "pdf",
        FileKind::Text => "txt",
    };
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let stem: String = stem.chars().filter(kept).take(80).collect();
    let stem = if stem.is_empty() { "evidence" } else { &stem };
    format!("{stem}.{ending}")
}
