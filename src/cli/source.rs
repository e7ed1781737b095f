//! Where the businesses come from that a command asks: a file or a database.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::{CliError, Common, DatabaseFlag, block_on, files, settings};
use crate::app::{index_file, open_store, system_world};
use crate::config::sqlite_file;
use crate::domain::Coverage;
use crate::service::line_screening::LineScreener;
use crate::service::live::LiveIndex;
use crate::service::registry_file::{self, Loaded, Reading};

/// Which registry is asked: a file, or else the database.
#[derive(Debug, Args)]
pub struct RegistrySource {
    /// Registry file, in any format that `bonafide import` reads, to ask instead of the database.
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    registry: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseFlag,
}

/// A registry that can be asked.
pub(super) struct Opened {
    /// Asks it.
    pub(super) screener: LineScreener,
    /// Names its state: two of the same name answer alike.
    pub(super) state: String,
}

impl RegistrySource {
    /// Whether a registry was named on the command line.
    pub(super) fn is_given(&self) -> bool {
        self.registry.is_some() || self.database.database.is_some()
    }

    /// Something that screens against the registry; `talk` tells on standard error what was kept out of a file.
    pub(super) fn screener(
        &self,
        common: &Common,
        assume_coverage: Option<Coverage>,
        talk: bool,
    ) -> Result<LineScreener, CliError> {
        Ok(self.open(common, assume_coverage, talk)?.screener)
    }

    /// The same, with the name of the registry's state.
    pub(super) fn open(
        &self,
        common: &Common,
        assume_coverage: Option<Coverage>,
        talk: bool,
    ) -> Result<Opened, CliError> {
        match &self.registry {
            Some(path) => from_file(path, assume_coverage, talk),
            None => self.of_database(common, assume_coverage),
        }
    }

    fn of_database(
        &self,
        common: &Common,
        assume_coverage: Option<Coverage>,
    ) -> Result<Opened, CliError> {
        let settings = settings(common, &self.database)?;
        must_exist(settings.database.expose())?;
        let (snapshot, secret) = block_on(async {
            let store = open_store(settings.database.expose(), &system_world()).await?;
            let live = LiveIndex::load(Arc::clone(&store), index_file(&settings)).await?;
            store.close().await;
            Ok((live.snapshot(), store.identity().secret))
        })?;
        if snapshot.index.is_empty() {
            return Err(CliError::Failed(format!(
                "{} holds no business yet; import some by `bonafide import FILE`",
                settings.database
            )));
        }
        let index = Arc::new(snapshot.index.clone());
        let seq = snapshot.registry_seq;
        Ok(Opened {
            screener: LineScreener::new(index, assume_coverage, seq)
                .as_of(system_world().now())
                .with_rulings(Arc::clone(&snapshot.impostors), &secret),
            state: format!("change {seq} of database {}", snapshot.epoch.simple()),
        })
    }
}

/// Asking must not create an empty database where a name is mistyped.
pub(super) fn must_exist(url: &str) -> Result<(), CliError> {
    let Some(file) = sqlite_file(url).filter(|file| !Path::new(file).exists()) else {
        return Ok(());
    };
    Err(CliError::Failed(format!(
        "there is no database {file}; make one by `bonafide import FILE`, or ask a file by --registry FILE"
    )))
}

fn from_file(
    path: &Path,
    assume_coverage: Option<Coverage>,
    talk: bool,
) -> Result<Opened, CliError> {
    let mut stream = Hashed {
        stream: files::open(path)?,
        hasher: blake3::Hasher::new(),
    };
    let loaded = registry_file::load(&mut stream, Reading::of_path(path))
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
    Ok(Opened {
        screener: LineScreener::new(loaded.index, assume_coverage, 0).as_of(system_world().now()),
        state: format!("a file with BLAKE3 {}", stream.hasher.finalize().to_hex()),
    })
}

/// A stream that is summed up while it is read.
struct Hashed<R> {
    stream: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
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
    if loaded.left_out > 0 {
        let count = loaded.left_out;
        anstream::eprintln!(
            "{warning}{path}: {count} entries that are not in force left out{warning:#}"
        );
    }
    if !loaded.warnings.is_empty() {
        let warnings = &loaded.warnings;
        anstream::eprintln!("{warning}{path}: {warnings}{warning:#}");
    }
}
