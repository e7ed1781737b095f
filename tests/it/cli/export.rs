//! `bonafide export`, and what comes of importing it again.

use std::fmt::Write as _;

use bonafide::service::contract::RegistryLine;
use serde_json::{Value, json};

use super::{Desk, TWO};

/// Businesses with everything that a file can say of one, and with what a spreadsheet would run.
fn full() -> String {
    let lines = [
        json!({
            "external_id": "acme", "name": "=Acme()", "aliases": ["Acme; Bank|plc", "'-Acme", "[solidcore]", "a\\b"],
            "phones": ["+442079460000", {"value": "+442079460123", "label": "lost cards", "whatsapp": true, "never_originates": true}],
            "websites": ["https://acme.example.com/a;b"], "emails": ["help@acme.com", "@acme.co.uk"],
            "handles": {"instagram": ["acme"], "x": ["acme", "acmehelp"]},
            "sender_ids": ["ACME", {"value": "ACMEBANK", "country": "GB"}],
            "country": "GB", "category": "amenity/bank", "vertical": "FINANCE", "about": "-1 \"quoted\"",
            "description": "Two\nlines", "address": "@home", "languages": ["en", "cy"],
            "hours": {"time_zone": "Europe/London", "days": {"mon": ["09:00-17:00"], "sat": ["10:00-12:00", "13:00-15:00"]}},
            "logo_url": "https://acme.com/logo.png", "source": "hand", "confirmed_at": "2026-01-02T03:04:05Z",
            "catalogue": [{"title": "Account", "price_minor_units": 500, "currency": "GBP"}],
            "coverage": {"phone": "complete"},
            "names": [{"name": "Acme Bank; plc", "kind": "legal", "language": "en"}],
            "protected_names": [{"name": "Acmee", "kind": "variant"}],
            "channels": [{"kind": "website", "value": "https://acme.org/", "valid_from": "2030-01-01T00:00:00Z"}],
            "representatives": [{"name": "Acme Shop", "kind": "reseller", "channels": [{"kind": "phone", "value": "+442079460999"}]}],
            "parent": format!("biz_{}", "1".repeat(32)),
            "addresses": [{"label": "shop", "street": "1 High Street", "city": "London", "country": "GB"}]
        }),
        json!({"external_id": "zeta", "name": "Zeta", "country": "DE", "category": "shop/tea"}),
    ];
    lines.iter().fold(String::new(), |mut file, line| {
        writeln!(file, "{line}").unwrap();
        file
    })
}

#[test]
fn what_is_exported_imports_elsewhere_as_the_same_and_again_as_unchanged() {
    let desk = Desk::new();
    let mut registry = full();
    for n in 0..2_500 {
        writeln!(
            registry,
            r#"{{"external_id":"n{n}","name":"Name {n}","phones":["+44207946{n:04}"]}}"#
        )
        .unwrap();
    }
    let everything: Value = serde_json::from_str(registry.lines().next().unwrap()).unwrap();
    for field in RegistryLine::FIELDS {
        assert!(everything.get(field).is_some(), "{field} is not tried");
    }
    desk.write("r.jsonl", registry);
    desk.run(&["import", "r.jsonl"]).ok();
    let first = desk.run(&["export"]).ok();
    assert_eq!(first.lines().count(), 2_502);
    for (format, file) in [("jsonl", "out.jsonl"), ("csv", "out.csv")] {
        let elsewhere = Desk::new();
        let out = elsewhere.path(file);
        let out = out.to_str().unwrap();
        desk.run(&["export", "--format", format, "--output", out])
            .ok();
        let made = elsewhere.run(&["import", file]);
        assert_eq!(made.err, "", "nothing is kept out");
        assert!(
            made.out.contains("2502 created") || made.out.contains("2,502 created"),
            "{}",
            made.out
        );
        assert!(
            elsewhere.run(&["export"]).ok() == first,
            "the export of the {format} import differs"
        );
        let again = desk.run(&["import", out]).ok();
        assert!(
            again.contains("0 created, 0 updated, 2,502 unchanged"),
            "{again}"
        );
    }
}

#[test]
fn no_cell_begins_as_a_formula_does() {
    let desk = Desk::new();
    desk.write("r.jsonl", full());
    desk.run(&["import", "r.jsonl"]).ok();
    let csv = desk.run(&["export", "--format", "csv"]).ok();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    assert_eq!(&rows[0][1], "'=Acme()");
}

#[test]
fn only_the_businesses_asked_for_are_written() {
    let desk = Desk::new();
    desk.write("r.jsonl", full());
    desk.run(&["import", "r.jsonl"]).ok();
    let ids = |args: &[&str]| -> Vec<Value> {
        let lines = desk.run(args).json_lines();
        lines
            .into_iter()
            .map(|line| line["external_id"].clone())
            .collect()
    };
    assert_eq!(ids(&["export", "--country", "de"]), ["zeta"]);
    assert_eq!(ids(&["export", "--category", "amenity/bank"]), ["acme"]);
    assert_eq!(
        ids(&["export", "--country", "DE", "--category", "amenity/bank"]),
        [Value::Null; 0]
    );
    assert_eq!(desk.run(&["export", "--country", "Germany"]).code, 2);
}

#[test]
fn a_card_of_each_business_is_read_back_with_what_address_books_know() {
    let desk = Desk::new();
    desk.write("r.jsonl", full());
    desk.run(&["import", "r.jsonl"]).ok();
    desk.run(&["export", "--output", "out.vcf"]).ok();
    let cards = desk.read("out.vcf");
    assert!(
        cards.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\n"),
        "{cards}"
    );
    let elsewhere = Desk::new();
    elsewhere.write("in.vcf", cards);
    let done = elsewhere.run(&["import", "in.vcf"]);
    assert_eq!(done.err, "");
    let read = elsewhere.run(&["export", "--country", "GB"]).json_lines();
    let mut known: Value = serde_json::from_str(full().lines().next().unwrap()).unwrap();
    let fields = known.as_object_mut().unwrap();
    for left_out in [
        "sender_ids",
        "vertical",
        "about",
        "hours",
        "source",
        "confirmed_at",
        "catalogue",
        "coverage",
        "names",
        "protected_names",
        "channels",
        "representatives",
        "parent",
        "addresses",
    ] {
        fields.remove(left_out);
    }
    fields.insert("emails".into(), json!(["help@acme.com"]));
    fields.insert(
        "phones".into(),
        json!([{"value": "+442079460000"}, {"value": "+442079460123", "label": "lost cards", "whatsapp": true}]),
    );
    assert_eq!(read, [known]);
}

#[test]
fn a_named_file_is_whole_or_as_it_was() {
    let desk = Desk::new();
    desk.write("out.jsonl", "of an earlier day\n");
    let done = desk.run(&["export", "--output", "out.jsonl"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("there is no database"), "{}", done.err);
    desk.write("r.jsonl", TWO);
    desk.run(&["import", "r.jsonl"]).ok();
    assert_eq!(desk.read("out.jsonl"), "of an earlier day\n");
    let said = desk.run(&["export", "--output", "out.jsonl"]).ok();
    assert_eq!(said, "out.jsonl: 2 businesses\n");
    assert_eq!(desk.read("out.jsonl").lines().count(), 2);
    let done = desk.run(&["export", "--output", "nowhere/out.jsonl"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("nowhere/out.jsonl"), "{}", done.err);
    #[cfg(unix)]
    {
        let done = desk.run(&["export", "--output", "/dev/stdout"]).ok();
        assert_eq!(
            done.lines().count(),
            2,
            "a device is written to, not replaced"
        );
    }
    let parts = std::fs::read_dir(desk.path(".")).unwrap();
    let left = parts.filter(|f| {
        f.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains(".part")
    });
    assert_eq!(left.count(), 0);
}
