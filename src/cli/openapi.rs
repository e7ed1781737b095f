//! `bonafide openapi`: the OpenAPI document, printed or written.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::CliError;
use crate::http::openapi::documents;

const EXAMPLES: &str = "\
The files in openapi/ are what the server serves; a test fails when they differ from what the code says.

Examples:
  bonafide openapi > openapi.json
  bonafide openapi --edition 3.0 | openapi-generator-cli generate -i /dev/stdin -g kotlin
  bonafide openapi --write openapi";

/// Arguments of `openapi`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct OpenapiArgs {
    /// Edition to print.
    #[arg(long, value_enum, default_value = "3.1")]
    edition: Edition,
    /// Write openapi.json and openapi-3.0.json into this directory instead.
    #[arg(long, value_name = "DIR", conflicts_with = "edition")]
    write: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Edition {
    #[value(name = "3.1")]
    V31,
    #[value(name = "3.0")]
    V30,
}

pub(super) fn run(args: &OpenapiArgs) -> Result<(), CliError> {
    let (newer, older) = documents();
    let Some(dir) = &args.write else {
        let text = match args.edition {
            Edition::V31 => newer,
            Edition::V30 => older,
        };
        return io::stdout()
            .write_all(text.as_bytes())
            .map_err(|e| CliError::output(&e));
    };
    fs::create_dir_all(dir).map_err(|e| CliError::file(dir, e))?;
    for (name, text) in [("openapi.json", newer), ("openapi-3.0.json", older)] {
        let path = dir.join(name);
        fs::write(&path, text).map_err(|e| CliError::file(&path, e))?;
    }
    Ok(())
}
