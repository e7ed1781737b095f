//! The registry over HTTP from the first business to the last, on every engine.

use bonafide::service::access::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestDatabase, json as request, on_every_engine};

on_every_engine! {
    a_registry_is_kept_over_http_and_two_processes_see_the_same,
    what_is_looked_for_by_a_nul_character_is_not_found,
}

async fn change(app: &TestApp, key: &str, id: &str, version: u32, patch: &Value) -> Answer {
    let mut request = request("PATCH", &format!("/v1/businesses/{id}"), key, patch);
    let headers = request.headers_mut();
    headers.insert("if-match", format!("\"{version}\"").parse().unwrap());
    headers.insert(
        "content-type",
        "application/merge-patch+json".parse().unwrap(),
    );
    app.send(request).await
}

async fn verdict(app: &TestApp, name: &str, phone: &str) -> Value {
    let asked = json!({"display_name": name, "phone": phone});
    app.post("/v1/checks", &asked).await.json()
}

async fn a_registry_is_kept_over_http_and_two_processes_see_the_same(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    let other = app.sibling().await;
    let key = app.key(&[Scope::RegistryWrite]).await;

    let channels = json!([{"kind": "phone", "value": "+442079460123", "provenance": "listed"}]);
    let made = app
        .register(
            &key,
            &json!({"name": "Zenitho", "external_id": "z", "channels": channels}),
        )
        .await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        verdict(&app, "Zenitho", "+442079460123").await["verdict"],
        "verified"
    );
    let taken = json!({"name": "Another", "external_id": "z"});
    app.with_key("POST", "/v1/businesses", &key, &taken)
        .await
        .problem(409, "conflict");

    let won = change(&app, &key, id, 1, &json!({"name": "Zenitho Bank"})).await;
    assert_eq!(won.status, 200, "{}", won.text());
    change(&other, &key, id, 1, &json!({"name": "Lost"}))
        .await
        .problem(412, "version_mismatch");

    // The other process has not looked at the feed since.
    assert_eq!(
        verdict(&other, "Zenitho Bank", "+442079460123").await["matches"],
        json!([])
    );
    other.services.live.catch_up().await.unwrap();
    let seen = verdict(&other, "Zenitho Bank", "+442079460123").await;
    assert_eq!(seen["verdict"], "verified");
    assert_eq!(seen["registry_seq"], 2);

    for name in ["Alpha", "Beta", "Zenitho Foods"] {
        other.register(&key, &json!({"name": name})).await;
    }
    let page = app.get("/v1/businesses?limit=3").await.json();
    assert_eq!(page["businesses"].as_array().unwrap().len(), 3);
    let next = page["next_cursor"].as_str().unwrap();
    let rest = app
        .get(&format!("/v1/businesses?limit=3&cursor={next}"))
        .await
        .json();
    assert_eq!(rest["businesses"].as_array().unwrap().len(), 1);
    assert!(rest.get("next_cursor").is_none());
    let found = app.get("/v1/businesses?q=zenitho").await.json();
    assert_eq!(found["businesses"].as_array().unwrap().len(), 2);

    let mut gone = request("DELETE", &format!("/v1/businesses/{id}"), &key, &json!({}));
    gone.headers_mut()
        .insert("if-match", "\"2\"".parse().unwrap());
    assert_eq!(other.send(gone).await.status, 204);
    app.services.live.catch_up().await.unwrap();
    assert_eq!(
        verdict(&app, "x", "+442079460123").await["matches"],
        json!([])
    );
    app.get(&format!("/v1/businesses/{id}"))
        .await
        .problem(404, "not_found");
    assert_eq!(app.get("/readyz").await.json()["lag"], 0);
}

async fn what_is_looked_for_by_a_nul_character_is_not_found(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    for path in ["/v1/businesses?q=%00", "/v1/businesses?category=a%00b"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.json()["businesses"], json!([]));
    }
}
