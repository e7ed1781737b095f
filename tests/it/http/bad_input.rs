//! Bad input: a problem that points at the field, never a panic, never a 5xx.

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::Scope;
use serde_json::{Value, json};

use crate::support::TestApp;

async fn raw(
    app: &TestApp,
    path: &str,
    kind: &str,
    body: impl Into<Body>,
) -> crate::support::Answer {
    let request = Request::post(path)
        .header("content-type", kind)
        .body(body.into());
    app.send(request.unwrap()).await
}

#[tokio::test]
async fn an_empty_account_is_told_what_is_needed() {
    let app = TestApp::new().await;
    for account in [json!({}), json!({"about": "hello"}), json!({"phone": "  "})] {
        let problem = app
            .post("/v1/checks", &account)
            .await
            .problem(422, "invalid_request");
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(
            detail.contains("phone") && detail.contains("display_name"),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn wrong_fields_are_pointed_at() {
    let app = TestApp::new().await;
    for (account, pointer, code) in [
        (json!({"phon": "1"}), "/phon", "unknown_field"),
        (json!({"a/b~c": "1"}), "/a~1b~0c", "unknown_field"),
        (json!({"phone": 7}), "/phone", "invalid_type"),
        (json!({"phone": ["1", "2"]}), "/phone", "invalid_type"),
        (
            json!({"display_name": "x", "keep": "yes"}),
            "/keep",
            "invalid_type",
        ),
        (
            json!({"display_name": "x", "explain": 1}),
            "/explain",
            "invalid_type",
        ),
        (
            json!({"handle": {"platform": "myspace", "value": "x"}}),
            "/handle/platform",
            "invalid_value",
        ),
        (
            json!({"handle": {"platform": "x", "value": ""}}),
            "/handle/value",
            "invalid_value",
        ),
        (
            json!({"handle": {"platform": "x", "value": "y", "verified": true}}),
            "/handle/verified",
            "unknown_field",
        ),
        (
            json!({"handle": {"value": "y"}}),
            "/handle",
            "missing_field",
        ),
        (
            json!({"website": "javascript://x"}),
            "/website",
            "invalid_value",
        ),
        (json!({"email": "nobody"}), "/email", "invalid_value"),
        (
            json!({"display_name": "x", "medium": "pigeon"}),
            "/medium",
            "invalid_value",
        ),
        (
            json!({"display_name": "x", "catalogue": [{"title": "t"}, {"title": 3}]}),
            "/catalogue/1/title",
            "invalid_type",
        ),
        (
            json!({"display_name": "\u{0}\u{1}"}),
            "/display_name",
            "invalid_value",
        ),
        (
            json!({"display_name": "n".repeat(1001)}),
            "/display_name",
            "invalid_value",
        ),
        (json!({"phone": "1".repeat(1001)}), "/phone", "too_long"),
        (json!([]), "", "invalid_type"),
        (json!("phone"), "", "invalid_type"),
        (json!(null), "", "invalid_type"),
    ] {
        let problem = app
            .post("/v1/checks", &account)
            .await
            .problem(422, "invalid_request");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!(pointer), &json!(code)),
            "{account}: {problem}"
        );
    }
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let app = TestApp::new().await;
    let account = json!({"website": "x", "email": "x", "default_region": "x", "display_name": "x"});
    let problem = app
        .post("/v1/checks", &account)
        .await
        .problem(422, "invalid_request");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3, "{problem}");
}

#[tokio::test]
async fn what_is_no_json_is_a_400() {
    let app = TestApp::new().await;
    let deep = format!(
        "{{\"display_name\": {}1{}}}",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        b"{\"phone\": \"1\"} x".to_vec(),
        b"{\"display_name\": \"\xff\xfe\"}".to_vec(),
        b"{\"display_name\": \"\\ud800\"}".to_vec(),
        b"phone=1".to_vec(),
        deep.into_bytes(),
    ] {
        raw(&app, "/v1/checks", "application/json", body)
            .await
            .problem(400, "invalid_json");
    }
}

#[tokio::test]
async fn ten_megabytes_are_refused_before_they_are_read() {
    let app = TestApp::new().await;
    let huge = json!({"display_name": "n".repeat(10 << 20)}).to_string();
    raw(&app, "/v1/checks", "application/json", huge.clone())
        .await
        .problem(413, "body_too_large");
    raw(&app, "/v1/checks/batch", "application/json", huge.clone())
        .await
        .problem(413, "body_too_large");
    // Without a stated length, what comes is counted.
    let pieces = (0..200).map(|_| Ok::<_, std::io::Error>("x".repeat(8_192)));
    let stream = Body::from_stream(futures_util::stream::iter(pieces));
    raw(&app, "/v1/checks", "application/json", stream)
        .await
        .problem(413, "body_too_large");
    let page = raw(&app, "/", "application/x-www-form-urlencoded", huge).await;
    assert_eq!(page.status, 422);
    // A batch of 600 KiB is within its limit.
    let items: Vec<Value> = (0..100)
        .map(|_| json!({"about": "a".repeat(6_000)}))
        .collect();
    assert_eq!(
        app.post("/v1/checks/batch", &json!({"items": items}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_large_one_is_refused_too() {
    use std::io::Write;
    let app = TestApp::new().await;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b' '; 20 << 20]).unwrap();
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 64 * 1024);
    let request = Request::post("/v1/checks")
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(Body::from(bomb));
    app.send(request.unwrap())
        .await
        .problem(413, "body_too_large");
}

#[tokio::test]
async fn another_media_type_is_a_415() {
    let app = TestApp::new().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
    ] {
        raw(&app, "/v1/checks", kind, "{}")
            .await
            .problem(415, "unsupported_media_type");
    }
    let none = Request::post("/v1/checks").body(Body::from("{}")).unwrap();
    app.send(none).await.problem(415, "unsupported_media_type");
    for kind in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/vnd.x+json",
    ] {
        let answer = raw(&app, "/v1/checks", kind, "{\"phone\": \"1\"}").await;
        assert_eq!(answer.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn wrong_query_parameters_are_pointed_at() {
    let app = TestApp::new().await;
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=-1", "/limit"),
        ("country=Germany", "/country"),
        ("cursor=abc", "/cursor"),
        ("cursor=%F0%9F%92%A9", "/cursor"),
        ("colour=red", "/colour"),
        ("limit=1&limit=2", ""),
    ] {
        let answer = app.get(&format!("/v1/businesses?{query}")).await;
        let problem = answer.problem(422, "invalid_request");
        let at = problem["errors"][0]["pointer"].as_str().unwrap();
        assert!(at == pointer || pointer.is_empty(), "{query}: {problem}");
    }
}

/// A JSON value that nobody would send.
fn value(depth: u32, next: &mut dyn FnMut() -> u64, words: &[&str]) -> Value {
    let word = |n: u64| words[n as usize % words.len()];
    match next() % if depth == 0 { 5 } else { 7 } {
        0 => Value::Null,
        1 => json!(next() & 1 == 0),
        2 => json!(next().cast_signed()),
        3 => json!(f64::from_bits(next())),
        4 => json!(word(next())),
        5 => (0..next() % 4)
            .map(|_| value(depth - 1, next, words))
            .collect(),
        _ => (0..next() % 4)
            .map(|_| (word(next()).to_owned(), value(depth - 1, next, words)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

#[tokio::test]
async fn noise_never_breaks_the_server() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let words = [
        "phone",
        "display_name",
        "handle",
        "items",
        "name",
        "channels",
        "kind",
        "value",
        "hours",
        "\u{202e}",
        "",
        "+49",
        "x",
    ];
    for _ in 0..500 {
        let body = value(4, &mut next, &words);
        for path in ["/v1/checks", "/v1/checks/batch", "/v1/businesses"] {
            let answer = app.with_key("POST", path, &key, &body).await;
            assert!(
                answer.status.as_u16() < 500,
                "{path} {body}: {}",
                answer.text()
            );
        }
    }
}
