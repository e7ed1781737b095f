//! Rows of a CSV file as registry lines: a column for each field, lists within a cell; or records of GLEIF.

use std::io::{self, BufReader, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value};

use super::super::contract::{FieldErrors, RegistryLine, read_value};
use super::super::lines::RawLine;
use super::gleif;
use super::{RegistryFileError, cells};

/// The header: what each column is.
#[derive(Debug)]
struct Header {
    columns: Columns,
    count: usize,
    delimiter: u8,
}

#[derive(Debug)]
enum Columns {
    /// For each column the field of a registry line that it is.
    Registry(Vec<Option<&'static str>>),
    /// LEI records; with those that are not in force, if these are wanted.
    Gleif(gleif::Columns, bool),
}

/// Which columns a file has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Fields of a registry line.
    Registry,
    /// LEI records.
    Gleif {
        /// Whether entities that are not in force are wanted.
        include_inactive: bool,
    },
}

/// The file again from its header, which was read to see the delimiter.
type HeaderAndRest<R> = Chain<Cursor<Vec<u8>>, BufReader<R>>;

/// Streams rows; see [`super::RegistryReader`].
#[derive(Debug)]
pub(super) struct CsvRows<R> {
    reader: csv::Reader<Bounded<HeaderAndRest<R>>>,
    header: Arc<Header>,
    unknown: Vec<String>,
    read_since_row: Arc<AtomicUsize>,
    /// Lines before the header, since the reader counts from it.
    line_offset: u64,
}

impl<R: Read> CsvRows<R> {
    /// Begins after the header line, which also shows the delimiter.
    pub(super) fn new(
        header: &RawLine,
        rest: BufReader<R>,
        kind: Kind,
    ) -> Result<Self, RegistryFileError> {
        let delimiter = delimiter(&header.bytes);
        let read_since_row = Arc::new(AtomicUsize::new(0));
        let mut first = header.bytes.clone();
        first.push(b'\n');
        let bounded = Bounded {
            inner: Cursor::new(first).chain(rest),
            read: Arc::clone(&read_since_row),
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(true)
            .from_reader(bounded);
        let names: Vec<String> = reader
            .byte_headers()
            .map_err(|e| io_error(e, header.number, 0))?
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned())
            .collect();
        let (columns, unknown) = match kind {
            Kind::Registry => registry_columns(&names)?,
            Kind::Gleif { include_inactive } => {
                let columns = gleif::Columns::find(&names).ok_or_else(|| {
                    missing(&gleif::NEEDED, &names, "those of GLEIF's Golden Copy")
                })?;
                // Most of its columns are of no use here; nobody needs to be told so.
                (Columns::Gleif(columns, include_inactive), Vec::new())
            }
        };
        let header_facts = Header {
            columns,
            count: names.len(),
            delimiter,
        };
        Ok(Self {
            reader,
            header: Arc::new(header_facts),
            unknown,
            read_since_row,
            line_offset: header.number - 1,
        })
    }

    pub(super) fn unknown_columns(&self) -> &[String] {
        &self.unknown
    }

    pub(super) fn next_row(&mut self) -> Result<Option<Row>, RegistryFileError> {
        self.read_since_row.store(0, Ordering::Relaxed);
        let mut record = csv::ByteRecord::with_capacity(1_024, self.header.count);
        let started = self.reader.position().line();
        let more = self
            .reader
            .read_byte_record(&mut record)
            .map_err(|e| io_error(e, self.line_offset, started))?;
        Ok(more.then(|| Row {
            line: self.line_offset + record.position().map_or(started, csv::Position::line),
            header: Arc::clone(&self.header),
            record,
        }))
    }
}

/// The field of each column, and the columns that are none.
fn registry_columns(names: &[String]) -> Result<(Columns, Vec<String>), RegistryFileError> {
    let fields: Vec<_> = names
        .iter()
        .map(|name| {
            let mut known = RegistryLine::FIELDS.into_iter();
            known.find(|field| field.eq_ignore_ascii_case(name))
        })
        .collect();
    let needed = ["external_id", "name"];
    if !needed.iter().all(|field| fields.contains(&Some(field))) {
        let known = RegistryLine::FIELDS.join(", ");
        return Err(missing(&needed, names, &known));
    }
    let unknown = names.iter().zip(&fields);
    let unknown = unknown
        .filter(|(name, field)| field.is_none() && !name.is_empty())
        .map(|(name, _)| name.to_lowercase())
        .collect();
    Ok((Columns::Registry(fields), unknown))
}

fn missing(needed: &[&str], found: &[String], known: &str) -> RegistryFileError {
    let (last, first) = needed.split_last().unwrap_or((&"", &[]));
    RegistryFileError::Header {
        needed: format!("{} and {last}", first.join(", ")),
        found: shorten(&found.join(", ")),
        known: known.to_owned(),
    }
}

/// The most frequent of comma, semicolon and tab in the header; spreadsheets of half of Europe write semicolons.
fn delimiter(header: &[u8]) -> u8 {
    let count = |d: u8| header.split(|b| *b == d).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|d| count(*d))
        .unwrap_or(b',')
}

fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(300).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn io_error(error: csv::Error, offset: u64, started: u64) -> RegistryFileError {
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => {
            RegistryFileError::EndlessRow {
                line: offset + started,
            }
        }
        csv::ErrorKind::Io(e) => RegistryFileError::Io(e),
        other => RegistryFileError::Io(io::Error::other(format!("{other:?}"))),
    }
}

/// Fails a row that grows without end, which an unclosed quote makes of the rest of a file.
#[derive(Debug)]
struct Bounded<R> {
    inner: R,
    read: Arc<AtomicUsize>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.read.load(Ordering::Relaxed) > RegistryLine::MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let n = self.inner.read(buf)?;
        self.read.fetch_add(n, Ordering::Relaxed);
        Ok(n)
    }
}

/// One row, not parsed yet.
#[derive(Debug)]
pub(super) struct Row {
    line: u64,
    header: Arc<Header>,
    record: csv::ByteRecord,
}

impl Row {
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The row as CSV, quoted where it must be.
    pub(super) fn original(&self) -> String {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.header.delimiter)
            .flexible(true)
            .from_writer(Vec::new());
        // Writing to memory cannot fail; were it to, the line number still names the row.
        let bytes = writer
            .write_byte_record(&self.record)
            .ok()
            .and_then(|()| writer.into_inner().ok())
            .unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim_end().to_owned()
    }

    /// The row as a line of the contract; none for a record that is not wanted.
    pub(super) fn to_line(&self) -> Result<Option<RegistryLine>, FieldErrors> {
        let (cells, columns) = (self.record.len(), self.header.count);
        if cells != columns {
            let detail = format!("the row has {cells} cells, the header has {columns}");
            return Err(FieldErrors::one("", "wrong_number_of_cells", detail));
        }
        match &self.header.columns {
            Columns::Registry(fields) => self.fields(fields).map(Some),
            Columns::Gleif(columns, include_inactive) => {
                columns.line(&self.record, *include_inactive)
            }
        }
    }

    fn fields(&self, fields: &[Option<&'static str>]) -> Result<RegistryLine, FieldErrors> {
        let mut line = Map::new();
        for (cell, field) in self.record.iter().zip(fields) {
            let Some(field) = *field else { continue };
            let cell = std::str::from_utf8(cell).map_err(|_| {
                FieldErrors::one(format!("/{field}"), "invalid_utf8", "it is not UTF-8")
            })?;
            if let Some(value) = cells::read(field, cell)? {
                line.insert(field.to_owned(), value);
            }
        }
        read_value(Value::Object(line))
    }
}
