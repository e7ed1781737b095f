//! The registry over HTTP.

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, json as request};

async fn writer() -> (TestApp, String) {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    (app, key)
}

async fn change(app: &TestApp, key: &str, id: &str, etag: &str, patch: &Value) -> Answer {
    let mut request = request("PATCH", &format!("/v1/businesses/{id}"), key, patch);
    if !etag.is_empty() {
        request
            .headers_mut()
            .insert("if-match", etag.parse().unwrap());
    }
    request.headers_mut().insert(
        "content-type",
        "application/merge-patch+json".parse().unwrap(),
    );
    app.send(request).await
}

fn whole_profile() -> Value {
    json!({
        "name": "Kaffeehaus Morgenrot", "external_id": "crm-4711", "aliases": ["Morgenrot", "モルゲンロート"],
        "channels": [
            {"kind": "phone", "value": "+493012345678", "provenance": "listed", "label": "Tisch", "last_confirmed": "2026-01-31T12:00:00Z"},
            {"kind": "whatsapp", "value": "+4915112345678", "provenance": "listed"},
            {"kind": "sender_id", "value": "MORGENROT", "country": "DE", "provenance": "listed"},
            {"kind": "website", "value": "https://morgenrot.example.com/", "provenance": "listed"},
            {"kind": "email", "value": "@morgenrot.example.com", "provenance": "listed"},
            {"kind": "email", "value": "Info@example.com", "provenance": "listed"},
            {"kind": "handle", "platform": "instagram", "value": "morgenrot", "provenance": "listed"},
            {"kind": "phone", "value": "+498001234567", "provenance": "listed", "never_originates": true}],
        "coverage": {"phone": "complete", "website": "partial"},
        "country": "DE", "category": "amenity/cafe", "vertical": "RESTAURANT", "about": "Kaffee.",
        "description": "Kaffee und Kuchen.", "address": "Musterstr. 1, Berlin",
        "hours": {"time_zone": "Europe/Berlin", "mon": ["09:00-12:30", "13:30-18:00"], "sat": ["22:00-02:00"]},
        "languages": ["de", "en"], "logo_url": "https://morgenrot.example.com/logo.png",
        "catalogue": [{"title": "Espresso", "price_minor_units": 250, "currency": "EUR"}], "source": "crm"
    })
}

#[tokio::test]
async fn everything_that_is_written_is_read_back_after_a_restart() {
    let (app, key) = writer().await;
    let made = app.register(&key, &whole_profile()).await;
    assert_eq!(made["profile"], whole_profile());
    let id = made["id"].as_str().unwrap();
    let read = app
        .sibling()
        .await
        .get(&format!("/v1/businesses/{id}"))
        .await;
    assert_eq!(read.json(), made);
    assert_eq!(read.header("etag"), "\"1\"");
    let mut loaded = Vec::new();
    app.store.load_all(&mut |b| loaded.push(b)).await.unwrap();
    assert_eq!(loaded[0].id.to_string(), id);
    assert_eq!(loaded[0].profile.channels.len(), 8);
}

#[tokio::test]
async fn a_patch_replaces_clears_and_leaves_the_rest() {
    let (app, key) = writer().await;
    let made = app.register(&key, &whole_profile()).await;
    let id = made["id"].as_str().unwrap();
    let patch = json!({"about": null, "country": "AT", "coverage": {"website": null, "email": "complete"}, "aliases": ["M"]});
    let answer = change(&app, &key, id, "\"1\"", &patch).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("etag"), "\"2\"");
    let now = answer.json();
    let profile = &now["profile"];
    assert!(profile.get("about").is_none());
    assert_eq!(profile["country"], "AT");
    assert_eq!(
        profile["coverage"],
        json!({"phone": "complete", "email": "complete"})
    );
    assert_eq!(profile["aliases"], json!(["M"]));
    assert_eq!(profile["channels"], whole_profile()["channels"]);
    assert_eq!(now["version"], 2);
}

#[tokio::test]
async fn nobody_overwrites_a_change_that_they_have_not_seen() {
    let (app, key) = writer().await;
    let id = app.register(&key, &json!({"name": "A"})).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        change(&app, &key, &id, "\"1\"", &json!({"name": "B"}))
            .await
            .status,
        200
    );
    change(&app, &key, &id, "\"1\"", &json!({"name": "C"}))
        .await
        .problem(412, "version_mismatch");
    change(&app, &key, &id, "", &json!({"name": "C"}))
        .await
        .problem(428, "if_match_needed");
    change(&app, &key, &id, "W/\"2\"", &json!({"name": "C"}))
        .await
        .problem(412, "version_mismatch");
    let path = format!("/v1/businesses/{id}");
    app.with_key("DELETE", &path, &key, &json!({}))
        .await
        .problem(428, "if_match_needed");
    assert_eq!(app.get(&path).await.json()["profile"]["name"], "B");
}

#[tokio::test]
async fn a_patch_that_cannot_be_names_the_field() {
    let (app, key) = writer().await;
    let id = app.register(&key, &json!({"name": "A"})).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (patch, pointer) in [
        (json!({"name": null}), "/"),
        (json!({"colour": "red"}), "/colour"),
        (json!({"country": "Germany"}), "/country"),
        (
            json!({"channels": [{"kind": "phone", "value": "+1"}]}),
            "/channels/0",
        ),
        (
            json!({"channels": [{"kind": "phone", "value": "+442079460000", "provenance": "proved"}]}),
            "/channels/0",
        ),
        (json!({"aliases": ["ok", ""]}), "/aliases/1"),
        (json!({"hours": {"time_zone": "Mars/Olympus"}}), "/hours"),
        (json!({"coverage": {"phone": "all"}}), "/coverage/phone"),
        (json!("name"), ""),
    ] {
        let problem = change(&app, &key, &id, "\"1\"", &patch)
            .await
            .problem(422, "invalid_request");
        let at = problem["errors"][0]["pointer"].as_str().unwrap();
        assert!(
            at == pointer || (pointer == "/" && at.len() <= 5),
            "{patch}: {problem}"
        );
    }
    assert_eq!(
        app.get(&format!("/v1/businesses/{id}")).await.json()["version"],
        1
    );
}

#[tokio::test]
async fn an_external_id_belongs_to_one_business() {
    let (app, key) = writer().await;
    app.register(&key, &json!({"name": "A", "external_id": "x"}))
        .await;
    let taken = app
        .with_key(
            "POST",
            "/v1/businesses",
            &key,
            &json!({"name": "B", "external_id": "x"}),
        )
        .await;
    let problem = taken.problem(409, "conflict");
    assert!(problem["detail"].as_str().unwrap().contains("\"x\""));
    let b = app.register(&key, &json!({"name": "B"})).await;
    let patch = json!({"external_id": "x"});
    change(&app, &key, b["id"].as_str().unwrap(), "\"1\"", &patch)
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn a_registry_change_reaches_checks_before_the_write_returns() {
    let (app, key) = writer().await;
    let asked = json!({"phone": "+442079460000"});
    let name = |answer: &Answer| answer.json()["matches"][0]["name"].clone();
    assert_eq!(name(&app.post("/v1/checks", &asked).await), Value::Null);
    let profile =
        json!({"name": "Acme Bank", "channels": [{"kind": "phone", "value": "+442079460000"}]});
    let made = app.register(&key, &profile).await;
    assert_eq!(name(&app.post("/v1/checks", &asked).await), "Acme Bank");
    let id = made["id"].as_str().unwrap();
    change(&app, &key, id, "\"1\"", &json!({"name": "Apex Bank"})).await;
    assert_eq!(name(&app.post("/v1/checks", &asked).await), "Apex Bank");
    let mut delete = request("DELETE", &format!("/v1/businesses/{id}"), &key, &json!({}));
    delete
        .headers_mut()
        .insert("if-match", "\"2\"".parse().unwrap());
    assert_eq!(app.send(delete).await.status, 204);
    assert_eq!(name(&app.post("/v1/checks", &asked).await), Value::Null);
    app.get(&format!("/v1/businesses/{id}"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps_or_repeats() {
    let (app, key) = writer().await;
    for i in 0..7 {
        let country = if i % 2 == 0 { "DE" } else { "FR" };
        app.register(
            &key,
            &json!({"name": format!("Shop {i}"), "country": country}),
        )
        .await;
    }
    for (filter, expected) in [
        ("", 7),
        ("&country=DE", 4),
        ("&q=shop", 7),
        ("&q=SHOP%203", 1),
        ("&q=nothing", 0),
    ] {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app
                .get(&format!("/v1/businesses?limit=3{filter}{cursor}"))
                .await;
            assert_eq!(page.status, 200, "{}", page.text());
            let page = page.json();
            let found = page["businesses"].as_array().unwrap().iter();
            names.extend(found.map(|b| b["profile"]["name"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(
            (names.len(), unique.len()),
            (expected, expected),
            "{filter}: {names:?}"
        );
    }
}

#[tokio::test]
async fn a_search_puts_the_exact_name_first_and_reads_aliases() {
    let (app, key) = writer().await;
    for (name, alias) in [
        ("Amazon Fresh", "x"),
        ("Bank of Amazonia", "x"),
        ("Amazon", "亚马逊"),
    ] {
        app.register(&key, &json!({"name": name, "aliases": [alias]}))
            .await;
    }
    let names = |answer: Answer| -> Vec<String> {
        let page = answer.json();
        let found = page["businesses"].as_array().unwrap().iter();
        found
            .map(|b| b["profile"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(app.get("/v1/businesses?q=aMaZon").await),
        ["Amazon", "Amazon Fresh", "Bank of Amazonia"]
    );
    assert_eq!(
        names(app.get("/v1/businesses?q=%E9%A9%AC").await),
        ["Amazon"]
    );
    assert_eq!(
        names(app.get("/v1/businesses?q=%25").await),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_request_sent_twice_is_done_once() {
    let (app, key) = writer().await;
    let send = |body: Value, name: &'static str| {
        let mut request = request("POST", "/v1/businesses", &key, &body);
        request
            .headers_mut()
            .insert("idempotency-key", name.parse().unwrap());
        app.send(request)
    };
    let first = send(json!({"name": "Once"}), "k1").await;
    let second = send(json!({"name": "Once"}), "k1").await;
    assert_eq!((first.status, second.status), (first.status, first.status));
    assert_eq!(first.json(), second.json());
    assert_eq!(second.header("idempotency-replayed"), "true");
    send(json!({"name": "Other"}), "k1")
        .await
        .problem(422, "idempotency_key_reused");
    send(json!({"name": ""}), "k2")
        .await
        .problem(422, "invalid_request");
    assert_eq!(
        send(json!({"name": "Mended"}), "k2").await.status,
        201,
        "a refused request frees its key"
    );
    let all = app.get("/v1/businesses").await.json();
    assert_eq!(all["businesses"].as_array().unwrap().len(), 2);
    app.clock.advance(jiff::SignedDuration::from_hours(25));
    assert_eq!(send(json!({"name": "Next day"}), "k1").await.status, 201);
}

#[tokio::test]
async fn an_id_that_cannot_be_one_names_nothing() {
    let app = TestApp::new().await;
    for id in [
        "biz_1",
        "chk_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f",
        "%F0%9F%92%A9",
        "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f",
    ] {
        app.get(&format!("/v1/businesses/{id}"))
            .await
            .problem(404, "not_found");
    }
    let bad_escape = Request::get("/v1/businesses/%FF")
        .body(Body::empty())
        .unwrap();
    app.send(bad_escape).await.problem(400, "invalid_path");
}
