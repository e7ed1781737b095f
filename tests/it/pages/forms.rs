//! Forms are taken only from those who mean them, and lead nowhere else.

use axum::body::Body;
use axum::http::Request;

use super::{PASSWORD, Visitor, person};
use crate::support::{Answer, TestApp};

#[tokio::test]
async fn a_form_without_the_token_or_from_another_origin_changes_nothing() {
    let app = TestApp::new().await;
    let ann = Visitor::of(&app, "ann@example.com", "admin").await;
    let fields = format!("name=Mine&csrf_token={}", ann.csrf);
    let elsewhere = [
        ("origin", "https://evil.example"),
        ("host", "localhost:8080"),
    ];
    let null = [("origin", "null"), ("host", "localhost:8080")];
    let ours = [
        ("origin", "http://localhost:8080"),
        ("host", "localhost:8080"),
    ];
    let path = "/console/organisations";
    for (fields, headers) in [
        ("name=Mine", &ours[..]),
        ("name=Mine&csrf_token=", &ours),
        ("name=Mine&csrf_token=0123", &ours),
        (&fields, &elsewhere),
        (&fields, &null),
        (&fields, &[("sec-fetch-site", "cross-site")]),
        (&fields, &[("sec-fetch-site", "same-site")]),
        ("name=Mine", &[("x-csrf-token", "0123")]),
    ] {
        let answer = ann.post_as(&app, path, fields, headers).await;
        assert_eq!(answer.status, 403, "{fields} {headers:?}");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
    let list = app
        .services
        .registry
        .list_organisations(None, 10)
        .await
        .unwrap();
    assert!(list.organisations.is_empty());
    // htmx sends the token as a header.
    let by_header = [
        ("x-csrf-token", ann.csrf.as_str()),
        ("origin", "http://localhost:8080"),
        ("host", "localhost:8080"),
    ];
    assert_eq!(
        ann.post_as(&app, path, "name=Mine", &by_header)
            .await
            .status,
        303
    );
    let fields = fields.replace("Mine", "Yours");
    assert_eq!(ann.post_as(&app, path, &fields, &ours).await.status, 303);
    let list = app
        .services
        .registry
        .list_organisations(None, 10)
        .await
        .unwrap();
    assert_eq!(list.organisations.len(), 2);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_where_one_signs_in_and_back_again() {
    let app = TestApp::new().await;
    let nobody = Visitor {
        cookie: String::new(),
        csrf: String::new(),
    };
    let answer = nobody.get(&app, "/console/businesses?q=a%26b").await;
    assert_eq!(answer.status, 303);
    assert_eq!(
        answer.header("location"),
        "/sign-in?next=%2Fconsole%2Fbusinesses%3Fq%3Da%2526b"
    );
    let page = nobody.get(&app, answer.header("location")).await.text();
    assert!(
        page.contains(r#"name="next" value="/console/businesses?q=a%26b""#),
        "{page}"
    );
    person(&app, "biz@example.com", "Biz", "business").await;
    for (next, to) in [
        ("%2Fconsole%2Fbusinesses%3Fq%3Da", "/console/businesses?q=a"),
        ("https%3A%2F%2Fevil.example%2F", "/console"),
        ("%2F%2Fevil.example", "/console"),
        ("", "/console"),
    ] {
        let answer = sign_in(&app, &format!("&next={next}"), &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, to)
        );
    }
    let elsewhere = [
        ("origin", "https://evil.example"),
        ("host", "localhost:8080"),
    ];
    assert_eq!(sign_in(&app, "", &elsewhere).await.status, 403);
    // Programs are told by a problem, as everywhere.
    let request = Request::get("/console").body(Body::empty()).unwrap();
    app.send(request).await.problem(401, "session_needed");
}

async fn sign_in(app: &TestApp, more: &str, headers: &[(&str, &str)]) -> Answer {
    let password = PASSWORD.replace(' ', "+");
    let mut request = Request::post("/sign-in")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = format!("email=biz%40example.com&password={password}{more}");
    app.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn what_is_wrong_is_told_in_words_and_what_was_typed_is_kept() {
    let app = TestApp::new().await;
    let ann = Visitor::of(&app, "ann@example.com", "admin").await;
    for (path, fields, kept, told) in [
        ("/console/keys", "name=shop", "value=\"shop\"", "scope"),
        (
            "/console/users",
            "name=Bob&email=nonsense&role=lead",
            "value=\"Bob\"",
            "nonsense",
        ),
        (
            "/account/password",
            "current_password=wrong&password=abc",
            "autocomplete",
            "password",
        ),
    ] {
        let answer = ann.post(&app, path, fields).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        let page = answer.text();
        assert!(page.contains("role=\"alert\""), "{path}");
        assert!(page.contains(kept) && page.contains(told), "{path}: {page}");
    }
    let missing = ann.get(&app, "/console/nowhere").await;
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("This page does not exist"));
    let gone = ann
        .get(
            &app,
            "/console/businesses/biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f",
        )
        .await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn pages_speak_chinese_to_those_who_ask_for_it_and_let_nothing_inline_run() {
    let app = TestApp::new().await;
    let ann = Visitor::of(&app, "ann@example.com", "admin").await;
    for (path, words) in [
        ("/sign-in?again=1", "请重新登录"),
        ("/account", "我的账户"),
        ("/console/businesses", "企业"),
        ("/console/audit", "审计日志"),
        ("/console/settings", "设置"),
    ] {
        let request = Request::get(path)
            .header("cookie", &ann.cookie)
            .header("accept", "text/html")
            .header("accept-language", "zh-CN,zh;q=0.9");
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 200, "{path}");
        let page = answer.text();
        assert!(
            page.contains("lang=\"zh-Hans\"") && page.contains(words),
            "{path}"
        );
        assert!(
            !page.contains(" style=") && !page.contains("<script>"),
            "{path}"
        );
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}
