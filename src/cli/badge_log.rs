//! `bonafide export-log`, `verify-log` and `badge-key`: the public badge log as a file, and whether it is what was signed.

use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use clap::Args;

use super::source::must_exist;
use super::{CliError, Common, DatabaseFlag, files, settings};
use crate::app::{download, open_store, system_world};
use crate::domain::TreeHead;
use crate::service::badge_log::{
    BadgeLog, BadgeLogEntry, BadgeLogKey, LogVerifier, SignedHead, pem,
};
use crate::service::contract::{BadgeLogLine, FieldErrors, read_json};
use crate::service::lines::{LineReader, RawLine};

/// Longest line that is read; an event has at most 4 KiB.
const LONGEST_LINE: usize = 64 * 1024;

const EXPORT_EXAMPLES: &str = "\
One JSON object a line: {\"event\":{…}} for each change of a badge, oldest first, then {\"head\":{…}}, the signed head of exactly \
these. `GET /v1/badge-log/export` gives the same to everybody.

Examples:
  bonafide export-log > badge-log.jsonl
  bonafide export-log | jq -r '.event // empty | [.at, .name, .badge, .change, .reason] | @tsv'";

const VERIFY_EXAMPLES: &str = "\
Without FILE and --url it is the log of the database, and its own key. The tree of the events is computed anew and compared with \
the signed head: an event that was changed, left out, put in or exchanged shows. A log that its owner wrote and signed anew only \
shows against a head that was noted elsewhere: keep what this command prints, and give it the next time as --noted.

Exit code: 0 when the log is what was signed, 1 when it is not, or cannot be read.

Examples:
  bonafide verify-log
  bonafide verify-log badge-log.jsonl --key 19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1
  bonafide verify-log --url https://registry.example.com --key 19bf44… --noted 4711:9f86d0…";

const KEY_EXAMPLES: &str = "\
It stays the same for the life of the registry: publish it where people who verify the log find it without asking this server. \
`GET /v1/badge-log/key` tells it, too.

Examples:
  bonafide badge-key
  bonafide badge-key --pem > badge-log.pem";

/// Arguments of `export-log`.
#[derive(Debug, Args)]
#[command(after_long_help = EXPORT_EXAMPLES)]
pub struct ExportLogArgs {
    #[command(flatten)]
    database: DatabaseFlag,
}

/// Arguments of `verify-log`.
#[derive(Debug, Args)]
#[command(after_long_help = VERIFY_EXAMPLES)]
pub struct VerifyLogArgs {
    /// A log that `export-log` wrote, .gz accepted; - is standard input [default: the database's].
    #[arg(requires = "key", conflicts_with = "url")]
    file: Option<PathBuf>,
    /// The address of a server whose log to read, such as https://registry.example.com.
    #[arg(long, value_name = "URL", requires = "key")]
    url: Option<String>,
    /// The public key of the log, 64 hexadecimal digits, as `badge-key` prints it [default: the database's].
    #[arg(long)]
    key: Option<BadgeLogKey>,
    /// A head that was noted before: SIZE:ROOT.
    #[arg(long, value_name = "HEAD")]
    noted: Option<TreeHead>,
    #[command(flatten)]
    database: DatabaseFlag,
}

/// Arguments of `badge-key`.
#[derive(Debug, Args)]
#[command(after_long_help = KEY_EXAMPLES)]
pub struct BadgeKeyArgs {
    /// As PEM, as OpenSSL and others read it.
    #[arg(long)]
    pem: bool,
    #[command(flatten)]
    database: DatabaseFlag,
}

/// Does something with the badge log of a database.
async fn with_log<T>(
    common: &Common,
    database: &DatabaseFlag,
    work: impl AsyncFnOnce(BadgeLog) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let settings = settings(common, database)?;
    must_exist(settings.database.expose())?;
    let world = system_world();
    let store = open_store(settings.database.expose(), &world).await?;
    let done = work(BadgeLog::new(store.clone(), world)).await;
    store.close().await;
    done
}

/// Writes the log.
pub(super) async fn export(common: &Common, args: ExportLogArgs) -> Result<(), CliError> {
    with_log(common, &args.database, async |log| {
        let mut output = BufWriter::new(io::stdout().lock());
        let mut export = log.export().await?;
        while let Some(lines) = export.next().await? {
            let written = output.write_all(lines.as_bytes());
            written.map_err(|e| CliError::output(&e))?;
        }
        output.flush().map_err(|e| CliError::output(&e))
    })
    .await
}

/// Prints the public key.
pub(super) async fn key(common: &Common, args: BadgeKeyArgs) -> Result<(), CliError> {
    with_log(common, &args.database, async |log| {
        let text = if args.pem {
            pem(log.key())
        } else {
            format!("{}\n", log.key())
        };
        tell(&text)
    })
    .await
}

/// Follows the log from its first event to its signed head.
pub(super) async fn verify(common: &Common, args: VerifyLogArgs) -> Result<(), CliError> {
    let head = match (args.key, &args.file, &args.url) {
        (Some(key), Some(file), _) => {
            let name = file.display().to_string();
            Reading::new(&name, key, args.noted).whole(files::open(file)?)?
        }
        (Some(key), None, Some(url)) => {
            let name = format!("{}/v1/badge-log/export", url.trim_end_matches('/'));
            let stream = download(&name).await;
            let stream = stream.map_err(|e| CliError::Failed(e.to_string()))?;
            let reading = Reading::new(&name, key, args.noted);
            tokio::task::block_in_place(|| reading.whole(stream))?
        }
        _ => of_database(common, args).await?,
    };
    let at = head.at;
    tell(&match head.head.size {
        0 => format!("The badge log is empty, as signed at {at}.\n"),
        n => format!(
            "The badge log is whole: {n} events, as signed at {at}.\n{}\n",
            head.head
        ),
    })
}

async fn of_database(common: &Common, args: VerifyLogArgs) -> Result<SignedHead, CliError> {
    let name = settings(common, &args.database)?.database.to_string();
    with_log(common, &args.database, async |log| {
        let mut reading = Reading::new(&name, args.key.unwrap_or(log.key()), args.noted);
        let mut export = log.export().await?;
        while let Some(lines) = export.next().await? {
            reading.lines(lines.as_bytes())?;
        }
        reading.finish()
    })
    .await
}

fn tell(text: &str) -> Result<(), CliError> {
    let written = io::stdout().write_all(text.as_bytes());
    written.map_err(|e| CliError::output(&e))
}

/// A log that is being read, and how errors name it.
struct Reading<'a> {
    name: &'a str,
    verifier: LogVerifier,
}

impl<'a> Reading<'a> {
    fn new(name: &'a str, key: BadgeLogKey, noted: Option<TreeHead>) -> Self {
        Self {
            name,
            verifier: LogVerifier::new(key, noted),
        }
    }

    fn failed(&self, why: impl std::fmt::Display) -> CliError {
        CliError::failed(self.name, why)
    }

    fn whole(mut self, stream: impl Read) -> Result<SignedHead, CliError> {
        self.lines(stream)?;
        self.finish()
    }

    fn lines(&mut self, stream: impl Read) -> Result<(), CliError> {
        let mut reader = LineReader::new(stream, LONGEST_LINE);
        while let Some(line) = reader.next_line().map_err(|e| self.failed(e))? {
            if line.is_blank() {
                continue;
            }
            let number = line.number;
            let read = read(&line).map_err(|why| self.failed(format_args!("line {number}: {why}")));
            let followed = match read? {
                Line::Event(entry) => self.verifier.follow(&entry),
                Line::Head(head) => self.verifier.sealed_by(head),
            };
            followed.map_err(|broken| self.failed(broken))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<SignedHead, CliError> {
        let Self { name, verifier } = self;
        verifier.finish().map_err(|e| CliError::failed(name, e))
    }
}

/// What stands on a line.
enum Line {
    Event(BadgeLogEntry),
    Head(SignedHead),
}

fn read(line: &RawLine) -> Result<Line, FieldErrors> {
    if line.too_long {
        let detail = format!("it is longer than {LONGEST_LINE} bytes");
        return Err(FieldErrors::one("", "too_long", detail));
    }
    Ok(match read_json(&line.bytes)? {
        BadgeLogLine::Event(body) => Line::Event(body.parse()?),
        BadgeLogLine::Head(body) => Line::Head(body.parse()?),
    })
}
