//! A server that is killed while it writes or merges its index loses nothing and serves nothing damaged.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::Running;

/// Businesses that one round adds: more than an eighth of what was there, so that all layers are merged.
const A_ROUND: usize = 400;

/// Imports `A_ROUND` businesses of their own names and numbers.
fn import(dir: &TempDir, round: usize) {
    let mut lines = String::new();
    for number in round * A_ROUND..(round + 1) * A_ROUND {
        let name = spelt(number);
        writeln!(
            lines,
            r#"{{"external_id":"{number}","name":"{name} Works","phones":["+4420794{number:05}"]}}"#
        )
        .unwrap();
    }
    fs::write(dir.path().join("more.jsonl"), lines).unwrap();
    let imported = Command::new(env!("CARGO_BIN_EXE_bonafide"))
        .args(["import", "more.jsonl"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
}

/// A made-up word for each number.
fn spelt(number: usize) -> String {
    let digits = number.to_string();
    let syllables = ["Ba", "ke", "di", "fo", "gu", "la", "me", "ni", "po", "ru"];
    digits
        .bytes()
        .map(|d| syllables[usize::from(d - b'0')])
        .collect()
}

/// What the server says of so many businesses.
fn knows(businesses: usize) -> String {
    format!("with {businesses} businesses of")
}

#[test]
fn killed_at_any_moment_it_starts_again_with_every_business() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join("bonafide.db.index");
    let mut whole_files = 0;
    for round in 0..8 {
        import(&dir, round);
        let known = (round + 1) * A_ROUND;
        // From a file of the round before, or from none; killed while it merges, writes, or has done so.
        if round % 2 == 1 {
            let _ = fs::remove_file(&index);
        }
        let mut server = Running::start(&dir, &["--listen", "127.0.0.1:0"]);
        assert!(
            server.said.contains(&knows(known)),
            "round {round}: {}",
            server.said
        );
        for number in [0, known / 2, known - 1] {
            let answer = server.check(&format!(r#"{{"phone": "+4420794{number:05}"}}"#));
            assert!(answer.contains(&spelt(number)), "{number}: {answer}");
            let named = format!(r#"{{"display_name": "{} Works Support"}}"#, spelt(number));
            assert!(server.check(&named).contains(&spelt(number)), "{number}");
        }
        std::thread::sleep(Duration::from_millis(9 * round as u64));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        whole_files += usize::from(index.exists());
    }
    assert!(whole_files > 0, "no round wrote the file in time");
    fs::write(&index, b"not an index").unwrap();
    let server = Running::start(&dir, &["--listen", "127.0.0.1:0"]);
    let known = 8 * A_ROUND;
    assert!(server.said.contains(&knows(known)), "{}", server.said);
}
