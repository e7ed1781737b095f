//! The public page.

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::Scope;
use serde_json::json;

use crate::support::{Answer, TestApp};

async fn submit(app: &TestApp, form: &str) -> Answer {
    let request = Request::post("/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept-language", "en-GB,en;q=0.8")
        .body(Body::from(form.to_owned()));
    app.send(request.unwrap()).await
}

#[tokio::test]
async fn the_page_answers_without_scripts_and_leads_nowhere_else() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let profile =
        json!({"name": "Acme Bank", "channels": [{"kind": "phone", "value": "+442079460000"}]});
    app.register(&key, &profile).await;
    let page = app.get("/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("<script") && !page.text().contains("style="));
    let answer = submit(&app, "phone=020+7946+0000&name=Acme+Bank&link=").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.text().contains("Publicly listed as Acme Bank"),
        "{}",
        answer.text()
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(app.get("/assets/public.css").await.status, 200);
    assert_eq!(app.get("/assets/icon.svg").await.status, 200);
}

#[tokio::test]
async fn an_empty_form_and_a_wrong_link_say_what_to_mend_and_keep_what_was_typed() {
    let app = TestApp::new().await;
    let empty = submit(&app, "phone=&name=&link=").await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("at least one field") && empty.text().contains("role=\"alert\""));
    let wrong = submit(&app, "phone=&name=Acme&link=http%3A%2F%2F10.0.0.1%2F").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("value=\"Acme\"") && wrong.text().contains("Link:"),
        "{}",
        wrong.text()
    );
    for noise in ["%FF%FE", "phone", "&&&=", "phone=1&phone=2", "\u{202e}"] {
        assert_eq!(submit(&app, noise).await.status, 422, "{noise}");
    }
}

#[tokio::test]
async fn what_is_typed_is_shown_as_text_and_never_as_markup() {
    let app = TestApp::new().await;
    let answer = submit(&app, "name=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E").await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text().contains("<script>"), "{}", answer.text());
}

#[tokio::test]
async fn links_are_read_as_what_they_are() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let profile = json!({"name": "Acme Bank", "channels": [
        {"kind": "handle", "platform": "instagram", "value": "acmebank"}, {"kind": "email", "value": "@acme.example.com"},
        {"kind": "website", "value": "https://acme.example.com/"}, {"kind": "phone", "value": "+442079460000"}]});
    app.register(&key, &profile).await;
    for link in [
        "https://www.instagram.com/AcmeBank/?hl=en",
        "desk@acme.example.com",
        "acme.example.com/login",
        "https://wa.me/442079460000",
    ] {
        let body =
            serde_urlencoded::to_string([("phone", ""), ("name", "Acme Bank"), ("link", link)])
                .unwrap();
        let answer = submit(&app, &body).await;
        assert!(
            answer.text().contains("listed as Acme Bank"),
            "{link}: {}",
            answer.text()
        );
    }
}
