//! The rejects of one file: what was refused, why, and how it stood there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::service::contract::FieldErrors;
use crate::service::registry_file::Entry;

/// Writes `FILE.rejects.jsonl`, which is there only when something was refused.
pub(super) struct Rejects {
    /// Where they are written; nowhere in a dry run.
    path: Option<PathBuf>,
    file: Option<BufWriter<File>>,
    count: u64,
    first: Option<String>,
    failure: Option<io::Error>,
}

#[derive(Serialize)]
struct Reject<'a> {
    line: u64,
    reason: String,
    original: &'a str,
}

impl Rejects {
    /// The rejects of a file; those of an earlier run are removed, since they may be mended.
    pub(super) fn of(path: &Path) -> Self {
        let mut name = if path.as_os_str() == "-" {
            PathBuf::from("stdin").into_os_string()
        } else {
            path.as_os_str().to_owned()
        };
        name.push(".rejects.jsonl");
        let path = PathBuf::from(name);
        // Mostly it is not there; where it cannot be removed, writing it will tell.
        let _ = fs::remove_file(&path);
        Self {
            path: Some(path),
            ..Self::counted()
        }
    }

    /// Rejects that are counted and written nowhere.
    pub(super) fn counted() -> Self {
        Self {
            path: None,
            file: None,
            count: 0,
            first: None,
            failure: None,
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn add(&mut self, entry: &Entry, errors: &FieldErrors) {
        self.count += 1;
        let reject = Reject {
            line: entry.line(),
            reason: errors.to_string(),
            original: &entry.original(),
        };
        self.first
            .get_or_insert_with(|| format!("line {}: {}", reject.line, reject.reason));
        if self.failure.is_none() {
            self.failure = self.write(&reject).err();
        }
    }

    fn write(&mut self, reject: &Reject<'_>) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(File::create(path)?)),
        };
        serde_json::to_writer(&mut *file, reject)?;
        file.write_all(b"\n")
    }

    /// Completes the file and says on standard error what was refused and where it stands.
    pub(super) fn finish(&mut self) {
        if let Some(file) = &mut self.file
            && let Err(error) = file.flush()
        {
            self.failure.get_or_insert(error);
        }
        let Some(first) = &self.first else { return };
        let warning = anstyle::AnsiColor::Yellow.on_default();
        let count = self.count;
        let lines = if count == 1 { "line" } else { "lines" };
        let path = self.path.as_deref().map(Path::display);
        let kept = match (path, &self.failure) {
            (None, _) => String::new(),
            (Some(path), None) => format!(", see {path}"),
            (Some(path), Some(error)) => format!(", {path} could not be written: {error}"),
        };
        anstream::eprintln!(
            "{warning}{count} {lines} rejected{kept}. The first: {first}{warning:#}"
        );
    }
}
