use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use super::{Desk, TWO, corpus};

#[test]
fn every_line_is_answered_in_its_place_and_a_bad_one_by_an_error() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let mut input = br#"{"id":"own","display_name":"Acme Bank","phone":"+442079460123"}
{"id":7,"display_name":"Ann Smith"}

{"id":"broken","display_name":
{"id":"latin","display_name":"caf"#
        .to_vec();
    input.extend_from_slice(b"\xe9\"}\n{\"display_name\":\"nobody\"}\n{\"id\":\"empty\"}\n");
    input.extend_from_slice(
        format!(
            "{{\"id\":\"long\",\"about\":\"{}\"}}\n",
            "x".repeat(2 << 20)
        )
        .as_bytes(),
    );
    input.extend_from_slice(br#"{"id":"name","display_name":"#);
    input.extend_from_slice(format!("\"{}\"}}\n", "x".repeat(900_000)).as_bytes());
    input.extend_from_slice(br#"{"id":"last","display_name":"Zeta Couriers","colour":"red"}"#);
    let answers = desk
        .feed(&["screen", "--registry", "r.jsonl", "--jobs", "3"], &input)
        .json_lines();
    let seen: Vec<String> = answers
        .iter()
        .map(|a| {
            let code = a["error"]["code"]
                .as_str()
                .or(a["verdict"].as_str())
                .unwrap();
            format!("{} {code}", a["id"])
        })
        .collect();
    assert_eq!(
        seen[1..],
        [
            "7 unknown",
            "\"broken\" invalid_json",
            "\"latin\" invalid_utf8",
            "null id_missing",
            "\"empty\" empty_account",
            "\"long\" line_too_long",
            "\"name\" invalid_value",
            answers
                .last()
                .map(|a| format!("\"last\" {}", a["verdict"].as_str().unwrap()))
                .unwrap()
                .as_str(),
        ]
    );
    assert_eq!(answers[0]["id"], "own");
    assert_eq!(answers[0]["phone"]["e164"], "+442079460123");
    let nobody = &answers[4];
    assert!(nobody.get("id").is_none());
    assert!(
        nobody["error"]["detail"]
            .as_str()
            .unwrap()
            .starts_with("line 6: ")
    );
    assert!(answers.iter().all(|a| a.get("advice").is_none()));
    assert!(
        answers[7]["error"]["detail"]
            .as_str()
            .unwrap()
            .contains("/display_name")
    );
}

#[test]
fn the_answers_are_the_same_however_many_threads_there_are() {
    let desk = Desk::new();
    let cases = std::fs::read(corpus("cases.jsonl")).unwrap();
    let run = |jobs| {
        desk.feed(
            &[
                "screen",
                "--registry",
                &corpus("registry.jsonl"),
                "--jobs",
                jobs,
            ],
            &cases,
        )
        .ok()
    };
    let one = run("1");
    assert_eq!(one.lines().count(), 300);
    assert_eq!(one, run("4"));
}

#[test]
fn whoever_asks_line_by_line_is_answered_line_by_line() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let mut child = desk
        .command(&["screen", "--registry", "r.jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for i in 0..3 {
        writeln!(stdin, "{{\"id\":{i},\"display_name\":\"Ann\"}}").unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.starts_with(&format!("{{\"id\":{i},")), "{answer}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let mut child = desk
        .command(&["screen", "--registry", "r.jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let line = b"{\"id\":1,\"display_name\":\"Ann\"}\n".repeat(100);
    // The input stays open: the command must not wait for its end.
    while stdin.write_all(&line).is_ok() {
        if child.try_wait().unwrap().is_some() {
            break;
        }
    }
    let status = child.wait().unwrap();
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert!(status.success(), "{err}");
    assert_eq!(err, "");
}

#[test]
fn memory_does_not_grow_with_the_input() {
    let Ok(limit) = std::process::Command::new("sh")
        .args(["-c", "ulimit -v"])
        .output()
    else {
        return;
    };
    assert!(limit.status.success());
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    // 60 MB of lines that are refused, with a megabyte of addresses to spare for each thread.
    let line = format!("{{\"id\":1,\"about\":\"{}\"}}\n", "x".repeat(1_000_000));
    let input = line.repeat(60);
    let mut child = desk
        .command(&["screen", "--registry", "r.jsonl", "--jobs", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut peak = 0;
    for _ in 0..3 {
        stdin.write_all(input.as_bytes()).unwrap();
        for _ in 0..60 {
            assert!(out.next().unwrap().unwrap().contains("/about"));
        }
        let now = resident_kib(child.id());
        assert!(
            peak == 0 || now < peak + 16 * 1024,
            "{peak} KiB, then {now} KiB"
        );
        peak = peak.max(now);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// Resident memory of a process, where the system tells it; else 0.
fn resident_kib(pid: u32) -> u64 {
    std::fs::read_to_string(format!("/proc/{pid}/status"))
        .ok()
        .and_then(|s| {
            let line = s.lines().find(|l| l.starts_with("VmRSS:"))?.to_owned();
            line.split_whitespace().nth(1)?.parse().ok()
        })
        .unwrap_or(0)
}

#[test]
fn what_cannot_be_asked_is_said() {
    let desk = Desk::new();
    desk.write("r.jsonl", "{\"external_id\":\"a\"}\n");
    desk.write("r.csv", "id,title\n1,A\n");
    for (args, code, part) in [
        (&["screen"][..], 1, "there is no database bonafide.db"),
        (
            &["screen", "--registry", "nowhere"],
            1,
            "nowhere: No such file",
        ),
        (
            &["screen", "--registry", "r.jsonl"],
            1,
            "no usable business; line 1: /name",
        ),
        (
            &["screen", "--registry", "r.csv"],
            1,
            "external_id and name",
        ),
        (&["screen", "--jobs", "0"], 2, "--jobs"),
        (
            &["screen", "--assume-coverage", "all"],
            2,
            "unknown, partial, complete",
        ),
        (
            &["screen", "--registry", "a", "--database", "b"],
            2,
            "cannot be used with",
        ),
        (&["screen", "--database", "mysql://x"], 1, "sqlite://"),
    ] {
        let done = desk.run(args);
        assert_eq!(done.code, code, "{args:?}: {}", done.err);
        assert!(done.err.contains(part), "{args:?}: {}", done.err);
        assert_eq!(done.out, "");
    }
    assert!(!desk.path("bonafide.db").exists(), "asking made a database");
}
