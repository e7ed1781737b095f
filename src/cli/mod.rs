//! The command line: one file per command.
//!
//! Answers go to standard output, everything said about the run to standard error. Exit codes: 0 done, 1 could
//! not be done, 2 wrong usage. A verdict is never an exit code: a check that finds an impostor has done its work.

mod answer;
mod audit;
mod backup;
mod badge_log;
mod check;
mod completions;
mod error;
mod eval;
mod export;
mod export_labels;
mod files;
mod import;
mod imports;
mod key;
mod migrate;
mod openapi;
mod ordered;
mod organisation;
mod restore;
mod sample;
mod screen;
mod serve;
mod source;
mod train;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::config::{LogFormat, Settings};

pub use error::CliError;

/// Is this really them? Keeps a registry of verified businesses, and tells whether an account that calls, texts
/// or chats is the business that it says it is, imitates it, or is unknown.
#[derive(Debug, Parser)]
#[command(name = "bonafide", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Under which the help of each command lists the flags that all of them understand.
const COMMON: &str = "Common options";

/// Flags that every command understands.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Common {
    /// TOML file with settings; every setting can also be a BONAFIDE_… environment variable.
    #[arg(long, global = true, value_name = "FILE", env = "BONAFIDE_CONFIG", hide_env_values = true, help_heading = COMMON)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// How to write logs [default: human on a terminal, JSON otherwise].
    #[arg(long, global = true, value_enum, value_name = "FORMAT", help_heading = COMMON)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
}

/// Which database; part of the flags of each command that uses one.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct DatabaseFlag {
    /// The database, sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE [default: sqlite://bonafide.db, in the
    /// working directory]. A password is better kept in the environment, as BONAFIDE_DATABASE or PGPASSWORD.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, its documentation and the public page on one port.
    Serve(serve::ServeArgs),
    /// Import businesses from files: JSON lines, CSV, LEI records, vCards or the name-suggestion-index.
    Import(Box<import::ImportArgs>),
    /// Export businesses as JSON lines, CSV or vCards.
    Export(export::ExportArgs),
    /// Write decided cases in the format that `train` and `eval` read.
    ExportLabels(export_labels::ExportLabelsArgs),
    /// Check one account and read the answer.
    Check(Box<check::CheckArgs>),
    /// Screen accounts from standard input to standard output, one JSON object a line.
    Screen(screen::ScreenArgs),
    /// Measure results, or a registry and cases, against labelled cases.
    Eval(eval::EvalArgs),
    /// Fit the model to labelled cases and write its file.
    Train(train::TrainArgs),
    /// List imports, and undo one.
    Imports(imports::ImportsArgs),
    /// Make, list, replace and revoke API keys.
    Key(key::KeyArgs),
    /// Add and list organisations, which own businesses.
    Organisation(organisation::OrganisationArgs),
    /// Write the audit log, one JSON object a line.
    Audit(audit::AuditArgs),
    /// Show that nobody has changed the audit log, or where.
    VerifyAudit(audit::VerifyArgs),
    /// Write the public badge log, one JSON object a line.
    ExportLog(badge_log::ExportLogArgs),
    /// Show that a badge log is what was signed, or where it is not.
    VerifyLog(badge_log::VerifyLogArgs),
    /// Print the public key by which the badge log is signed.
    BadgeKey(badge_log::BadgeKeyArgs),
    /// Make, list and disable people who sign in.
    User(user::UserArgs),
    /// Create the database, or bring it to this version's schema.
    Migrate(migrate::MigrateArgs),
    /// Write the database of this moment to a file.
    Backup(backup::BackupArgs),
    /// Put a backup in the place of a database.
    Restore(restore::RestoreArgs),
    /// Print the OpenAPI document, or write both files.
    Openapi(openapi::OpenapiArgs),
    /// Print the completions of a shell.
    Completions(completions::CompletionsArgs),
}

/// Settings from the flags of a command and those common to all.
pub fn settings(common: &Common, flags: impl Serialize) -> Result<Settings, CliError> {
    #[derive(Serialize)]
    struct Both<'a, F: Serialize> {
        #[serde(flatten)]
        common: &'a Common,
        #[serde(flatten)]
        flags: F,
    }
    Ok(Settings::load(
        common.config.as_deref(),
        Both { common, flags },
    )?)
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    let done = |()| ExitCode::SUCCESS;
    let outcome = match command {
        Command::Serve(args) => block_on(serve::run(&common, args)),
        Command::Import(args) => import::run(&common, &args).map(done),
        Command::Export(args) => block_on(export::run(&common, &args)).map(done),
        Command::ExportLabels(args) => block_on(export_labels::run(&common, args)).map(done),
        Command::Check(args) => check::run(&common, &args).map(done),
        Command::Screen(args) => screen::run(&common, &args).map(done),
        Command::Eval(args) => eval::run(&common, &args).map(done),
        Command::Train(args) => train::run(&common, &args).map(done),
        Command::Imports(args) => block_on(imports::run(&common, args)).map(done),
        Command::Organisation(args) => block_on(organisation::run(&common, args)).map(done),
        Command::Audit(args) => block_on(audit::export(&common, args)).map(done),
        Command::VerifyAudit(args) => block_on(audit::verify(&common, args)).map(done),
        Command::ExportLog(args) => block_on(badge_log::export(&common, args)).map(done),
        Command::VerifyLog(args) => block_on(badge_log::verify(&common, args)).map(done),
        Command::BadgeKey(args) => block_on(badge_log::key(&common, args)).map(done),
        Command::Key(args) => block_on(key::run(&common, args)).map(done),
        Command::User(args) => block_on(user::run(&common, args)).map(done),
        Command::Migrate(args) => block_on(migrate::run(&common, &args)).map(done),
        Command::Backup(args) => block_on(backup::run(&common, &args)).map(done),
        Command::Restore(args) => block_on(restore::run(&common, &args)).map(done),
        Command::Openapi(args) => openapi::run(&args).map(done),
        Command::Completions(args) => completions::run(&args).map(done),
    };
    outcome.unwrap_or_else(|error| error.report())
}

/// Tasks that a thread runs before it looks for new requests. A look costs a microsecond and a short check a hundred,
/// so that with tokio's 61 a request that comes under load would wait for milliseconds before it is even seen.
const TASKS_BETWEEN_LOOKS: u32 = 16;

/// Runs a command that waits for things.
pub fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .event_interval(TASKS_BETWEEN_LOOKS)
        .build()
        .map_err(|e| CliError::failed("the runtime cannot start", e))?
        .block_on(work)
}
