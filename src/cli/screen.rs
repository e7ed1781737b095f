//! `bonafide screen`: a filter from standard input to standard output.

use std::io::{self, IsTerminal};
use std::num::NonZero;
use std::thread;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::CliError;
use super::ordered::{Stopped, answer_lines};
use super::source::RegistrySource;
use crate::domain::Coverage;
use crate::service::line_screening::LineScreener;
use crate::service::lines::LineReader;

const EXAMPLES: &str = "\
Each line is one account: {\"id\", \"phone\", \"display_name\", \"default_region\", \"medium\", \"handle\": {\"platform\", \"value\"},
\"website\", \"email\", \"sender_id\", \"about\"}; all but the id are optional. Each answer carries the id of its line and keeps
its place. A line that cannot be used is answered by {\"id\", \"error\": {\"code\", \"detail\"}}, and screening goes on.
Memory does not grow with the input. The exit code is 0 when every line was answered, by whatever answer.

Examples:
  bonafide screen --registry registry.jsonl < accounts.jsonl > answers.jsonl
  zcat accounts.jsonl.gz | bonafide screen | jq -c 'select(.verdict == \"likely_impostor\")'
  parallel --pipe --block 20M bonafide screen --jobs 1 --registry registry.jsonl < accounts.jsonl";

/// Arguments of `screen`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ScreenArgs {
    #[command(flatten)]
    source: RegistrySource,
    /// Threads that screen [default: one for each core].
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Take the registry to know this much of every business, whatever it says (for measuring only): complete, partial or unknown.
    #[arg(long, value_name = "COVERAGE")]
    assume_coverage: Option<Coverage>,
}

pub(super) fn run(args: &ScreenArgs) -> Result<(), CliError> {
    let screener = args.source.screener(args.assume_coverage, true)?;
    let jobs = args.jobs.map_or_else(
        || thread::available_parallelism().map_or(1, NonZero::get),
        usize::from,
    );
    if io::stdin().is_terminal() {
        anstream::eprintln!(
            "Type one account a line as JSON, such as {{\"id\": 1, \"display_name\": \"Amaz0n\"}}; Ctrl-D ends."
        );
    }
    let progress = progress();
    let outcome = answer_lines(
        LineReader::new(io::stdin(), LineScreener::MAX_BYTES),
        &mut io::stdout().lock(),
        jobs,
        move |line, out| screener.screen_line(line, out),
        |lines| progress.inc(lines),
    );
    progress.finish_and_clear();
    outcome.map_err(|stopped| match stopped {
        Stopped::Input(error) => CliError::failed("standard input cannot be read", error),
        Stopped::Output(error) => CliError::output(&error),
        Stopped::Worker => CliError::Failed(
            "a screening thread died; the answers so far are whole, the rest is missing".to_owned(),
        ),
    })
}

/// A count on standard error, where somebody watches it and no answers run through.
fn progress() -> ProgressBar {
    if !io::stderr().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) =
        ProgressStyle::with_template("{spinner} {human_pos} accounts, {per_sec}, {elapsed}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
