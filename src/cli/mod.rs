//! The command line: one file per command.
//!
//! Answers go to standard output, everything said about the run to standard error. Exit codes: 0 done, 1 could
//! not be done, 2 wrong usage. A verdict is never an exit code: a check that finds an impostor has done its work.

mod answer;
mod check;
mod completions;
mod error;
mod eval;
mod files;
mod ordered;
mod screen;
mod source;
mod train;

use clap::{Parser, Subcommand};

pub use error::CliError;

/// Is this really them? Keeps a registry of verified businesses, and tells whether an account that calls, texts
/// or chats is the business that it says it is, imitates it, or is unknown.
#[derive(Debug, Parser)]
#[command(
    name = "bonafide",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check one account and read the answer.
    Check(Box<check::CheckArgs>),
    /// Screen accounts from standard input to standard output, one JSON object a line.
    Screen(screen::ScreenArgs),
    /// Measure results, or a registry and cases, against labelled cases.
    Eval(eval::EvalArgs),
    /// Fit the model to labelled cases and write its file.
    Train(train::TrainArgs),
    /// Print the completions of a shell.
    Completions(completions::CompletionsArgs),
}

/// Runs the command that was asked for.
pub fn run(cli: Cli) -> Result<(), CliError> {
    match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Screen(args) => screen::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Completions(args) => completions::run(&args),
    }
}
