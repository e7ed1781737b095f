//! The command line: one file per command.

mod sample;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::config::{ConfigError, LogFormat, Settings};
use crate::service::StoreError;

/// Is this really them? Keeps a registry of verified businesses and checks accounts that claim to be one.
#[derive(Debug, Parser)]
#[command(name = "bonafide", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command understands.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Common {
    /// TOML file with settings; every setting can also be a BONAFIDE_… environment variable.
    #[arg(long, global = true, value_name = "FILE", env = "BONAFIDE_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// How to write logs [default: human on a terminal, JSON otherwise].
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
}

/// Which database; part of the flags of each command that uses one.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct DatabaseFlag {
    /// The database, such as sqlite://bonafide.db [default: sqlite://bonafide.db, in the working directory].
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, its documentation and the public page on one port.
    Serve(serve::ServeArgs),
}

/// Why a command failed: one message for a person. `code` is the exit status.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Something went wrong while it ran; status 1.
    #[error("{0}")]
    Failed(String),
    /// It was asked for wrongly; status 2.
    #[error("{0}")]
    Usage(String),
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Settings from the flags of a command and those common to all.
pub fn settings(common: &Common, flags: impl Serialize) -> Result<Settings, CliError> {
    #[derive(Serialize)]
    struct Both<'a, F: Serialize> {
        #[serde(flatten)]
        common: &'a Common,
        #[serde(flatten)]
        flags: F,
    }
    Ok(Settings::load(
        common.config.as_deref(),
        Both { common, flags },
    )?)
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Serve(args) => block_on(serve::run(&cli.common, args)),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("bonafide: {error}");
            ExitCode::from(match error {
                CliError::Failed(_) => 1,
                CliError::Usage(_) => 2,
            })
        }
    }
}

/// Runs a command that waits for things.
pub fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| CliError::Failed(format!("the runtime cannot start: {e}")))?
        .block_on(work)
}
