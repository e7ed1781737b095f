use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Desk, corpus};

/// Every figure within a billionth: sums may be added in another order.
fn assert_same(ours: &Value, theirs: &Value, at: &str) {
    match theirs {
        Value::Object(fields) => {
            for (name, value) in fields {
                assert_same(&ours[name], value, &format!("{at}/{name}"));
            }
        }
        Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                assert_same(&ours[i], value, &format!("{at}/{i}"));
            }
        }
        Value::Number(number) => {
            let difference = ours.as_f64().unwrap() - number.as_f64().unwrap();
            assert!(difference.abs() < 1e-9, "{at}: {ours} is not {theirs}");
        }
        _ => assert_eq!(ours, theirs, "{at}"),
    }
}

#[test]
fn the_figures_are_those_of_the_evaluation_script() {
    let desk = Desk::new();
    let (truth, results) = (corpus("eval/truth.jsonl"), corpus("eval/results.jsonl"));
    let out = desk
        .run(&["eval", &truth, &results, "--families", "--json", "f.json"])
        .ok();
    assert_eq!(
        out,
        std::fs::read_to_string(corpus("eval/expected.txt")).unwrap()
    );
    let theirs: Value =
        serde_json::from_str(&std::fs::read_to_string(corpus("eval/expected.json")).unwrap())
            .unwrap();
    let ours: Value = serde_json::from_str(&desk.read("f.json")).unwrap();
    assert_same(&ours, &theirs, "");
    assert_eq!(
        ours.as_object().unwrap().len(),
        theirs.as_object().unwrap().len()
    );
}

#[test]
fn the_evaluation_script_says_the_same_of_the_corpus() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/evaluate.py");
    let python = Command::new("python3").arg("--version").output().is_ok();
    if !script.exists() || !python {
        println!("skipped: the evaluation script or python3 is not here");
        return;
    }
    let desk = Desk::new();
    let cases = std::fs::read(corpus("cases.jsonl")).unwrap();
    let screen = [
        "screen",
        "--registry",
        &corpus("registry.jsonl"),
        "--assume-coverage",
        "complete",
    ];
    let results = desk.feed(&screen, &cases).ok();
    let results = desk.write("results.jsonl", results);
    let truth = corpus("truth.jsonl");
    let theirs = Command::new("python3")
        .arg(&script)
        .arg(&truth)
        .arg(&results)
        .arg("--families")
        .output()
        .unwrap();
    let ours = desk
        .run(&["eval", &truth, "results.jsonl", "--families"])
        .ok();
    // The script prints an exact lower bound of nought as an integer.
    let theirs = String::from_utf8(theirs.stdout)
        .unwrap()
        .replace("[0, ", "[0.0, ");
    assert_eq!(ours, theirs);
}

#[test]
fn cases_are_screened_on_the_fly_and_give_the_same_figures() {
    let desk = Desk::new();
    let (truth, cases, registry) = (
        corpus("truth.jsonl"),
        corpus("cases.jsonl"),
        corpus("registry.jsonl"),
    );
    let input = std::fs::read(&cases).unwrap();
    let results = desk.feed(&["screen", "--registry", &registry], &input).ok();
    desk.write("results.jsonl", results);
    let direct = desk.run(&["eval", &truth, &cases, "--registry", &registry]);
    assert!(
        direct.err.contains("300 cases against 60 businesses"),
        "{}",
        direct.err
    );
    assert_eq!(
        direct.ok(),
        desk.run(&["eval", &truth, "results.jsonl"]).ok()
    );
}

#[test]
fn what_cannot_be_measured_is_said() {
    let desk = Desk::new();
    desk.write(
        "t.jsonl",
        r#"{"id":"1","label":"clean","family":"person","accept":[]}"#,
    );
    desk.write("empty.jsonl", "");
    desk.write(
        "other.jsonl",
        "{\"id\":\"2\",\"verdict\":\"unknown\",\"score\":0.1,\"matches\":[]}",
    );
    desk.write(
        "word.jsonl",
        "{\"id\":\"1\",\"verdict\":\"fine\",\"score\":0.1,\"matches\":[]}",
    );
    desk.write(
        "errors.jsonl",
        "{\"id\":\"1\",\"error\":{\"code\":\"empty_account\",\"detail\":\"\"}}",
    );
    for (args, code, part) in [
        (
            &["t.jsonl", "empty.jsonl"][..],
            1,
            "1 of 1 cases have no result, e.g. 1",
        ),
        (
            &["t.jsonl", "other.jsonl"],
            1,
            "1 of 1 cases have no result",
        ),
        (
            &["t.jsonl", "errors.jsonl"],
            1,
            "1 of 1 cases have no result",
        ),
        (&["t.jsonl", "word.jsonl"], 1, "likely_impostor"),
        (&["nowhere", "word.jsonl"], 1, "nowhere: No such file"),
        (&["t.jsonl", "t.jsonl"], 1, "there is no database"),
        (
            &["t.jsonl", "other.jsonl", "--prior", "1"],
            2,
            "between 0 and 1",
        ),
        (
            &["t.jsonl", "other.jsonl", "--registry", "r"],
            2,
            "leave the registry out",
        ),
    ] {
        let args: Vec<&str> = ["eval"].iter().chain(args).copied().collect();
        let done = desk.run(&args);
        assert_eq!(done.code, code, "{args:?}: {}", done.err);
        assert!(done.err.contains(part), "{args:?}: {}", done.err);
    }
}
