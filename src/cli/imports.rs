//! `bonafide imports`: what was imported, and undoing it.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::{Args, Subcommand};

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app::{open_store, system_world};
use crate::domain::{Reason, RunId};
use crate::service::author::Author;
use crate::service::registry::{Registry, RegistryError};
use crate::store::ImportRun;

const EXAMPLES: &str = "\
Undoing an import deletes the businesses that it added, and makes those that it changed what they were before. Businesses that somebody \
has changed since are left alone and counted. Running servers follow within a second. An undoing that was cut off goes on when it is \
called again.

Examples:
  bonafide imports list
  bonafide imports undo run_0198c0de… --reason 'wrong file'";

/// Arguments of `imports`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ImportsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List imports, newest first.
    List {
        /// Most imports.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
        #[command(flatten)]
        database: DatabaseFlag,
    },
    /// Undo an import.
    Undo {
        /// Its id, as `list` shows it.
        id: RunId,
        /// Why, for the audit log.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        database: DatabaseFlag,
    },
}

pub(super) async fn run(common: &Common, args: ImportsArgs) -> Result<(), CliError> {
    let (Action::List { database, .. } | Action::Undo { database, .. }) = &args.action;
    let settings = settings(common, database)?;
    let world = system_world();
    let store = open_store(settings.database.expose(), &world).await?;
    let registry = Registry::new(store.clone(), world);
    let text = match args.action {
        Action::List { limit, .. } => table(&registry.list_imports(None, None, limit).await?.runs),
        Action::Undo { id, reason, .. } => undo(&registry, id, reason).await?,
    };
    store.close().await;
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|e| CliError::output(&e))
}

async fn undo(registry: &Registry, id: RunId, reason: Option<String>) -> Result<String, CliError> {
    let reason = reason.as_deref().map(|r| Reason::parse("reason", r));
    let by = Author {
        reason: reason
            .transpose()
            .map_err(|e| CliError::Usage(e.to_string()))?,
        ..Author::command("imports undo")
    };
    let report = registry.undo_import(id, &by).await.map_err(|e| match e {
        RegistryError::Store(error) => CliError::from(error),
        other => CliError::Failed(other.to_string()),
    })?;
    Ok(format!(
        "{} deleted, {} as before, {} left alone since somebody has changed them\n",
        report.undone.deleted, report.undone.restored, report.left
    ))
}

fn table(runs: &[ImportRun]) -> String {
    if runs.is_empty() {
        return "Nothing has been imported yet; `bonafide import FILE` does.\n".to_owned();
    }
    let mut text = format!(
        "{:36}  {:20}  {:9}  {:>9}  {:>9}  {:>9}  {:>8}  {}\n",
        "id", "began", "state", "created", "updated", "unchanged", "rejected", "source"
    );
    for run in runs {
        let state = match (run.undone_at, run.finished_at) {
            (Some(_), _) => "undone",
            (None, Some(_)) => "done",
            (None, None) => "not ended",
        };
        let began: String = run.started_at.to_string().chars().take(19).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:36}  {began}Z  {state:9}  {:>9}  {:>9}  {:>9}  {:>8}  {}",
            run.id.to_string(),
            run.counts.created,
            run.counts.updated,
            run.counts.unchanged,
            run.rejected,
            run.source
        );
    }
    text
}
