//! The console as somebody works in it, by mouse and by keyboard.

use bonafide::service::access::Scope;
use serde_json::json;

use super::at_work;
use crate::support::TestApp;

async fn app_with_two_banks() -> (TestApp, String) {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let phone = json!([{"kind": "phone", "value": "+442079460000"}]);
    let acme =
        json!({"name": "Acme Bank", "country": "GB", "aliases": ["Acme"], "channels": phone});
    let acme = app.register(&key, &acme).await;
    app.register(
        &key,
        &json!({"name": "Zenith Bank", "country": "NG", "channels": phone}),
    )
    .await;
    let id = acme["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/businesses/{id}");
    let request = crate::support::json("PATCH", &path, &key, &json!({"name": "Acme Bank plc"}));
    let (mut parts, body) = request.into_parts();
    parts.headers.insert("if-match", "\"1\"".parse().unwrap());
    let changed = app.send(axum::http::Request::from_parts(parts, body)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    (app, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_business_is_found_labelled_and_noted_upon_and_its_history_tells_what_changed() {
    let (app, id) = app_with_two_banks().await;
    let chrome = at_work(app, "lead", "/console/businesses").await;
    chrome.says("Zenith Bank").await;
    // The list follows what one types, without another page.
    chrome.press("/").await;
    chrome.press("acme").await;
    for _ in 0..100 {
        if !chrome.text().await.contains("Zenith") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(!chrome.text().await.contains("Zenith"));
    assert!(
        chrome.path().await.contains("q=acme"),
        "{}",
        chrome.path().await
    );
    chrome.press(&fantoccini::key::Key::Escape).await;
    chrome.press("j").await;
    chrome.press(&fantoccini::key::Key::Enter).await;
    chrome.says("Version 2").await;
    assert_eq!(chrome.path().await, format!("/console/businesses/{id}"));
    let gone = chrome.find(".diff del").await.text().await.unwrap();
    let came = chrome.find(".diff ins").await.text().await.unwrap();
    assert_eq!(
        (gone.as_str(), came.as_str()),
        ("Acme Bank", "Acme Bank plc")
    );
    chrome.says("contested").await;

    chrome.press("o").await;
    chrome.press("They called back.").await;
    chrome.click("form[action$='/notes'] button").await;
    chrome.says("The note is kept.").await;
    chrome.says("They called back.").await;
    chrome.open("/console/labels").await;
    chrome.fill("#name", "watch").await;
    chrome.click("form[action='/console/labels'] button").await;
    chrome.says("The label is made.").await;
    chrome.open(&format!("/console/businesses/{id}")).await;
    chrome.click("form[action$='/labels'] button").await;
    chrome.says("Labelled.").await;
    chrome.click(".chip button").await;
    chrome.says("The label is off.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conflict_is_settled_by_a_sentence() {
    let (app, _) = app_with_two_banks().await;
    let chrome = at_work(app, "reviewer", "/console/conflicts").await;
    chrome.press("j").await;
    chrome.press(&fantoccini::key::Key::Enter).await;
    chrome.says("Acme Bank plc").await;
    chrome.says("Zenith Bank").await;
    chrome.press("s").await;
    chrome.press("Both rent the line.").await;
    chrome.click("form[action$='/settle'] button").await;
    chrome.says("Settled.").await;
    chrome.says("No open conflict").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_palette_finds_pages_and_businesses_by_keyboard_alone() {
    let (app, id) = app_with_two_banks().await;
    let chrome = at_work(app, "admin", "/console/settings").await;
    chrome
        .press(&format!("{}k", char::from(fantoccini::key::Key::Control)))
        .await;
    chrome.press(&fantoccini::key::Key::Null).await;
    chrome.press("acme").await;
    chrome.find("#palette-found a").await;
    chrome.press(&fantoccini::key::Key::Enter).await;
    chrome.says("Version 2").await;
    assert_eq!(chrome.path().await, format!("/console/businesses/{id}"));
    // Keys are letters where somebody types.
    chrome.press("o").await;
    chrome.press("b?l").await;
    let note = chrome
        .run("return document.querySelector('#note').value")
        .await;
    assert_eq!(note, "b?l");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_made_shown_once_replaced_and_revoked() {
    let chrome = at_work(TestApp::new().await, "admin", "/console/keys").await;
    chrome.fill("#name", "shop").await;
    chrome.click("input[value='check']").await;
    chrome.click("form[action='/console/keys'] button").await;
    chrome.says("Copy it now").await;
    let token = chrome.find("#token").await.text().await.unwrap();
    let check = json!({"phone": "+442079460000"});
    let allowed = chrome
        .app
        .with_key("POST", "/v1/checks", &token, &check)
        .await;
    assert_eq!(allowed.status, 200, "{}", allowed.text());
    chrome.open("/console/keys").await;
    assert!(!chrome.text().await.contains(&token));
    chrome.click("form[action$='/rotate'] button").await;
    chrome.client.accept_alert().await.unwrap();
    chrome.says("Copy it now").await;
    let other = chrome.find("#token").await.text().await.unwrap();
    assert_ne!(token, other);
    chrome.open("/console/keys").await;
    chrome.says("replaced").await;
    for _ in 0..2 {
        chrome.click("form[action$='/revoke'] button").await;
        chrome.client.accept_alert().await.unwrap();
        chrome.says("The key is revoked.").await;
    }
    for token in [token, other] {
        let refused = chrome
            .app
            .with_key("POST", "/v1/checks", &token, &check)
            .await;
        refused.problem(401, "key_revoked");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_undone_and_the_audit_log_tells_who_did_it() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let request = axum::http::Request::post("/v1/imports?source=list.jsonl")
        .header("content-type", "application/x-ndjson")
        .header("authorization", format!("Bearer {key}"))
        .body(axum::body::Body::from(
            "{\"external_id\":\"a\",\"name\":\"Acme Bank\"}\n",
        ));
    assert_eq!(app.send(request.unwrap()).await.status, 201);
    let chrome = at_work(app, "admin", "/console/imports").await;
    chrome.click("tbody th a").await;
    chrome.click("form[action$='/undo'] button").await;
    chrome.client.accept_alert().await.unwrap();
    chrome.says("Undone: 1 deleted").await;
    chrome.open("/console/businesses").await;
    chrome.says("The registry is empty").await;
    chrome.open("/console/audit?action=import.undone").await;
    chrome.says("Ann Miller").await;
    let export = chrome
        .run("const r = new XMLHttpRequest(); r.open('GET', '/console/audit.jsonl', false); r.send(); return r.responseText")
        .await;
    let lines = export.as_str().unwrap().trim().lines().count();
    let head = chrome.app.services.audit.head().await.unwrap();
    assert_eq!(lines as u64, head.seq);
}
