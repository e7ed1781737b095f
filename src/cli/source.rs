//! Where the businesses come from that a command asks: a file or a database.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::{CliError, files};
use crate::domain::Coverage;
use crate::engine::index::Index;
use crate::service::line_screening::LineScreener;
use crate::service::registry_file::{self, Format, Loaded};

/// Which registry is asked.
#[derive(Debug, Args)]
pub struct RegistrySource {
    /// Registry file (JSON lines or CSV, .gz accepted), read into memory.
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
}

impl RegistrySource {
    /// Whether a registry was named.
    pub(super) fn is_given(&self) -> bool {
        self.registry.is_some()
    }

    /// The registry as an index alone.
    pub(super) fn index(&self) -> Result<Arc<Index>, CliError> {
        let Some(path) = &self.registry else {
            return Err(CliError::Usage("give --registry FILE".to_owned()));
        };
        let loaded = registry_file::load(files::open(path)?, Format::of_path(path))
            .map_err(|e| CliError::file(path, e))?;
        Ok(loaded.index)
    }

    /// Opens the registry; `talk` tells on standard error what was kept out of a file.
    pub(super) fn screener(
        &self,
        assume_coverage: Option<Coverage>,
        talk: bool,
    ) -> Result<LineScreener, CliError> {
        let Some(path) = &self.registry else {
            return Err(CliError::Usage("give --registry FILE".to_owned()));
        };
        let stream = files::open(path)?;
        let loaded = registry_file::load(stream, Format::of_path(path))
            .map_err(|e| CliError::file(path, e))?;
        if talk {
            tell(path, &loaded);
        }
        if loaded.index.is_empty() {
            let reason = loaded.first_reject.map_or_else(
                || "it holds no business".to_owned(),
                |(line, reason)| format!("it holds no usable business; line {line}: {reason}"),
            );
            return Err(CliError::file(path, reason));
        }
        Ok(LineScreener::new(
            Arc::clone(&loaded.index),
            assume_coverage,
            0,
        ))
    }
}

fn tell(path: &std::path::Path, loaded: &Loaded) {
    let warning = anstyle::AnsiColor::Yellow.on_default();
    if let Some((line, reason)) = &loaded.first_reject {
        anstream::eprintln!(
            "{warning}{}: {} lines refused, the first is line {line}: {reason}{warning:#}",
            path.display(),
            loaded.rejected
        );
    }
    if !loaded.warnings.is_empty() {
        anstream::eprintln!(
            "{warning}{}: {}{warning:#}",
            path.display(),
            loaded.warnings
        );
    }
}
