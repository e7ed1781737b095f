//! `bonafide import`: businesses from files into the registry.
//!
//! A file is read in batches, each written in one transaction, while the next is read and parsed. A line that
//! cannot be used goes to the rejects with its number and the reason; nothing else is lost for it.

mod rejects;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::{CliError, Common, DatabaseFlag, block_on, files, settings};
use crate::app::{open_store, system_world};
use crate::domain::Profile;
use crate::service::author::Author;
use crate::service::registry::Registry;
use crate::service::registry_file::{Entry, Format, RegistryReader, Tally};
use crate::store::{StoreError, UpsertCounts};
use rejects::Rejects;

const EXAMPLES: &str = "\
A line of JSON is one business: {\"external_id\", \"name\", \"aliases\": [], \"phones\": [], \"websites\": [], \"emails\": [],
\"handles\": {\"instagram\": \"…\"}, \"sender_ids\": [], \"country\", \"category\", …}; external_id and name are needed. A CSV
file has these names as its header, and lists within a cell are separated by ; or |.

Importing again changes what has changed and nothing else. What cannot be used is written to FILE.rejects.jsonl with its
line number and the reason. The exit code is 0 when at least one business of each file was usable, however many lines
were rejected; it is 1 when a file had none or something could not be read or written.

Examples:
  bonafide import registry.jsonl
  bonafide import --database sqlite:///var/lib/bonafide/bonafide.db banks.csv shops.jsonl.gz
  curl -s https://example.com/businesses.jsonl | bonafide import -";

/// Businesses of one transaction.
const BATCH: usize = 1_000;

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ImportArgs {
    /// Files to import, .gz accepted; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How the files are written [default: by their extension, else by their first character].
    #[arg(long, value_enum)]
    format: Option<FormatFlag>,
    #[command(flatten)]
    database: DatabaseFlag,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatFlag {
    Jsonl,
    Csv,
}

impl From<FormatFlag> for Format {
    fn from(flag: FormatFlag) -> Self {
        match flag {
            FormatFlag::Jsonl => Self::Jsonl,
            FormatFlag::Csv => Self::Csv,
        }
    }
}

pub(super) fn run(common: &Common, args: &ImportArgs) -> Result<(), CliError> {
    let settings = settings(common, &args.database)?;
    block_on(async {
        let world = system_world();
        let store = open_store(settings.database.expose(), &world).await?;
        let registry = Registry::new(Arc::clone(&store), world);
        let mut failures = Vec::new();
        for path in &args.files {
            let format = args.format.map(Format::from);
            match import_file(&registry, path, format).await {
                Ok(()) => {}
                Err(CliError::Failed(reason)) => failures.push(reason),
                Err(other) => return Err(other),
            }
        }
        store.close().await;
        if failures.is_empty() {
            Ok(())
        } else {
            Err(CliError::Failed(failures.join("\n       ")))
        }
    })
}

/// What has become of one file so far.
struct Run<'a> {
    path: &'a Path,
    counts: UpsertCounts,
    warnings: Tally,
    rejects: Rejects,
}

async fn import_file(
    registry: &Registry,
    path: &Path,
    format: Option<Format>,
) -> Result<(), CliError> {
    let started = Instant::now();
    let bar = progress(path);
    let stream = open(path, &bar)?;
    let mut reader = RegistryReader::new(stream, format.or_else(|| Format::of_path(path)))
        .map_err(|e| CliError::file(path, e))?;
    let mut run = Run {
        path,
        counts: UpsertCounts::default(),
        warnings: Tally::default(),
        rejects: Rejects::of(path),
    };
    for column in reader.unknown_columns() {
        run.warnings.add_column(column);
    }
    let outcome = run.batches(registry, &mut reader, &bar, started).await;
    bar.finish_and_clear();
    run.tell(started.elapsed())?;
    outcome?;
    if run.usable() == 0 {
        return Err(CliError::file(path, "no line of it is a usable business"));
    }
    Ok(())
}

impl Run<'_> {
    fn usable(&self) -> u64 {
        self.counts.created + self.counts.updated + self.counts.unchanged
    }

    async fn batches(
        &mut self,
        registry: &Registry,
        reader: &mut RegistryReader<Box<dyn Read + Send>>,
        bar: &ProgressBar,
        started: Instant,
    ) -> Result<(), CliError> {
        let mut writing: Option<tokio::task::JoinHandle<Result<UpsertCounts, StoreError>>> = None;
        loop {
            let mut failure = None;
            let entries: Vec<Entry> = reader
                .by_ref()
                .take(BATCH)
                .map_while(|entry| entry.map_err(|e| failure = Some(e)).ok())
                .collect();
            let profiles = self.parse(&entries);
            if let Some(task) = writing.take() {
                self.written(task.await, bar, started)?;
            }
            if !profiles.is_empty() {
                let registry = registry.clone();
                writing = Some(tokio::spawn(async move {
                    registry
                        .upsert_batch(profiles, &Author::command("import"))
                        .await
                }));
            }
            if entries.len() < BATCH {
                if let Some(task) = writing {
                    self.written(task.await, bar, started)?;
                }
                return match failure {
                    Some(error) => Err(CliError::file(self.path, error)),
                    None => Ok(()),
                };
            }
        }
    }

    fn parse(&mut self, entries: &[Entry]) -> Vec<Profile> {
        let parsed: Vec<_> = entries.par_iter().map(Entry::parse).collect();
        let mut profiles = Vec::with_capacity(parsed.len());
        for (entry, result) in entries.iter().zip(parsed) {
            match result {
                Ok((profile, warnings)) => {
                    for warning in &warnings {
                        self.warnings.add(entry.line(), warning);
                    }
                    profiles.push(profile);
                }
                Err(errors) => self.rejects.add(entry, &errors),
            }
        }
        profiles
    }

    fn written(
        &mut self,
        outcome: Result<Result<UpsertCounts, StoreError>, tokio::task::JoinError>,
        bar: &ProgressBar,
        started: Instant,
    ) -> Result<(), CliError> {
        let counts = outcome
            .map_err(|e| CliError::file(self.path, e))?
            .map_err(|e| {
                let done = HumanCount(self.usable());
                CliError::file(
                    self.path,
                    format!("{e} ({done} businesses are in; importing again goes on from there)"),
                )
            })?;
        self.counts += counts;
        let rate = self.usable() as f64 / started.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!(
            "{} businesses, {}/s",
            HumanCount(self.usable()),
            HumanCount(rate as u64)
        ));
        Ok(())
    }

    fn tell(&mut self, elapsed: Duration) -> Result<(), CliError> {
        let path = self.path.display();
        let warning = anstyle::AnsiColor::Yellow.on_default();
        if !self.warnings.is_empty() {
            let warnings = &self.warnings;
            anstream::eprintln!("{warning}{path}: {warnings}{warning:#}");
        }
        self.rejects.finish();
        let [created, updated, unchanged, rejected, warned] = [
            self.counts.created,
            self.counts.updated,
            self.counts.unchanged,
            self.rejects.count(),
            self.warnings.kept_out(),
        ]
        .map(HumanCount);
        writeln!(
            io::stdout(),
            "{path}: {created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected, \
             {warned} warnings in {:.1} s",
            elapsed.as_secs_f64()
        )
        .map_err(|e| CliError::output(&e))
    }
}

fn open(path: &Path, bar: &ProgressBar) -> Result<Box<dyn Read + Send>, CliError> {
    if path.as_os_str() == "-" {
        return files::open(path);
    }
    let file = File::open(path).map_err(|e| CliError::file(path, e))?;
    files::unpacked(bar.wrap_read(file)).map_err(|e| CliError::file(path, e))
}

/// A bar over the bytes of a file, or a count where their number is not known; hidden where nobody watches.
fn progress(path: &Path) -> ProgressBar {
    let length = std::fs::metadata(path)
        .ok()
        .filter(std::fs::Metadata::is_file);
    let (bar, template) = match length {
        Some(file) => (
            ProgressBar::new(file.len()),
            "{prefix} {bar:30} {percent:>3} %  {msg}, {eta} left",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{prefix} {spinner} {msg}, {elapsed}",
        ),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸ "));
    }
    bar.set_prefix(path.display().to_string());
    bar.set_message("0 businesses");
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
