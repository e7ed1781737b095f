//! What a command that could not do its work says, and how it exits.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::store::StoreError;

/// Why a command ended without having done its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// It was asked for in a way that cannot be meant.
    #[error("{0}")]
    Usage(String),
    /// It could not be done.
    #[error("{0}")]
    Failed(String),
    /// Whoever read the output has gone; nobody is left to tell.
    #[error("nobody reads the output any more")]
    OutputClosed,
}

impl CliError {
    /// Something that could not be done, with what went wrong.
    pub fn failed(what: impl Display, error: impl Display) -> Self {
        Self::Failed(format!("{what}: {error}"))
    }

    /// A file that could not be read or written.
    pub fn file(path: &Path, error: impl Display) -> Self {
        Self::failed(path.display(), error)
    }

    /// Output that could not be written.
    pub fn output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::OutputClosed
        } else {
            Self::failed("the output cannot be written", error)
        }
    }

    /// Says on standard error what went wrong, and gives the exit code for it.
    pub fn report(&self) -> ExitCode {
        let error = anstyle::AnsiColor::Red.on_default().bold();
        match self {
            Self::OutputClosed => ExitCode::SUCCESS,
            Self::Usage(_) => {
                anstream::eprintln!("{error}error:{error:#} {self}");
                ExitCode::from(2)
            }
            Self::Failed(_) => {
                anstream::eprintln!("{error}error:{error:#} {self}");
                ExitCode::FAILURE
            }
        }
    }
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
