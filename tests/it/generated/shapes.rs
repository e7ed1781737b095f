//! The files that Python scripts make: that they are sorted, free of repeats, and made of what their header says.

use std::collections::BTreeSet;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Rows are sorted and different, and each has as many columns as `columns`, where a closed list of values
/// stands for a column that has one.
fn rows_of(path: &str, columns: &[&[&str]]) -> Vec<Vec<String>> {
    let text = super::read(path);
    assert!(
        text.starts_with("# "),
        "{path} says where it comes from in its first line"
    );
    let rows: Vec<Vec<String>> = super::rows(&text)
        .map(|row| row.into_iter().map(str::to_owned).collect())
        .collect();
    for row in &rows {
        assert_eq!(row.len(), columns.len(), "{path}: {row:?}");
        for (value, allowed) in row.iter().zip(columns) {
            let known = allowed.is_empty() || allowed.contains(&value.as_str());
            assert!(known, "{path}: {value:?} in {row:?}");
        }
        assert!(!row[0].trim().is_empty(), "{path}: {row:?}");
        assert!(is_folded(&row[0]), "{path}: {:?} is not folded", row[0]);
    }
    for pair in rows.windows(2) {
        assert!(
            pair[0] < pair[1],
            "{path}: {:?} before {:?}",
            pair[0],
            pair[1]
        );
    }
    rows
}

/// Lower case, and without the accents that NFD takes apart if the letters are ASCII.
fn is_folded(text: &str) -> bool {
    let mut before = ' ';
    let accented = text.nfd().any(|c| {
        let accent = is_combining_mark(c) && before.is_ascii_alphabetic();
        before = c;
        accent
    });
    !accented && !text.chars().any(|c| c.is_ascii_uppercase()) && text.trim() == text
}

#[test]
fn word_frequencies_are_zipf_values() {
    let rows = rows_of("word_frequency.tsv.gz", &[&[], &[], &["", "i", "n"]]);
    let words: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(words.len(), rows.len(), "one row a word");
    for row in &rows {
        let zipf: u8 = row[1].parse().expect("an integer");
        assert!((1..=85).contains(&zipf), "{row:?}");
    }
    for word in ["bank", "support", "банк", "银行", "munchen"] {
        assert!(words.contains(word), "{word}");
    }
}

#[test]
fn names_of_people_are_given_or_family_names() {
    let rows = rows_of("given_names.tsv.gz", &[&[], &["given", "family", "both"]]);
    let names: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names.len(), rows.len(), "one row a name");
    for name in ["anna", "muller", "мария", "محمد"] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn places_have_a_country_unless_they_are_regions() {
    let rows = rows_of("places.tsv", &[&[], &["country", "city", "region"], &[]]);
    for row in &rows {
        let code = row[2].len() == 2 && row[2].bytes().all(|byte| byte.is_ascii_uppercase());
        assert!(code || (row[1] == "region" && row[2].is_empty()), "{row:?}");
    }
    let found = |name: &str, country: &str| rows.iter().any(|r| r[0] == name && r[2] == country);
    for (name, country) in [
        ("uk", "GB"),
        ("munchen", "DE"),
        ("東京", "JP"),
        ("uae", "AE"),
    ] {
        assert!(found(name, country), "{name}");
    }
}

#[test]
fn the_sample_registry_has_real_businesses_in_the_import_format() {
    let text = super::read("sample_registry.jsonl.gz");
    let mut before = String::new();
    let mut names = BTreeSet::new();
    for line in text.lines() {
        let business: Value = serde_json::from_str(line).expect("one JSON object a line");
        let external_id = business["external_id"].as_str().expect("a string");
        assert!(
            before.as_str() < external_id,
            "{before} before {external_id}"
        );
        assert!(
            business.get("coverage").is_none(),
            "{external_id}: an importer knows no coverage"
        );
        assert!(
            business["source"].is_string(),
            "{external_id} says where it comes from"
        );
        let lists = ["aliases", "phones", "websites", "emails"];
        for list in lists.iter().filter_map(|field| business.get(field)) {
            let values = list.as_array().expect("a list");
            assert!(values.iter().all(Value::is_string), "{external_id}");
        }
        names.insert(business["name"].as_str().expect("a name").to_owned());
        external_id.clone_into(&mut before);
    }
    for name in [
        "Amazon",
        "DHL",
        "UPS",
        "Chase",
        "HSBC",
        "Sberbank",
        "順豐速運 SF Express",
    ] {
        assert!(names.contains(name), "{name}");
    }
}
