use super::*;

fn truth(lines: &str) -> Vec<Truth> {
    read_truth(lines.as_bytes()).unwrap()
}

const TRUTH: &str = r#"{"id":"1","label":"impostor","family":"leet","target":"a","accept":["a","b"]}
{"id":"2","label":"clean","family":"person","target":null,"accept":[]}
"#;

#[test]
fn a_case_without_a_result_is_named() {
    let error = Figures::of(&truth(TRUTH), &Results::new(), 0.01).unwrap_err();
    assert_eq!(error.to_string(), "2 of 2 cases have no result, e.g. 1");
}

#[test]
fn a_set_of_clean_names_alone_has_no_recall() {
    let outcome = Outcome {
        verdict: crate::domain::Verdict::Unknown,
        score: 0.2,
        matches: vec![],
    };
    let results = Results::from([("2".to_owned(), outcome)]);
    let figures = Figures::of(&truth(TRUTH)[1..], &results, 0.01).unwrap();
    assert_eq!(figures.get("recall"), None);
    assert_eq!(figures.get("fpr"), Some(0.0));
    assert!(!figures.to_string().contains("NaN"));
    assert!(figures.to_json()["recall"].is_null());
}

#[test]
fn a_broken_label_is_told_by_its_line() {
    let error = read_truth(&b"\n{\"id\":1}"[..]).unwrap_err();
    assert!(error.to_string().starts_with("line 2: "), "{error}");
}
