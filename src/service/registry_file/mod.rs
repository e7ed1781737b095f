//! Registry files: JSON lines and CSV, streamed in bounded memory, one entry at a time.
//!
//! Reading gives raw entries; parsing one is a call of its own, so that a caller can parse on every core.

mod csv_rows;
mod load;
mod tally;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{self, Read};
use std::path::Path;

use super::contract::{FieldErrors, RegistryLine, Warning};
use super::lines::{LineReader, RawLine};
use crate::domain::Profile;
use csv_rows::{CsvRows, Row};

pub use load::{Loaded, load};
pub use tally::Tally;

/// How a registry file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-, semicolon- or tab-separated values under a header.
    Csv,
}

impl Format {
    /// Guesses by the file's extension, `.gz` aside; none where that says nothing.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Why a registry file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum RegistryFileError {
    /// The stream failed.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The header of a CSV file lacks a column that is needed.
    #[error(
        "the header needs the columns external_id and name; it has {found}. Columns that are read: {known}"
    )]
    Header {
        /// The columns that stand there.
        found: String,
        /// The columns that are read.
        known: String,
    },
    /// A row of a CSV file grows beyond every bound.
    #[error(
        "the row that starts on line {line} is longer than 1 MiB: is a quote opened there and never closed?"
    )]
    EndlessRow {
        /// Where it starts.
        line: u64,
    },
}

/// One entry of a registry file, not parsed yet.
#[derive(Debug)]
pub struct Entry(Raw);

#[derive(Debug)]
enum Raw {
    Line(RawLine),
    Row(Row),
}

impl Entry {
    /// The line on which it starts, from 1.
    pub fn line(&self) -> u64 {
        match &self.0 {
            Raw::Line(line) => line.number,
            Raw::Row(row) => row.line(),
        }
    }

    /// The profile and what was kept out of it, or why the entry is refused.
    pub fn parse(&self) -> Result<(Profile, Vec<Warning>), FieldErrors> {
        let (line, mut warnings) = match &self.0 {
            Raw::Line(line) if line.too_long => Err(FieldErrors::one(
                "",
                "line_too_long",
                "the line is longer than 1 MiB",
            )),
            Raw::Line(line) => RegistryLine::from_json(&line.bytes),
            Raw::Row(row) => row.to_line(),
        }?;
        let (profile, more) = line.parse()?;
        warnings.extend(more);
        Ok((profile, warnings))
    }

    /// The entry as it stood in the file, for the rejects; the start of it when it is too long.
    pub fn original(&self) -> Cow<'_, str> {
        match &self.0 {
            Raw::Line(line) => String::from_utf8_lossy(&line.bytes),
            Raw::Row(row) => Cow::Owned(row.original()),
        }
    }
}

/// Reads the entries of one registry file.
#[derive(Debug)]
pub struct RegistryReader<R>(Rows<R>);

#[derive(Debug)]
enum Rows<R> {
    Lines(LineReader<R>, Option<RawLine>),
    Csv(Box<CsvRows<R>>),
}

impl<R: Read> RegistryReader<R> {
    /// Begins to read; without a format the first character that is no white space tells (`{` or `[` is JSON).
    pub fn new(stream: R, format: Option<Format>) -> Result<Self, RegistryFileError> {
        let mut lines = LineReader::new(stream, RegistryLine::MAX_BYTES);
        let first = loop {
            match lines.next_line()? {
                Some(line) if line.is_blank() => {}
                other => break other,
            }
        };
        let starts_json = first.as_ref().is_none_or(|l| {
            matches!(
                l.bytes.iter().find(|b| !b.is_ascii_whitespace()),
                Some(b'{' | b'[')
            )
        });
        Ok(Self(match (format, first) {
            (Some(Format::Csv), Some(first)) => {
                Rows::Csv(Box::new(CsvRows::new(&first, lines.into_inner())?))
            }
            (None, Some(first)) if !starts_json => {
                Rows::Csv(Box::new(CsvRows::new(&first, lines.into_inner())?))
            }
            (_, first) => Rows::Lines(lines, first),
        }))
    }

    /// Columns of a CSV header that are not read.
    pub fn unknown_columns(&self) -> &[String] {
        match &self.0 {
            Rows::Lines(..) => &[],
            Rows::Csv(rows) => rows.unknown_columns(),
        }
    }

    fn next_entry(&mut self) -> Result<Option<Entry>, RegistryFileError> {
        match &mut self.0 {
            Rows::Csv(rows) => Ok(rows.next_row()?.map(|row| Entry(Raw::Row(row)))),
            Rows::Lines(lines, first) => loop {
                let line = match first.take() {
                    Some(line) => Some(line),
                    None => lines.next_line()?,
                };
                match line {
                    None => return Ok(None),
                    Some(line) if line.is_blank() => {}
                    Some(line) => return Ok(Some(Entry(Raw::Line(line)))),
                }
            },
        }
    }
}

impl<R: Read> Iterator for RegistryReader<R> {
    type Item = Result<Entry, RegistryFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_entry().transpose()
    }
}
