//! Registry files: JSON lines, CSV, LEI records and vCards, streamed in bounded memory, one entry at a time; and the
//! name-suggestion-index, one document of bounded size.
//!
//! Reading gives raw entries; parsing one is a call of its own, so that a caller can parse on every core.

pub(in crate::service) mod cells;
mod csv_rows;
mod format;
mod gleif;
mod load;
mod nsi;
mod tally;
mod vcard;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{self, BufReader, Chain, Cursor, Read};

use super::contract::{FieldErrors, RegistryLine, Warning};
use super::lines::{LineReader, RawLine};
use crate::domain::Profile;
use csv_rows::{CsvRows, Kind, Row};
use nsi::Brand;
use vcard::{Cards, RawCard};

pub use format::{Format, Reading};
pub use load::{Loaded, load};
pub use tally::Tally;

/// Why a registry file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum RegistryFileError {
    /// The stream failed.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The header of a CSV file lacks a column that is needed.
    #[error(
        "the header needs the columns {needed}; it has {found}. Columns that are read: {known}"
    )]
    Header {
        /// The columns without which no row says anything.
        needed: String,
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
    /// A document of the name-suggestion-index that is not what it should be.
    #[error("it is not a document of the name-suggestion-index: {0}")]
    Document(#[from] serde_json::Error),
    /// A document that has to be read whole and cannot be held.
    #[error("it is larger than 256 MiB, the most that is read of a name-suggestion-index")]
    TooLarge,
}

/// One entry of a registry file, not parsed yet.
#[derive(Debug)]
pub struct Entry(Raw);

#[derive(Debug)]
enum Raw {
    Line(RawLine),
    Row(Row),
    Card(RawCard),
    Brand(Brand),
}

impl Entry {
    /// The line on which it starts, from 1.
    pub fn line(&self) -> u64 {
        match &self.0 {
            Raw::Line(line) => line.number,
            Raw::Row(row) => row.line(),
            Raw::Card(card) => card.line(),
            Raw::Brand(brand) => brand.line(),
        }
    }

    /// The profile and what was kept out of it, or why the entry is refused. None for one that is left out on purpose:
    /// an LEI record that is not in force, an item of the name-suggestion-index that is no business.
    pub fn parse(&self) -> Result<Option<(Profile, Vec<Warning>)>, FieldErrors> {
        let (line, mut warnings) = match &self.0 {
            Raw::Line(line) if line.too_long => {
                return Err(FieldErrors::one(
                    "",
                    "line_too_long",
                    "the line is longer than 1 MiB",
                ));
            }
            Raw::Line(line) => RegistryLine::from_json(&line.bytes)
                .map(|(line, warnings)| (Some(line), warnings))?,
            Raw::Row(row) => (row.to_line()?, Vec::new()),
            Raw::Card(card) => (Some(card.to_line()?), Vec::new()),
            Raw::Brand(brand) => (brand.to_line()?, Vec::new()),
        };
        let Some(line) = line else { return Ok(None) };
        let (profile, more) = line.parse()?;
        warnings.extend(more);
        Ok(Some((profile, warnings)))
    }

    /// The entry as it stood in the file, for the rejects; the start of it when it is too long.
    pub fn original(&self) -> Cow<'_, str> {
        match &self.0 {
            Raw::Line(line) => String::from_utf8_lossy(&line.bytes),
            Raw::Row(row) => Cow::Owned(row.original()),
            Raw::Card(card) => Cow::Owned(card.original()),
            Raw::Brand(brand) => Cow::Borrowed(brand.original()),
        }
    }
}

/// The file again from its first bytes, which were read to see how it is written.
type HeadAndRest<R> = Chain<Cursor<Vec<u8>>, R>;

/// Reads the entries of one registry file.
#[derive(Debug)]
pub struct RegistryReader<R>(Rows<HeadAndRest<R>>);

#[derive(Debug)]
enum Rows<R> {
    Lines(LineReader<R>),
    Csv(Box<CsvRows<R>>),
    Empty,
    Cards(Cards<R>),
    Brands(std::vec::IntoIter<Brand>),
}

impl<R: Read> RegistryReader<R> {
    /// How much is read to see how a file is written, in bytes.
    const HEAD: u64 = 4_096;

    /// Begins to read. Where `reading` names no format, the extension and the first bytes tell it.
    pub fn new(mut stream: R, reading: impl Into<Reading>) -> Result<Self, RegistryFileError> {
        let reading = reading.into();
        let mut head = Vec::new();
        stream.by_ref().take(Self::HEAD).read_to_end(&mut head)?;
        let format = reading.format_of(&head);
        let stream = Cursor::new(head).chain(stream);
        let lines = |stream| LineReader::new(stream, RegistryLine::MAX_BYTES);
        Ok(Self(match format {
            Format::Jsonl => Rows::Lines(lines(stream)),
            Format::Vcard => Rows::Cards(Cards::new(stream)),
            Format::Nsi => Rows::Brands(nsi::read(stream)?.into_iter()),
            Format::Csv => Rows::under_header(lines(stream), Kind::Registry)?,
            Format::Gleif => Rows::under_header(
                lines(stream),
                Kind::Gleif {
                    include_inactive: reading.include_inactive,
                },
            )?,
        }))
    }

    /// Columns of a CSV header that are not read.
    pub fn unknown_columns(&self) -> &[String] {
        match &self.0 {
            Rows::Csv(rows) => rows.unknown_columns(),
            _ => &[],
        }
    }

    fn next_entry(&mut self) -> Result<Option<Entry>, RegistryFileError> {
        match &mut self.0 {
            Rows::Csv(rows) => Ok(rows.next_row()?.map(|row| Entry(Raw::Row(row)))),
            Rows::Lines(lines) => Ok(next_written(lines)?.map(|line| Entry(Raw::Line(line)))),
            Rows::Cards(cards) => Ok(cards.next_card()?.map(|card| Entry(Raw::Card(card)))),
            Rows::Brands(brands) => Ok(brands.next().map(|brand| Entry(Raw::Brand(brand)))),
            Rows::Empty => Ok(None),
        }
    }
}

impl<R: Read> Rows<R> {
    /// The rows under a header, which is the first line that is not blank; none where there is no line.
    fn under_header(mut lines: LineReader<R>, kind: Kind) -> Result<Self, RegistryFileError> {
        Ok(match next_written(&mut lines)? {
            None => Self::Empty,
            Some(header) => {
                let rest: BufReader<R> = lines.into_inner();
                Self::Csv(Box::new(CsvRows::new(&header, rest, kind)?))
            }
        })
    }
}

/// The next line that is not blank.
fn next_written<R: Read>(lines: &mut LineReader<R>) -> io::Result<Option<RawLine>> {
    loop {
        match lines.next_line()? {
            Some(line) if line.is_blank() => {}
            other => return Ok(other),
        }
    }
}

impl<R: Read> Iterator for RegistryReader<R> {
    type Item = Result<Entry, RegistryFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_entry().transpose()
    }
}
