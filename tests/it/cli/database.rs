use super::{Desk, TWO};
use crate::support::TestDatabase;

/// The address of an empty PostgreSQL database, and the runtime on which its server was asked for it.
fn postgres() -> Option<(TestDatabase, tokio::runtime::Runtime)> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(TestDatabase::postgres())?;
    Some((database, runtime))
}

#[test]
fn every_command_works_on_postgresql_as_on_sqlite() {
    let Some((database, _runtime)) = postgres() else {
        return;
    };
    let on = ["--database", &*database.url];
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let run = |args: &[&str]| desk.run(&[args, &on].concat()).ok();

    let said = run(&["migrate"]);
    assert!(said.contains("its registry is at change 0"), "{said}");
    let said = run(&["import", "r.jsonl"]);
    assert!(said.contains("2 created"), "{said}");
    let said = run(&["import", "r.jsonl"]);
    assert!(said.contains("2 unchanged"), "{said}");
    let said = run(&["check", "--json", "--phone", "+44 20 7946 0123"]);
    assert!(said.contains("\"Acme Bank\""), "{said}");
    let said = run(&["key", "create", "--scope", "check", "--name", "ops"]);
    assert!(said.contains("bf_live_"), "{said}");
    let said = run(&["key", "list"]);
    assert!(said.contains("ops"), "{said}");
    let said = run(&["migrate"]);
    assert!(said.contains("its registry is at change 1"), "{said}");
}

#[test]
fn a_server_that_cannot_be_reached_is_said_without_the_password() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let url = "postgres://me:hunter2@127.0.0.1:1/bonafide";
    for args in [
        &["migrate"][..],
        &["import", "r.jsonl"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let done = desk.run(&[args, &["--database", url]].concat());
        assert_eq!(done.code, 1, "{args:?}");
        assert!(done.err.contains("refused"), "{args:?}: {}", done.err);
        assert!(
            !format!("{}{}", done.out, done.err).contains("hunter2"),
            "{args:?}"
        );
    }
}
