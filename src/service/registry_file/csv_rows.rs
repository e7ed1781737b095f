//! Rows of a CSV file as registry lines: a column for each field, lists within a cell.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::contract::{
    FieldErrors, HoursEntry, PhoneEntry, RegistryLine, SenderIdEntry, Texts, Warning,
};
use super::super::lines::RawLine;
use super::RegistryFileError;

/// Fields that a cell can hold: all of the contract but the catalogue.
const COLUMNS: [&str; 20] = [
    "external_id",
    "name",
    "aliases",
    "phones",
    "websites",
    "emails",
    "handles",
    "sender_ids",
    "country",
    "category",
    "vertical",
    "about",
    "description",
    "address",
    "hours",
    "languages",
    "logo_url",
    "coverage",
    "source",
    "confirmed_at",
];

/// The header: for each column the field that it is.
#[derive(Debug)]
struct Header {
    fields: Vec<Option<&'static str>>,
    delimiter: u8,
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
    pub(super) fn new(header: &RawLine, rest: BufReader<R>) -> Result<Self, RegistryFileError> {
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
            .map(|name| String::from_utf8_lossy(name).trim().to_lowercase())
            .collect();
        let fields: Vec<_> = names
            .iter()
            .map(|name| COLUMNS.iter().copied().find(|c| c == name))
            .collect();
        let has = |column| fields.contains(&Some(column));
        if !has("external_id") || !has("name") {
            return Err(RegistryFileError::Header {
                found: shorten(&names.join(", ")),
                known: COLUMNS.join(", "),
            });
        }
        let unknown = names
            .into_iter()
            .zip(&fields)
            .filter(|(name, field)| field.is_none() && !name.is_empty())
            .map(|(name, _)| name)
            .collect();
        Ok(Self {
            reader,
            header: Arc::new(Header { fields, delimiter }),
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
        let mut record = csv::ByteRecord::new();
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

    /// The row as a line of the contract.
    pub(super) fn to_line(&self) -> Result<(RegistryLine, Vec<Warning>), FieldErrors> {
        let (cells, columns) = (self.record.len(), self.header.fields.len());
        if cells != columns {
            let detail = format!("the row has {cells} cells, the header has {columns}");
            return Err(FieldErrors::one("", "wrong_number_of_cells", detail));
        }
        let mut line = RegistryLine::default();
        for (cell, field) in self.record.iter().zip(&self.header.fields) {
            let Some(field) = *field else { continue };
            let cell = std::str::from_utf8(cell).map_err(|_| {
                FieldErrors::one(format!("/{field}"), "invalid_utf8", "it is not UTF-8")
            })?;
            if !cell.trim().is_empty() {
                fill(&mut line, field, cell.trim())?;
            }
        }
        Ok((line, Vec::new()))
    }
}

fn fill(line: &mut RegistryLine, field: &'static str, cell: &str) -> Result<(), FieldErrors> {
    let text = || Some(cell.to_owned());
    match field {
        "external_id" => line.external_id = text(),
        "name" => line.name = text(),
        "aliases" => line.aliases = list(cell),
        "phones" => line.phones = list(cell).into_iter().map(PhoneEntry::plain).collect(),
        "websites" => line.websites = list(cell),
        "emails" => line.emails = list(cell),
        "handles" => {
            for (platform, handle) in pairs(field, cell)? {
                let Texts(handles) = line.handles.entry(platform).or_default();
                handles.push(handle);
            }
        }
        "sender_ids" => {
            line.sender_ids = list(cell)
                .into_iter()
                .map(|value| SenderIdEntry {
                    value,
                    country: None,
                })
                .collect();
        }
        "country" => line.country = text(),
        "category" => line.category = text(),
        "vertical" => line.vertical = text(),
        "about" => line.about = text(),
        "description" => line.description = text(),
        "address" => line.address = text(),
        "hours" => {
            line.hours = Some(HoursEntry {
                free_text: text(),
                ..HoursEntry::default()
            });
        }
        "languages" => line.languages = list(cell),
        "logo_url" => line.logo_url = text(),
        "coverage" => line.coverage = pairs(field, cell)?.into_iter().collect::<BTreeMap<_, _>>(),
        "source" => line.source = text(),
        "confirmed_at" => line.confirmed_at = text(),
        _ => {}
    }
    Ok(())
}

/// A cell's list, separated by `;` or `|`.
fn list(cell: &str) -> Vec<String> {
    cell.split([';', '|'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn pairs(field: &str, cell: &str) -> Result<Vec<(String, String)>, FieldErrors> {
    list(cell)
        .into_iter()
        .map(|item| {
            item.split_once([':', '='])
                .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
                .ok_or_else(|| {
                    let detail = format!("{item:?} must be written as key:value");
                    FieldErrors::one(format!("/{field}"), "invalid_value", detail)
                })
        })
        .collect()
}
