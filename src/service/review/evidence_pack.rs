//! The evidence of a case for a platform's take-down form: one HTML file that needs nothing else, and the same as JSON.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Review, ReviewError};
use crate::domain::{CaseId, FileId, FileKind};
use crate::service::contract::{AccountInput, AssessmentBody};

/// Pictures that are shown within the page, in bytes together; further ones are named with their hash only.
const SHOWN_BYTES: u64 = 20 * 1024 * 1024;

/// The evidence of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidencePack {
    /// The case.
    pub case_id: String,
    /// When the pack was made.
    pub made_at: String,
    /// When the case was opened.
    pub opened_at: String,
    /// The account, as it was met.
    pub account: AccountInput,
    /// The code points of its display name, so that nothing in it is hidden.
    pub display_name_code_points: Vec<String>,
    /// What a check says of it now: each signal holds the account's side and the registry's side of what is copied.
    pub assessment: AssessmentBody,
    /// Channels of the genuine business.
    pub genuine_channels: Vec<String>,
    /// Rulings that stand: when, what, why.
    pub rulings: Vec<PackRuling>,
    /// What people reported, without who they are.
    pub reports: Vec<PackReport>,
    /// Files of evidence with their hashes.
    pub files: Vec<PackFile>,
}

/// A ruling in a pack.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PackRuling {
    /// When.
    pub at: String,
    /// What it says.
    pub ruling: String,
    /// Why, as a code.
    pub reason: String,
    /// Why, in a sentence.
    pub sentence: String,
}

/// A report in a pack.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PackReport {
    /// When.
    pub at: String,
    /// What the account did.
    pub harm: String,
    /// What happened, in the reporter's words.
    pub text: String,
}

/// A file in a pack.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PackFile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type, by its content.
    pub kind: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its content, hexadecimal.
    pub sha256: String,
    /// When it came.
    pub at: String,
}

impl Review {
    /// The evidence of a case.
    pub async fn evidence(&self, id: CaseId) -> Result<EvidencePack, ReviewError> {
        let file = self.open(id).await?;
        let account = file.account.ok_or(ReviewError::Erased(id))?;
        let assessment = self.assess(id).await?;
        let channels = assessment.advice.as_ref().map(|a| &a.known_channels);
        let stands = |r: &&super::OpenedRuling| r.state == crate::domain::RulingState::Standing;
        let name = account.display_name.as_deref().unwrap_or_default();
        Ok(EvidencePack {
            case_id: id.to_string(),
            made_at: self.world.now().to_string(),
            opened_at: file.case.opened_at.to_string(),
            display_name_code_points: name.chars().map(code_point).collect(),
            genuine_channels: channels
                .into_iter()
                .flatten()
                .map(|c| format!("{} {}", c.kind, c.value))
                .collect(),
            rulings: file.rulings.iter().filter(stands).map(ruling).collect(),
            reports: file.reports.iter().map(report).collect(),
            files: file.files.iter().map(pack_file).collect(),
            account,
            assessment,
        })
    }

    /// The same as one HTML file, with the pictures in it.
    pub async fn evidence_page(&self, id: CaseId) -> Result<String, ReviewError> {
        let pack = self.evidence(id).await?;
        let mut pictures = Vec::new();
        let mut bytes = 0;
        for file in &pack.files {
            let kind = file.kind.parse::<FileKind>();
            let shown = kind.is_ok_and(|k| !matches!(k, FileKind::Pdf | FileKind::Text));
            bytes += file.size;
            if let Ok(file_id) = file.id.parse::<FileId>()
                && shown
                && bytes <= SHOWN_BYTES
            {
                let (_, content) = self.file(id, file_id).await?;
                pictures.push((file, STANDARD.encode(content)));
            }
        }
        Ok(page(&pack, &pictures))
    }
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

fn ruling(r: &super::OpenedRuling) -> PackRuling {
    PackRuling {
        at: r.at.to_string(),
        ruling: r.kind.to_string(),
        reason: r.reason.to_string(),
        sentence: r.sentence.clone(),
    }
}

fn report(r: &super::OpenedReport) -> PackReport {
    PackReport {
        at: r.at.to_string(),
        harm: r.harm.to_string(),
        text: r.text.clone(),
    }
}

fn pack_file(f: &super::OpenedFile) -> PackFile {
    PackFile {
        id: f.id.to_string(),
        name: f.name.clone(),
        kind: f.kind.to_string(),
        size: f.size,
        sha256: f.sha256_hex(),
        at: at(f.at),
    }
}

fn at(at: Timestamp) -> String {
    at.to_string()
}

/// The page: no script, nothing from elsewhere, every value escaped and set apart from the direction of the text round it.
fn page(pack: &EvidencePack, pictures: &[(&PackFile, String)]) -> String {
    let mut html = String::from(HEAD);
    let case = escape(&pack.case_id);
    let made = escape(&pack.made_at);
    let _ = write!(
        html,
        "<h1>Evidence of impersonation</h1><p>Case {case}, made {made}</p>"
    );
    section(&mut html, "The account", account_rows(pack));
    let summary = escape(&pack.assessment.summary);
    let _ = write!(html, "<h2>What it imitates</h2><p>{summary}</p>");
    let signals = pack.assessment.signals.iter().map(|s| {
        let sides = [&s.account_side, &s.registry_side];
        let sides = sides.map(|side| side.as_deref().unwrap_or_default().to_owned());
        vec![s.detail.clone(), sides[0].clone(), sides[1].clone()]
    });
    table(
        &mut html,
        &["What was found", "The account", "The business"],
        signals,
    );
    let channels = pack.genuine_channels.iter().map(|c| vec![c.clone()]);
    table(&mut html, &["Channels of the genuine business"], channels);
    let rulings = (pack.rulings.iter()).map(|r| {
        vec![
            r.at.clone(),
            r.ruling.clone(),
            r.reason.clone(),
            r.sentence.clone(),
        ]
    });
    table(&mut html, &["Ruled", "Ruling", "Reason", "Why"], rulings);
    let reports = (pack.reports.iter()).map(|r| vec![r.at.clone(), r.harm.clone(), r.text.clone()]);
    table(
        &mut html,
        &["Reported", "What it did", "In the reporter's words"],
        reports,
    );
    let files = pack.files.iter().map(|f| {
        vec![
            f.at.clone(),
            f.name.clone(),
            f.kind.clone(),
            f.sha256.clone(),
        ]
    });
    table(&mut html, &["Came", "File", "Type", "SHA-256"], files);
    for (file, content) in pictures {
        let (kind, name) = (escape(&file.kind), escape(&file.name));
        let _ = write!(
            html,
            "<figure><img alt=\"{name}\" src=\"data:{kind};base64,{content}\"><figcaption>{name}, SHA-256 {}</figcaption></figure>",
            escape(&file.sha256)
        );
    }
    html.push_str("</main></body></html>\n");
    html
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Evidence</title>\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;\
width:100%;margin:1rem 0}th,td{border:1px solid #888;padding:.3rem .5rem;text-align:left;vertical-align:top;\
overflow-wrap:anywhere}img{max-width:100%}bdi{white-space:pre-wrap}</style></head><body><main>";

fn account_rows(pack: &EvidencePack) -> Vec<Vec<String>> {
    let account = serde_json::to_value(&pack.account).unwrap_or_default();
    let fields = account.as_object().cloned().unwrap_or_default();
    let mut rows: Vec<Vec<String>> = (fields.into_iter())
        .map(|(name, value)| {
            let value = match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            vec![name, value]
        })
        .collect();
    if !pack.display_name_code_points.is_empty() {
        let points = pack.display_name_code_points.join(" ");
        rows.push(vec!["code points of the name".to_owned(), points]);
    }
    rows
}

fn section(html: &mut String, title: &str, rows: Vec<Vec<String>>) {
    let _ = write!(html, "<h2>{}</h2>", escape(title));
    table(html, &["", ""], rows);
}

fn table(html: &mut String, heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return;
    }
    html.push_str("<table><tr>");
    for head in heads {
        let _ = write!(html, "<th>{}</th>", escape(head));
    }
    html.push_str("</tr>");
    for row in rows {
        html.push_str("<tr>");
        for cell in row {
            let _ = write!(html, "<td><bdi>{}</bdi></td>", escape(&cell));
        }
        html.push_str("</tr>");
    }
    html.push_str("</table>");
}

/// Text as HTML. Characters that turn the direction of what follows are shown as what they are, and marks beyond eight on one
/// letter are left out, so that a name spoils nothing but itself.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        marks = if unicode_normalization::char::is_combining_mark(c) {
            marks + 1
        } else {
            0
        };
        match c {
            _ if marks > 8 => {}
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&code_point(c));
            }
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push_str(&code_point(c)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_spoils_nothing_but_itself() {
        let name = format!(
            "<img onerror=x>\u{202e}live\u{2066}\"'&{}",
            "\u{301}".repeat(5_000)
        );
        let shown = escape(&name);
        assert!(
            !shown.contains(['<', '>', '"', '\'', '\u{202e}', '\u{2066}']),
            "{shown}"
        );
        assert!(shown.starts_with("&lt;img onerror=x&gt;U+202Elive"));
        assert_eq!(shown.matches('\u{301}').count(), 8);
    }
}
