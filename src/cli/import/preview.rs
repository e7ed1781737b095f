//! `import --dry-run`: the differences that an import would make, the first ones for a person, all of them in a file.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::cli::CliError;
use crate::domain::Profile;
use crate::service::import_preview::{Change, Difference, Preview};
use crate::store::{StoreError, UpsertCounts};

/// How many businesses that would change are told on standard output.
const TOLD: usize = 20;
/// Longest value that is told there, in characters.
const SHOWN: usize = 160;

/// A dry run over one or more files.
pub(super) struct DryRun {
    preview: Preview,
    diff: Option<(PathBuf, BufWriter<File>)>,
    told: Vec<String>,
    left: usize,
}

/// A difference in the file, with the file that would make it.
#[derive(Serialize)]
struct DiffLine<'a> {
    file: String,
    #[serde(flatten)]
    difference: &'a Difference,
}

impl DryRun {
    /// Begins; the file of differences is made anew.
    pub(super) fn new(preview: Preview, diff: Option<&Path>) -> Result<Self, CliError> {
        let diff = match diff {
            None => None,
            Some(path) => {
                let file = File::create(path).map_err(|e| CliError::file(path, e))?;
                Some((path.to_owned(), BufWriter::new(file)))
            }
        };
        Ok(Self {
            preview,
            diff,
            told: Vec::new(),
            left: TOLD,
        })
    }

    /// Compares a batch of a file, and notes what would change.
    pub(super) async fn compare(
        &mut self,
        path: &Path,
        batch: Vec<(u64, Profile)>,
    ) -> Result<Result<UpsertCounts, StoreError>, CliError> {
        let (counts, differences) = match self.preview.compare(batch).await {
            Ok(compared) => compared,
            Err(error) => return Ok(Err(error)),
        };
        for difference in &differences {
            self.note(path, difference)?;
        }
        Ok(Ok(counts))
    }

    fn note(&mut self, path: &Path, difference: &Difference) -> Result<(), CliError> {
        if difference.change == Change::Update && self.left > 0 {
            self.left -= 1;
            self.told.push(told(path, difference));
        }
        let Some((diff, file)) = &mut self.diff else {
            return Ok(());
        };
        let line = DiffLine {
            file: path.display().to_string(),
            difference,
        };
        serde_json::to_writer(&mut *file, &line)
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .map_err(|e| CliError::file(diff, e))
    }

    /// Says what would change in the businesses that were noted since it was last asked.
    pub(super) fn tell(&mut self) -> Result<(), CliError> {
        for text in self.told.drain(..) {
            writeln!(io::stdout(), "{text}").map_err(|e| CliError::output(&e))?;
        }
        Ok(())
    }

    /// Completes the file of differences.
    pub(super) fn finish(self) -> Result<(), CliError> {
        match self.diff {
            None => Ok(()),
            Some((path, mut file)) => file.flush().map_err(|e| CliError::file(&path, e)),
        }
    }
}

fn told(path: &Path, difference: &Difference) -> String {
    let mut text = format!(
        "{} line {}: {} ({}) would change",
        path.display(),
        difference.line,
        difference.external_id,
        difference.name
    );
    if difference.repeated {
        text.push_str(", as an earlier line would change it too; compared to the registry");
    }
    for field in &difference.fields {
        let side = |value: &Option<Value>| value.as_ref().map_or_else(|| "none".to_owned(), shown);
        let (before, after) = (side(&field.before), side(&field.after));
        // Writing to a text cannot fail.
        let _ = write!(text, "\n  {}: {before} → {after}", field.field);
    }
    text
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
