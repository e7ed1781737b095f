//! `bonafide export-labels`: decided cases in the format of training.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde_json::Value;

use super::{CliError, Common, DatabaseFlag, settings};
use crate::app;
use crate::service::review::ReviewError;

const EXAMPLES: &str = "\
The files hold what is known of accounts, numbers included: keep them as carefully as the database.

Examples:
  bonafide export-labels truth.jsonl cases.jsonl
  bonafide train truth.jsonl cases.jsonl --registry registry.jsonl --model-version 2026-12";

/// Arguments of `export-labels`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ExportLabelsArgs {
    /// Where to write the labels: {"id", "label", "family", "target", "accept"} a line.
    truth: PathBuf,
    /// Where to write the accounts, with the ids of the labels.
    cases: PathBuf,
    /// Only cases that were decided at this instant or later.
    #[arg(long, value_name = "INSTANT")]
    since: Option<Timestamp>,
    #[command(flatten)]
    database: DatabaseFlag,
}

/// Why writing stopped.
enum Stopped {
    Review(ReviewError),
    File(PathBuf, std::io::Error),
}

impl From<ReviewError> for Stopped {
    fn from(error: ReviewError) -> Self {
        Self::Review(error)
    }
}

pub(super) async fn run(common: &Common, args: ExportLabelsArgs) -> Result<(), CliError> {
    let settings = settings(common, &args.database)?;
    let world = app::system_world();
    let store = app::open_store(settings.database.expose(), &world).await?;
    let client = app::client(&settings)?;
    let outside = app::providers(&settings, &client)?;
    let services = app::start(store, world, &settings, &client, outside).await?;
    let create = |path: &PathBuf| {
        let file = File::create(path).map_err(|e| CliError::file(path, e))?;
        Ok::<_, CliError>(BufWriter::new(file))
    };
    let (mut truth, mut cases) = (create(&args.truth)?, create(&args.cases)?);
    let write = |out: &mut BufWriter<File>, path: &PathBuf, line: &Value| {
        writeln!(out, "{line}").map_err(|e| Stopped::File(path.clone(), e))
    };
    let since = args.since.unwrap_or(Timestamp::MIN);
    let done = services
        .review
        .export_labels(since, Timestamp::MAX, |labelled| {
            write(&mut truth, &args.truth, &labelled.truth)?;
            write(&mut cases, &args.cases, &labelled.case)
        })
        .await;
    let count = done.map_err(|stopped| match stopped {
        Stopped::Review(error) => CliError::failed("the cases cannot be read", error),
        Stopped::File(path, error) => CliError::file(&path, error),
    })?;
    truth.flush().map_err(|e| CliError::file(&args.truth, e))?;
    cases.flush().map_err(|e| CliError::file(&args.cases, e))?;
    anstream::println!("wrote {count} labelled cases");
    Ok(())
}
