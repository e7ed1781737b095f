use super::{Desk, TWO};

#[test]
fn a_key_is_shown_once_and_can_be_revoked() {
    let desk = Desk::new();
    let made = desk.run(&[
        "key",
        "create",
        "--name",
        "shop",
        "--scope",
        "check",
        "--scope",
        "registry:read",
        "--expires-in-days",
        "30",
    ]);
    assert!(made.err.contains("not shown again"), "{}", made.err);
    let token = made.ok();
    assert!(
        token.starts_with("bf_live_") && token.ends_with('\n'),
        "{token}"
    );
    let list = desk.run(&["key", "list"]).ok();
    let row = list.lines().nth(1).unwrap();
    let id = row.split_whitespace().next().unwrap();
    assert!(
        row.contains("active") && row.contains("check,registry:read") && row.ends_with("shop"),
        "{row}"
    );
    assert!(!list.contains(token.trim()));
    desk.run(&["key", "revoke", id]).ok();
    assert!(desk.run(&["key", "list"]).ok().contains("revoked"));
    for (args, part) in [
        (
            &["key", "create", "--name", "a", "--scope", "all"][..],
            "check, registry:read",
        ),
        (&["key", "create", "--name", " "], "--name"),
        (&["key", "revoke", "nonsense"], "key_"),
    ] {
        let done = desk.run(args);
        assert_eq!(done.code, 2, "{}", done.err);
        assert!(done.err.contains(part), "{}", done.err);
    }
}

#[test]
fn migrate_makes_a_database_that_is_empty() {
    let desk = Desk::new();
    let said = desk.run(&["migrate"]).ok();
    assert!(said.contains("registry is at change 0"), "{said}");
    let done = desk.run(&["check", "--name", "Ann"]);
    assert_eq!(done.code, 1);
    assert!(
        done.err.contains("holds no business yet; import some"),
        "{}",
        done.err
    );
}

#[test]
fn the_database_of_the_environment_is_used_and_a_flag_overrides_it() {
    let desk = Desk::new();
    desk.write("r.jsonl", TWO);
    let mut command = desk.command(&["import", "r.jsonl"]);
    assert!(
        command
            .env("BONAFIDE_DATABASE", "sqlite://env.db")
            .status()
            .unwrap()
            .success()
    );
    assert!(desk.path("env.db").exists());
    let mut command = desk.command(&["import", "--database", "sqlite://flag.db", "r.jsonl"]);
    assert!(
        command
            .env("BONAFIDE_DATABASE", "sqlite://env.db")
            .status()
            .unwrap()
            .success()
    );
    assert!(desk.path("flag.db").exists());
}

#[test]
fn the_openapi_files_are_printed_or_written() {
    let desk = Desk::new();
    let newer = desk.run(&["openapi"]).ok();
    let older = desk.run(&["openapi", "--edition", "3.0"]).ok();
    assert!(newer.contains("\"openapi\": \"3.1"));
    assert!(older.contains("\"openapi\": \"3.0"));
    desk.run(&["openapi", "--write", "out"]).ok();
    assert_eq!(desk.read("out/openapi.json"), newer);
    assert_eq!(desk.read("out/openapi-3.0.json"), older);
}

#[test]
fn every_command_explains_itself_with_examples_and_every_shell_completes() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]).ok();
    for command in [
        "serve",
        "import",
        "check",
        "screen",
        "eval",
        "train",
        "key",
        "user",
        "migrate",
        "openapi",
        "completions",
    ] {
        assert!(
            help.contains(&format!("  {command} ")),
            "{command} is missing in\n{help}"
        );
        let text = desk.run(&[command, "--help"]).ok();
        assert!(text.contains("\nExamples:\n"), "{text}");
        assert!(
            text.contains(&format!("  bonafide {command}")) || text.contains("| bonafide"),
            "{text}"
        );
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            desk.run(&["completions", shell])
                .ok()
                .contains("assume-coverage")
        );
    }
    let version = desk.run(&["--version"]).ok();
    assert!(version.starts_with("bonafide 0."), "{version}");
}
