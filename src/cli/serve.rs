//! `bonafide serve`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{CliError, Common, DatabaseFlag};

/// Flags of `serve`.
#[derive(Debug, Args, Serialize)]
pub struct ServeArgs {
    #[command(flatten)]
    #[serde(flatten)]
    database: DatabaseFlag,
}

/// Serves until it is told to stop.
pub async fn run(common: &Common, args: ServeArgs) -> Result<ExitCode, CliError> {
    let _settings = super::settings(common, &args)?;
    Ok(ExitCode::SUCCESS)
}
