//! Imports as JSON, and the parsed body of one.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Profile, Text};
use crate::service::contract::{FieldError, FieldErrors};
use crate::service::registry::{ImportRun, RunPage, UndoReport};
use crate::service::registry_file::{Entry, Format, RegistryReader, Tally};

/// Lines that are told one by one; the rest is counted.
const TOLD: usize = 200;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    /// What people call this import, such as the file's name; at most 200 characters.
    #[param(nullable = false, example = "stores-2026-03.jsonl")]
    source: Option<String>,
}

impl ImportQuery {
    pub(super) fn source(&self) -> Result<String, FieldErrors> {
        let Some(source) = &self.source else {
            return Ok("API".to_owned());
        };
        let text = Text::<200>::parse("source", source);
        text.map(|t| t.as_str().to_owned())
            .map_err(|e| FieldErrors::one("/source", "invalid_value", e.to_string()))
    }
}

/// The body of an import, read.
pub(super) struct Parsed {
    pub(super) profiles: Vec<Profile>,
    pub(super) rejects: Vec<RejectBody>,
    warnings: Tally,
}

impl Parsed {
    /// Reads a whole body. Refused is only one that cannot be read as a file at all, such as CSV without the needed columns.
    pub(super) fn of(bytes: &[u8], format: Format) -> Result<Self, FieldErrors> {
        let unreadable = |e: crate::service::registry_file::RegistryFileError| {
            FieldErrors::one("", "invalid_file", e.to_string())
        };
        let reader = RegistryReader::new(bytes, Some(format)).map_err(unreadable)?;
        let mut warnings = Tally::default();
        for column in reader.unknown_columns() {
            warnings.add_column(column);
        }
        let entries: Vec<Entry> = reader.collect::<Result<_, _>>().map_err(unreadable)?;
        let parsed: Vec<_> = entries.par_iter().map(|e| (e.line(), e.parse())).collect();
        let (mut profiles, mut rejects) = (Vec::with_capacity(parsed.len()), Vec::new());
        for (line, result) in parsed {
            match result {
                Ok(Some((profile, kept_out))) => {
                    for warning in &kept_out {
                        warnings.add(line, warning);
                    }
                    profiles.push(profile);
                }
                Ok(None) => {}
                Err(FieldErrors(errors)) => rejects.push(RejectBody { line, errors }),
            }
        }
        Ok(Self {
            profiles,
            rejects,
            warnings,
        })
    }
}

/// A line that could not be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RejectedLine)]
pub(super) struct RejectBody {
    /// Its number in the body, from 1.
    line: u64,
    /// What is wrong with it.
    errors: Vec<FieldError>,
}

/// One import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(super) struct ImportBody {
    /// Its id.
    #[schema(example = "run_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// Who imported: a key, a user or `command:…`.
    actor: String,
    /// What people call it, such as the file's name.
    source: String,
    /// RFC 3339, UTC.
    started_at: String,
    /// Left out while it runs, and when it was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    finished_at: Option<String>,
    /// When it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    undone_at: Option<String>,
    /// Businesses that were not there.
    created: u64,
    /// Businesses that became something else.
    updated: u64,
    /// Businesses that were there just so.
    unchanged: u64,
    /// Lines that were not used.
    rejected: u64,
}

impl From<&ImportRun> for ImportBody {
    fn from(run: &ImportRun) -> Self {
        Self {
            id: run.id.to_string(),
            actor: run.actor.clone(),
            source: run.source.clone(),
            started_at: run.started_at.to_string(),
            finished_at: run.finished_at.map(|at| at.to_string()),
            undone_at: run.undone_at.map(|at| at.to_string()),
            created: run.counts.created,
            updated: run.counts.updated,
            unchanged: run.counts.unchanged,
            rejected: run.rejected,
        }
    }
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportResult)]
pub(super) struct ImportResult {
    /// The import.
    import: ImportBody,
    /// Lines that could not be used, the first 200 of them.
    rejects: Vec<RejectBody>,
    /// Businesses of others than your organisation, left alone; they are among the rejected.
    not_yours: u64,
    /// Values that were kept out of otherwise usable lines.
    warnings: u64,
}

impl ImportResult {
    pub(super) fn of(run: &ImportRun, mut parsed: Parsed, not_yours: u64) -> Self {
        parsed.rejects.truncate(TOLD);
        Self {
            import: run.into(),
            rejects: parsed.rejects,
            not_yours,
            warnings: parsed.warnings.kept_out(),
        }
    }
}

/// A page of imports, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPage)]
pub(super) struct ImportPage {
    /// The imports.
    imports: Vec<ImportBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl From<RunPage> for ImportPage {
    fn from(page: RunPage) -> Self {
        Self {
            imports: page.runs.iter().map(ImportBody::from).collect(),
            next_cursor: page.next.map(|id| id.to_string()),
        }
    }
}

/// What undoing an import did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Undone)]
pub(super) struct UndoBody {
    /// Businesses that it had added, deleted again.
    deleted: u64,
    /// Businesses that it had changed, as they were before.
    restored: u64,
    /// Businesses that somebody has changed since, left alone.
    left: u64,
}

impl From<UndoReport> for UndoBody {
    fn from(report: UndoReport) -> Self {
        Self {
            deleted: report.undone.deleted,
            restored: report.undone.restored,
            left: report.left,
        }
    }
}
