//! Replays of kept checks.

use std::fs;
use std::path::Path;

use bonafide::domain::CheckId;
use bonafide::service::access::Scope;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, json as request};

const OWN_NUMBER: &str = "+49 228 4333112";

async fn app_with_dhl() -> (TestApp, String, Value) {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let profile = json!({"name": "DHL", "external_id": "Q489815", "country": "DE",
        "channels": [{"kind": "phone", "value": OWN_NUMBER}, {"kind": "website", "value": "https://www.dhl.de/"}]});
    let dhl = app.register(&key, &profile).await;
    (app, key, dhl)
}

/// Takes a business that was never changed out of the registry.
async fn delete(app: &TestApp, key: &str, business: &Value) {
    let path = format!("/v1/businesses/{}", business["id"].as_str().unwrap());
    let mut request = request("DELETE", &path, key, &json!({}));
    let version = "\"1\"".parse().unwrap();
    request.headers_mut().insert("if-match", version);
    assert_eq!(app.send(request).await.status, 204);
}

fn with(account: &Value, field: &str, value: Value) -> Value {
    let mut account = account.clone();
    account[field] = value;
    account
}

/// Checks and keeps an account; gives the whole answer.
async fn keep(app: &TestApp, account: &Value) -> Value {
    let answer = app
        .post("/v1/checks", &with(account, "keep", true.into()))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn replay(app: &TestApp, kept: &Value, account: &Value) -> Answer {
    let id = kept["id"].as_str().unwrap();
    app.post(&format!("/v1/checks/{id}/replay"), account).await
}

async fn replayed(app: &TestApp, kept: &Value, account: &Value) -> Value {
    let answer = replay(app, kept, account).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Accounts that between them reach every verdict that needs no reviewer, and every field.
fn accounts() -> Vec<Value> {
    vec![
        json!({"phone": OWN_NUMBER, "display_name": "DHL", "medium": "voice"}),
        json!({"phone": "0228 4333112", "default_region": "DE"}),
        json!({"phone": "+44 7400 123456", "display_name": "DHL Kundenservice", "medium": "whatsapp"}),
        json!({"phone": "call me maybe", "display_name": "D H L"}),
        json!({"handle": {"platform": "instagram", "value": "dhl_support"}, "about": "Parcels", "language": "de"}),
        json!({"website": "https://dh1.de/track", "email": "help@dh1.de", "claimed_badge": "official",
            "catalogue": [{"title": "Parcel", "price_minor_units": 499, "currency": "EUR"}]}),
        json!({"sender_id": "DHL", "default_region": "DE", "medium": "sms"}),
        json!({"display_name": "Jane Roe"}),
    ]
}

/// Asserts that every account's replay is its kept answer.
async fn assert_all_the_same(app: &TestApp, kept: &[(Value, Value)]) {
    for (account, answer) in kept {
        let replay = replayed(app, answer, account).await;
        assert_eq!(replay["id"], answer["id"]);
        assert_eq!(replay["same_versions"], true, "{replay}");
        assert_eq!(replay["same_answer"], true, "{replay}");
        assert_eq!(replay["differences"], json!([]));
        let mut today = replay["today"].clone();
        assert!(today.get("id").is_none(), "a replay keeps nothing unasked");
        today["id"] = answer["id"].clone();
        assert_eq!(&today, answer, "the whole answer is the same");
        for field in [
            "verdict",
            "score",
            "prior_log_odds",
            "model",
            "registry_seq",
        ] {
            assert_eq!(replay["kept"][field], answer[field], "{field}");
        }
        assert_eq!(replay["kept"].get("basis"), answer.get("basis"));
        let best = &answer["matches"][0]["business_id"];
        assert_eq!(&replay["kept"]["match"]["business_id"], best);
        assert_eq!(replay["kept"]["checked_at"], "2026-03-01T09:00:00Z");
    }
}

async fn keep_all(app: &TestApp) -> Vec<(Value, Value)> {
    let mut kept = Vec::new();
    for account in accounts() {
        let answer = keep(app, &account).await;
        kept.push((account, answer));
    }
    kept
}

#[tokio::test]
async fn a_kept_check_replays_the_same_on_the_same_versions() {
    let (app, _, _) = app_with_dhl().await;
    let kept = keep_all(&app).await;
    let verdicts: Vec<_> = kept.iter().map(|(_, a)| a["verdict"].as_str()).collect();
    assert!(verdicts.contains(&Some("verified")) && verdicts.contains(&Some("unknown")));
    assert_all_the_same(&app, &kept).await;
}

#[tokio::test]
async fn servers_that_loaded_the_same_registry_replay_each_others_checks_the_same() {
    let (app, _, _) = app_with_dhl().await;
    let kept = keep_all(&app.sibling().await).await;
    assert_all_the_same(&app.sibling().await, &kept).await;
}

#[tokio::test]
async fn a_server_whose_index_grew_change_by_change_is_told_from_one_that_loaded_it_at_once() {
    let (app, key, _) = app_with_dhl().await;
    app.register(&key, &json!({"name": "Netflix"})).await;
    let account = json!({"display_name": "Netflix Support"});
    let kept = keep(&app, &account).await;
    let here = replayed(&app, &kept, &account).await;
    assert_eq!(here["same_versions"], true);
    assert_eq!(here["same_answer"], true);
    let restarted = replayed(&app.sibling().await, &kept, &account).await;
    assert_eq!(restarted["today"]["registry_seq"], kept["registry_seq"]);
    assert_eq!(restarted["same_versions"], false);
    let note = restarted["note"].as_str().unwrap();
    assert!(note.contains("the index has changed"), "{note}");
}

#[tokio::test]
async fn the_notation_of_a_number_and_the_language_of_the_asker_make_no_other_account() {
    let (app, _, _) = app_with_dhl().await;
    let kept = keep(&app, &json!({"phone": OWN_NUMBER, "display_name": "DHL"})).await;
    for phone in ["+492284333112", "tel:+49-228-4333112", "0049 228 4333112"] {
        let account =
            json!({"phone": phone, "display_name": "DHL", "language": "de", "explain": false});
        let replay = replayed(&app, &kept, &account).await;
        assert_eq!(replay["same_answer"], true, "{phone}: {replay}");
    }
}

#[tokio::test]
async fn after_a_change_of_the_registry_a_replay_says_so_and_shows_the_difference() {
    let (app, key, dhl) = app_with_dhl().await;
    let account = json!({"phone": OWN_NUMBER, "medium": "voice"});
    let kept = keep(&app, &account).await;
    assert_eq!(kept["verdict"], "verified");
    delete(&app, &key, &dhl).await;
    let replay = replayed(&app, &kept, &account).await;
    assert_eq!(replay["same_versions"], false);
    assert_eq!(replay["same_answer"], false);
    assert_eq!(replay["kept"]["verdict"], "verified");
    assert_eq!(replay["kept"]["registry_seq"], 1);
    assert_eq!(replay["today"]["verdict"], "unknown");
    assert_eq!(replay["today"]["registry_seq"], 2);
    let differences = replay["differences"].as_array().unwrap();
    for expected in [
        json!({"field": "verdict", "kept": "verified", "today": "unknown"}),
        json!({"field": "basis", "kept": "listed"}),
        json!({"field": "match", "kept": dhl["id"]}),
    ] {
        assert!(differences.contains(&expected), "{expected} in {replay}");
    }
    let note = replay["note"].as_str().unwrap();
    assert!(note.contains("the registry has changed"), "{note}");
    assert!(note.contains("what would be answered today"), "{note}");
}

#[tokio::test]
async fn a_change_elsewhere_in_the_registry_is_told_and_leaves_the_answer_alone() {
    let (app, key, _) = app_with_dhl().await;
    let account = json!({"phone": OWN_NUMBER});
    let kept = keep(&app, &account).await;
    app.register(&key, &json!({"name": "Zenitho"})).await;
    let replay = replayed(&app, &kept, &account).await;
    assert_eq!(replay["same_versions"], false);
    assert_eq!(replay["same_answer"], true, "{replay}");
    assert_eq!(replay["differences"], json!([]));
    let note = replay["note"].as_str().unwrap();
    assert!(note.contains("the answer is the same today"), "{note}");
}

#[tokio::test]
async fn another_model_epoch_or_prior_is_another_version() {
    let (mut app, _, _) = app_with_dhl().await;
    let account = json!({"display_name": "DHL Support", "medium": "sms"});
    let kept = keep(&app, &account).await;
    let record = app
        .store
        .get_check(kept["id"].as_str().unwrap().parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let mut older = record.clone();
    older.id = CheckId::new(uuid::Uuid::from_u128(1));
    older.model = "2020-01-a".to_owned();
    let mut elsewhere = record;
    elsewhere.id = CheckId::new(uuid::Uuid::from_u128(2));
    elsewhere.epoch = uuid::Uuid::from_u128(3);
    let records = [older.clone(), elsewhere.clone()];
    app.store.keep_checks(&records).await.unwrap();
    for (record, what) in [(older, "the model has"), (elsewhere, "the registry has")] {
        let kept = json!({"id": record.id.to_string()});
        let replay = replayed(&app, &kept, &account).await;
        assert_eq!(replay["same_versions"], false, "{what}");
        assert!(replay["note"].as_str().unwrap().contains(what), "{replay}");
    }
    let kept = keep(&app.sibling().await, &account).await;
    app.settings.prior = 0.2;
    let replay = replayed(&app.sibling().await, &kept, &account).await;
    assert_eq!(replay["same_versions"], false);
    assert_eq!(replay["differences"][0]["field"], "score", "{replay}");
    let note = replay["note"].as_str().unwrap();
    assert!(note.contains("the prior has changed"), "{note}");
}

#[tokio::test]
async fn another_account_is_refused_and_named() {
    let (app, _, _) = app_with_dhl().await;
    let account = json!({"phone": "+44 7400 123456", "display_name": "DHL", "medium": "whatsapp"});
    let kept = keep(&app, &account).await;
    for other in [
        with(&account, "phone", "+44 7400 123457".into()),
        with(&account, "display_name", "DHL ".into()),
        with(&account, "medium", "sms".into()),
        with(&account, "default_region", "GB".into()),
        with(&account, "about", "Parcels".into()),
        json!({"phone": "+44 7400 123456", "display_name": "DHL"}),
        json!({"display_name": "DHL", "medium": "whatsapp"}),
    ] {
        let answer = replay(&app, &kept, &with(&other, "keep", true.into())).await;
        let problem = answer.problem(422, "other_account");
        assert_eq!(problem["errors"][0]["pointer"], "", "{problem}");
        assert_eq!(problem["errors"][0]["code"], "other_account");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(kept["id"].as_str().unwrap()), "{detail}");
    }
    let wrong = replay(&app, &kept, &json!({"phone": "1", "nonsense": 1})).await;
    let problem = wrong.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/nonsense");
}

#[tokio::test]
async fn a_replay_that_is_kept_is_a_check_of_its_own() {
    let (app, _, _) = app_with_dhl().await;
    let account = json!({"display_name": "DHL"});
    let items = json!({"items": [{"id": "a", "display_name": "DHL"}], "keep": true});
    let batch = app.post("/v1/checks/batch", &items).await.json();
    let first = &batch["results"][0]["assessment"];
    let second = replayed(&app, first, &with(&account, "keep", true.into())).await;
    assert_eq!(second["id"], first["id"]);
    assert_ne!(second["today"]["id"], first["id"]);
    let third = replayed(&app, &second["today"], &account).await;
    assert_eq!(third["same_answer"], true);
}

#[tokio::test]
async fn a_check_that_is_unknown_or_no_longer_kept_is_not_found() {
    let (app, _, _) = app_with_dhl().await;
    let account = json!({"display_name": "DHL"});
    for id in ["chk_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f", "biz_1", "x"] {
        let path = format!("/v1/checks/{id}/replay");
        app.post(&path, &account).await.problem(404, "not_found");
    }
    let kept = keep(&app, &account).await;
    app.clock.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(replay(&app, &kept, &account).await.status, 200);
    app.clock.advance(SignedDuration::from_secs(1));
    let late = replay(&app, &kept, &account).await;
    let problem = late.problem(404, "not_found");
    assert!(problem["detail"].as_str().unwrap().contains("no longer"));
}

#[tokio::test]
async fn a_replay_needs_the_scope_of_checks() {
    let (app, key, _) = app_with_dhl().await;
    let account = json!({"display_name": "DHL"});
    let kept = keep(&app, &account).await;
    let path = format!("/v1/checks/{}/replay", kept["id"].as_str().unwrap());
    app.with_key("POST", &path, &key, &account)
        .await
        .problem(403, "scope_needed");
}

#[tokio::test]
async fn no_value_of_a_kept_account_is_in_the_files_of_the_database() {
    let (app, _, _) = app_with_dhl().await;
    let account = json!({"phone": "+44 7400 123456", "display_name": "DHL Jane Roe", "medium": "whatsapp",
        "email": "janeroe@dh1.de", "website": "https://dh1.de/pay", "about": "Pay the customs fee here",
        "handle": {"platform": "instagram", "value": "dhl_janeroe"}, "sender_id": "JANEROE"});
    let kept = keep(&app, &account).await;
    replayed(&app, &kept, &with(&account, "keep", true.into())).await;
    app.store.close().await;
    let file = Path::new(app.url.strip_prefix("sqlite://").unwrap());
    let mut stored = Vec::new();
    for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
        stored.extend(fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |needle: &[u8]| {
        let found = |window: &[u8]| window.eq_ignore_ascii_case(needle);
        stored.windows(needle.len()).any(found)
    };
    assert!(
        holds(b"https://www.dhl.de/"),
        "the search finds what is there"
    );
    for value in ["7400123456", "7400 123456", "Jane", "dh1.de", "customs"] {
        assert!(!holds(value.as_bytes()), "{value} is stored");
    }
    // SQLite writes this number as an integer of six bytes.
    let number = &447_400_123_456_u64.to_be_bytes()[2..];
    assert!(
        !stored.windows(6).any(|w| w == number),
        "the number is stored"
    );
}
