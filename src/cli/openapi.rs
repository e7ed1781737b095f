//! `bonafide openapi`: the OpenAPI documents as the code says them.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::CliError;
use crate::http::openapi::documents;

/// Arguments of `openapi`.
#[derive(Debug, Args)]
pub struct OpenapiArgs {
    /// Write openapi.json and openapi-3.0.json into this directory, instead of 3.1 to standard output.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

pub(super) fn run(args: &OpenapiArgs) -> Result<(), CliError> {
    let (document, older) = documents();
    let Some(directory) = &args.write else {
        return io::stdout()
            .write_all(document.as_bytes())
            .map_err(|e| CliError::output(&e));
    };
    for (name, text) in [("openapi.json", document), ("openapi-3.0.json", older)] {
        let path = directory.join(name);
        std::fs::write(&path, text).map_err(|e| CliError::file(&path, e))?;
    }
    Ok(())
}
