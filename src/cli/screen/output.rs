//! A file of answers that a later run can continue.
//!
//! Answers keep the order of the accounts, so that as many accounts are done as the file has whole lines: what is left is found
//! by reading both side by side. Their ids are compared on the way, which notices another input; the record
//! beside the file says what the answers were made with, which notices another registry, model or program.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::CliError;
use crate::domain::Coverage;
use crate::service::line_screening::LineScreener;
use crate::service::lines::{LineReader, RawLine};

/// Everything that an answer depends on beside its account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunRecord {
    program: String,
    model: String,
    registry: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assume_coverage: Option<String>,
}

impl RunRecord {
    pub(super) fn new(registry: String, assume_coverage: Option<Coverage>) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            model: LineScreener::model().to_owned(),
            registry,
            assume_coverage: assume_coverage.map(|c| c.to_string()),
        }
    }

    /// What is not as it was, in words.
    fn changes(&self, before: &Self) -> Vec<String> {
        let coverage = |record: &Self| {
            let assumed = record.assume_coverage.as_deref();
            assumed.unwrap_or("as registered").to_owned()
        };
        [
            ("the program", before.program.clone(), self.program.clone()),
            ("the model", before.model.clone(), self.model.clone()),
            (
                "the registry",
                before.registry.clone(),
                self.registry.clone(),
            ),
            ("the coverage", coverage(before), coverage(self)),
        ]
        .into_iter()
        .filter(|(_, then, now)| then != now)
        .map(|(what, then, now)| format!("{what} was {then} and is {now}"))
        .collect()
    }
}

/// The file of answers, held by this run alone.
pub(super) struct OutputFile {
    path: PathBuf,
    file: File,
}

impl OutputFile {
    /// Opens it; unless it is to be continued it must be new.
    pub(super) fn open(path: &Path, resume: bool) -> Result<Self, CliError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|e| CliError::file(path, e))?;
        match file.try_lock() {
            // Where a file system knows no locks, nobody is kept out.
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CliError::file(path, "another run is writing it"));
            }
        }
        let facts = file.metadata().map_err(|e| CliError::file(path, e))?;
        if facts.is_file() && facts.len() > 0 && !resume {
            let reason = "there are answers in it already; continue them with --resume, or choose another file";
            return Err(CliError::file(path, reason));
        }
        let path = path.to_owned();
        Ok(Self { path, file })
    }

    /// Goes to the end of the whole answers and moves the input behind their accounts; gives their number.
    pub(super) fn resume(
        &mut self,
        record: &RunRecord,
        input: &mut LineReader<impl Read>,
        accept_changes: bool,
    ) -> Result<u64, CliError> {
        let length = self.file.metadata().map_err(|e| self.failed(e))?.len();
        if length > 0 && !accept_changes {
            self.must_be_of(record)?;
        }
        let (answered, whole) = self.skip_answered(input)?;
        // What follows the last line break is the half of an answer.
        self.file.set_len(whole).map_err(|e| self.failed(e))?;
        self.file
            .seek(SeekFrom::Start(whole))
            .map_err(|e| self.failed(e))?;
        let text = serde_json::to_string(record)
            .map_err(|e| CliError::failed("the record of the run cannot be written", e))?;
        let path = self.record_path();
        fs::write(&path, text + "\n").map_err(|e| CliError::file(&path, e))?;
        Ok(answered)
    }

    /// Makes sure that the answers are on the disk.
    pub(super) fn finish(self) -> Result<(), CliError> {
        match self.file.sync_all() {
            // Not every file can: a pipe or terminal needs it not.
            Err(error) if error.kind() != io::ErrorKind::InvalidInput => Err(self.failed(error)),
            _ => Ok(()),
        }
    }

    fn record_path(&self) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(".run");
        name.into()
    }

    fn must_be_of(&self, record: &RunRecord) -> Result<(), CliError> {
        let path = self.record_path();
        let unknown = |reason: String| {
            self.failed(format!(
                "what its answers were made with is not known ({}: {reason}); continue nevertheless with --accept-changes",
                path.display()
            ))
        };
        let text = fs::read_to_string(&path).map_err(|e| unknown(e.to_string()))?;
        let before: RunRecord = serde_json::from_str(&text).map_err(|e| unknown(e.to_string()))?;
        let changes = record.changes(&before);
        if changes.is_empty() {
            return Ok(());
        }
        Err(self.failed(format!(
            "its answers were made with something else: {}; continue nevertheless with --accept-changes",
            changes.join(", ")
        )))
    }

    /// Reads answers and accounts side by side, to the last whole answer: how many there are, and in how many bytes.
    fn skip_answered(&self, input: &mut LineReader<impl Read>) -> Result<(u64, u64), CliError> {
        let mut answers = BufReader::with_capacity(1 << 16, &self.file);
        let (mut answered, mut whole) = (0, 0);
        let mut answer = RawLine {
            number: 0,
            bytes: Vec::new(),
            too_long: false,
        };
        loop {
            answer.bytes.clear();
            let read = answers.read_until(b'\n', &mut answer.bytes);
            let read = read.map_err(|e| self.failed(e))?;
            if answer.bytes.last() != Some(&b'\n') {
                return Ok((answered, whole));
            }
            (answered, whole) = (answered + 1, whole + read as u64);
            let account = next_account(input)
                .map_err(|e| CliError::failed("standard input cannot be read", e))?;
            let account = account.ok_or_else(|| {
                self.failed(format!(
                    "it has more answers than the {} accounts of the input; is it the same input?",
                    answered - 1
                ))
            })?;
            if LineScreener::read_id(&account) != LineScreener::read_id(&answer) {
                return Err(self.failed(format!(
                    "answer {answered} is not for the account on line {} of the input; is it the same input?",
                    account.number
                )));
            }
        }
    }

    fn failed(&self, reason: impl std::fmt::Display) -> CliError {
        CliError::file(&self.path, reason)
    }
}

/// The next line that is answered: blank ones are not.
fn next_account(input: &mut LineReader<impl Read>) -> io::Result<Option<RawLine>> {
    while let Some(line) = input.next_line()? {
        if !line.is_blank() {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
