//! `bonafide migrate`: the database at this version's schema.

use std::io::{self, Write};

use clap::Args;

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app::{open_store, system_world};

const EXAMPLES: &str = "\
Every command that opens a database does this by itself; run it alone before a rolling upgrade. A database of a newer
version is refused and left as it is. SQLite's file is made where it is missing; a PostgreSQL database has to be there
(createdb --encoding UTF8 bonafide), and its role needs the right to create tables in it.

Examples:
  bonafide migrate
  bonafide migrate --database sqlite:///var/lib/bonafide/bonafide.db
  bonafide migrate --database 'postgres://bonafide@db.example.com/bonafide?sslmode=verify-full'";

/// Arguments of `migrate`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct MigrateArgs {
    #[command(flatten)]
    database: DatabaseFlag,
}

pub(super) async fn run(common: &Common, args: &MigrateArgs) -> Result<(), CliError> {
    let settings = settings(common, &args.database)?;
    let store = open_store(settings.database.expose(), &system_world()).await?;
    let seq = store.seq().await?;
    store.close().await;
    writeln!(
        io::stdout(),
        "{} is at this version's schema; its registry is at change {seq}.",
        settings.database
    )
    .map_err(|e| CliError::output(&e))
}
