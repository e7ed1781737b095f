//! Every error is a problem, wherever it comes from.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::support::TestApp;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"];

#[tokio::test]
async fn every_error_of_every_route_and_method_is_problem_json() {
    let app = TestApp::new().await;
    let document: Value = serde_json::from_str(bonafide::http::openapi::COMMITTED).unwrap();
    let documented = document["paths"].as_object().unwrap().keys().cloned();
    let others = [
        "/",
        "/docs/",
        "/docs/nothing.js",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
        "/nothing",
        "/v1",
        "/v1/",
        "/assets/x",
        "//",
        "/%00",
    ];
    let mut seen = std::collections::BTreeSet::new();
    for path in documented.chain(others.map(str::to_owned)) {
        let path = path.replace("{id}", "biz_1").replace("{number}", "1");
        for method in METHODS {
            let request = Request::builder()
                .method(method)
                .uri(&path)
                .body(Body::empty());
            let answer = app.send(request.unwrap()).await;
            let status = answer.status.as_u16();
            let page = path == "/" && answer.header("content-type").starts_with("text/html");
            if status >= 400 && !page {
                assert_eq!(
                    answer.header("content-type"),
                    "application/problem+json",
                    "{method} {path}"
                );
                answer.problem(status, answer.json()["code"].as_str().unwrap());
                seen.insert(status);
            }
            if status == 405 {
                assert!(!answer.header("allow").is_empty(), "{method} {path}");
            }
            assert!(status < 500, "{method} {path}: {}", answer.text());
        }
    }
    assert!(
        seen.contains(&404) && seen.contains(&405) && seen.contains(&415),
        "{seen:?}"
    );
}

#[tokio::test]
async fn a_request_id_is_kept_if_it_can_stand_in_a_log_and_made_otherwise() {
    let app = TestApp::new().await;
    let ask = |id: &'static str| {
        let request = Request::get("/nothing")
            .header("x-request-id", id)
            .body(Body::empty());
        app.send(request.unwrap())
    };
    assert_eq!(
        ask("abc-1.2:3_X").await.header("x-request-id"),
        "abc-1.2:3_X"
    );
    for bad in ["", "a b", "a\"b", "<script>"] {
        let answer = ask(bad).await;
        assert!(answer.header("x-request-id").starts_with("req_"), "{bad}");
        answer.problem(404, "not_found");
    }
    let long = Request::get("/")
        .header("x-request-id", "a".repeat(129))
        .body(Body::empty());
    assert!(
        app.send(long.unwrap())
            .await
            .header("x-request-id")
            .starts_with("req_")
    );
}

#[tokio::test]
async fn answers_are_guarded_and_packed() {
    let app = TestApp::new().await;
    for path in ["/", "/docs/", "/openapi.json", "/v1/businesses", "/nothing"] {
        let answer = app.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let packed = Request::get("/openapi.json")
        .header("accept-encoding", "gzip")
        .body(Body::empty());
    assert_eq!(
        app.send(packed.unwrap()).await.header("content-encoding"),
        "gzip"
    );
}

#[tokio::test]
async fn other_origins_are_let_in_only_when_they_are_named() {
    let ask = |app: TestApp| async move {
        let request = Request::builder()
            .method("OPTIONS")
            .uri("/v1/checks")
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "POST")
            .body(Body::empty());
        let answer = app.send(request.unwrap()).await;
        answer.header("access-control-allow-origin").to_owned()
    };
    assert_eq!(ask(TestApp::new().await).await, "");
    let settings = bonafide::config::Settings {
        cors_origins: vec!["https://app.example.com".to_owned()],
        ..Default::default()
    };
    assert_eq!(
        ask(TestApp::with(settings).await).await,
        "https://app.example.com"
    );
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_to_be_and_checks_go_on() {
    let app = TestApp::new().await;
    app.store.close().await;
    let answer = app.get("/v1/businesses").await;
    assert_eq!(answer.status, 503);
    assert!(!answer.header("retry-after").is_empty());
    answer.problem(503, "database_unavailable");
    app.get("/readyz").await.problem(503, "not_ready");
    assert_eq!(app.get("/healthz").await.status, 200);
    assert_eq!(
        app.post("/v1/checks", &json!({"display_name": "DHL"}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn readiness_and_metrics_tell_the_state_of_the_registry() {
    let app = TestApp::new().await;
    let ready = app.get("/readyz").await.json();
    assert_eq!(ready["status"], "ready");
    assert_eq!(
        (&ready["registry_seq"], &ready["lag"], &ready["businesses"]),
        (&json!(0), &json!(0), &json!(0))
    );
    let metrics = app.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").starts_with("text/plain"));
}
