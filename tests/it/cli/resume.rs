//! Runs of `screen` that are broken off and continued.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Desk, Done, TWO};

const FLAGS: [&str; 5] = [
    "screen",
    "--registry",
    "r.jsonl",
    "--output",
    "answers.jsonl",
];

/// Accounts of all sorts, blank and broken lines among them.
fn accounts(n: usize) -> String {
    let line = |i| match i % 5 {
        0 => format!("{{\"id\":{i},\"display_name\":\"Acme Bank Support {i}\"}}\n"),
        1 => format!("{{\"id\":\"n{i}\",\"phone\":\"+442079460123\"}}\n\n"),
        2 => format!("{{\"id\":{i},\"display_name\":\n"),
        3 => format!("{{\"display_name\":\"nobody {i}\"}}\n"),
        _ => format!("{{\"id\":{i},\"display_name\":\"Z3ta C0uriers\",\"about\":\"parcels\"}}\n"),
    };
    (0..n).map(line).collect()
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    desk
}

fn run(desk: &Desk, more: &[&str], input: &str) -> Done {
    desk.feed(&[&FLAGS[..], more].concat(), input.as_bytes())
}

#[test]
fn a_run_that_was_killed_is_continued_as_if_it_never_had_been() {
    let desk = desk();
    let input = accounts(20_000);
    desk.write("whole.jsonl", "");
    let whole = desk
        .feed(&["screen", "--registry", "r.jsonl"], input.as_bytes())
        .ok();
    assert_eq!(whole.lines().count(), 20_000);
    let mut child = desk
        .command(&[&FLAGS[..], &["--resume"]].concat())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The input stays open, so that the run cannot end by itself.
    stdin
        .write_all(&input.as_bytes()[..input.len() / 2])
        .unwrap();
    let started = Instant::now();
    while desk.read("answers.jsonl").lines().count() < 5_000 {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "it does not go on"
        );
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = desk.read("answers.jsonl");
    assert!(before.len() < whole.len() && whole.starts_with(&before));
    // Killed within a line.
    let half = before.trim_end().len() - 20;
    desk.write("answers.jsonl", &before[..half]);
    let done = run(&desk, &["--resume"], &input);
    assert!(
        done.err.contains("accounts are answered already"),
        "{}",
        done.err
    );
    assert_eq!(done.ok(), "");
    assert!(desk.read("answers.jsonl") == whole, "the answers differ");
    // Nothing is left to be done, and nothing is done twice.
    run(&desk, &["--resume"], &input).ok();
    assert!(desk.read("answers.jsonl") == whole);
    // More accounts at the end of the input are a reason to go on.
    let longer = input + "{\"id\":\"new\",\"display_name\":\"Ann\"}\n";
    run(&desk, &["--resume"], &longer).ok();
    let answers = desk.read("answers.jsonl");
    assert_eq!(answers.lines().count(), 20_001);
    assert!(answers.starts_with(&whole) && answers.lines().last().unwrap().contains("\"new\""));
}

#[test]
fn answers_that_are_there_are_neither_overwritten_nor_mixed_with_others() {
    let desk = desk();
    let input = accounts(50);
    run(&desk, &[], &input).ok();
    let answers = desk.read("answers.jsonl");
    let half: String = answers.split_inclusive('\n').take(25).collect();
    let refused = |more: &[&str], input: &str, part: &str| {
        let before = desk.read("answers.jsonl");
        let done = run(&desk, more, input);
        assert_eq!(done.code, 1, "{}", done.err);
        assert!(done.err.contains(part), "{}", done.err);
        assert_eq!(
            desk.read("answers.jsonl"),
            before,
            "a refusal touches nothing"
        );
    };
    refused(
        &[],
        &input,
        "there are answers in it already; continue them with --resume",
    );
    desk.write("answers.jsonl", &half);
    refused(
        &["--resume"],
        &accounts(50).replacen("{\"id\":10,", "{\"id\":11,", 1),
        "not for the account on line",
    );
    refused(
        &["--resume"],
        &accounts(9),
        "more answers than the 9 accounts",
    );
    refused(
        &["--resume", "--assume-coverage", "complete"],
        &input,
        "the coverage was as registered and is complete",
    );
    // Another registry: the name of one business differs.
    desk.write("r.jsonl", TWO.replace("Zeta", "Zita"));
    refused(&["--resume"], &input, "the registry was a file with BLAKE3");
    let record = desk.read("answers.jsonl.run");
    desk.write(
        "answers.jsonl.run",
        record.replace("\"model\":\"", "\"model\":\"x"),
    );
    refused(&["--resume"], &input, "the model was x");
    std::fs::remove_file(desk.path("answers.jsonl.run")).unwrap();
    refused(
        &["--resume"],
        &input,
        "what its answers were made with is not known",
    );
    run(&desk, &["--resume", "--accept-changes"], &input).ok();
    assert_eq!(desk.read("answers.jsonl").lines().count(), 50);
    assert!(desk.read("answers.jsonl").starts_with(&half));
    // From now on the record says what the last run was made with.
    run(&desk, &["--resume"], &input).ok();
}

#[test]
fn two_runs_never_write_one_file() {
    let desk = desk();
    let mut first = desk
        .command(&[&FLAGS[..], &["--resume"]].concat())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = first.stdin.take().unwrap();
    stdin.write_all(accounts(10).as_bytes()).unwrap();
    let started = Instant::now();
    while !desk.path("answers.jsonl").exists() || desk.read("answers.jsonl").is_empty() {
        assert!(started.elapsed() < Duration::from_secs(60));
        std::thread::yield_now();
    }
    let done = run(&desk, &["--resume"], &accounts(10));
    assert_eq!(done.code, 1);
    assert!(
        done.err.contains("another run is writing it"),
        "{}",
        done.err
    );
    drop(stdin);
    assert!(first.wait().unwrap().success());
    assert_eq!(desk.read("answers.jsonl").lines().count(), 10);
}

#[test]
fn the_answers_of_a_database_are_continued_until_the_registry_changes() {
    let desk = desk();
    desk.run(&["import", "r.jsonl"]).ok();
    let flags = ["screen", "--output", "answers.jsonl", "--resume"];
    let input = accounts(20);
    desk.feed(&flags, input.as_bytes()).ok();
    let answers = desk.read("answers.jsonl");
    let half: String = answers.split_inclusive('\n').take(5).collect();
    desk.write("answers.jsonl", half);
    desk.feed(&flags, input.as_bytes()).ok();
    assert_eq!(desk.read("answers.jsonl"), answers);
    desk.write("r.jsonl", TWO.replace("Zeta", "Zita"));
    desk.run(&["import", "r.jsonl"]).ok();
    let done = desk.feed(&flags, input.as_bytes());
    assert_eq!(done.code, 1);
    assert!(done.err.contains("the registry was change"), "{}", done.err);
}
