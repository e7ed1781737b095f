//! Requests that another website makes a browser send.

use serde_json::json;

use super::{Browser, PASSWORD, person, signed_in};
use crate::support::{TestApp, json as request};
use bonafide::service::access::Scope;

#[tokio::test]
async fn an_unsafe_request_by_cookie_needs_the_token_of_the_session() {
    let app = TestApp::new().await;
    let (browser, _) = signed_in(&app, "ann@example.com", "lead").await;
    let body = json!({"name": "A"});
    let (other, _) = signed_in(&app, "bea@example.com", "lead").await;
    for csrf in ["", "x", &other.csrf, &browser.csrf[..63]] {
        let forged = Browser {
            csrf: csrf.to_owned(),
            ..browser.clone()
        };
        forged
            .post(&app, "/v1/businesses", &body)
            .await
            .problem(403, "csrf");
        forged
            .send(&app, "DELETE", "/v1/session", None)
            .await
            .problem(403, "csrf");
        assert_eq!(forged.get(&app, "/v1/businesses").await.status, 200);
    }
    assert_eq!(
        browser.post(&app, "/v1/businesses", &body).await.status,
        201
    );
    // Whoever has a key asks by the key: no browser sends it on its own.
    let key = app.key(&[Scope::RegistryWrite]).await;
    let mut by_key = request("POST", "/v1/businesses", &key, &body);
    by_key
        .headers_mut()
        .insert("cookie", browser.cookie.parse().unwrap());
    assert_eq!(app.send(by_key).await.status, 201);
}

#[tokio::test]
async fn a_request_of_another_origin_is_refused_even_with_the_token() {
    let app = TestApp::with(bonafide::config::Settings {
        public_url: Some("https://bonafide.example".to_owned()),
        ..Default::default()
    })
    .await;
    let (browser, _) = signed_in(&app, "ann@example.com", "lead").await;
    for (name, value, status) in [
        ("origin", "https://bonafide.example", 201),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "same-origin", 201),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
    ] {
        let there = browser.clone().with(name, value);
        let answer = there
            .post(&app, "/v1/businesses", &json!({"name": "A"}))
            .await;
        assert_eq!(answer.status, status, "{name}: {value}: {}", answer.text());
    }
}

#[tokio::test]
async fn nobody_is_signed_in_by_another_website() {
    let app = TestApp::new().await;
    person(&app, "ann@example.com", "business").await;
    let typed = json!({"email": "ann@example.com", "password": PASSWORD});
    let cross = Browser::default().with("sec-fetch-site", "cross-site");
    cross
        .post(&app, "/v1/session", &typed)
        .await
        .problem(403, "csrf");
    let form = Browser::default().with("content-type", "text/plain");
    let answer = form.send(&app, "POST", "/v1/session", None).await;
    answer.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_cookie_of_no_session_is_nobodys() {
    let app = TestApp::new().await;
    for cookie in [
        "bonafide=",
        "bonafide=x",
        &format!("bonafide={}", "0".repeat(64)),
        "=;=,\u{7f}",
    ] {
        let Ok(value) = cookie.parse::<axum::http::HeaderValue>() else {
            continue;
        };
        let browser = Browser {
            cookie: value.to_str().unwrap_or_default().to_owned(),
            ..Browser::default()
        };
        assert_eq!(browser.get(&app, "/v1/businesses").await.status, 200);
        browser
            .get(&app, "/v1/session")
            .await
            .problem(401, "session_needed");
        let answer = browser
            .post(&app, "/v1/businesses", &json!({"name": "A"}))
            .await;
        answer.problem(401, "key_needed");
    }
}
