use super::*;

fn entries(file: &str, format: Option<Format>) -> Vec<Entry> {
    RegistryReader::new(file.as_bytes(), format)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn names(entries: &[Entry]) -> Vec<String> {
    entries
        .iter()
        .filter_map(|e| e.parse().ok()?)
        .map(|(profile, _)| profile.name.to_string())
        .collect()
}

#[test]
fn the_format_is_guessed_by_extension_and_else_by_the_first_character() {
    for (path, format) in [
        ("a.jsonl", Some(Format::Jsonl)),
        ("a.CSV.gz", Some(Format::Csv)),
        ("a.jsonl.gz", Some(Format::Jsonl)),
        ("a.txt", None),
        ("csv", None),
    ] {
        assert_eq!(
            Format::of_path(std::path::Path::new(path)),
            format,
            "{path}"
        );
    }
    let json = "\n {\"external_id\":\"a\",\"name\":\"A\"}\n\n";
    assert_eq!(names(&entries(json, None)), ["A"]);
    assert_eq!(names(&entries("name,external_id\nA,a\n", None)), ["A"]);
}

#[test]
fn a_bad_line_loses_nothing_else_and_knows_its_number() {
    let file = "{\"external_id\":\"a\",\"name\":\"A\"}\n\nnot json\n{\"external_id\":\"b\",\"name\":\"B\"}\n";
    let entries = entries(file, Some(Format::Jsonl));
    assert_eq!(names(&entries), ["A", "B"]);
    let bad = &entries[1];
    assert_eq!((bad.line(), bad.original().as_ref()), (3, "not json"));
    assert_eq!(bad.parse().unwrap_err().0[0].code, "invalid_json");
}

#[test]
fn csv_cells_hold_lists_in_either_separator_and_any_delimiter() {
    for file in [
        "\u{feff}External_ID,name,aliases,phones,handles\nx,\"Acme, Inc.\",A;B | C,+442079460000,instagram:acme;x:acme\n",
        "external_id;name;aliases;phones;handles\nx;Acme, Inc.;A|B|C;+442079460000;instagram:acme|x:acme\n",
        "external_id\tname\taliases\tphones\thandles\nx\tAcme, Inc.\tA;B;C\t+442079460000\tinstagram=acme|x=acme\n",
    ] {
        let entries = entries(file, Some(Format::Csv));
        let (profile, warnings) = entries[0].parse().unwrap().unwrap();
        assert_eq!(warnings, []);
        assert_eq!(profile.name.as_str(), "Acme, Inc.");
        assert_eq!((profile.aliases.len(), profile.channels.len()), (3, 3));
        assert_eq!(entries[0].line(), 2);
    }
}

#[test]
fn a_wrong_header_says_which_columns_exist_and_which_are_needed() {
    let error = RegistryReader::new(&b"id,title\n1,A\n"[..], Format::Csv).unwrap_err();
    let text = error.to_string();
    for part in ["external_id and name", "it has id, title", "sender_ids"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_row_of_the_wrong_length_is_refused_with_its_text() {
    let entries = entries(
        "external_id,name,colour\na,A,red\nb,B\n\"c\",\"C\nD\",blue\nd,D,\n",
        Some(Format::Csv),
    );
    assert_eq!(
        entries[1].parse().unwrap_err().0[0].code,
        "wrong_number_of_cells"
    );
    assert_eq!(
        (entries[1].line(), entries[1].original().as_ref()),
        (3, "b,B")
    );
    assert_eq!(entries[3].line(), 6, "a quoted line break counts");
}

#[test]
fn an_unclosed_quote_is_told_by_the_line_of_its_row() {
    let file = format!(
        "external_id,name\na,A\nb,\"B\n{}",
        "c,C\n".repeat(2 * RegistryLine::MAX_BYTES / 4)
    );
    let read: Vec<_> = RegistryReader::new(file.as_bytes(), Format::Csv)
        .unwrap()
        .take(3)
        .collect();
    assert!(read[0].is_ok());
    let error = read[1].as_ref().unwrap_err();
    assert!(
        matches!(error, RegistryFileError::EndlessRow { line: 3 }),
        "{error}"
    );
}

#[test]
fn a_loaded_file_counts_what_it_refuses_and_keeps_the_later_of_two() {
    let file = "{\"external_id\":\"a\",\"name\":\"Old\"}\n{\"name\":\"B\"}\n{\"external_id\":\"a\",\"name\":\"New\",\"x\":1}\n";
    let loaded = load(file.as_bytes(), Reading::default()).unwrap();
    assert_eq!((loaded.index.len(), loaded.rejected), (1, 1));
    assert_eq!(loaded.first_reject.as_ref().unwrap().0, 2);
    let business = loaded.index.businesses().next().unwrap();
    assert_eq!(business.name.as_str(), "New");
    assert_eq!(
        loaded.warnings.to_string(),
        "unknown fields were kept out: x (once)"
    );
}
