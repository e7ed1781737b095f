//! `bonafide serve` as a process: what it says, and how it starts and stops.

mod killed;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

fn serve(dir: &TempDir, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
    command.arg("serve").args(flags).current_dir(dir.path());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a server that does not start says.
fn refusal(dir: &TempDir, flags: &[&str]) -> String {
    let output = serve(dir, flags).output().unwrap();
    assert!(!output.status.success(), "{flags:?} started");
    String::from_utf8(output.stderr).unwrap()
}

struct Running {
    child: Child,
    address: String,
    said: String,
    log: Receiver<String>,
}

impl Running {
    fn start(dir: &TempDir, flags: &[&str]) -> Self {
        Self::of(serve(dir, flags))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("it says where it listens").unwrap();
            said.push_str(&line);
            said.push('\n');
            if let Some(rest) = line.trim().strip_prefix("curl http://") {
                break rest.split('/').next().unwrap().to_owned();
            }
        };
        // Whether or not anybody wants them, lines are read, so that logging does not wait.
        let (told, log) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|l| drop(told.send(l))));
        Self {
            child,
            address,
            said,
            log,
        }
    }

    /// The next line of the log that holds something.
    fn logged(&self, part: &str) -> serde_json::Value {
        let line = loop {
            let line = self.log.recv_timeout(Duration::from_secs(30)).unwrap();
            if line.contains(part) {
                break line;
            }
        };
        serde_json::from_str(&line).unwrap()
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn check(&self, body: &str) -> String {
        self.ask(&format!(
            "POST /v1/checks HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn one_command_on_an_empty_directory_answers_about_well_known_businesses() {
    let dir = tempfile::tempdir().unwrap();
    let server = Running::start(&dir, &["--listen", "127.0.0.1:0", "--sample-data"]);
    assert!(server.said.contains("/docs/"), "{}", server.said);
    let answer = server.check(r#"{"display_name": "Amaz0n Customer Support"}"#);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("Amazon"), "{answer}");
    assert!(dir.path().join("bonafide.db").exists());
}

#[test]
fn told_to_stop_it_stops_cleanly_and_starts_again_with_what_it_had() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Running::start(&dir, &["--listen", "127.0.0.1:0", "--sample-data"]);
    let stop = Command::new("kill")
        .args(["-TERM", &server.child.id().to_string()])
        .status();
    assert!(stop.unwrap().success());
    assert!(server.child.wait().unwrap().success());
    let again = Running::start(&dir, &["--listen", "127.0.0.1:0"]);
    assert!(!again.said.contains("with 0 businesses"), "{}", again.said);
}

#[test]
fn a_taken_port_is_said_to_be_with_a_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refusal(&dir, &["--listen", &address]);
    assert!(
        said.contains(&address) && said.contains("taken") && said.contains("--listen"),
        "{said}"
    );
    assert!(
        !dir.path().join("bonafide.db").exists(),
        "the database is not touched"
    );
}

#[test]
fn others_are_not_let_in_without_a_key_by_mistake() {
    let dir = tempfile::tempdir().unwrap();
    let said = refusal(&dir, &["--listen", "0.0.0.0:0"]);
    assert!(
        said.contains("key create") && said.contains("--allow-anonymous"),
        "{said}"
    );
    let server = Running::start(&dir, &["--listen", "0.0.0.0:0", "--allow-anonymous"]);
    assert!(
        server
            .check(r#"{"display_name": "x"}"#)
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn a_database_that_cannot_be_used_is_said_to_be_and_why() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("bad.db"),
        "this is no database, however long it may be".repeat(100),
    )
    .unwrap();
    for (url, expected) in [
        ("sqlite://bad.db", "not a database"),
        ("sqlite://no/such/directory/x.db", "cannot be opened"),
        ("sqlite://missing.db?mode=ro", "cannot be opened"),
        ("mysql://x", "sqlite://"),
    ] {
        let said = refusal(&dir, &["--listen", "127.0.0.1:0", "--database", url]);
        assert!(said.contains(expected), "{url}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_body_of_ten_megabytes_over_the_wire_is_a_413() {
    let dir = tempfile::tempdir().unwrap();
    let server = Running::start(&dir, &["--listen", "127.0.0.1:0"]);
    let head = "POST /v1/checks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10485760\r\nconnection: close\r\n\r\n{\"display_name\": \"";
    let answer = server.ask(head);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}

#[test]
fn the_callers_trace_stands_in_the_log_of_its_request_and_a_malformed_one_in_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = serve(&dir, &["--listen", "127.0.0.1:0"]);
    command.env("BONAFIDE_LOG_FILTER", "bonafide=debug");
    let server = Running::of(command);
    let ask = |id: &str, traceparent: &str| {
        let answer = server.ask(&format!(
            "GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-request-id: {id}\r\ntraceparent: {traceparent}\r\n\r\n"
        ));
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        server.logged(&format!("\"id\":\"{id}\""))
    };
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let line = ask("first", &format!("00-{trace}-00f067aa0ba902b7-01"));
    assert_eq!(line["trace_id"], trace, "{line}");
    assert_eq!(line["parent_id"], "00f067aa0ba902b7");
    assert_eq!(
        (&line["status"], &line["code"]),
        (&404.into(), &"not_found".into())
    );
    let line = ask("second", &format!("00-{trace}-0000000000000000-01"));
    assert_eq!(line.get("trace_id"), None, "{line}");
}
