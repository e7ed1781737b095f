//! The public badge log on the command line.

use bonafide::domain::{Badge, BadgeState};
use sqlx::ConnectOptions as _;

use super::{Desk, Done};
use crate::badge_log::{act, business};
use crate::support::{TestApp, world};

/// A desk whose database has a log of twelve events.
async fn desk() -> Desk {
    let desk = Desk::new();
    let url = format!("sqlite://{}", desk.path("bonafide.db").display());
    let store = bonafide::app::open_store(&url, &world(0)).await.unwrap();
    for n in 0..6 {
        let one = business(n, "Ärzte", Badge::Verified, BadgeState::Suspended);
        store.insert(&one, &act("grant")).await.unwrap();
    }
    store.close().await;
    desk
}

/// Changes the database by hand, as somebody who has the file could.
async fn by_hand(desk: &Desk, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(desk.path("bonafide.db"));
    let mut connection = options.connect().await.unwrap();
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

/// What a command that found something wrong says.
fn refused(done: Done) -> String {
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    done.err
}

#[tokio::test]
async fn an_exported_log_is_verified_without_the_database() {
    let desk = desk().await;
    let key = desk.run(&["badge-key"]).ok();
    let key = key.trim();
    assert_eq!(key.len(), 64, "{key}");
    let pem = desk.run(&["badge-key", "--pem"]).ok();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
    let whole = desk.run(&["verify-log"]).ok();
    assert!(
        whole.starts_with("The badge log is whole: 12 events, as signed at "),
        "{whole}"
    );
    let noted = whole.lines().nth(1).unwrap().to_owned();
    assert!(noted.starts_with("12:"), "{noted}");

    let log = desk.run(&["export-log"]).ok();
    desk.write("log.jsonl", &log);
    std::fs::remove_file(desk.path("bonafide.db")).unwrap();
    let verify = |file: &str| desk.run(&["verify-log", file, "--key", key, "--noted", &noted]);
    let of_file = verify("log.jsonl").ok();
    assert_eq!(of_file.lines().nth(1), Some(noted.as_str()));

    for (changed, told) in [
        (
            log.replacen("granted", "expired", 1),
            "event 0 is not what was written",
        ),
        (
            log.replacen("\"index\":4", "\"index\":7", 1),
            "event 4 is missing",
        ),
        (
            log.lines()
                .take(12)
                .fold(String::new(), |a, l| a + l + "\n"),
            "without a signed head",
        ),
        (
            log.lines()
                .skip(11)
                .fold(String::new(), |a, l| a + l + "\n"),
            "event 0 is missing",
        ),
        (
            log.replace("\"size\":12", "\"size\":11"),
            "not signed by this key",
        ),
        (
            log.replacen("\"badge\":\"verified\"", "\"badge\":\"golden\"", 1),
            "line 1: /badge: \"golden\" is not a valid badge",
        ),
        (format!("{{\"event\":\n{log}"), "line 1: "),
        (
            format!("{}\n{log}", "x".repeat(1 << 20)),
            "line 1: it is longer than",
        ),
        (String::new(), "without a signed head"),
    ] {
        desk.write("changed.jsonl", &changed);
        let said = refused(verify("changed.jsonl"));
        assert!(said.contains(told), "{told}: {said}");
    }
    let other = "00".repeat(32);
    let wrong_key = desk.run(&["verify-log", "log.jsonl", "--key", &other]);
    assert!(refused(wrong_key).contains("not signed by this key"));
    for wrong in [
        vec!["verify-log", "log.jsonl"],
        vec!["verify-log", "--url", "http://localhost"],
        vec![
            "verify-log",
            "log.jsonl",
            "--url",
            "http://localhost",
            "--key",
            key,
        ],
        vec!["verify-log", "log.jsonl", "--key", "00"],
        vec!["verify-log", "log.jsonl", "--key", key, "--noted", "12"],
    ] {
        assert_eq!(desk.run(&wrong).code, 2, "{wrong:?}");
    }
}

#[tokio::test]
async fn what_was_changed_in_the_database_by_hand_is_named() {
    let desk = desk().await;
    let whole = desk.run(&["verify-log"]).ok();
    let noted = whole.lines().nth(1).unwrap();
    by_hand(
        &desk,
        "UPDATE badge_event SET reason = 'mercy' WHERE leaf_index = 5",
    )
    .await;
    let changed = refused(desk.run(&["verify-log"]));
    assert!(
        changed.contains("event 5 is not what was written"),
        "{changed}"
    );
    by_hand(&desk, "DELETE FROM badge_event WHERE leaf_index >= 5").await;
    let cut = refused(desk.run(&["verify-log"]));
    assert!(
        cut.contains("there are 5 events, but the signed head is of 12"),
        "{cut}"
    );
    // Cut so well that it signs itself: only what was noted shows it.
    by_hand(&desk, "DELETE FROM badge_event").await;
    by_hand(&desk, "UPDATE badge_log_head SET size = 0, frontier = x''").await;
    let empty = desk.run(&["verify-log"]).ok();
    assert!(empty.starts_with("The badge log is empty"), "{empty}");
    let shorter = refused(desk.run(&["verify-log", "--noted", noted]));
    assert!(
        shorter.contains("the log ends after 0 events, but 12 were noted"),
        "{shorter}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_a_server_is_read_over_http() {
    let app = TestApp::new().await;
    // More than one part of the stream, which has 1,000 events at a time.
    for n in 0..600 {
        let one = business(n, "A", Badge::Official, BadgeState::Suspended);
        app.store.insert(&one, &act("grant")).await.unwrap();
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(axum::serve(listener, app.router.clone()).into_future());
    let key = app.services.badge_log.key().to_string();
    let desk = Desk::new();
    let whole = desk.run(&["verify-log", "--url", &url, "--key", &key]).ok();
    assert!(whole.contains("is whole: 1200 events"), "{whole}");
    let noted = whole.lines().nth(1).unwrap();
    let again = ["verify-log", "--url", &url, "--key", &key, "--noted", noted];
    assert_eq!(desk.run(&again).code, 0);
    let elsewhere = format!("{url}nowhere");
    let nothing = desk.run(&["verify-log", "--url", &elsewhere, "--key", &key]);
    assert!(refused(nothing).contains("it answers with status 404"));
    serving.abort();
}
