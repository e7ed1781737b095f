//! Keys and what they allow.

use axum::body::Body;
use axum::http::Request;
use bonafide::config::Settings;
use bonafide::service::access::{KeyTerms, Scope};
use serde_json::json;

use crate::support::{TestApp, author, terms};

fn public() -> Settings {
    Settings {
        listen: "0.0.0.0:8080".parse().unwrap(),
        ..Settings::default()
    }
}

#[tokio::test]
async fn on_loopback_checks_and_reads_need_no_key_and_writes_do() {
    let app = TestApp::new().await;
    assert_eq!(
        app.post("/v1/checks", &json!({"display_name": "DHL"}))
            .await
            .status,
        200
    );
    assert_eq!(app.get("/v1/businesses").await.status, 200);
    let answer = app.post("/v1/businesses", &json!({"name": "DHL"})).await;
    answer.problem(401, "key_needed");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn elsewhere_everything_of_the_api_needs_a_key() {
    let app = TestApp::with(public()).await;
    app.post("/v1/checks", &json!({"display_name": "DHL"}))
        .await
        .problem(401, "key_needed");
    app.get("/v1/businesses").await.problem(401, "key_needed");
    let key = app.key(&[Scope::Check]).await;
    let body = json!({"display_name": "DHL"});
    assert_eq!(
        app.with_key("POST", "/v1/checks", &key, &body).await.status,
        200
    );
    app.with_key("POST", "/v1/businesses", &key, &json!({"name": "A"}))
        .await
        .problem(403, "scope_needed");
    let open = TestApp::with(Settings {
        allow_anonymous: true,
        ..public()
    })
    .await;
    assert_eq!(open.post("/v1/checks", &body).await.status, 200);
}

#[tokio::test]
async fn a_key_that_is_wrong_in_any_way_is_refused_in_the_same_words() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let mut flipped = key.clone();
    let last = flipped.pop().unwrap();
    flipped.push(if last == '0' { '1' } else { '0' });
    let other_id = key.replacen(&key[8..12], "ffff", 1);
    for wrong in [flipped.as_str(), &other_id, "bf_live_", "x", &key[..60]] {
        app.with_key("POST", "/v1/checks", wrong, &json!({"phone": "1"}))
            .await
            .problem(401, "invalid_key");
    }
    let basic = Request::get("/v1/businesses")
        .header("authorization", "Basic eDp5")
        .body(Body::empty());
    app.send(basic.unwrap()).await.problem(401, "invalid_key");
}

#[tokio::test]
async fn a_revoked_key_works_no_more_here_or_in_another_process_after_one_refresh() {
    let app = TestApp::new().await;
    let other = app.sibling().await;
    let made = app.key_of(terms(&[Scope::RegistryWrite])).await;
    let body = json!({"name": "A"});
    for process in [&app, &other] {
        let answer = process
            .with_key("POST", "/v1/businesses", &made.token, &body)
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    app.services
        .access
        .revoke(made.record.id, &author())
        .await
        .unwrap();
    app.with_key("POST", "/v1/businesses", &made.token, &body)
        .await
        .problem(401, "key_revoked");
    other.services.access.refresh().await.unwrap();
    other
        .with_key("POST", "/v1/businesses", &made.token, &body)
        .await
        .problem(401, "key_revoked");
    assert!(bonafide::service::access::REFRESH.as_secs() <= 5);
}

#[tokio::test]
async fn an_expired_key_works_no_more() {
    let app = TestApp::new().await;
    let soon = app.services.world.now() + jiff::SignedDuration::from_hours(1);
    let made = app
        .key_of(KeyTerms {
            expires_at: Some(soon),
            ..terms(&[Scope::RegistryWrite])
        })
        .await;
    let body = json!({"name": "A"});
    assert_eq!(
        app.with_key("POST", "/v1/businesses", &made.token, &body)
            .await
            .status,
        201
    );
    app.clock.advance(jiff::SignedDuration::from_hours(1));
    app.with_key("POST", "/v1/businesses", &made.token, &body)
        .await
        .problem(401, "key_expired");
}

#[tokio::test]
async fn the_secret_is_kept_nowhere_and_uses_are_counted() {
    let app = TestApp::new().await;
    let made = app.key_of(terms(&[Scope::Check])).await;
    let secret = made.token.rsplit('_').next().unwrap();
    for _ in 0..3 {
        app.with_key("POST", "/v1/checks", &made.token, &json!({"phone": "1"}))
            .await;
    }
    app.services.access.flush_uses().await.unwrap();
    let kept = app.store.get_key(made.record.id).await.unwrap().unwrap();
    assert_eq!(kept.uses, 3);
    assert_eq!(kept.last_used_at, Some(app.services.world.now()));
    app.store.close().await;
    let file = app.url.strip_prefix("sqlite://").unwrap();
    for file in [file.to_owned(), format!("{file}-wal")] {
        let bytes = std::fs::read(file).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()));
    }
}
