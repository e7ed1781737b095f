use serde_json::Value;

use super::{Desk, TWO, corpus};

#[test]
fn a_persons_answer_names_the_verdict_what_was_compared_and_what_to_do() {
    let desk = Desk::new();
    let registry = corpus("registry.jsonl");
    let done = desk.run(&[
        "check",
        "--registry",
        &registry,
        "--name",
        "Netflix",
        "--phone",
        "020 7946 0987",
        "--region",
        "GB",
        "--medium",
        "whatsapp",
    ]);
    let text = done.ok();
    for part in [
        "“Netflix”",
        "+442079460987 (landline, GB)",
        "whatsapp",
        "Compared to Netflix",
        "Evidence",
        "What to do",
        "Asked 60 registered businesses",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "colours where nobody sees them");
    assert!(!text.to_lowercase().contains("is safe"));
}

#[test]
fn an_answer_for_programs_is_json_with_advice() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let done = desk.run(&[
        "check",
        "--registry",
        "r.jsonl",
        "--name",
        "Ann Smith",
        "--json",
    ]);
    let answer: Value = serde_json::from_str(&done.ok()).unwrap();
    assert_eq!(answer["verdict"], "unknown");
    assert!(answer["advice"]["text"].is_string());
    assert_eq!(answer["registry_seq"], 0);
}

#[test]
fn a_number_that_is_none_does_not_spoil_the_rest() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let text = desk
        .run(&[
            "check",
            "--registry",
            "r.jsonl",
            "--name",
            "Ann Smith",
            "--phone",
            "+4207****",
        ])
        .ok();
    assert!(text.contains("not usable"), "{text}");
}

#[test]
fn a_name_cannot_write_to_the_terminal() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let text = desk
        .run(&[
            "check",
            "--registry",
            "r.jsonl",
            "--name",
            "Acme\u{1b}]0;owned\u{7} Bank\u{202e}",
        ])
        .ok();
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    assert!(text.contains("‹U+202E›"), "{text}");
}

#[test]
fn a_wrong_flag_is_named() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    for (args, parts) in [
        (&[][..], &["nothing to check", "--phone", "--sender-id"][..]),
        (
            &["--name", " ", "--region", "Germany"],
            &["--name:", "--region:", "ISO 3166"],
        ),
        (
            &["--handle", "amazon"],
            &["--handle: write platform:value", "instagram"],
        ),
        (
            &["--handle", "icq:amazon"],
            &["--handle:", "must be one of"],
        ),
        (&["--website", "/home/me"], &["--website:"]),
        (&["--email", "me"], &["--email:", "no @"]),
        (
            &["--sender-id", "MORETHANELEVEN"],
            &["--sender-id:", "1 to 11"],
        ),
        (
            &["--name", "a", "--medium", "pigeon"],
            &["--medium:", "whatsapp, sms"],
        ),
        (&["--colour", "red"], &["--colour"]),
    ] {
        let args: Vec<&str> = ["check", "--registry", "r.jsonl"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let done = desk.run(&args);
        assert_eq!(done.code, 2, "{args:?}: {}", done.err);
        for part in parts {
            assert!(done.err.contains(part), "{args:?}: {}", done.err);
        }
    }
}

#[test]
fn the_database_is_asked_where_no_file_is_named() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    desk.run(&["import", "r.jsonl"]).ok();
    let text = desk
        .run(&[
            "check",
            "--phone",
            "+44 20 7946 0123",
            "--name",
            "Acme Bank",
        ])
        .ok();
    assert!(
        text.contains("Asked 2 registered businesses (registry 1)"),
        "{text}"
    );
}

#[test]
fn an_answer_is_told_in_the_language_asked_for() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let run = |more: &[&str]| {
        let mut args = vec!["check", "--registry", "r.jsonl", "--name", "Acme B4nk 客服"];
        args.extend(["--phone", "+44 7400 123456"]);
        args.extend(more);
        desk.run(&args)
    };
    for language in ["zh-Hans", "zh", "zh-CN"] {
        let text = run(&["--language", language]).ok();
        for part in [
            "“Acme B4nk 客服”",
            "电话",
            "证据",
            "现在该怎么办",
            "（手机，GB）",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(!text.contains("What to do"), "{text}");
    }
    let text = run(&["--language", "en-GB"]).ok();
    let mark = text.lines().skip_while(|l| !l.contains("B4nk ↔")).nth(1);
    assert_eq!(mark.map(str::trim), Some("^"), "{text}");
    let json: Value = serde_json::from_str(&run(&["--language", "zh", "--json"]).ok()).unwrap();
    assert!(json["summary"].as_str().unwrap().contains("账号"), "{json}");
    let refused = run(&["--language", "tlh"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("zh-Hans"), "{}", refused.err);
}
