//! `bonafide train`: labelled cases to a model file.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::source::RegistrySource;
use super::{CliError, Common, files};
use crate::service::contract::AccountInput;
use crate::service::evaluation::read_truth;
use crate::service::line_screening::LineScreener;
use crate::service::lines::LineReader;
use crate::service::training::{Labelled, Trained, train};

const EXAMPLES: &str = "\
Part of the cases is held out, and what the model reaches on them stands in the head of its file. The program carries the \
file with it: rebuild it to use another.

Examples:
  bonafide train truth.jsonl cases.jsonl --registry registry.jsonl --model-version 2026-11";

/// Arguments of `train`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct TrainArgs {
    /// Labelled cases: {"id", "label", "family", "accept"} a line; labels impostor and clean are fitted.
    truth: PathBuf,
    /// The cases: accounts with the ids of the labels.
    cases: PathBuf,
    #[command(flatten)]
    source: RegistrySource,
    /// The version that every check made with the model will carry.
    #[arg(long, value_name = "NAME")]
    model_version: String,
    /// Where to write the model.
    #[arg(long, value_name = "FILE", default_value = "data/model.tsv")]
    out: PathBuf,
}

pub(super) fn run(common: &Common, args: &TrainArgs) -> Result<(), CliError> {
    let screener = args.source.screener(common, None, false)?;
    let labelled = labelled(args)?;
    let trained = train(screener.index(), &labelled, &args.model_version);
    let text = trained.model.render(&comment(&trained, labelled.len()));
    fs::write(&args.out, text).map_err(|e| CliError::file(&args.out, e))?;
    anstream::println!(
        "{}wrote {}",
        comment(&trained, labelled.len()),
        args.out.display()
    );
    Ok(())
}

fn comment(trained: &Trained, cases: usize) -> String {
    let t = &trained.thresholds;
    format!(
        "Weights in log-odds, fitted by `bonafide train` on {cases} labelled cases ({} rows); do not edit by hand.\n\
         Held out: likely_impostor recall {:.2} % at {:.3} % of {} clean cases; suspicious or worse {:.2} % at {:.3} %.\n",
        trained.rows,
        100.0 * t.likely_rates.0,
        100.0 * t.likely_rates.1,
        t.clean,
        100.0 * t.suspicious_rates.0,
        100.0 * t.suspicious_rates.1,
    )
}

fn labelled(args: &TrainArgs) -> Result<Vec<Labelled>, CliError> {
    let truth =
        read_truth(files::open(&args.truth)?).map_err(|e| CliError::file(&args.truth, e))?;
    let mut labels: HashMap<String, _> = truth
        .into_iter()
        .filter(|t| t.label == "impostor" || t.label == "clean")
        .map(|t| (t.id.clone(), t))
        .collect();
    let mut lines = LineReader::new(files::open(&args.cases)?, LineScreener::MAX_BYTES);
    let mut cases = Vec::with_capacity(labels.len());
    while let Some(line) = lines
        .next_line()
        .map_err(|e| CliError::file(&args.cases, e))?
    {
        let Some(truth) = LineScreener::read_id(&line)
            .and_then(|id| labels.remove(id.as_str().unwrap_or_default()))
        else {
            continue;
        };
        let input: AccountInput = serde_json::from_slice(&line.bytes)
            .map_err(|e| CliError::file(&args.cases, format!("line {}: {e}", line.number)))?;
        let account = input
            .parse()
            .map_err(|e| CliError::file(&args.cases, format!("line {}: {e}", line.number)))?;
        cases.push(Labelled {
            account,
            impostor: truth.label == "impostor",
            accept: truth.accept,
        });
    }
    Ok(cases)
}
