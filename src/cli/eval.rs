//! `bonafide eval`: results, or a registry and cases, against labelled cases.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Deserialize;

use super::source::RegistrySource;
use super::{CliError, Common, files};
use crate::domain::Coverage;
use crate::service::evaluation::{EvaluationError, Figures, Outcome, Results, read_truth};
use crate::service::line_screening::LineScreener;
use crate::service::lines::{LineReader, RawLine};

const EXAMPLES: &str = "\
Printed are shares. recall: impostors called likely or confirmed impostors; right_brand: of those, the imitated business \
comes first; fpr: clean accounts called so (with its 95 % Wilson interval); the _soft ones count suspicious too; verified: \
own numbers recognised; recall@fpr: recall with the right brand when a threshold on the score lets through that share of \
clean accounts; ece and brier: calibration of the score.

Examples:
  bonafide eval truth.jsonl results.jsonl --families
  bonafide eval truth.jsonl cases.jsonl --registry registry.jsonl --assume-coverage complete --json figures.json";

/// Lines screened at once; bounds what is held beside the results.
const BATCH: usize = 4_096;

/// Arguments of `eval`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct EvalArgs {
    /// Labelled cases: {"id", "label", "family", "accept"} a line.
    truth: PathBuf,
    /// What `screen` answered to them, or the cases themselves, which are then screened.
    results: PathBuf,
    #[command(flatten)]
    source: RegistrySource,
    /// Take the registry to know this much of every business: complete, partial or unknown.
    #[arg(long, value_name = "COVERAGE")]
    assume_coverage: Option<Coverage>,
    /// The prior at which the scores were made.
    #[arg(long, default_value_t = 0.01, value_parser = parse_prior)]
    prior: f64,
    /// Print each family too.
    #[arg(long)]
    families: bool,
    /// Write all figures to a file as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn parse_prior(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(prior) if prior > 0.0 && prior < 1.0 => Ok(prior),
        _ => Err("a prior lies between 0 and 1, both excluded".to_owned()),
    }
}

pub(super) fn run(common: &Common, args: &EvalArgs) -> Result<(), CliError> {
    let truth = read_truth(files::open(&args.truth)?).map_err(|e| of_file(&args.truth, &e))?;
    let results = read_results(common, args)?;
    let figures =
        Figures::of(&truth, &results, args.prior).map_err(|e| of_file(&args.results, &e))?;
    let mut text = figures.to_string();
    if args.families {
        text.push_str(&figures.family_table());
    }
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|e| CliError::output(&e))?;
    if let Some(path) = &args.json {
        let json = format!("{:#}\n", figures.to_json());
        fs::write(path, json).map_err(|e| CliError::file(path, e))?;
    }
    Ok(())
}

fn of_file(path: &Path, error: &EvaluationError) -> CliError {
    CliError::file(path, error)
}

/// Which of the two the file holds.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    verdict: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    error: Option<serde::de::IgnoredAny>,
}

fn read_results(common: &Common, args: &EvalArgs) -> Result<Results, CliError> {
    let path = &args.results;
    let mut lines = LineReader::new(files::open(path)?, LineScreener::MAX_BYTES);
    let mut next = || lines.next_line().map_err(|e| CliError::file(path, e));
    let first = loop {
        match next()? {
            Some(line) if line.is_blank() => {}
            Some(line) => break line,
            None => return Ok(Results::new()),
        }
    };
    let kind: Kind = serde_json::from_slice(&first.bytes)
        .map_err(|e| CliError::file(path, format!("line {}: {e}", first.number)))?;
    if kind.verdict.is_none() && kind.error.is_none() {
        return screen_cases(common, args, first, lines);
    }
    if args.source.is_given() {
        return Err(CliError::Usage(format!(
            "{} holds results already; leave the registry out, or give the cases",
            path.display()
        )));
    }
    let mut results = Results::new();
    let mut line = Some(first);
    while let Some(current) = line {
        if !current.is_blank() {
            results.extend(Outcome::read(&current).map_err(|e| of_file(path, &e))?);
        }
        line = lines.next_line().map_err(|e| CliError::file(path, e))?;
    }
    Ok(results)
}

fn screen_cases(
    common: &Common,
    args: &EvalArgs,
    first: RawLine,
    mut lines: LineReader<impl Read>,
) -> Result<Results, CliError> {
    let screener = args.source.screener(common, args.assume_coverage, false)?;
    let started = Instant::now();
    let mut results = Results::new();
    let mut batch = vec![first];
    loop {
        while batch.len() < BATCH {
            match lines
                .next_line()
                .map_err(|e| CliError::file(&args.results, e))?
            {
                Some(line) => batch.push(line),
                None => break,
            }
        }
        if batch.is_empty() {
            break;
        }
        let outcomes: Vec<_> = batch
            .par_iter()
            .filter_map(|l| outcome(&screener, l))
            .collect();
        results.extend(outcomes);
        batch.clear();
    }
    let elapsed = started.elapsed();
    anstream::eprintln!(
        "{} cases against {} businesses in {:.1} s: {:.3} ms a case on {} threads, model {}",
        results.len(),
        screener.businesses(),
        elapsed.as_secs_f64(),
        elapsed.as_secs_f64() * 1e3 / results.len().max(1) as f64,
        rayon::current_num_threads(),
        LineScreener::model(),
    );
    Ok(results)
}

fn outcome(screener: &LineScreener, line: &RawLine) -> Option<(String, Outcome)> {
    let id = LineScreener::read_id(line)?.as_str()?.to_owned();
    let assessment = screener.assess(line).ok()?;
    Some((id, Outcome::from(&assessment)))
}
