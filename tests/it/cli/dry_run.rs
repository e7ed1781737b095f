//! `bonafide import --dry-run`: what an import would do.

use serde_json::{Value, json};

use super::{Desk, TWO};

const CHANGED: &str = concat!(
    r#"{"external_id":"acme","name":"Acme Bank","phones":["+44 20 7946 0123"],"websites":["https://acme-bank.com/"]}"#,
    "\n",
    r#"{"external_id":"zeta","name":"Zeta Express","phones":["+44 20 7946 0456"],"country":"GB"}"#,
    "\nnot json\n",
    r#"{"external_id":"new","name":"New"}"#,
    "\n"
);

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    desk.run(&["import", "r.jsonl"]).ok();
    let before = desk.run(&["export"]).ok();
    desk.write("r.jsonl", CHANGED);
    let done = desk.run(&["import", "--dry-run", "--diff", "d.jsonl", "r.jsonl"]);
    assert!(
        done.err.contains("1 line rejected. The first: line 3"),
        "{}",
        done.err
    );
    let out = done.ok();
    for part in [
        "r.jsonl line 2: zeta (Zeta Express) would change\n",
        "  name: \"Zeta Couriers\" → \"Zeta Express\"\n",
        "  country: none → \"GB\"\n",
        "r.jsonl: 1 would be created, 1 would be updated, 1 unchanged, 1 rejected, 0 warnings in ",
    ] {
        assert!(out.contains(part), "{part} is missing in {out}");
    }
    let diff: Vec<Value> = desk
        .read("d.jsonl")
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(
        diff,
        [
            json!({
                "file": "r.jsonl", "line": 2, "external_id": "zeta", "name": "Zeta Express", "change": "update",
                "fields": [
                    {"field": "name", "before": "Zeta Couriers", "after": "Zeta Express"},
                    {"field": "country", "after": "GB"},
                ]
            }),
            json!({
                "file": "r.jsonl", "line": 4, "external_id": "new", "name": "New", "change": "create",
                "fields": [{"field": "external_id", "after": "new"}, {"field": "name", "after": "New"}]
            }),
        ]
    );
    assert_eq!(desk.run(&["export"]).ok(), before);
    assert!(!desk.path("r.jsonl.rejects.jsonl").exists());
    let real = desk.run(&["import", "r.jsonl"]).ok();
    assert!(real.contains("1 created, 1 updated, 1 unchanged"), "{real}");
}

#[test]
fn a_dry_run_without_a_database_makes_none_and_finds_everything_new() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let out = desk.run(&["import", "--dry-run", "r.jsonl"]).ok();
    assert!(
        out.starts_with("r.jsonl: 2 would be created, 0 would be updated"),
        "{out}"
    );
    assert!(!desk.path("bonafide.db").exists());
    assert_eq!(
        desk.run(&["import", "--diff", "d", "r.jsonl"]).code,
        2,
        "only a dry run has differences"
    );
}

#[test]
fn differences_never_overwrite_a_file_to_import() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let done = desk.run(&["import", "--dry-run", "--diff", "r.jsonl", "r.jsonl"]);
    assert_eq!(done.code, 2, "{}", done.err);
    assert_eq!(desk.read("r.jsonl"), TWO);
}

#[test]
fn only_the_first_twenty_changes_are_told_and_all_are_in_the_file() {
    let desk = Desk::new();
    let lines = |name: &str| -> String {
        let line = |n| format!("{{\"external_id\":\"{n}\",\"name\":\"{name} {n}\"}}\n");
        (0..30).map(line).collect()
    };
    desk.write("r.jsonl", lines("Old"));
    desk.run(&["import", "r.jsonl"]).ok();
    desk.write("r.jsonl", lines("New"));
    let out = desk
        .run(&["import", "--dry-run", "--diff", "d.jsonl", "r.jsonl"])
        .ok();
    assert_eq!(out.matches("would change").count(), 20);
    assert_eq!(desk.read("d.jsonl").lines().count(), 30);
}

#[test]
fn a_business_that_comes_again_counts_as_an_import_would_count_it() {
    let desk = Desk::new();
    let line = |n| format!("{{\"external_id\":\"b{n}\",\"name\":\"B {n}\"}}\n");
    let bulk = (0..1_000).map(line).collect::<String>();
    let acme = |name: &str| format!("{{\"external_id\":\"acme\",\"name\":\"{name}\"}}\n");
    desk.write(
        "r.jsonl",
        acme("A") + &acme("B") + &bulk + &acme("B") + &acme("C"),
    );
    desk.write("s.jsonl", acme("C"));
    let dry = desk
        .run(&["import", "--dry-run", "r.jsonl", "s.jsonl"])
        .ok();
    let real = desk.run(&["import", "r.jsonl", "s.jsonl"]).ok();
    let counts = |out: &str| -> Vec<String> {
        let lines = out.lines().filter(|line| line.contains(" created"));
        lines
            .map(|l| {
                l.split(" rejected")
                    .next()
                    .unwrap()
                    .replace("would be ", "")
            })
            .collect()
    };
    assert_eq!(counts(&dry), counts(&real));
    assert!(
        counts(&real)[0].contains("1,001 created, 1 updated, 0 unchanged"),
        "{real}"
    );
}
