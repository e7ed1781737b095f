//! `bonafide export`: businesses of the database as a file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::files::Part;
use super::source::must_exist;
use super::{CliError, Common, DatabaseFlag, settings};
use crate::app::{open_store, system_world};
use crate::domain::Country;
use crate::service::registry::Registry;
use crate::service::registry_export::{ExportError, ExportFormat, Exporter, Selection, export};

const EXAMPLES: &str = "\
JSON lines are exactly what `bonafide import` reads: imported into another database they make the same businesses, and \
importing them again changes nothing of what was imported. A business that has no external_id is given its own id \
(biz_…) in that place, by which it is found again. A line has no room for what is proved, for the label of anything \
but a phone and for channels that were confirmed at different times: importing it sets those back.\n\n\
CSV has a column for each field. Lists within a cell are separated by |, pairs are key:value, and what does not fit so \
(the label of a phone, opening hours, a catalogue) is JSON. A cell that a spreadsheet would run as a formula begins \
with an apostrophe; importing takes it off again.\n\n\
A vCard (4.0) has what address books know: names, numbers, addresses, links, profiles, a note. Sender IDs, \
opening hours, the catalogue, coverage, representatives, the group and the source are left out.\n\n\
A file that is named is written beside its place and put there when it is whole, over what was there.\n\n\
Examples:\n  \
  bonafide export > registry.jsonl\n  \
  bonafide export --format csv --country DE --output germany.csv\n  \
  bonafide export --format vcard --category amenity/bank --output banks.vcf";

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ExportArgs {
    /// How to write them [default: by the extension of --output, else jsonl].
    #[arg(long, value_enum)]
    format: Option<FormatFlag>,
    /// The file to write; standard output when left out.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only businesses at home in this country, ISO 3166-1 alpha-2.
    #[arg(long, value_name = "COUNTRY", value_parser = Country::parse)]
    country: Option<Country>,
    /// Only businesses of this category.
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    #[command(flatten)]
    database: DatabaseFlag,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatFlag {
    Jsonl,
    Csv,
    Vcard,
}

impl FormatFlag {
    fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "vcf" | "vcard" => Some(Self::Vcard),
            _ => None,
        }
    }
}

impl From<FormatFlag> for ExportFormat {
    fn from(flag: FormatFlag) -> Self {
        match flag {
            FormatFlag::Jsonl => Self::Jsonl,
            FormatFlag::Csv => Self::Csv,
            FormatFlag::Vcard => Self::Vcard,
        }
    }
}

pub(super) async fn run(common: &Common, args: &ExportArgs) -> Result<(), CliError> {
    let settings = settings(common, &args.database)?;
    must_exist(settings.database.expose())?;
    let world = system_world();
    let store = open_store(settings.database.expose(), &world).await?;
    let registry = Registry::new(std::sync::Arc::clone(&store), world);
    let outcome = match &args.output {
        None => to_stdout(&registry, args).await,
        Some(path) => to_file(&registry, args, path).await,
    };
    store.close().await;
    outcome
}

async fn to_stdout(registry: &Registry, args: &ExportArgs) -> Result<(), CliError> {
    let out = BufWriter::new(io::stdout());
    let written = write(registry, args, out, |e| CliError::output(&e)).await;
    written.map(|_| ())
}

async fn to_file(registry: &Registry, args: &ExportArgs, path: &Path) -> Result<(), CliError> {
    // A device or a pipe is no place that a file could be put in.
    if path.exists() && !path.is_file() {
        let out = OpenOptions::new().write(true).open(path);
        let out = BufWriter::new(out.map_err(|e| CliError::file(path, e))?);
        let written = write(registry, args, out, |e| CliError::file(path, e)).await;
        return written.map(|_| ());
    }
    let (part, file) = Part::of(path)?;
    let out = BufWriter::new(file);
    let (count, out) = write(registry, args, out, |e| CliError::file(path, e)).await?;
    let file: File = out
        .into_inner()
        .map_err(|e| CliError::file(path, e.into_error()))?;
    part.put(&file)?;
    let count = indicatif::HumanCount(count);
    writeln!(io::stdout(), "{}: {count} businesses", path.display())
        .map_err(|e| CliError::output(&e))
}

async fn write<W: Write>(
    registry: &Registry,
    args: &ExportArgs,
    out: W,
    failed: impl Fn(io::Error) -> CliError,
) -> Result<(u64, W), CliError> {
    let named = args.output.as_deref().and_then(FormatFlag::of_path);
    let format = args.format.or(named).unwrap_or(FormatFlag::Jsonl);
    let mut exporter = Exporter::new(format.into(), out).map_err(&failed)?;
    let selection = Selection {
        country: args.country,
        category: args.category.clone(),
    };
    let count = export(registry, &selection, &mut exporter)
        .await
        .map_err(|error| match error {
            ExportError::Io(error) => failed(error),
            ExportError::Registry(error) => CliError::Failed(error.to_string()),
        })?;
    let out = exporter.finish().map_err(&failed)?;
    Ok((count, out))
}
