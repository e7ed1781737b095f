//! Where the businesses come from that a command asks: a file or a database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::{CliError, Common, DatabaseFlag, block_on, files, settings};
use crate::app::{open_store, system_world};
use crate::domain::Coverage;
use crate::service::line_screening::LineScreener;
use crate::service::live::LiveIndex;
use crate::service::registry_file::{self, Format, Loaded};

/// Which registry is asked: a file, or else the database.
#[derive(Debug, Args)]
pub struct RegistrySource {
    /// Registry file (JSON lines or CSV, .gz accepted) to ask instead of the database.
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    registry: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseFlag,
}

impl RegistrySource {
    /// Whether a registry was named on the command line.
    pub(super) fn is_given(&self) -> bool {
        self.registry.is_some() || self.database.database.is_some()
    }

    /// Opens the registry; `talk` tells on standard error what was kept out of a file.
    pub(super) fn screener(
        &self,
        common: &Common,
        assume_coverage: Option<Coverage>,
        talk: bool,
    ) -> Result<LineScreener, CliError> {
        match &self.registry {
            Some(path) => from_file(path, assume_coverage, talk),
            None => self.of_database(common, assume_coverage),
        }
    }

    fn of_database(
        &self,
        common: &Common,
        assume_coverage: Option<Coverage>,
    ) -> Result<LineScreener, CliError> {
        let settings = settings(common, &self.database)?;
        must_exist(settings.database.expose())?;
        let snapshot = block_on(async {
            let store = open_store(settings.database.expose(), &system_world()).await?;
            let live = LiveIndex::load(Arc::clone(&store)).await?;
            store.close().await;
            Ok(live.snapshot())
        })?;
        if snapshot.index.is_empty() {
            return Err(CliError::Failed(format!(
                "{} holds no business yet; import some by `bonafide import FILE`",
                settings.database
            )));
        }
        let index = Arc::new(snapshot.index.clone());
        Ok(LineScreener::new(
            index,
            assume_coverage,
            snapshot.registry_seq,
        ))
    }
}

/// Asking must not create an empty database where a name is mistyped.
fn must_exist(url: &str) -> Result<(), CliError> {
    let Some(file) = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))
    else {
        return Ok(());
    };
    let file = file.split('?').next().unwrap_or_default();
    if file == ":memory:" || Path::new(file).exists() {
        return Ok(());
    }
    Err(CliError::Failed(format!(
        "there is no database {file}; make one by `bonafide import FILE`, or ask a file by --registry FILE"
    )))
}

fn from_file(
    path: &Path,
    assume_coverage: Option<Coverage>,
    talk: bool,
) -> Result<LineScreener, CliError> {
    let stream = files::open(path)?;
    let loaded =
        registry_file::load(stream, Format::of_path(path)).map_err(|e| CliError::file(path, e))?;
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
    Ok(LineScreener::new(loaded.index, assume_coverage, 0))
}

fn tell(path: &Path, loaded: &Loaded) {
    let warning = anstyle::AnsiColor::Yellow.on_default();
    let path = path.display();
    if let Some((line, reason)) = &loaded.first_reject {
        let count = loaded.rejected;
        anstream::eprintln!(
            "{warning}{path}: {count} lines refused, the first is line {line}: {reason}{warning:#}"
        );
    }
    if !loaded.warnings.is_empty() {
        let warnings = &loaded.warnings;
        anstream::eprintln!("{warning}{path}: {warnings}{warning:#}");
    }
}
