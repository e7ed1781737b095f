//! `bonafide backup`: the database of this moment as one file.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app;

const EXAMPLES: &str = "\
Others may go on reading and writing meanwhile: the file holds the database as of one moment. It holds the hashes of API
keys and their secret too, so that only its owner can read it. An existing file is never overwritten.

A PostgreSQL database is backed up by PostgreSQL's own tools; the command says which.

Examples:
  bonafide backup bonafide-2026-03-01.db
  bonafide backup --database sqlite:///var/lib/bonafide/bonafide.db /backup/bonafide.db";

/// Arguments of `backup`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct BackupArgs {
    /// The file to write.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseFlag,
}

pub(super) async fn run(common: &Common, args: &BackupArgs) -> Result<(), CliError> {
    let settings = settings(common, &args.database)?;
    let url = &settings.database;
    let file = args.file.display();
    if app::has_own_tools(url.expose()) {
        return Err(CliError::Failed(format!(
            "PostgreSQL has its own tools for this. Make the backup by\n  \
             pg_dump --format=custom --file '{file}' --dbname '{url}'"
        )));
    }
    app::backup(url.expose(), &args.file)
        .await
        .map_err(|e| CliError::Failed(format!("{url}: {e}")))?;
    let size = std::fs::metadata(&args.file).map_or(0, |m| m.len());
    writeln!(
        io::stdout(),
        "{file} holds the whole of {url}, in {}.",
        indicatif::HumanBytes(size)
    )
    .map_err(|e| CliError::output(&e))
}
