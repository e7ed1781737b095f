//! Businesses written as files: JSON lines, CSV, vCards.
//!
//! JSON lines are exactly the contract of `import`: what was imported is unchanged when its export is imported. CSV
//! holds the same fields. A vCard holds what address books know. None says what is proved, since a file cannot vouch
//! for that, nor the labels of other channels than phones, nor confirmations that differ from channel to channel.

mod vcard;

use std::io::{self, Write};

use super::contract::RegistryLine;
use super::registry::{Query, Registry, RegistryError};
use super::registry_file::cells;
use crate::domain::{Business, Country};

/// How businesses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values under a header, a column for each field of a registry line.
    Csv,
    /// Cards of organisations, vCard 4.0.
    Vcard,
}

/// Which businesses to write.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only those at home here.
    pub country: Option<Country>,
    /// Only those of this category.
    pub category: Option<String>,
}

/// Why an export came to no end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The registry could not be read.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// What is written could not be taken.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes businesses, one by one, in memory that does not grow with their number.
#[derive(Debug)]
pub struct Exporter<W: Write>(Output<W>);

#[derive(Debug)]
enum Output<W: Write> {
    Jsonl(W),
    Csv(Box<csv::Writer<W>>),
    Vcard(W),
}

impl<W: Write> Exporter<W> {
    /// Begins to write; a CSV file has its header even when no business follows.
    pub fn new(format: ExportFormat, out: W) -> io::Result<Self> {
        Ok(Self(match format {
            ExportFormat::Jsonl => Output::Jsonl(out),
            ExportFormat::Vcard => Output::Vcard(out),
            ExportFormat::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(RegistryLine::FIELDS)?;
                Output::Csv(Box::new(writer))
            }
        }))
    }

    /// Writes a business. One that has no importer's id has its own (`biz_…`) in that place.
    pub fn add(&mut self, business: &Business) -> io::Result<()> {
        let mut line = RegistryLine::from(business);
        line.external_id
            .get_or_insert_with(|| business.id.to_string());
        match &mut self.0 {
            Output::Jsonl(out) => {
                serde_json::to_writer(&mut *out, &line)?;
                out.write_all(b"\n")
            }
            Output::Csv(writer) => {
                let fields = serde_json::to_value(&line)?;
                let cells = RegistryLine::FIELDS.map(|field| {
                    let value = fields.get(field);
                    value.map_or_else(String::new, |value| cells::write(field, value))
                });
                Ok(writer.write_record(cells)?)
            }
            Output::Vcard(out) => out.write_all(vcard::card(&line).as_bytes()),
        }
    }

    /// Passes on what was written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Output::Jsonl(out) | Output::Vcard(out) => out.flush(),
            Output::Csv(writer) => writer.flush(),
        }
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(self) -> io::Result<W> {
        let mut out = match self.0 {
            Output::Jsonl(out) | Output::Vcard(out) => out,
            Output::Csv(writer) => writer
                .into_inner()
                .map_err(csv::IntoInnerError::into_error)?,
        };
        out.flush()?;
        Ok(out)
    }
}

/// Writes the businesses of a registry in the order of their ids, read page by page; gives their number.
///
/// A business that changes meanwhile is written as it is before or after, one that comes or goes may be in it or not.
pub async fn export<W: Write>(
    registry: &Registry,
    selection: &Selection,
    exporter: &mut Exporter<W>,
) -> Result<u64, ExportError> {
    let mut written = 0;
    let mut query = Query {
        country: selection.country,
        category: selection.category.clone(),
        limit: Query::MAX_LIMIT,
        ..Query::default()
    };
    loop {
        let page = registry.list(&query).await?;
        for business in &page.businesses {
            exporter.add(business)?;
            written += 1;
        }
        match page.next_cursor {
            None => return Ok(written),
            next => query.cursor = next,
        }
    }
}
