//! `bonafide restore`: a database from its backup.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app;

const EXAMPLES: &str = "\
The file is examined before anything is touched: whether it is whole, a database of this program, and of a version that
this one understands. A database that is there already is replaced only with --force, and only while no process has
it open. Processes that followed the old database load the restored one anew.

Examples:
  bonafide restore bonafide-2026-03-01.db --database sqlite://restored.db
  bonafide restore /backup/bonafide.db --force";

/// Arguments of `restore`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct RestoreArgs {
    /// A file that `bonafide backup` wrote.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the database that is there already.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    database: DatabaseFlag,
}

pub(super) async fn run(common: &Common, args: &RestoreArgs) -> Result<(), CliError> {
    let settings = settings(common, &args.database)?;
    let url = &settings.database;
    let file = args.file.display();
    if app::has_own_tools(url.expose()) {
        // What came after the backup is gone, and its change numbers will be given again: hence another epoch.
        return Err(CliError::Failed(format!(
            "PostgreSQL has its own tools for this. Stop every process that uses the database, then\n  \
             pg_restore --clean --if-exists --no-owner --single-transaction --dbname '{url}' '{file}'\n  \
             psql '{url}' --command \"UPDATE meta SET value = uuid_send(gen_random_uuid()) WHERE name = 'epoch'\""
        )));
    }
    app::restore(url.expose(), &args.file, args.force, &app::system_world())
        .await
        .map_err(|e| {
            let way_out = match e {
                crate::store::StoreError::Conflict(_) => "; --force replaces it",
                _ => "",
            };
            CliError::Failed(format!("{e}{way_out}"))
        })?;
    writeln!(io::stdout(), "{url} is restored from {file}.").map_err(|e| CliError::output(&e))
}
