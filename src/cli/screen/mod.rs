//! `bonafide screen`: a filter from standard input to standard output, or to a file that a later run can continue.

mod output;
mod progress;

use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use clap::Args;

use self::output::{OutputFile, RunRecord};
use self::progress::Progress;
use super::ordered::{Stopped, answer_lines};
use super::source::RegistrySource;
use super::{CliError, Common};
use crate::domain::Coverage;
use crate::service::line_screening::LineScreener;
use crate::service::lines::LineReader;

const EXAMPLES: &str = "\
Each line is one account: {\"id\", \"phone\", \"display_name\", \"default_region\", \"medium\", \"handle\": {\"platform\", \"value\"}, \
\"website\", \"email\", \"sender_id\", \"about\"}; all but the id are optional. Each answer carries the id of its line and keeps \
its place. A line that cannot be used is answered by {\"id\", \"error\": {\"code\", \"detail\"}}, and screening goes on. \
Memory does not grow with the input. The exit code is 0 when every line was answered, by whatever answer.

A run with --output can be broken off, even by a power cut, and continued: start the same command with --resume on the same \
input. The answers that are there stay, a half-written last line is dropped, and every account is answered once. \
Beside FILE lies FILE.run, which says what the answers were made with; a changed registry, model or program is refused \
unless --accept-changes is given, and so is another input.

Examples:
  bonafide screen --registry registry.jsonl < accounts.jsonl > answers.jsonl
  bonafide screen --output answers.jsonl --resume < accounts.jsonl  # and again after a break
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
    /// Write the answers to a file instead of standard output; one that is there already is never overwritten.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Continue the file of --output where an earlier run stopped; start it if it is not there yet.
    #[arg(long, requires = "output")]
    resume: bool,
    /// Continue although the registry, the model or the program is no longer the one that answered before.
    #[arg(long, requires = "resume")]
    accept_changes: bool,
    /// Take the registry to know this much of every business, whatever it says (for measuring only): complete, partial or unknown.
    #[arg(long, value_name = "COVERAGE")]
    assume_coverage: Option<Coverage>,
}

pub(super) fn run(common: &Common, args: &ScreenArgs) -> Result<(), CliError> {
    // The file first: whoever mistypes its name learns it before the registry is loaded.
    let file = match &args.output {
        Some(path) => Some(OutputFile::open(path, args.resume)?),
        None => None,
    };
    let opened = args.source.open(common, args.assume_coverage, true)?;
    if io::stdin().is_terminal() {
        anstream::eprintln!(
            "Type one account a line as JSON, such as {{\"id\": 1, \"display_name\": \"Amaz0n\"}}; Ctrl-D ends."
        );
    }
    let input = LineReader::new(io::stdin(), LineScreener::MAX_BYTES);
    let Some(mut file) = file else {
        let progress = Progress::new(io::stdout().is_terminal());
        return screen(
            input,
            &mut io::stdout().lock(),
            args,
            opened.screener,
            progress,
        );
    };
    let record = RunRecord::new(opened.state, args.assume_coverage);
    let mut input = input;
    let answered = file.resume(&record, &mut input, args.accept_changes)?;
    if answered > 0 {
        anstream::eprintln!("{answered} accounts are answered already; going on with the next.");
    }
    let mut progress = Progress::new(false);
    progress.start_at(answered, input.position());
    screen(input, &mut file, args, opened.screener, progress)?;
    file.finish()
}

fn screen(
    input: LineReader<io::Stdin>,
    output: &mut impl Write,
    args: &ScreenArgs,
    screener: LineScreener,
    mut progress: Progress,
) -> Result<(), CliError> {
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    let outcome = answer_lines(
        input,
        output,
        args.jobs.map_or_else(cores, usize::from),
        move |line, out| screener.screen_line(line, out),
        |lines, position| progress.advance(lines, position),
    );
    progress.finish();
    outcome.map_err(|stopped| match stopped {
        Stopped::Input(error) => CliError::failed("standard input cannot be read", error),
        Stopped::Output(error) => CliError::output(&error),
        Stopped::Worker => CliError::Failed(
            "a screening thread died; the answers so far are whole, the rest is missing".to_owned(),
        ),
    })
}
