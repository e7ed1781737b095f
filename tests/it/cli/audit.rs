//! The audit log and import runs on the command line.

use sqlx::ConnectOptions as _;

use super::Desk;

/// Changes the database by hand, as somebody who has the file could.
fn by_hand(desk: &Desk, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(desk.path("bonafide.db"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let mut connection = options.connect().await.unwrap();
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
        sqlx::Connection::close(connection).await.unwrap();
    });
}

const TWO: &str =
    "{\"external_id\":\"a\",\"name\":\"A\"}\n{\"external_id\":\"b\",\"name\":\"B\"}\n";

#[test]
fn an_import_is_listed_and_undone_with_its_reason() {
    let desk = Desk::new();
    let nothing = desk.run(&["imports", "list"]).ok();
    assert!(nothing.contains("Nothing has been imported"), "{nothing}");
    desk.write("good.jsonl", TWO);
    desk.write("bad.jsonl", TWO.replace("\"B\"", "\"Wrong\""));
    desk.run(&["import", "good.jsonl"]).ok();
    let told = desk.run(&["import", "bad.jsonl"]).ok();
    let run = told.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(run.starts_with("run_"), "{told}");
    let undone = desk
        .run(&["imports", "undo", &run, "--reason", "wrong file"])
        .ok();
    assert!(
        undone.starts_with("0 deleted, 1 as before, 0 left alone"),
        "{undone}"
    );
    let exported = desk.run(&["export"]).json_lines();
    assert_eq!(exported[1]["name"], "B");
    let listed = desk.run(&["imports", "list"]).ok();
    let line = listed.lines().find(|l| l.contains(&run)).unwrap();
    assert!(
        line.contains("undone") && line.ends_with("bad.jsonl"),
        "{line}"
    );
    let twice = desk.run(&["imports", "undo", &run]);
    assert_eq!(twice.code, 1);
    assert!(twice.err.contains("was undone at"), "{}", twice.err);
    let log = desk.run(&["audit", "--subject", &run]).json_lines();
    let actions: Vec<_> = log.iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "import.begin",
            "registry.import",
            "import.finish",
            "import.undo",
            "import.undone"
        ]
    );
    assert_eq!(log[3]["reason"], "wrong file");
    assert_eq!(log[3]["actor"], "command:imports undo");
}

#[test]
fn the_audit_log_is_shown_to_be_whole_and_what_was_changed_by_hand_is_named() {
    let desk = Desk::new();
    let empty = desk.run(&["verify-audit"]).ok();
    assert!(empty.contains("is empty"), "{empty}");
    desk.write("r.jsonl", TWO);
    desk.run(&["import", "r.jsonl"]).ok();
    desk.run(&["organisation", "create", "Morgenrot Holding"])
        .ok();
    desk.run(&["key", "create", "--name", "k"]).ok();
    let whole = desk.run(&["verify-audit"]).ok();
    assert!(
        whole.starts_with("The audit log is whole: 5 entries.\n5:"),
        "{whole}"
    );
    let head = whole.lines().nth(1).unwrap().to_owned();
    let again = desk.run(&["verify-audit", "--noted", &head]);
    assert_eq!(again.code, 0, "{}", again.err);

    // An exported log is shown to be whole without the database.
    let log = desk.run(&["audit"]).ok();
    desk.write("audit.jsonl", &log);
    let of_file = desk
        .run(&["verify-audit", "audit.jsonl", "--noted", &head])
        .ok();
    assert!(of_file.contains("5 entries"), "{of_file}");
    desk.write(
        "short.jsonl",
        log.lines().take(3).collect::<Vec<_>>().join("\n"),
    );
    let short = desk.run(&["verify-audit", "short.jsonl", "--noted", &head]);
    assert_eq!(short.code, 1);
    assert!(short.err.contains("the end is missing"), "{}", short.err);

    by_hand(
        &desk,
        "UPDATE audit_entry SET actor = 'server' WHERE seq = 2",
    );
    let changed = desk.run(&["verify-audit"]);
    assert_eq!(changed.code, 1);
    assert!(
        changed.err.contains("entry 2 is not what was written"),
        "{}",
        changed.err
    );
    by_hand(&desk, "DELETE FROM audit_entry WHERE seq >= 2");
    let cut = desk.run(&["verify-audit"]);
    assert!(cut.err.contains("the log ends at entry 1"), "{}", cut.err);
}

#[test]
fn a_key_of_an_organisation_needs_one_that_exists_and_is_replaced() {
    let desk = Desk::new();
    let none = desk.run(&["organisation", "list"]).ok();
    assert!(none.contains("There is no organisation"), "{none}");
    let unknown = format!("org_{}", "0".repeat(32));
    let refused = desk.run(&["key", "create", "--name", "k", "--organisation", &unknown]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("there is no organisation"),
        "{}",
        refused.err
    );
    let id = desk
        .run(&["organisation", "create", "Morgenrot Holding"])
        .ok();
    let id = id.trim();
    let listed = desk.run(&["organisation", "list"]).ok();
    assert!(
        listed.contains(id) && listed.contains("Morgenrot Holding"),
        "{listed}"
    );
    let taken = desk.run(&["organisation", "create", "Morgenrot Holding"]);
    assert!(taken.err.contains("is taken"), "{}", taken.err);
    let token = desk
        .run(&[
            "key",
            "create",
            "--name",
            "k",
            "--organisation",
            id,
            "--monthly-quota",
            "10",
        ])
        .ok();
    let key = format!("key_{}", token.split('_').nth(2).unwrap());
    let new = desk
        .run(&["key", "rotate", &key, "--overlap-hours", "0"])
        .ok();
    assert!(new.starts_with("bf_live_") && new != token, "{new}");
    let keys = desk.run(&["key", "list"]).ok();
    assert!(
        keys.lines()
            .any(|l| l.contains(&key) && l.contains("expired")),
        "{keys}"
    );
    let twice = desk.run(&["key", "rotate", &key]);
    assert!(
        twice.err.contains("has a successor already"),
        "{}",
        twice.err
    );
}
