//! Claims about the review of accounts by people.

mod appeals;
mod claims;
mod desk;
mod laws;
mod reports;
mod rulings;
mod scale;
mod story;

pub(crate) use story::with_mailbox;

use bonafide::domain::{Actor, Case, UserId};
use bonafide::service::access::Scope;
use bonafide::service::author::Author;
use bonafide::service::review::{CaseQuery, RulingInput, RulingTerms};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, TestApp};

/// A reviewer of a number.
fn reviewer(n: u128) -> Author {
    Author::of(Actor::User(UserId::new(Uuid::from_u128(n))))
}

fn who(n: u128) -> String {
    UserId::new(Uuid::from_u128(n)).to_string()
}

/// Amazon, with all the numbers that it has.
async fn register_amazon(app: &TestApp) -> Value {
    let key = app.key(&[Scope::RegistryRead, Scope::RegistryWrite]).await;
    let profile = json!({
        "external_id": "amazon", "name": "Amazon", "country": "US",
        "channels": [{"kind": "phone", "value": "+18882804331"}, {"kind": "website", "value": "amazon.com"}],
        "coverage": {"phone": "complete"},
    });
    app.register(&key, &profile).await
}

/// An account that pretends to be Amazon.
fn impostor(phone: &str) -> Value {
    json!({"phone": phone, "display_name": "Amaz0n Customer Support", "medium": "whatsapp"})
}

/// Checks an account of a number, which opens a case; gives that.
async fn flagged(app: &TestApp, phone: &str) -> Case {
    let key = app.key(&[Scope::Check]).await;
    let mut account = impostor(phone);
    account["keep"] = json!(true);
    let answer = app.with_key("POST", "/v1/checks", &key, &account).await;
    assert_eq!(
        answer.json()["verdict"],
        "likely_impostor",
        "{}",
        answer.text()
    );
    let page = app.services.review.list(&everything()).await.unwrap();
    let found = page.cases.into_iter().find(|l| {
        let account = l.account.as_ref().unwrap();
        account.phone.as_deref() == Some(phone)
    });
    found.unwrap().case
}

/// What a check of a number alone answers now.
async fn verdict(app: &TestApp, phone: &str) -> Value {
    let answer = app.post("/v1/checks", &json!({"phone": phone})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn everything() -> CaseQuery {
    CaseQuery {
        limit: 200,
        ..CaseQuery::default()
    }
}

/// The terms of a ruling with a reason that fits any.
fn terms(ruling: &str) -> RulingTerms {
    let input = RulingInput {
        ruling: ruling.to_owned(),
        reason: "copied_name".to_owned(),
        sentence: "The name copies the business letter for letter.".to_owned(),
        ..RulingInput::default()
    };
    input.parse().unwrap()
}

/// Claims a case and rules on it.
async fn ruled(app: &TestApp, case: &Case, ruling: &str, by: &Author) -> Case {
    let review = &app.services.review;
    let claimed = review.claim(case.id, by).await.unwrap();
    let ruled = review
        .decide(case.id, claimed.version, &terms(ruling), by)
        .await;
    ruled.unwrap()
}

/// Sends a request with a key and headers, with a JSON body or none.
async fn send(
    app: &TestApp,
    (method, path): (&str, &str),
    key: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let mut request = axum::http::Request::builder().method(method).uri(path);
    if !key.is_empty() {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match body {
        None => axum::body::Body::empty(),
        Some(body) => {
            request = request.header("content-type", "application/json");
            axum::body::Body::from(body.to_string())
        }
    };
    app.send(request.body(body).unwrap()).await
}

/// Reports an account without a key; gives the token.
async fn reported(app: &TestApp, account: &Value) -> String {
    let report = json!({
        "account": account, "harm": "code_asked",
        "what_happened": "They called as Amazon and asked for the code.",
    });
    let answer = app.post("/v1/reports", &report).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}
