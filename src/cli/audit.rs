//! `bonafide audit` and `bonafide verify-audit`: the audit log as a file, and whether it is what was written.

use std::io::{self, BufRead, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{CliError, Common, DatabaseFlag, files, settings};
use crate::app::{open_store, system_world};
use crate::domain::AuditHead;
use crate::service::audit::{Audit, Broken, Verifier};
use crate::service::contract::AuditBody;
use crate::store::AuditListing;

const AUDIT_EXAMPLES: &str = "\
One JSON object a line, oldest first: seq, id, at, actor, action, subject, reason, request_id, run_id, before, after, hash.

Examples:
  bonafide audit > audit.jsonl
  bonafide audit --subject biz_0198c0de… | jq -r '[.at, .actor, .action, .reason] | @tsv'";

const VERIFY_EXAMPLES: &str = "\
Each entry's hash covers the entry and the hash before it: an entry that was changed, left out or put in breaks the chain, and is \
named. A log that was written anew as a whole, or cut off at its end, only shows against a head that was written down elsewhere: \
keep what this command prints, and give it the next time as --noted.

Exit code: 0 when the log is what was written, 1 when it is not.

Examples:
  bonafide verify-audit
  bonafide verify-audit --noted 4711:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  bonafide verify-audit audit.jsonl";

/// Arguments of `audit`.
#[derive(Debug, Args)]
#[command(after_long_help = AUDIT_EXAMPLES)]
pub struct AuditArgs {
    /// Only acts upon this, such as biz_… or key_….
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Only acts of this key, user, command:… or server.
    #[arg(long)]
    actor: Option<String>,
    /// Only acts of this kind, such as business.update.
    #[arg(long)]
    action: Option<String>,
    /// Only acts at this instant or later, such as 2026-03-01T00:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    since: Option<jiff::Timestamp>,
    #[command(flatten)]
    database: DatabaseFlag,
}

/// Arguments of `verify-audit`.
#[derive(Debug, Args)]
#[command(after_long_help = VERIFY_EXAMPLES)]
pub struct VerifyArgs {
    /// A log that `audit` wrote, .gz accepted; - is standard input [default: the database's].
    file: Option<PathBuf>,
    /// A head that was written down before: SEQ:HASH.
    #[arg(long, value_name = "HEAD")]
    noted: Option<AuditHead>,
    #[command(flatten)]
    database: DatabaseFlag,
}

/// Writes the log.
pub(super) async fn export(common: &Common, args: AuditArgs) -> Result<(), CliError> {
    let settings = settings(common, &args.database)?;
    let store = open_store(settings.database.expose(), &system_world()).await?;
    let listing = AuditListing {
        subject: args.subject,
        actor: args.actor,
        action: args.action,
        since: args.since,
        ..AuditListing::default()
    };
    let mut output = BufWriter::new(io::stdout().lock());
    let audit = Audit::new(store.clone());
    let written = audit.for_each(&listing, |entry| {
        let line = serde_json::to_string(&AuditBody::from(&entry));
        let line = line.map_err(|e| CliError::Failed(format!("entry {}: {e}", entry.seq)))?;
        writeln!(output, "{line}").map_err(|e| CliError::output(&e))
    });
    written.await?;
    output.flush().map_err(|e| CliError::output(&e))?;
    store.close().await;
    Ok(())
}

/// Follows the log from its first entry to its last.
pub(super) async fn verify(common: &Common, args: VerifyArgs) -> Result<(), CliError> {
    let verifier = Verifier::new(args.noted);
    let head = match &args.file {
        Some(file) => of_file(verifier, file)?,
        None => of_database(verifier, common, &args.database).await?,
    };
    let text = match head.seq {
        0 => "The audit log is empty.\n".to_owned(),
        n => format!("The audit log is whole: {n} entries.\n{head}\n"),
    };
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|e| CliError::output(&e))
}

fn of_file(mut verifier: Verifier, path: &Path) -> Result<AuditHead, CliError> {
    let reader = io::BufReader::new(files::open(path)?);
    for (number, line) in (1..).zip(reader.lines()) {
        let line: String = line.map_err(|e| CliError::file(path, e))?;
        let at_line = |why: String| CliError::file(path, format!("line {number}: {why}"));
        let body: AuditBody = serde_json::from_str(&line).map_err(|e| at_line(e.to_string()))?;
        let entry = body.parse().map_err(|e| at_line(e.to_string()))?;
        verifier
            .follow(&entry)
            .map_err(|e| at_line(e.to_string()))?;
    }
    verifier.finish().map_err(|e| CliError::file(path, e))
}

async fn of_database(
    mut verifier: Verifier,
    common: &Common,
    database: &DatabaseFlag,
) -> Result<AuditHead, CliError> {
    let settings = settings(common, database)?;
    let store = open_store(settings.database.expose(), &system_world()).await?;
    let audit = Audit::new(store.clone());
    let broken = |e: Broken| CliError::Failed(format!("{}: {e}", settings.database));
    let stated = audit.head().await?;
    audit
        .for_each(&AuditListing::default(), |entry| {
            verifier.follow(&entry).map_err(broken)
        })
        .await?;
    let head = verifier.finish().map_err(broken)?;
    store.close().await;
    // What the database says of itself counts as noted, too: entries may have been taken off its end by hand.
    if head.seq < stated.seq {
        return Err(broken(Broken::Shorter {
            last: head.seq,
            noted: stated.seq,
        }));
    }
    Ok(head)
}
