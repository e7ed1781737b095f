//! One file, imported or compared.
//!
//! It is read in batches, each written in one transaction, while the next is read and parsed. A line that cannot be
//! used goes to the rejects with its number and the reason; nothing else is lost for it.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::preview::DryRun;
use super::rejects::Rejects;
use crate::cli::{CliError, files};
use crate::domain::{Profile, RunId};
use crate::service::author::Author;
use crate::service::registry::Registry;
use crate::service::registry_file::{Entry, Reading, RegistryReader, Tally};
use crate::store::{StoreError, UpsertCounts};

/// Businesses of one transaction.
const BATCH: usize = 1_000;

/// What has become of one file so far.
struct Run<'a> {
    path: &'a Path,
    counts: UpsertCounts,
    left_out: u64,
    /// The import that this is; none where nothing is written.
    import: Option<RunId>,
    warnings: Tally,
    rejects: Rejects,
}

/// Where the businesses of a file go.
pub(super) enum Target {
    /// Into the registry: each file is an import of its own, which can be undone.
    Registry(Registry),
    /// Nowhere: what would become of them is said.
    Preview(DryRun),
}

/// Imports one file.
pub(super) async fn import(
    target: &mut Target,
    path: &Path,
    reading: Reading,
) -> Result<(), CliError> {
    let started = Instant::now();
    let bar = progress(path);
    let stream = files::open_with(path, |file| bar.wrap_read(file))?;
    let mut reader = RegistryReader::new(stream, reading).map_err(|e| CliError::file(path, e))?;
    let import = match target {
        Target::Registry(registry) => {
            let begun = registry
                .begin_import(&path.to_string_lossy(), &author())
                .await;
            Some(begun.map_err(|e| CliError::file(path, e))?.id)
        }
        Target::Preview(_) => None,
    };
    let mut run = Run {
        path,
        counts: UpsertCounts::default(),
        left_out: 0,
        import,
        warnings: Tally::default(),
        rejects: match import {
            None => Rejects::counted(),
            Some(_) => Rejects::of(path),
        },
    };
    for column in reader.unknown_columns() {
        run.warnings.add_column(column);
    }
    let outcome = run.batches(target, &mut reader, &bar, started).await;
    bar.finish_and_clear();
    match target {
        Target::Preview(dry_run) => dry_run.tell()?,
        Target::Registry(registry) => run.finish(registry).await?,
    }
    run.tell(started.elapsed())?;
    outcome?;
    if run.usable() == 0 && run.left_out == 0 {
        return Err(CliError::file(path, "no line of it is a usable business"));
    }
    Ok(())
}

impl Run<'_> {
    fn usable(&self) -> u64 {
        self.counts.created + self.counts.updated + self.counts.unchanged
    }

    /// Ends the import, also one that could not be read to its end: what is in is in, and can be undone.
    async fn finish(&self, registry: &Registry) -> Result<(), CliError> {
        let Some(import) = self.import else {
            return Ok(());
        };
        let finished = registry
            .finish_import(import, self.rejects.count(), &author())
            .await;
        finished
            .map(|_| ())
            .map_err(|e| CliError::file(self.path, e))
    }

    async fn batches(
        &mut self,
        target: &mut Target,
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
            let last = entries.len() < BATCH;
            let profiles = self.parse(&entries);
            if let Some(task) = writing.take() {
                let counts = task.await.map_err(|e| CliError::file(self.path, e))?;
                self.written(counts, bar, started)?;
            }
            match target {
                _ if profiles.is_empty() => {}
                Target::Registry(registry) => {
                    let registry = registry.clone();
                    let profiles = profiles.into_iter().map(|(_, profile)| profile).collect();
                    let import = self.import;
                    writing = Some(tokio::spawn(async move {
                        registry.write_batch(profiles, import, &author()).await
                    }));
                }
                Target::Preview(dry_run) => {
                    let counts = dry_run.compare(self.path, profiles).await?;
                    self.written(counts, bar, started)?;
                }
            }
            if last {
                if let Some(task) = writing {
                    let counts = task.await.map_err(|e| CliError::file(self.path, e))?;
                    self.written(counts, bar, started)?;
                }
                return match failure {
                    Some(error) => Err(CliError::file(self.path, error)),
                    None => Ok(()),
                };
            }
        }
    }

    /// The profiles of a batch, each with its line.
    fn parse(&mut self, entries: &[Entry]) -> Vec<(u64, Profile)> {
        let parsed: Vec<_> = entries.par_iter().map(Entry::parse).collect();
        let mut profiles = Vec::with_capacity(parsed.len());
        for (entry, result) in entries.iter().zip(parsed) {
            match result {
                Ok(Some((profile, warnings))) => {
                    for warning in &warnings {
                        self.warnings.add(entry.line(), warning);
                    }
                    profiles.push((entry.line(), profile));
                }
                Ok(None) => self.left_out += 1,
                Err(errors) => self.rejects.add(entry, &errors),
            }
        }
        profiles
    }

    fn written(
        &mut self,
        outcome: Result<UpsertCounts, StoreError>,
        bar: &ProgressBar,
        started: Instant,
    ) -> Result<(), CliError> {
        let counts = outcome.map_err(|e| {
            let done = HumanCount(self.usable());
            let reason = match self.import {
                None => format!("{e} ({done} businesses were compared)"),
                Some(_) => {
                    format!("{e} ({done} businesses are in; importing again goes on from there)")
                }
            };
            CliError::file(self.path, reason)
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
        let [created, updated, unchanged, rejected, warned, left_out] = [
            self.counts.created,
            self.counts.updated,
            self.counts.unchanged,
            self.rejects.count(),
            self.warnings.kept_out(),
            self.left_out,
        ]
        .map(HumanCount);
        let would = match self.import {
            None => "would be ",
            Some(_) => "",
        };
        let left_out = match self.left_out {
            0 => String::new(),
            _ => format!(", {left_out} left out"),
        };
        writeln!(
            io::stdout(),
            "{path}: {created} {would}created, {updated} {would}updated, {unchanged} unchanged, \
             {rejected} rejected, {warned} warnings{left_out} in {:.1} s{}",
            elapsed.as_secs_f64(),
            self.import
                .map(|id| format!(", as {id}"))
                .unwrap_or_default()
        )
        .map_err(|e| CliError::output(&e))
    }
}

fn author() -> Author {
    Author::command("import")
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
