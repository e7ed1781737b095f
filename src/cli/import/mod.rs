//! `bonafide import`: businesses from files into the registry, or what that would do.

mod file;
mod preview;
mod rejects;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::source::must_exist;
use super::{CliError, Common, DatabaseFlag, block_on, settings};
use crate::app::{open_store, system_world};
use crate::service::import_preview::Preview;
use crate::service::registry::Registry;
use crate::service::registry_file::{Format, Reading};
use file::Target;
use preview::DryRun;

const EXAMPLES: &str = "\
jsonl: a line is one business: {\"external_id\", \"name\", \"aliases\": [], \"phones\": [], \"websites\": [], \"emails\": [], \
\"handles\": {\"instagram\": \"…\"}, \"sender_ids\": [], \"country\", \"category\", …}; external_id and name are needed.\n\n\
csv: the header has these names; lists within a cell are separated by ; or | (behind a backslash it is part of the \
item), pairs are key:value, and a cell of phones, sender_ids, hours or catalogue may hold their JSON.\n\n\
gleif: the Golden Copy of LEI records as CSV, as published (zipped) or unzipped. Only active entities with an issued \
registration are taken, others are counted as left out. The external_id is lei:<LEI>; an LEI with wrong check digits is \
rejected.\n\n\
vcard: cards of organisations, version 3.0 or 4.0: those with KIND:org, whose ORG is their FN, or without a person's \
name N; other cards are rejected. The external_id is the card's UID; without one it is derived from the name, so that a \
card of another name is another business.\n\n\
nsi: the name-suggestion-index (nsi.json). The external_id is the brand's Wikidata id, else nsi:<id>; items of one brand \
are one business.\n\n\
Importing again changes what has changed and nothing else. What cannot be used is written to FILE.rejects.jsonl with its \
line number and the reason. The exit code is 0 when at least one business of each file was usable, however many lines \
were rejected; it is 1 when a file had none or something could not be read or written. Each file is an import of its own, \
named at the end of its line; `bonafide imports undo` takes it back.\n\n\
Examples:\n  \
  bonafide import registry.jsonl\n  \
  bonafide import --database sqlite:///var/lib/bonafide/bonafide.db banks.csv shops.jsonl.gz\n  \
  bonafide import 20260101-0800-gleif-goldencopy-lei2-golden-copy.csv.zip\n  \
  bonafide import --dry-run --diff changes.jsonl registry.jsonl\n  \
  curl -s https://example.com/businesses.jsonl | bonafide import -";

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ImportArgs {
    /// Files to import, .gz and .zip accepted; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How the files are written [default: by their first characters and their extension].
    #[arg(long, value_enum)]
    format: Option<FormatFlag>,
    /// Of LEI records, take also entities that are not active and those whose registration has lapsed or ended.
    #[arg(long)]
    include_inactive: bool,
    /// Write nothing; say what would be created, updated (the first 20 with what would change) and unchanged.
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run, write every difference to this file, one JSON object a line.
    #[arg(long, value_name = "FILE", requires = "dry_run")]
    diff: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseFlag,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatFlag {
    Jsonl,
    Csv,
    Gleif,
    Vcard,
    Nsi,
}

impl From<FormatFlag> for Format {
    fn from(flag: FormatFlag) -> Self {
        match flag {
            FormatFlag::Jsonl => Self::Jsonl,
            FormatFlag::Csv => Self::Csv,
            FormatFlag::Gleif => Self::Gleif,
            FormatFlag::Vcard => Self::Vcard,
            FormatFlag::Nsi => Self::Nsi,
        }
    }
}

impl ImportArgs {
    fn reading(&self, path: &std::path::Path) -> Reading {
        Reading {
            format: self.format.map(Format::from),
            include_inactive: self.include_inactive,
            ..Reading::of_path(path)
        }
    }
}

pub(super) fn run(common: &Common, args: &ImportArgs) -> Result<(), CliError> {
    if let Some(diff) = args.diff.as_ref().filter(|diff| args.files.contains(diff)) {
        let reason = format!(
            "{} is a file to import; differences would overwrite it",
            diff.display()
        );
        return Err(CliError::Usage(reason));
    }
    let settings = settings(common, &args.database)?;
    let url = settings.database.expose();
    block_on(async {
        let world = system_world();
        // A dry run makes no database: where there is none, everything is new.
        let store = if args.dry_run && must_exist(url).is_err() {
            None
        } else {
            Some(open_store(url, &world).await?)
        };
        let mut target = match &store {
            Some(store) if !args.dry_run => {
                Target::Registry(Registry::new(Arc::clone(store), world))
            }
            known => Target::Preview(DryRun::new(
                Preview::of(known.clone()),
                args.diff.as_deref(),
            )?),
        };
        let mut failures = Vec::new();
        for path in &args.files {
            match file::import(&mut target, path, args.reading(path)).await {
                Ok(()) => {}
                Err(CliError::Failed(reason)) => failures.push(reason),
                Err(other) => return Err(other),
            }
        }
        if let Target::Preview(dry_run) = target
            && let Err(CliError::Failed(reason)) = dry_run.finish()
        {
            failures.push(reason);
        }
        if let Some(store) = store {
            store.close().await;
        }
        if failures.is_empty() {
            Ok(())
        } else {
            Err(CliError::Failed(failures.join("\n       ")))
        }
    })
}
