//! The language of answers, chosen by `Accept-Language`.

use axum::body::Body;
use axum::http::Request;
use bonafide::service::access::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, json as json_request};

async fn app() -> TestApp {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::RegistryWrite]).await;
    let profile =
        json!({"name": "Acme Bank", "channels": [{"kind": "phone", "value": "+442079460000"}]});
    app.register(&key, &profile).await;
    app
}

fn asking_for(mut request: Request<Body>, language: &[u8]) -> Request<Body> {
    let value = axum::http::HeaderValue::from_bytes(language).unwrap();
    request.headers_mut().insert("accept-language", value);
    request
}

fn assert_spoken(answer: &Answer, language: &str) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-language"), language);
    let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
    let varies = |v: &&axum::http::HeaderValue| v.to_str().unwrap().contains("accept-language");
    assert!(vary.iter().any(varies), "{vary:?}");
}

fn is_chinese(text: &Value) -> bool {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    text.as_str().is_some_and(|t| t.contains(han))
}

#[tokio::test]
async fn checks_lookups_and_batches_answer_in_the_language_asked_for() {
    let app = app().await;
    let account = json!({"display_name": "Acme Bank Support", "phone": "+44 7400 123456"});
    let batch = json!({"items": [account.clone(), {"display_name": "Ann"}]});
    let mut scores = Vec::new();
    for (asked, language) in [
        (&b"zh-CN,zh;q=0.9,en;q=0.8"[..], "zh-Hans"),
        (b"en-GB,en;q=0.9,zh;q=0.8", "en"),
        (b"de-DE,de;q=0.9", "en"),
        (b"*", "en"),
        (b"en;q=0,*", "zh-Hans"),
        (b"\xff\xfe;;q=", "en"),
        (b"", "en"),
    ] {
        let chinese = language == "zh-Hans";
        let check = json_request("POST", "/v1/checks", "", &account);
        let answer = app.send(asking_for(check, asked)).await;
        assert_spoken(&answer, language);
        let body = answer.json();
        for text in [
            &body["summary"],
            &body["advice"]["text"],
            &body["signals"][0]["detail"],
        ] {
            assert_eq!(is_chinese(text), chinese, "{text}");
        }
        scores.push((body["score"].to_string(), body["verdict"].to_string()));

        let check = json_request("POST", "/v1/checks/batch", "", &batch);
        let answer = app.send(asking_for(check, asked)).await;
        assert_spoken(&answer, language);
        for result in answer.json()["results"].as_array().unwrap() {
            assert_eq!(is_chinese(&result["assessment"]["summary"]), chinese);
        }

        let lookup = Request::get("/v1/lookup/phone/+442079460000");
        let answer = (app.send(asking_for(lookup.body(Body::empty()).unwrap(), asked))).await;
        assert_spoken(&answer, language);
        assert_eq!(is_chinese(&answer.json()["summary"]), chinese);
    }
    scores.dedup();
    assert_eq!(scores.len(), 1, "{scores:?}");
}

#[tokio::test]
async fn problems_stay_english_and_say_nothing_of_language() {
    let app = app().await;
    let check = json_request(
        "POST",
        "/v1/checks",
        "",
        &json!({"default_region": "Germany"}),
    );
    let problem = app.send(asking_for(check, b"zh")).await;
    problem.problem(422, "invalid_request");
    assert_eq!(problem.header("content-language"), "");
}

#[tokio::test]
async fn the_page_is_wholly_in_one_language() {
    let app = app().await;
    for (asked, language, heading) in [
        (&b"zh-SG"[..], "zh-Hans", "真的是他们吗？"),
        (b"fr, en;q=0.1", "en", "Is this really them?"),
    ] {
        let page = Request::get("/").body(Body::empty()).unwrap();
        let page = app.send(asking_for(page, asked)).await;
        assert_spoken(&page, language);
        let html = page.text();
        assert!(
            html.contains(&format!("<html lang=\"{language}\">")),
            "{html}"
        );
        assert!(html.contains(heading), "{html}");
    }
    let submit = |form: &'static str| {
        let request =
            Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        asking_for(request.body(Body::from(form)).unwrap(), b"zh-CN")
    };
    for form in [
        "phone=%2B442079460000&name=Acme+Bank&link=",
        "phone=%2B447400123456&name=Acme+Bank+Support+%E2%9C%85&link=",
        "phone=%2B4207****&name=Ann&link=",
        "phone=&name=&link=",
        "phone=&name=Ann&link=http%3A%2F%2F10.0.0.1%2F",
    ] {
        let answer = app.send(submit(form)).await;
        assert_eq!(answer.header("content-language"), "zh-Hans");
        let left = english_left(&answer.text());
        assert!(left.is_empty(), "{form}: {left:?}");
    }
}

/// Texts of a page in which English words stand side by side, the account's and the business's names aside.
fn english_left(html: &str) -> Vec<String> {
    let is_word = |w: &str| w.len() > 1 && w.bytes().all(|b| b.is_ascii_alphabetic());
    let body = html.split_once("<body>").unwrap().1;
    let texts = body.split('<').filter_map(|tag| tag.split_once('>'));
    texts
        .map(|(_, text)| text.replace("Acme Bank", "“”").trim().to_owned())
        .filter(|text| {
            let words: Vec<&str> = text.split(' ').collect();
            words.windows(2).any(|w| is_word(w[0]) && is_word(w[1]))
        })
        .collect()
}
