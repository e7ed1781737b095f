//! Imports over the API.

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::{KeyTerms, Scope};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, terms};

async fn import(app: &TestApp, key: &str, kind: &str, body: &str) -> Answer {
    let request = Request::post("/v1/imports?source=stores.jsonl")
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", kind)
        .body(Body::from(body.to_owned()));
    app.send(request.unwrap()).await
}

const NDJSON: &str = "application/x-ndjson";

async fn names(app: &TestApp, key: &str) -> Vec<String> {
    let page = app
        .with_key("GET", "/v1/businesses", key, &json!(null))
        .await
        .json();
    let businesses = page["businesses"].as_array().unwrap().clone();
    let names = businesses.iter().map(|b| b["profile"]["name"].as_str());
    let mut names: Vec<String> = names.map(|name| name.unwrap().to_owned()).collect();
    // Those of one millisecond are in no order.
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_imported_bad_lines_are_told_and_it_is_undone_as_one() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryRead, Scope::RegistryWrite]).await;
    let first = "{\"external_id\":\"a\",\"name\":\"A\"}\n{\"external_id\":\"b\",\"name\":\"B\"}\n";
    let done = import(&app, &key, NDJSON, first).await;
    assert_eq!(done.status, 201, "{}", done.text());
    let second = "{\"external_id\":\"a\",\"name\":\"A2\"}\n{\"name\":\"nameless\"}\n{\"external_id\":\"b\",\"name\":\"B\"}\n\n{\"external_id\":\"c\",\"name\":\"C\",\"emails\":[\"x\"]}\nno json\n";
    let done = import(&app, &key, NDJSON, second).await.json();
    let counted = &done["import"];
    assert_eq!(
        [
            &counted["created"],
            &counted["updated"],
            &counted["unchanged"],
            &counted["rejected"]
        ],
        [1, 1, 1, 2]
    );
    assert_eq!(counted["source"], "stores.jsonl");
    let lines: Vec<_> = done["rejects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["line"].clone())
        .collect();
    assert_eq!(lines, [2, 6]);
    assert_eq!(done["rejects"][0]["errors"][0]["pointer"], "/external_id");
    assert_eq!(done["warnings"], 1);
    assert_eq!(names(&app, &key).await, ["A2", "B", "C"]);
    assert_eq!(app.services.live.snapshot().index.len(), 3);

    let id = counted["id"].as_str().unwrap();
    let path = format!("/v1/imports/{id}/undo");
    let undone = app.with_key("POST", &path, &key, &json!(null)).await;
    assert_eq!(
        undone.json(),
        json!({"deleted": 1, "restored": 1, "left": 0})
    );
    assert_eq!(names(&app, &key).await, ["A", "B"]);
    assert_eq!(app.services.live.snapshot().index.len(), 2);
    app.with_key("POST", &path, &key, &json!(null))
        .await
        .problem(409, "conflict");
    let listed = app
        .with_key("GET", "/v1/imports", &key, &json!(null))
        .await
        .json();
    let imports = listed["imports"].as_array().unwrap();
    let undone: Vec<_> = imports
        .iter()
        .filter(|i| i["undone_at"].is_string())
        .collect();
    assert_eq!((imports.len(), undone.len()), (2, 1));
    assert_eq!(undone[0]["id"], id);
}

#[tokio::test]
async fn spreadsheets_are_imported_too_and_other_kinds_are_refused() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryRead, Scope::RegistryWrite]).await;
    let sheet = "external_id;name;phones\n1;Morgenrot;+4930123456\n";
    let done = import(&app, &key, "text/csv; charset=utf-8", sheet).await;
    assert_eq!(done.json()["import"]["created"], 1, "{}", done.text());
    let headless = import(&app, &key, "text/csv", "a;b\n1;2\n").await;
    assert_eq!(
        headless.problem(422, "invalid_request")["errors"][0]["code"],
        "invalid_file"
    );
    import(&app, &key, "application/pdf", "%PDF")
        .await
        .problem(415, "unsupported_media_type");
    let huge = "x".repeat(16 * 1024 * 1024 + 1);
    import(&app, &key, NDJSON, &huge)
        .await
        .problem(413, "body_too_large");
    let empty = import(&app, &key, NDJSON, "").await;
    assert_eq!(empty.json()["import"]["created"], 0);
}

#[tokio::test]
async fn an_import_is_its_importers_to_see_and_to_undo() {
    let app = TestApp::new().await;
    let (mine, other) = (
        app.key(&[Scope::RegistryWrite]).await,
        app.key(&[Scope::RegistryWrite]).await,
    );
    let admin = app.key(&[Scope::Admin]).await;
    let done = import(
        &app,
        &mine,
        NDJSON,
        "{\"external_id\":\"a\",\"name\":\"A\"}\n",
    )
    .await
    .json();
    let path = format!("/v1/imports/{}", done["import"]["id"].as_str().unwrap());
    app.with_key("GET", &path, &other, &json!(null))
        .await
        .problem(404, "not_found");
    let undo = format!("{path}/undo");
    app.with_key("POST", &undo, &other, &json!(null))
        .await
        .problem(404, "not_found");
    let listed = app
        .with_key("GET", "/v1/imports", &other, &json!(null))
        .await
        .json();
    assert_eq!(listed["imports"], json!([]));
    assert_eq!(
        app.with_key("GET", &path, &admin, &json!(null))
            .await
            .status,
        200
    );
    assert_eq!(
        app.with_key("POST", &undo, &admin, &json!(null))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_partners_import_leaves_others_businesses_alone() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    import(
        &app,
        &admin,
        NDJSON,
        "{\"external_id\":\"a\",\"name\":\"A\"}\n",
    )
    .await;
    let made = app
        .with_key(
            "POST",
            "/v1/organisations",
            &admin,
            &json!({"name": "Ours"}),
        )
        .await;
    let of_partner = KeyTerms {
        organisation: Some(made.json()["id"].as_str().unwrap().parse().unwrap()),
        ..terms(&[Scope::RegistryRead, Scope::RegistryWrite])
    };
    let key = app.key_of(of_partner).await.token;
    let lines =
        "{\"external_id\":\"a\",\"name\":\"Mine now\"}\n{\"external_id\":\"b\",\"name\":\"B\"}\n";
    let done = import(&app, &key, NDJSON, lines).await.json();
    assert_eq!(done["not_yours"], 1);
    assert_eq!(
        (&done["import"]["created"], &done["import"]["rejected"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(names(&app, &key).await, ["A", "B"]);
}

#[tokio::test]
async fn an_import_sent_twice_under_one_key_is_done_once() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryRead, Scope::RegistryWrite]).await;
    let send = async |body: &str| -> Value {
        let request = Request::post("/v1/imports")
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", NDJSON)
            .header("idempotency-key", "nightly-1")
            .body(Body::from(body.to_owned()));
        app.send(request.unwrap()).await.json()
    };
    let line = "{\"external_id\":\"a\",\"name\":\"A\"}\n";
    let first = send(line).await;
    assert_eq!(send(line).await, first);
    assert_eq!(send("{}").await["code"], "idempotency_key_reused");
    let listed = app
        .with_key("GET", "/v1/imports", &key, &json!(null))
        .await
        .json();
    assert_eq!(listed["imports"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_imported_is_exported_and_imports_unchanged() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryRead, Scope::RegistryWrite]).await;
    let line = |n: u32| {
        let country = if n.is_multiple_of(2) { "DE" } else { "PL" };
        format!(
            "{{\"external_id\":\"{n:04}\",\"name\":\"Kawa {n}\",\"phones\":[{{\"value\":\"+4930{n:07}\"}}],\"country\":\"{country}\"}}\n"
        )
    };
    // More than one page of the registry.
    let file: String = (1..=450).map(line).collect();
    let done = import(&app, &key, NDJSON, &file).await;
    assert_eq!(done.json()["import"]["created"], 450, "{}", done.text());
    let exported = app
        .with_key("GET", "/v1/businesses/export", &key, &json!(null))
        .await;
    assert_eq!(exported.header("content-type"), NDJSON);
    assert_eq!(exported.text().lines().count(), 450);
    let again = import(&app, &key, NDJSON, &exported.text()).await.json();
    assert_eq!(again["import"]["unchanged"], 450, "{again}");
    let path = "/v1/businesses/export?format=csv&country=PL";
    let sheet = app.with_key("GET", path, &key, &json!(null)).await;
    assert_eq!(sheet.text().lines().count(), 226, "with its header");
    let again = import(&app, &key, "text/csv", &sheet.text()).await.json();
    assert_eq!(again["import"]["unchanged"], 225, "{again}");
    let cards = app
        .with_key(
            "GET",
            "/v1/businesses/export?format=vcard",
            &key,
            &json!(null),
        )
        .await;
    assert_eq!(cards.text().matches("BEGIN:VCARD").count(), 450);
    let wrong = app
        .with_key(
            "GET",
            "/v1/businesses/export?format=pdf",
            &key,
            &json!(null),
        )
        .await;
    assert_eq!(
        wrong.problem(422, "invalid_request")["errors"][0]["pointer"],
        "/format"
    );
    let none = app
        .with_key(
            "GET",
            "/v1/businesses/export?format=csv&country=FR",
            &key,
            &json!(null),
        )
        .await;
    assert_eq!(none.text().lines().count(), 1, "the header alone");
}
