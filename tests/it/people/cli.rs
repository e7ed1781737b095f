//! `bonafide user`.

use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Runs a command in a directory; gives its exit code, output and messages.
fn run(dir: &TempDir, args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bonafide"))
        .args(args)
        .current_dir(dir.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap_or(-1),
        text(done.stdout),
        text(done.stderr),
    )
}

#[test]
fn the_first_admin_is_made_at_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let create = [
        "user",
        "create",
        "--email",
        "Ann@example.com",
        "--name",
        "Ann",
        "--role",
        "admin",
    ];
    let (code, _, said) = run(&dir, &create, "short\n");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("password") && said.contains("12"), "{said}");
    assert!(
        run(&dir, &["user", "list"], "")
            .1
            .contains("There is nobody")
    );
    let (code, out, said) = run(&dir, &create, "seven wet horses in a row\n");
    assert_eq!(code, 0, "{said}");
    assert!(
        out.starts_with("user_") && said.contains("/v1/me/totp"),
        "{out} {said}"
    );
    let (code, _, said) = run(&dir, &create, "seven wet horses in a row\n");
    assert_eq!(
        (code, said.contains("somebody's already")),
        (1, true),
        "{said}"
    );
    let (_, listed, _) = run(&dir, &["user", "list"], "");
    let row = listed.lines().nth(1).unwrap();
    assert!(
        row.contains("admin") && row.contains("active") && row.ends_with("Ann"),
        "{row}"
    );
    let (code, _, said) = run(&dir, &["user", "disable", "ann@example.com"], "");
    assert_eq!((code, said.contains("administer")), (1, true), "{said}");
    let (code, token, said) = run(&dir, &["user", "reset-password", "ann@EXAMPLE.com"], "");
    assert_eq!((code, token.trim().len()), (0, 64), "{said}");
    let (code, out, said) = run(&dir, &["user", "reset-totp", "ann@example.com"], "");
    assert_eq!((code, out.contains("second factor")), (0, true), "{said}");
    let (code, _, said) = run(&dir, &["user", "disable", "bea@example.com"], "");
    assert_eq!(
        (code, said.contains("bea@example.com")),
        (1, true),
        "{said}"
    );
    let (code, _, said) = run(
        &dir,
        &[
            "user", "create", "--email", "x", "--name", "X", "--role", "boss",
        ],
        "",
    );
    assert_eq!((code, said.contains("reviewer")), (2, true), "{said}");
}
