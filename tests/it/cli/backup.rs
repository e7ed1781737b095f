use std::os::unix::fs::PermissionsExt;

use super::{Desk, TWO};

/// A desk with a database of two businesses and a backup of it, after which one of them was renamed.
fn backed_up() -> Desk {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    desk.run(&["import", "r.jsonl"]).ok();
    let said = desk.run(&["backup", "b.db"]).ok();
    assert!(
        said.starts_with("b.db holds the whole of sqlite://bonafide.db"),
        "{said}"
    );
    desk.write("r.jsonl", TWO.replace("Zeta Couriers", "Zeta Express"));
    let said = desk.run(&["import", "r.jsonl"]).ok();
    assert!(said.contains("1 updated, 1 unchanged"), "{said}");
    desk
}

/// What importing the two again finds in a database.
fn found(desk: &Desk, database: &str) -> String {
    desk.write("again.jsonl", TWO);
    let said = desk
        .run(&["import", "--database", database, "again.jsonl"])
        .ok();
    said.split(": ")
        .nth(1)
        .unwrap()
        .split(", 0 rejected")
        .next()
        .unwrap()
        .to_owned()
}

fn epoch(desk: &Desk, file: &str) -> Vec<u8> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(desk.path(file));
    runtime.block_on(async {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let epoch = sqlx::query_scalar("SELECT value FROM meta WHERE name = 'epoch'");
        epoch.fetch_one(&mut connection).await.unwrap()
    })
}

#[test]
fn a_backup_restores_what_was_there_then_under_a_new_epoch() {
    let desk = backed_up();
    let said = desk
        .run(&["restore", "b.db", "--database", "sqlite://other.db"])
        .ok();
    assert_eq!(said, "sqlite://other.db is restored from b.db.\n");
    assert_eq!(epoch(&desk, "b.db"), epoch(&desk, "bonafide.db"));
    assert_ne!(epoch(&desk, "other.db"), epoch(&desk, "bonafide.db"));
    assert_eq!(
        found(&desk, "sqlite://other.db"),
        "0 created, 0 updated, 2 unchanged"
    );
    assert_eq!(
        found(&desk, "sqlite://bonafide.db"),
        "0 created, 1 updated, 1 unchanged"
    );
    for file in ["b.db", "other.db"] {
        let mode = std::fs::metadata(desk.path(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(
            mode & 0o077,
            0,
            "{file} holds secrets and is its owner's only"
        );
    }
}

#[test]
fn a_database_is_replaced_only_when_told_to() {
    let desk = backed_up();
    let refused = desk.run(&["restore", "b.db"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .err
            .contains("bonafide.db already; --force replaces it"),
        "{}",
        refused.err
    );
    desk.run(&["restore", "b.db", "--force"]).ok();
    assert_eq!(
        found(&desk, "sqlite://bonafide.db"),
        "0 created, 0 updated, 2 unchanged"
    );
    let refused = desk.run(&["backup", "b.db"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("a file b.db already"),
        "{}",
        refused.err
    );
}

#[test]
fn a_database_that_is_in_use_is_backed_up_and_not_replaced() {
    let desk = backed_up();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = format!("sqlite://{}", desk.path("bonafide.db").display());
    let store = runtime.block_on(async {
        let store = bonafide::app::open_store(&url, &crate::support::world(0))
            .await
            .unwrap();
        store.seq().await.unwrap();
        store
    });
    desk.run(&["backup", "c.db"]).ok();
    let refused = desk.run(&["restore", "b.db", "--force"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("locked"), "{}", refused.err);
    runtime.block_on(store.close());
    desk.run(&["restore", "c.db", "--force"]).ok();
    assert_eq!(
        found(&desk, "sqlite://bonafide.db"),
        "0 created, 1 updated, 1 unchanged"
    );
}

#[test]
fn a_file_that_is_no_whole_backup_of_ours_leaves_the_database_as_it_is() {
    let desk = backed_up();
    let whole = std::fs::read(desk.path("b.db")).unwrap();
    desk.write("cut.db", &whole[..whole.len() / 2]);
    desk.write("text.db", "a text that somebody keeps under this name");
    let mut damaged = whole.clone();
    damaged[4_096 * 3..4_096 * 6].fill(0xa5);
    desk.write("damaged.db", damaged);
    desk.write("empty.db", "");
    desk.write("newer.db", &whole);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(desk.path("newer.db"));
    runtime.block_on(async {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations VALUES (9999, 'later', 0, true, x'', 0)";
        sqlx::query(newer).execute(&mut connection).await.unwrap();
    });
    for (file, expected) in [
        ("cut.db", "damaged"),
        ("text.db", "not a database"),
        ("damaged.db", "damaged"),
        ("empty.db", "no database of this program"),
        ("newer.db", "newer version"),
        ("missing.db", "No such file"),
    ] {
        let refused = desk.run(&["restore", file, "--force"]);
        assert_eq!(refused.code, 1, "{file}");
        assert!(refused.err.contains(expected), "{file}: {}", refused.err);
    }
    assert_eq!(
        found(&desk, "sqlite://bonafide.db"),
        "0 created, 1 updated, 1 unchanged"
    );
    let left = std::fs::read_dir(desk.path(".")).unwrap();
    let left: Vec<_> = left
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(!left.iter().any(|name| name.contains(".part")), "{left:?}");
}

#[test]
fn postgresql_is_left_to_its_own_tools_which_are_named_without_the_password() {
    let desk = Desk::new();
    let url = "postgres://me:hunter2@db.example.com/bonafide";
    for (command, tool) in [
        ("backup", "pg_dump --format=custom"),
        ("restore", "pg_restore --clean"),
    ] {
        let said = desk.run(&[command, "b.dump", "--database", url]);
        assert_eq!(said.code, 1);
        assert!(said.err.contains(tool), "{}", said.err);
        assert!(said.err.contains("me:***@db.example.com"), "{}", said.err);
        assert!(!said.err.contains("hunter2"), "{}", said.err);
    }
}
