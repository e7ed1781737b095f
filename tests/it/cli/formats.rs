//! Files of other programs: LEI records, vCards, the name-suggestion-index.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::{Desk, Done};

/// A file of `tests/it/files`.
fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/files");
    std::fs::read(path.join(name)).unwrap()
}

/// Everything in the database of a desk, by external id.
fn exported(desk: &Desk) -> serde_json::Map<String, Value> {
    let lines = desk.run(&["export"]).json_lines().into_iter();
    lines
        .map(|line| (line["external_id"].as_str().unwrap().to_owned(), line))
        .collect()
}

/// The refused lines of a file, each with its reason.
fn rejects(desk: &Desk, name: &str) -> Vec<(u64, String)> {
    desk.read(&format!("{name}.rejects.jsonl"))
        .lines()
        .map(|line| {
            let reject: Value = serde_json::from_str(line).unwrap();
            assert!(!reject["original"].as_str().unwrap().is_empty());
            let reason = reject["reason"].as_str().unwrap().to_owned();
            (reject["line"].as_u64().unwrap(), reason)
        })
        .collect()
}

fn assert_rejects(desk: &Desk, name: &str, expected: &[(u64, &str)]) {
    let found = rejects(desk, name);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((line, reason), (wanted, part)) in found.iter().zip(expected) {
        assert_eq!(line, wanted, "{reason}");
        assert!(reason.contains(part), "{part} is missing in {reason}");
    }
}

fn assert_counts(done: Done, counts: &str) {
    let out = done.ok();
    assert!(out.contains(counts), "{counts} is not {out}");
}

#[test]
fn active_lei_records_come_in_and_bad_ones_are_told_by_line() {
    let desk = Desk::new();
    desk.write("lei.csv", file("lei2-golden-copy.csv"));
    let counts = "4 created, 0 updated, 0 unchanged, 4 rejected, 0 warnings, 2 left out in ";
    assert_counts(desk.run(&["import", "lei.csv"]), counts);
    assert_rejects(
        &desk,
        "lei.csv",
        &[
            (
                6,
                "\"HWUPKR0MPOU8FGXBT395\" is not a valid LEI: its check digits are wrong",
            ),
            (9, "/name: a business needs its name"),
            (10, "the row has 2 cells, the header has "),
            (
                11,
                "\"12345\" is not a valid LEI: an LEI has 20 letters and digits",
            ),
        ],
    );
    let all = exported(&desk);
    assert_eq!(
        all["lei:7LTWFZYICNSX8D621K86"],
        json!({
            "external_id": "lei:7LTWFZYICNSX8D621K86",
            "name": "DEUTSCHE BANK AKTIENGESELLSCHAFT",
            "aliases": ["Deutsche Bank AG"],
            "country": "DE",
            "category": "GENERAL",
            "address": "Taunusanlage 12, 60325 Frankfurt am Main, DE-HE, DE",
            "source": "gleif",
        })
    );
    let japanese = all.values().find(|b| b["country"] == "JP").unwrap();
    assert_eq!(
        japanese["aliases"],
        json!([
            "Test Shoji Co., Ltd.",
            "KABUSHIKI KAISHA TESUTO SHOJI",
            "TEST SHOJI"
        ])
    );
}

#[test]
fn lei_records_that_are_not_in_force_come_in_when_they_are_wanted() {
    let desk = Desk::new();
    desk.write("lei.csv", file("lei2-golden-copy.csv"));
    let done = desk.run(&["import", "--include-inactive", "lei.csv"]);
    assert_counts(
        done,
        "6 created, 0 updated, 0 unchanged, 4 rejected, 0 warnings in ",
    );
    let names: Vec<_> = exported(&desk)
        .values()
        .map(|b| b["name"].clone())
        .collect();
    assert!(names.contains(&json!("Gone Holdings Ltd")));
    assert!(names.contains(&json!("Lapsed Trading Ltd")));
}

#[test]
fn lei_records_are_read_out_of_gzip_and_zip_archives() {
    let records = file("lei2-golden-copy.csv");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&records).unwrap();
    let gzip = gzip.finish().unwrap();
    let zip = zipped(&[("20260101-gleif-goldencopy-lei2-golden-copy.csv", &records)]);
    for (name, packed) in [
        ("lei.csv.gz", &gzip),
        ("lei.csv.zip", &zip),
        ("download", &zip),
    ] {
        let desk = Desk::new();
        desk.write(name, packed);
        assert_counts(desk.run(&["import", name]), "4 created, 0 updated");
    }
    let desk = Desk::new();
    desk.write(
        "two.zip",
        zipped(&[("a.csv", &records), ("b.csv", &records)]),
    );
    let mut damaged = zip.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    desk.write("damaged.zip", damaged);
    let done = desk.run(&["import", "two.zip", "damaged.zip"]);
    assert_eq!(done.code, 1);
    for part in ["two.zip: the zip archive holds 2 files", "damaged.zip: "] {
        assert!(done.err.contains(part), "{part} is missing in {}", done.err);
    }
    let done = desk.feed(&["import", "-"], &zip);
    assert!(done.err.contains("unzip it first"), "{}", done.err);
}

/// A zip archive of files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn cards_of_organisations_come_in_and_those_of_people_are_refused() {
    let desk = Desk::new();
    desk.write("contacts.vcf", file("contacts.vcf"));
    let done = desk.run(&["import", "contacts.vcf"]);
    assert!(done.err.contains("/phones/0: "), "{}", done.err);
    assert_counts(
        done,
        "3 created, 0 updated, 0 unchanged, 4 rejected, 1 warnings in ",
    );
    assert_rejects(
        &desk,
        "contacts.vcf",
        &[
            (26, "it is a person's card: it has the name N (Doe Jane)"),
            (42, "it stands outside of any card"),
            (43, "the card has no END:VCARD"),
            (53, "KIND says that the card is of a person"),
        ],
    );
    let all = exported(&desk);
    assert_eq!(
        all["urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"],
        json!({
            "external_id": "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
            "name": "Acme Bank",
            "aliases": ["Acme Bank plc", "Acme", "The Acme"],
            "phones": [
                {"value": "+442079460123", "label": "Lost cards"},
                {"value": "+442079460124"},
                {"value": "+447911123456", "whatsapp": true},
            ],
            "websites": ["https://www.acme-bank.com/"],
            "emails": ["help@acme-bank.com"],
            "handles": {
                "facebook": ["acmebank"], "instagram": ["acmebank"], "telegram": ["acme_bot"], "x": ["acmehelp"],
            },
            "country": "GB",
            "category": "amenity/bank",
            "description": "A bank of long standing, with a note that is folded over two lines as the standard says.",
            "address": "1 High Street, EC1A 1AA London",
            "languages": ["en"],
            "logo_url": "https://www.acme-bank.com/logo.png",
        })
    );
    let names: Vec<_> = all.values().map(|b| b["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"Café Lumière") && names.contains(&"Zeta Couriers"),
        "{names:?}"
    );
    let again = desk.run(&["import", "contacts.vcf"]);
    assert_counts(again, "0 created, 0 updated, 3 unchanged");
}

#[test]
fn items_of_the_name_suggestion_index_are_one_business_for_each_brand() {
    let desk = Desk::new();
    desk.write("nsi.json", file("nsi.json"));
    let counts = "3 created, 0 updated, 0 unchanged, 2 rejected, 0 warnings, 1 left out in ";
    assert_counts(desk.run(&["import", "nsi.json"]), counts);
    assert_rejects(
        &desk,
        "nsi.json",
        &[
            (21, "/tags/name: "),
            (22, "a business needs its external_id"),
        ],
    );
    let all = exported(&desk);
    assert_eq!(
        all["Q4353753"],
        json!({
            "external_id": "Q4353753", "name": "Aktia", "aliases": ["Aktia Pankki", "Aktia Bank"],
            "websites": ["https://www.aktia.fi/"], "category": "brands/amenity/atm", "source": "nsi",
        })
    );
    assert_eq!(
        all["Q1924723"]["aliases"],
        json!([
            "Ngân hàng Nông nghiệp",
            "Vietnam Bank for Agriculture",
            "nong nghiep"
        ])
    );
    assert_eq!(all["Q1924723"]["country"], "VN");
    assert_eq!(
        all["nsi:nowikibank-53bcca"],
        json!({
            "external_id": "nsi:nowikibank-53bcca", "name": "No Wiki Bank", "aliases": ["ノーウィキ"],
            "handles": {"facebook": ["nowikibank"]}, "country": "DE", "category": "brands/amenity/bank", "source": "nsi",
        })
    );
    let again = desk.run(&["import", "--format", "nsi", "nsi.json"]);
    assert_counts(again, "0 created, 0 updated, 3 unchanged");
}

#[test]
fn a_source_file_of_the_index_and_a_broken_document_are_told_apart() {
    let desk = Desk::new();
    let source = json!({
        "properties": {"path": "brands/shop/tea"},
        "items": [{"displayName": "Tea", "id": "tea-1", "locationSet": {"include": ["us"]}, "tags": {"brand": "Tea & Co"}}]
    });
    desk.write("tea.json", serde_json::to_string_pretty(&source).unwrap());
    assert_counts(
        desk.run(&["import", "--format", "nsi", "tea.json"]),
        "1 created",
    );
    assert_eq!(exported(&desk)["nsi:tea-1"]["category"], "brands/shop/tea");
    let whole = String::from_utf8(file("nsi.json")).unwrap();
    desk.write("cut.json", &whole[..whole.len() / 2]);
    let done = desk.run(&["import", "cut.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.err
            .contains("cut.json: it is not a document of the name-suggestion-index: EOF"),
        "{}",
        done.err
    );
}

#[test]
fn a_format_that_somebody_names_counts_whatever_the_file_is_called() {
    let desk = Desk::new();
    desk.write("cards.csv", file("contacts.vcf"));
    let done = desk.run(&["import", "--format", "vcard", "cards.csv"]);
    assert_counts(done, "3 created");
    desk.write("lei.jsonl", file("lei2-golden-copy.csv"));
    let done = desk.run(&["import", "--format", "gleif", "lei.jsonl"]);
    assert_counts(done, "4 created");
    desk.write("no.csv", "LEI,Entity.LegalName\na,A\n");
    let done = desk.run(&["import", "no.csv"]);
    assert!(
        done.err.contains("the header needs the columns LEI, Entity.LegalName, Entity.EntityStatus and Registration.RegistrationStatus; it has LEI, Entity.LegalName"),
        "{}",
        done.err
    );
}
