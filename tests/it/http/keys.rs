//! Keys over the API, their rate, quota and usage.

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::{KeyTerms, Scope};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{TestApp, terms};

#[tokio::test]
async fn a_key_is_made_shown_once_used_and_revoked() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let wanted = json!({"name": "shop", "scopes": ["check", "registry:read"], "rate_per_minute": 60,
        "expires_at": "2026-12-01T00:00:00Z"});
    let made = app.with_key("POST", "/v1/keys", &admin, &wanted).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let (key, token) = (made.json()["key"].clone(), made.json()["token"].clone());
    let (id, token) = (key["id"].as_str().unwrap(), token.as_str().unwrap());
    assert_eq!(key["state"], "active");
    assert_eq!(key["rate_per_minute"], 60);
    let page = app
        .with_key("GET", "/v1/businesses", token, &json!(null))
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("ratelimit-policy"), "\"minute\";q=60;w=60");
    assert_eq!(page.header("ratelimit"), "\"minute\";r=59;t=1");
    let listed = app
        .with_key("GET", "/v1/keys", &admin, &json!(null))
        .await
        .json();
    assert!(
        !listed
            .to_string()
            .contains(token.rsplit('_').next().unwrap())
    );
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
    let gone = app
        .with_key("DELETE", &format!("/v1/keys/{id}"), &admin, &json!(null))
        .await;
    assert_eq!(gone.status, 204);
    let problem = app
        .with_key("GET", "/v1/businesses", token, &json!(null))
        .await;
    problem.problem(401, "key_revoked");
    let log = app
        .with_key(
            "GET",
            &format!("/v1/audit?subject={id}"),
            &admin,
            &json!(null),
        )
        .await;
    let log = log.json();
    let actions: Vec<_> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].clone())
        .collect();
    assert_eq!(actions, ["key.revoke", "key.create"]);
    assert!(
        !log.to_string().contains("hash_"),
        "nothing of its secret: {log}"
    );
}

#[tokio::test]
async fn terms_that_cannot_be_are_refused_by_field() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let wanted = json!({"name": " ", "scopes": ["check", "everything"], "rate_per_minute": 0,
        "expires_at": "2020-01-01T00:00:00Z", "organisation_id": "biz_1"});
    let answer = app.with_key("POST", "/v1/keys", &admin, &wanted).await;
    let problem = answer.problem(422, "invalid_request");
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].clone())
        .collect();
    assert_eq!(
        pointers,
        [
            "/name",
            "/scopes/1",
            "/rate_per_minute",
            "/expires_at",
            "/organisation_id"
        ]
    );
    let none = json!({"name": "a", "scopes": []});
    app.with_key("POST", "/v1/keys", &admin, &none)
        .await
        .problem(422, "invalid_request");
    let unknown = json!({"name": "a", "scopes": ["check"], "organisation_id": format!("org_{}", "0".repeat(32))});
    let problem = app
        .with_key("POST", "/v1/keys", &admin, &unknown)
        .await
        .problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/organisation_id");
    assert_eq!(
        app.services.access.list().await.unwrap().len(),
        1,
        "nothing is half done"
    );
}

#[tokio::test]
async fn an_answer_with_a_secret_is_not_kept_to_be_given_again() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let request = Request::post("/v1/keys")
        .header("authorization", format!("Bearer {admin}"))
        .header("content-type", "application/json")
        .header("idempotency-key", "1")
        .body(Body::from(
            json!({"name": "a", "scopes": ["check"]}).to_string(),
        ));
    app.send(request.unwrap())
        .await
        .problem(400, "idempotency_key_refused");
}

#[tokio::test]
async fn a_key_is_replaced_by_its_holder_and_both_work_for_the_overlap() {
    let app = TestApp::new().await;
    let key = app.key_of(terms(&[Scope::RegistryRead])).await;
    let path = format!("/v1/keys/{}/rotate", key.record.id);
    let made = app
        .with_key("POST", &path, &key.token, &json!({"overlap_hours": 2}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let new = made.json()["token"].as_str().unwrap().to_owned();
    let read = async |token: &str| {
        app.with_key("GET", "/v1/businesses", token, &json!(null))
            .await
    };
    assert_eq!(read(&key.token).await.status, 200);
    assert_eq!(read(&new).await.status, 200);
    let again = app.with_key("POST", &path, &key.token, &json!({})).await;
    again.problem(409, "conflict");
    let too_long = app
        .with_key("POST", &path, &key.token, &json!({"overlap_hours": 721}))
        .await;
    too_long.problem(422, "invalid_request");
    app.clock.advance(SignedDuration::from_hours(2));
    read(&key.token).await.problem(401, "key_expired");
    assert_eq!(read(&new).await.status, 200);
    let others = app.key(&[Scope::RegistryRead]).await;
    let stranger = app.with_key("POST", &path, &others, &json!({})).await;
    stranger.problem(403, "scope_needed");
}

#[tokio::test]
async fn whoever_asks_too_fast_is_told_when_to_come_back() {
    let app = TestApp::new().await;
    let slow = KeyTerms {
        rate_per_minute: Some(3),
        ..terms(&[Scope::RegistryRead])
    };
    let token = app.key_of(slow).await.token;
    for _ in 0..3 {
        let answer = app
            .with_key("GET", "/v1/businesses", &token, &json!(null))
            .await;
        assert_eq!(answer.status, 200);
    }
    let answer = app
        .with_key("GET", "/v1/businesses", &token, &json!(null))
        .await;
    answer.problem(429, "rate_limited");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    let other = app.key(&[Scope::RegistryRead]).await;
    assert_eq!(
        app.with_key("GET", "/v1/businesses", &other, &json!(null))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_month_is_used_up_by_units_and_begins_anew() {
    let app = TestApp::new().await;
    let small = KeyTerms {
        monthly_quota: Some(12),
        ..terms(&[Scope::Check])
    };
    let key = app.key_of(small).await;
    let ten: Vec<_> = (0..10)
        .map(|n| json!({"id": n.to_string(), "phone": "+4930123456"}))
        .collect();
    let batch = json!({"items": ten});
    let answer = app
        .with_key("POST", "/v1/checks/batch", &key.token, &batch)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let one = json!({"phone": "+4930123456"});
    for _ in 0..2 {
        assert_eq!(
            app.with_key("POST", "/v1/checks", &key.token, &one)
                .await
                .status,
            200
        );
    }
    let answer = app.with_key("POST", "/v1/checks", &key.token, &one).await;
    let problem = answer.problem(429, "quota_exceeded");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("2026-04-01T00:00:00Z"),
        "{problem}"
    );
    // What was counted survives the process, and holds in every other.
    app.services.access.flush_uses().await.unwrap();
    let other = app.sibling().await;
    other
        .with_key("POST", "/v1/checks", &key.token, &one)
        .await
        .problem(429, "quota_exceeded");
    app.clock.advance(SignedDuration::from_hours(24 * 31));
    assert_eq!(
        app.with_key("POST", "/v1/checks", &key.token, &one)
            .await
            .status,
        200
    );
    let admin = app.key(&[Scope::Admin]).await;
    let path = format!("/v1/usage?key_id={}&month=2026-03", key.record.id);
    let usage = app
        .with_key("GET", &path, &admin, &json!(null))
        .await
        .json();
    assert_eq!(usage["units"], 12);
    assert_eq!(usage["requests"], 3);
    assert_eq!(usage["quota"], 12);
    assert_eq!(
        usage["days"],
        json!([{"date": "2026-03-01", "requests": 3, "units": 12}])
    );
}

#[tokio::test]
async fn usage_is_ones_own_unless_one_administers() {
    let app = TestApp::new().await;
    let (mine, other) = (
        app.key_of(terms(&[Scope::Check])).await,
        app.key(&[Scope::Check]).await,
    );
    let usage = app
        .with_key("GET", "/v1/usage", &mine.token, &json!(null))
        .await
        .json();
    assert_eq!(usage["key_id"], mine.record.id.to_string());
    assert_eq!(usage["requests"], 1);
    assert_eq!(usage["rate_per_minute"], 6_000);
    let path = format!("/v1/usage?key_id={}", mine.record.id);
    app.with_key("GET", &path, &other, &json!(null))
        .await
        .problem(403, "scope_needed");
    app.get("/v1/usage").await.problem(401, "key_needed");
    let wrong = app
        .with_key("GET", "/v1/usage?month=March", &mine.token, &json!(null))
        .await;
    assert_eq!(
        wrong.problem(422, "invalid_request")["errors"][0]["pointer"],
        "/month"
    );
}
