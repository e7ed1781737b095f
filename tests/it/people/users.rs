//! Administering people.

use axum::http::HeaderValue;
use bonafide::service::access::Scope;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Browser, PASSWORD, person, signed_in};
use crate::support::{Answer, TestApp, json as request};

async fn change(app: &TestApp, key: &str, id: &str, version: &str, patch: &Value) -> Answer {
    let mut request = request("PATCH", &format!("/v1/users/{id}"), key, patch);
    if !version.is_empty() {
        let tag = HeaderValue::try_from(format!("\"{version}\"")).unwrap();
        request.headers_mut().insert("if-match", tag);
    }
    app.send(request).await
}

#[tokio::test]
async fn only_admins_see_to_people() {
    let app = TestApp::new().await;
    let (lead, _) = signed_in(&app, "lead@example.com", "lead").await;
    lead.get(&app, "/v1/users")
        .await
        .problem(403, "scope_needed");
    app.get("/v1/users").await.problem(401, "key_needed");
    let key = app.key(&[Scope::RegistryWrite, Scope::Review]).await;
    app.with_key("GET", "/v1/users", &key, &json!({}))
        .await
        .problem(403, "scope_needed");
    let (admin, _) = signed_in(&app, "admin@example.com", "admin").await;
    let page = admin.get(&app, "/v1/users").await.json();
    assert_eq!(page["users"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_account_is_made_without_a_password_which_its_person_chooses_by_a_link() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let new = json!({"email": "bob@example.com", "name": "Bob", "role": "business"});
    let made = app.with_key("POST", "/v1/users", &key, &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("etag"), "\"1\"");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/v1/users/{id}"));
    app.with_key("POST", "/v1/users", &key, &new)
        .await
        .problem(409, "conflict");
    let mut browser = Browser::default();
    browser
        .sign_in(&app, "bob@example.com", None)
        .await
        .problem(401, "sign_in_refused");

    let link = async || {
        let path = format!("/v1/users/{id}/password-reset");
        app.with_key("POST", &path, &key, &json!({})).await.json()["token"].clone()
    };
    let choose = async |token: &Value, password: &str| {
        let chosen = json!({"token": token, "password": password});
        Browser::default()
            .post(&app, "/v1/password-resets", &chosen)
            .await
    };
    let first = link().await;
    let second = link().await;
    choose(&first, PASSWORD).await.problem(422, "link_refused");
    choose(&second, "short")
        .await
        .problem(422, "invalid_request");
    assert_eq!(choose(&second, PASSWORD).await.status, 204);
    choose(&second, PASSWORD).await.problem(422, "link_refused");
    assert_eq!(
        browser.sign_in(&app, "bob@example.com", None).await.status,
        200
    );
    let late = link().await;
    app.clock.advance(SignedDuration::from_hours(24));
    choose(&late, PASSWORD).await.problem(422, "link_refused");
    choose(&json!("nonsense"), PASSWORD)
        .await
        .problem(422, "link_refused");
}

#[tokio::test]
async fn who_has_lost_the_second_factor_signs_in_without_once_an_admin_took_it_away() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let (phone, _) = signed_in(&app, "ann@example.com", "reviewer").await;
    let people = app
        .with_key("GET", "/v1/users", &key, &json!({}))
        .await
        .json();
    let id = people["users"][0]["id"].as_str().unwrap();
    let mut browser = Browser::default();
    browser
        .sign_in(&app, "ann@example.com", None)
        .await
        .problem(401, "code_needed");
    let path = format!("/v1/users/{id}/totp");
    let gone = app.with_key("DELETE", &path, &key, &json!(null)).await;
    assert_eq!(gone.status, 204, "{}", gone.text());
    phone
        .get(&app, "/v1/sessions")
        .await
        .problem(401, "session_needed");
    let signed_in = browser.sign_in(&app, "ann@example.com", None).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text());
    app.with_key(
        "DELETE",
        "/v1/users/user_00000000000000000000000000000001/totp",
        &key,
        &json!(null),
    )
    .await
    .problem(404, "not_found");
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_read_and_somebody_always_administers() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = person(&app, "ann@example.com", "admin").await.to_string();
    change(&app, &key, &id, "", &json!({}))
        .await
        .problem(428, "if_match_needed");
    change(&app, &key, &id, "7", &json!({}))
        .await
        .problem(412, "version_mismatch");
    for patch in [json!({"role": "lead"}), json!({"disabled": true})] {
        change(&app, &key, &id, "1", &patch)
            .await
            .problem(409, "conflict");
    }
    let changed = change(&app, &key, &id, "1", &json!({"name": " Ann "})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(
        (changed.header("etag"), &changed.json()["name"]),
        ("\"2\"", &json!("Ann"))
    );
    person(&app, "bea@example.com", "admin").await;
    assert_eq!(
        change(&app, &key, &id, "2", &json!({"disabled": true}))
            .await
            .json()["state"],
        "disabled"
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_account_is_told_by_field() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let organisation = format!("org_{}", "0".repeat(32));
    for (body, pointers) in [
        (
            json!({"email": "no", "name": " ", "role": "boss"}),
            &["/email", "/name", "/role"][..],
        ),
        (
            json!({"email": "a@example.com", "name": "A", "role": "lead", "organisation": organisation}),
            &["/organisation"],
        ),
        (
            json!({"email": "a@example.com", "name": "A", "role": "business", "organisation": "x"}),
            &["/organisation"],
        ),
        (
            json!({"email": "a@example.com", "name": "A", "role": "lead", "password": "x"}),
            &["/password"],
        ),
    ] {
        let answer = app.with_key("POST", "/v1/users", &key, &body).await;
        let problem = answer.problem(422, "invalid_request");
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<_> = errors
            .iter()
            .map(|e| e["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(found, pointers, "{problem}");
    }
    let lost = json!({"email": "a@example.com", "name": "A", "role": "business", "organisation": organisation});
    app.with_key("POST", "/v1/users", &key, &lost)
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn people_are_listed_by_page() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for n in 0..3 {
        let new = json!({"email": format!("p{n}@example.com"), "name": "P", "role": "lead"});
        assert_eq!(
            app.with_key("POST", "/v1/users", &key, &new).await.status,
            201
        );
        app.clock.advance(SignedDuration::from_secs(1));
    }
    let list = async |query: &str| {
        let path = format!("/v1/users?{query}");
        app.with_key("GET", &path, &key, &json!({})).await
    };
    let first = list("limit=2").await.json();
    assert_eq!(first["users"][1]["email"], "p1@example.com");
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = list(&format!("limit=2&cursor={cursor}")).await.json();
    assert_eq!(rest["users"].as_array().unwrap().len(), 1);
    assert!(rest.get("next_cursor").is_none());
    for wrong in ["limit=0", "limit=201", "cursor=x", "colour=red"] {
        list(wrong).await.problem(422, "invalid_request");
    }
}
