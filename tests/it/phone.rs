//! What the phone room promises: two corpora and single claims here, laws that hold for any input in `laws`.
//!
//! Times: `cargo test --release --test it phone::mean_time -- --ignored --nocapture` on a quiet machine.
#![allow(
    clippy::print_stdout,
    reason = "figures and failures are read in the test's output"
)]

mod laws;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Instant;

use bonafide::domain::{Country, E164, PhoneError, PhoneReading};
use bonafide::engine::phone::{calling_code, neighbour_keys, read, read_on_whatsapp, stored_keys};
use serde_json::Value;

/// One row of a corpus and what was read.
struct Judged {
    class: String,
    wrong: Option<String>,
}

fn judge(row: &Value) -> Judged {
    let input = row["input"].as_str().expect("every row has an input");
    let region = row["default_region"]
        .as_str()
        .map(|r| Country::parse(r).expect("a country"));
    let reading = read(input, region);
    Judged {
        class: row["class"].as_str().unwrap_or("-").to_owned(),
        wrong: difference(&reading, &row["want"]).map(|wrong| {
            format!(
                "{input:?} {}: {wrong}",
                region.as_ref().map_or("-", Country::as_str)
            )
        }),
    }
}

/// What differs from the expectation; `kind` and `error` count where the row names them.
fn difference(reading: &PhoneReading, want: &Value) -> Option<String> {
    let got = reading.number.map(|n| n.e164.to_string());
    let wanted = want["e164"].as_str().filter(|_| want["valid"] == true);
    if got.as_deref() != wanted {
        return Some(format!(
            "want {wanted:?}, got {got:?} {:?} {:?}",
            reading.kind, reading.error
        ));
    }
    let mut given = vec![("kind", reading.kind.as_str())];
    if let Some((error, _)) = &reading.error {
        given.push(("error", error.as_str()));
    }
    if let Some(code) = &reading.code {
        given.push(("code", code));
    }
    if let Some(number) = &reading.number {
        given.push(("type", number.number_type.as_str()));
        given.push(("region", number.region_code()));
    }
    ["kind", "error", "code", "type", "region"]
        .into_iter()
        .find_map(|field| {
            let wanted = want[field].as_str()?;
            let got = given
                .iter()
                .find(|(name, _)| *name == field)
                .map(|(_, value)| *value);
            (got != Some(wanted)).then(|| format!("want {field} {wanted}, got {got:?}"))
        })
}

/// Reads a corpus and prints the failures by class; returns rows and failures.
fn run_corpus(path: &Path) -> (usize, usize) {
    let text = std::fs::read_to_string(path).expect("the corpus is readable");
    let mut classes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut rows = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line).expect("a line is a JSON object");
        let judged = judge(&row);
        rows += 1;
        if let Some(wrong) = judged.wrong {
            classes.entry(judged.class).or_default().push(wrong);
        }
    }
    for (class, failures) in &classes {
        println!("{class}: {} wrong", failures.len());
        failures
            .iter()
            .take(12)
            .for_each(|failure| println!("    {failure}"));
    }
    (rows, classes.values().map(Vec::len).sum())
}

#[test]
fn messy_numbers_are_read_as_a_user_would_expect() {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/phones.jsonl");
    if !path.exists() {
        println!(
            "SKIPPED: {} is not here, so nothing was measured",
            path.display()
        );
        return;
    }
    let (rows, wrong) = run_corpus(&path);
    let right = (rows - wrong) as f64 / rows as f64;
    println!("phones.jsonl: {right:.5} of {rows} rows ({wrong} wrong)");
    assert!(right >= 0.999, "{right:.5} is below 0.999");
}

#[test]
fn the_corpus_of_this_repository_is_read_without_a_mistake() {
    let (rows, wrong) =
        run_corpus(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/phones.jsonl"));
    assert!(rows >= 150);
    assert_eq!(wrong, 0, "of {rows} rows");
}

fn country(code: &str) -> Country {
    Country::parse(code).expect("the tests give countries")
}

fn number(text: &str) -> E164 {
    E164::parse(text).expect("the tests give E.164 numbers")
}

#[track_caller]
fn refusal(raw: &str, region: Option<&str>) -> (PhoneError, String) {
    let (error, sentence) = read(raw, region.map(country)).error.expect("a refusal");
    (error, sentence.en)
}

#[test]
fn a_masked_number_is_refused_and_says_so() {
    let (error, sentence) = refusal("+4207****", None);
    assert_eq!(error, PhoneError::Masked);
    assert!(sentence.contains("hidden"), "{sentence}");
}

#[test]
fn two_numbers_are_refused_by_naming_both() {
    let (error, sentence) = refusal("+1 212 555 0100 or +44 20 7946 0000", None);
    assert_eq!(error, PhoneError::Multiple);
    assert!(
        sentence.contains("+12125550100") && sentence.contains("+442079460000"),
        "{sentence}"
    );
}

#[test]
fn the_same_number_twice_is_one_number() {
    let reading = read(
        "+44 20 7946 0000 / 020 7946 0000 (wa.me/442079460000)",
        Some(country("GB")),
    );
    assert_eq!(
        reading.number.map(|n| n.e164),
        Some(number("+442079460000"))
    );
}

#[test]
fn a_default_region_never_bends_a_number_with_a_calling_code() {
    let reading = read("+39 06 698 12345", Some(country("US")));
    assert_eq!(
        reading.number.map(|n| n.e164),
        Some(number("+390669812345"))
    );
}

#[test]
fn a_guernsey_mobile_shares_the_calling_code_of_britain_and_not_the_region() {
    let reading = read("+44 7911 123456", None).number.expect("a number");
    assert_eq!((reading.calling_code, reading.region_code()), (44, "GG"));
    assert_eq!(calling_code(reading.e164), 44);
}

#[test]
fn more_than_250_characters_are_refused_unread() {
    assert_eq!(refusal(&"4".repeat(251), None).0, PhoneError::TooLong);
    assert_eq!(refusal(&"é".repeat(251), None).0, PhoneError::TooLong);
    assert_ne!(refusal(&"é".repeat(250), None).0, PhoneError::TooLong);
}

#[test]
fn the_input_that_panics_the_library_is_only_a_refusal() {
    for raw in [
        "123;phone-context=+44;tel:12345",
        ";phone-context=+44",
        "tel:;phone-context=;ext=",
        "tel:+;ext=1",
    ] {
        assert!(read(raw, None).number.is_none(), "{raw}");
    }
}

#[test]
fn a_form_that_only_whatsapp_keeps_is_read_on_whatsapp_only() {
    for (raw, canonical) in [
        ("+52 1 55 1234 5678", "+525512345678"),
        ("55 31 8765 4321", "+5531987654321"),
    ] {
        assert!(read(raw, None).number.is_none(), "{raw}");
        assert_eq!(
            read_on_whatsapp(raw, None).number.map(|n| n.e164),
            Some(number(canonical)),
            "{raw}"
        );
    }
}

#[test]
#[ignore = "a measurement: run by hand on a quiet machine"]
fn mean_time_of_reading_and_of_finding_neighbours() {
    let inputs = [
        "+44 20 7946 0000",
        "https://wa.me/447911123456",
        "tel:+1-212-555-0100",
        "(11) 96121-0011",
        "+4915112345678",
    ];
    let region = Some(country("BR"));
    for raw in inputs {
        drop(read(raw, region));
    }
    let start = Instant::now();
    let rounds = 20_000;
    for _ in 0..rounds {
        for raw in inputs {
            drop(std::hint::black_box(read(raw, region)));
        }
    }
    println!(
        "read: {:.2} µs",
        start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds * 5)
    );

    let mut index: HashMap<u64, u32> = HashMap::new();
    for i in 0..1_000_000_u64 {
        let value = 440_000_000_000 + i.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 10_000_000_000;
        index.extend(stored_keys(E164::from_u64(value).expect("12 digits")).map(|key| (key, 0)));
    }
    let start = Instant::now();
    let mut met = 0_usize;
    for i in 0..10_000_u64 {
        let checked = E164::from_u64(440_000_000_000 + i * 999_983).expect("12 digits");
        met += neighbour_keys(checked)
            .iter()
            .filter(|key| index.contains_key(key))
            .count();
    }
    println!(
        "neighbours among a million: {:.1} µs ({met} met)",
        start.elapsed().as_secs_f64() * 1e6 / 1e4
    );
}
