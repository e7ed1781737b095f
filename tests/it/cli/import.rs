use std::io::Write;

use serde_json::Value;

use super::{Desk, TWO};

#[test]
fn importing_twice_changes_nothing_and_a_changed_line_is_updated() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let first = desk.run(&["import", "r.jsonl"]).ok();
    assert!(
        first.starts_with("r.jsonl: 2 created, 0 updated, 0 unchanged, 0 rejected, 0 warnings in "),
        "{first}"
    );
    let again = desk.run(&["import", "r.jsonl"]).ok();
    assert!(
        again.contains("0 created, 0 updated, 2 unchanged"),
        "{again}"
    );
    desk.write("r.jsonl", TWO.replace("Zeta Couriers", "Zeta Express"));
    let changed = desk.run(&["import", "r.jsonl"]).ok();
    assert!(
        changed.contains("0 created, 1 updated, 1 unchanged"),
        "{changed}"
    );
    assert!(!desk.path("r.jsonl.rejects.jsonl").exists());
}

#[test]
fn bad_lines_go_to_the_rejects_and_lose_nothing_else() {
    let desk = Desk::new();
    let mut file =
        b"{\"external_id\":\"a\",\"name\":\"A\",\"colour\":1}\nnot json\n{\"name\":\"no id\"}\n"
            .to_vec();
    file.extend_from_slice(b"{\"external_id\":\"l\",\"name\":\"caf\xe9\"}\n");
    file.extend_from_slice(
        format!(
            "{{\"external_id\":\"x\",\"name\":\"{}\"}}\n",
            "x".repeat(2 << 20)
        )
        .as_bytes(),
    );
    file.extend_from_slice(b"{\"external_id\":\"b\",\"name\":\"B\",\"websites\":[\"/home/me\"],\"handles\":{\"myspace\":\"b\"}}");
    desk.write("r.jsonl", file);
    let done = desk.run(&["import", "r.jsonl"]);
    for part in [
        "unknown fields were kept out: colour (once)",
        "myspace (once)",
        "line 6: /websites/0",
        "4 lines rejected, see r.jsonl.rejects.jsonl",
    ] {
        assert!(done.err.contains(part), "{part} is missing in {}", done.err);
    }
    assert!(
        done.ok()
            .contains("2 created, 0 updated, 0 unchanged, 4 rejected, 1 warnings")
    );
    let rejects: Vec<Value> = desk
        .read("r.jsonl.rejects.jsonl")
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let lines: Vec<_> = rejects
        .iter()
        .map(|r| r["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 3, 4, 5]);
    assert_eq!(rejects[0]["original"], "not json");
    assert!(
        rejects[1]["reason"]
            .as_str()
            .unwrap()
            .contains("/external_id: a business needs its external_id")
    );
    assert!(rejects[2]["reason"].as_str().unwrap().contains("not UTF-8"));
    assert!(rejects[3]["original"].as_str().unwrap().len() < 10_000);
    desk.write("r.jsonl", TWO);
    desk.run(&["import", "r.jsonl"]).ok();
    assert!(
        !desk.path("r.jsonl.rejects.jsonl").exists(),
        "rejects of an earlier run stand beside a file without any"
    );
}

#[test]
fn csv_gzip_and_standard_input_are_read_too() {
    let desk = Desk::new();
    desk.write(
        "a.csv",
        "external_id;name;phones;handles\nacme;Acme, Bank;+44 20 7946 0123|+44 20 7946 0124;x:acme\n",
    );
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(TWO.as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    desk.write("b.jsonl.gz", &packed);
    desk.write("c.data", "external_id,name\nq,Q\n");
    let out = desk.run(&["import", "a.csv", "b.jsonl.gz", "c.data"]).ok();
    let counts: Vec<_> = out
        .lines()
        .map(|l| l.split(" rejected").next().unwrap())
        .collect();
    assert_eq!(
        counts,
        [
            "a.csv: 1 created, 0 updated, 0 unchanged, 0",
            "b.jsonl.gz: 1 created, 1 updated, 0 unchanged, 0",
            "c.data: 1 created, 0 updated, 0 unchanged, 0",
        ]
    );
    let out = desk.feed(&["import", "-"], &packed).ok();
    assert!(
        out.starts_with("-: 0 created, 0 updated, 2 unchanged"),
        "{out}"
    );
}

#[test]
fn what_cannot_be_imported_is_said_and_the_other_files_are_still_read() {
    let desk = Desk::new();
    desk.write("head.csv", "id,title\n1,A\n");
    desk.write("none.jsonl", "{\"name\":\"A\"}\n");
    desk.write("empty.jsonl", "");
    desk.write("good.jsonl", TWO);
    desk.write("cut.jsonl.gz", b"\x1f\x8b\x08\x00\x00");
    let done = desk.run(&[
        "import",
        "nowhere.jsonl",
        "head.csv",
        "none.jsonl",
        "empty.jsonl",
        "cut.jsonl.gz",
        "good.jsonl",
    ]);
    assert_eq!(done.code, 1);
    for part in [
        "nowhere.jsonl: No such file",
        "head.csv: the header needs the columns external_id and name; it has id, title",
        "none.jsonl: no line of it is a usable business",
        "empty.jsonl: no line of it is a usable business",
        "cut.jsonl.gz: the file cannot be read",
    ] {
        assert!(done.err.contains(part), "{part} is missing in {}", done.err);
    }
    assert!(done.out.contains("good.jsonl: 2 created"), "{}", done.out);
}

#[test]
fn a_database_that_cannot_be_written_is_said_by_name() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let done = desk.run(&[
        "import",
        "--database",
        "sqlite:///nowhere/at/all.db",
        "r.jsonl",
    ]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("cannot be opened"), "{}", done.err);
    desk.write(
        "bonafide.db",
        "this is no database, but a text that somebody keeps under its name",
    );
    let done = desk.run(&["import", "r.jsonl"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("not a database"), "{}", done.err);
    assert_eq!(desk.run(&["import"]).code, 2);
}
