//! What the API tells, and what a stranger can verify with nothing else.

use bonafide::config::Settings;
use bonafide::domain::{Badge, BadgeState};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use super::independent::{self, Hash, continues, includes};
use super::{act, business};
use crate::support::{TestApp, TestDatabase, on_every_engine};

on_every_engine! {
    a_stranger_verifies_the_log_with_what_the_api_tells_alone,
    a_page_follows_on_another_and_on_the_business,
}

/// Registers businesses with a badge that is suspended at once: two events each.
async fn appended(app: &TestApp, numbers: std::ops::Range<u128>) {
    for n in numbers {
        let name = format!("Ärzte {n}");
        let one = business(n, &name, Badge::Verified, BadgeState::Suspended);
        app.store.insert(&one, &act("test.grant")).await.unwrap();
    }
}

fn unhex<const N: usize>(value: &Value) -> [u8; N] {
    let digits = value.as_str().unwrap();
    let byte = |i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.try_into().unwrap()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

/// The leaf of an event as the document describes it.
fn leaf(event: &Value) -> Hash {
    let mut leaf = Vec::new();
    for field in [
        "bonafide badge event v1",
        text(event, "at"),
        text(event, "business_id"),
        text(event, "name"),
        text(event, "badge"),
        text(event, "change"),
        text(event, "reason"),
    ] {
        leaf.extend((field.len() as u32).to_be_bytes());
        leaf.extend(field.as_bytes());
    }
    let leaf = independent::leaf(&leaf);
    assert_eq!(leaf, unhex(&event["leaf_hash"]));
    leaf
}

/// A head whose signature was verified: its size and root.
async fn head(app: &TestApp) -> (u64, Hash) {
    let key = app.get("/v1/badge-log/key").await.json();
    assert_eq!(key["algorithm"], "Ed25519");
    let key: [u8; 32] = unhex(&key["public_key"]);
    let answer = app.get("/v1/badge-log/head").await;
    assert_eq!(answer.header("cache-control"), "public, max-age=10");
    let head = answer.json();
    let (size, root) = (head["size"].as_u64().unwrap(), text(&head, "root"));
    let at = text(&head, "at");
    let signed = format!("bonafide badge log head v1\n{size}\n{root}\n{at}\n");
    let signature: [u8; 64] = unhex(&head["signature"]);
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(signed.as_bytes(), &signature).unwrap();
    (size, unhex(&head["root"]))
}

async fn proof(app: &TestApp, kind: &str, asked: &str) -> Vec<Hash> {
    let path = format!("/v1/badge-log/proofs/{kind}?{asked}");
    let answer = app.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("cache-control").contains("immutable"));
    let body = answer.json();
    let hashes = body["proof"].as_array().unwrap();
    hashes.iter().map(unhex).collect()
}

async fn a_stranger_verifies_the_log_with_what_the_api_tells_alone(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    let empty = head(&app).await;
    assert_eq!(empty, (0, independent::root(&[])));
    appended(&app, 0..6).await;
    let (noted, first) = head(&app).await;
    appended(&app, 6..11).await;
    let (size, root) = head(&app).await;
    assert_eq!((noted, size), (12, 22));
    let page = app.get("/v1/badge-log?limit=200").await.json();
    let events = page["events"].as_array().unwrap();
    let leaves: Vec<Hash> = events.iter().map(leaf).collect();
    assert_eq!(independent::root(&leaves), root);
    assert_eq!(independent::root(&leaves[..12]), first);
    for (index, leaf) in (0..size).zip(&leaves) {
        let way = proof(&app, "inclusion", &format!("index={index}&size={size}")).await;
        assert!(includes(*leaf, index, size, &way, root));
        assert!(!includes(leaves[0], index, size, &way, root) || index == 0);
    }
    let grown = proof(&app, "consistency", &format!("from={noted}&to={size}")).await;
    assert!(continues(noted, first, size, root, &grown));
    assert!(!continues(noted, leaves[0], size, root, &grown));
    for (from, to) in [(0, size), (size, size), (0, 0)] {
        let grown = proof(&app, "consistency", &format!("from={from}&to={to}")).await;
        assert_eq!(grown, [[0; 32]; 0]);
    }
    // Another process on the same database signs by the same key.
    let sibling = app.sibling().await;
    assert_eq!(head(&sibling).await, (size, root));
    let keys = [&app, &sibling].map(|app| app.services.badge_log.key());
    assert_eq!(keys[0], keys[1]);
}

async fn a_page_follows_on_another_and_on_the_business(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    appended(&app, 0..5).await;
    let mut path = "/v1/badge-log?limit=4".to_owned();
    let mut numbers = Vec::new();
    loop {
        let answer = app.get(&path).await;
        let page = answer.json();
        let events = page["events"].as_array().unwrap();
        numbers.extend(events.iter().map(|e| e["index"].as_u64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(answer.header("cache-control"), "public, max-age=10");
            break;
        };
        // A page with a next one is whole, and stays what it is.
        assert!(answer.header("cache-control").contains("immutable"));
        path = format!("/v1/badge-log?limit=4&cursor={cursor}");
    }
    assert!(numbers.into_iter().eq(0..10));
    let id = business(3, "A", Badge::None, BadgeState::Active).id;
    let first = format!("/v1/badge-log?business_id={id}&limit=1");
    let answer = app.get(&first).await;
    let page = answer.json();
    assert_eq!(answer.header("cache-control"), "public, max-age=10");
    assert_eq!(page["events"][0]["index"], 6);
    assert_eq!(page["events"][0]["name"], "Ärzte 3");
    let next = format!("{first}&cursor={}", text(&page, "next_cursor"));
    let page = app.get(&next).await.json();
    assert_eq!(page["events"][0]["change"], "suspended");
    assert_eq!(page["events"][0]["reason"], "test.grant");
    assert!(page.get("next_cursor").is_none());
}

#[tokio::test]
async fn what_the_log_does_not_reach_to_is_a_problem_that_says_so() {
    let app = TestApp::new().await;
    appended(&app, 0..3).await;
    for (asked, pointer) in [
        ("inclusion?index=6&size=6", "/index"),
        ("inclusion?index=0&size=0", "/index"),
        ("inclusion?index=0&size=7", "/size"),
        ("inclusion?index=0&size=18446744073709551615", "/size"),
        ("consistency?from=5&to=4", "/from"),
        ("consistency?from=5&to=7", "/to"),
    ] {
        let answer = app.get(&format!("/v1/badge-log/proofs/{asked}")).await;
        let problem = answer.problem(422, "out_of_range");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{asked}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    for wrong in [
        "badge-log/proofs/inclusion?index=-1&size=6",
        "badge-log/proofs/inclusion?index=0",
        "badge-log/proofs/consistency?from=x&to=6",
        "badge-log?cursor=x",
        "badge-log?limit=0",
        "badge-log?business_id=key_0",
        "badge-log?since=now",
    ] {
        let answer = app.get(&format!("/v1/{wrong}")).await;
        answer.problem(422, "invalid_request");
    }
}

#[tokio::test]
async fn the_log_is_everybodys_where_nothing_else_is() {
    let app = TestApp::with(Settings {
        listen: "0.0.0.0:80".parse().unwrap(),
        ..Settings::default()
    })
    .await;
    assert_eq!(app.get("/v1/businesses").await.status, 401);
    for path in [
        "badge-log",
        "badge-log/head",
        "badge-log/key",
        "badge-log/export",
        "badge-log/proofs/consistency?from=0&to=0",
    ] {
        let answer = app.get(&format!("/v1/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}
