//! The command line as people and programs meet it: the real binary in a directory of its own.

mod audit;
mod backup;
mod badge_log;
mod check;
mod database;
mod dry_run;
mod eval;
mod export;
mod formats;
mod import;
mod rest;
mod resume;
mod screen;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary working directory in which commands run, without any setting of the machine.
struct Desk(TempDir);

/// What a command did.
struct Done {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
        command.args(args).current_dir(self.0.path()).env_clear();
        command
    }

    fn run(&self, args: &[&str]) -> Done {
        self.feed(args, b"")
    }

    /// Runs a command with this on its standard input.
    fn feed(&self, args: &[&str], input: &[u8]) -> Done {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command may end without having read everything.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Done::of(output)
    }
}

impl Done {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// The output, where the command has done its work.
    fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    fn json_lines(self) -> Vec<Value> {
        self.ok()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// A file of the committed corpus.
fn corpus(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name);
    path.to_string_lossy().into_owned()
}

const TWO: &str = concat!(
    r#"{"external_id":"acme","name":"Acme Bank","phones":["+44 20 7946 0123"],"websites":["https://acme-bank.com/"]}"#,
    "\n",
    r#"{"external_id":"zeta","name":"Zeta Couriers","phones":["+44 20 7946 0456"]}"#,
    "\n"
);
