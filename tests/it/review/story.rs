//! A case from its report to its end, over the API.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bonafide::http::{HttpState, router};
use bonafide::providers::{CodeMessage, CodeSender, Failure};
use bonafide::service::access::Scope;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{impostor, register_amazon, reported, send, verdict};
use crate::support::{TestApp, TestDatabase, on_every_engine};

const NUMBER: &str = "+447400123456";

on_every_engine! {
    a_reported_impostor_is_confirmed_appeals_and_is_cleared_by_another_person,
    a_refused_reporter_appeals_under_a_condition_and_is_heard,
}

/// Where codes arrive.
#[derive(Default)]
pub(crate) struct Mailbox(Mutex<Vec<(String, String)>>);

#[async_trait]
impl CodeSender for Mailbox {
    async fn send(&self, message: &CodeMessage) -> Result<(), Failure> {
        let code = message.code.expose().to_owned();
        let to = message.to.to_string();
        self.0.lock().unwrap().push((to, code));
        Ok(())
    }
}

impl Mailbox {
    pub(crate) fn last(&self) -> (String, String) {
        self.0.lock().unwrap().last().unwrap().clone()
    }
}

/// The app with a way to send codes that we read.
pub(crate) fn with_mailbox(mut app: TestApp) -> (TestApp, Arc<Mailbox>) {
    let mailbox = Arc::new(Mailbox::default());
    let codes = Arc::clone(&mailbox) as Arc<dyn CodeSender>;
    app.services.review = app.services.review.clone().sending_codes_by(codes);
    let state = HttpState::new(
        app.services.clone(),
        bonafide::telemetry::start_metrics(),
        std::time::Duration::from_secs(30),
        bonafide::app::site(&app.settings),
    );
    app.router = router(state, &[]);
    (app, mailbox)
}

fn ruling(kind: &str) -> Value {
    json!({
        "ruling": kind, "reason": "copied_name",
        "sentence": "The name copies the business letter for letter.",
    })
}

/// Takes the next case with a key; gives its id and ETag.
async fn claimed(app: &TestApp, key: &str) -> (String, String) {
    let answer = send(app, ("POST", "/v1/cases/claims"), key, &[], None).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    (id, answer.header("etag").to_owned())
}

async fn rule(app: &TestApp, key: &str, kind: &str) -> (String, Value) {
    let (id, etag) = claimed(app, key).await;
    let path = format!("/v1/cases/{id}/rulings");
    let headers = [("if-match", etag.as_str())];
    let answer = send(app, ("POST", &path), key, &headers, Some(&ruling(kind))).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    (id, answer.json())
}

#[expect(clippy::too_many_lines, reason = "a story from beginning to end")]
async fn a_reported_impostor_is_confirmed_appeals_and_is_cleared_by_another_person(
    database: TestDatabase,
) {
    let (app, mailbox) = with_mailbox(TestApp::on(&database).await);
    register_amazon(&app).await;
    let (one, other) = (
        app.key(&[Scope::Review]).await,
        app.key(&[Scope::Review]).await,
    );
    let token = reported(&app, &impostor(NUMBER)).await;
    assert_eq!(
        verdict(&app, NUMBER).await["verdict"],
        "unknown",
        "a report brands nobody"
    );

    // A reviewer looks at both sides, and confirms.
    let (id, etag) = claimed(&app, &one).await;
    let path = format!("/v1/cases/{id}");
    let file = send(&app, ("GET", &path), &one, &[], None).await.json();
    assert_eq!(file["case"]["account"]["phone"], NUMBER);
    assert_eq!(file["case"]["independent_reports"], 1.0);
    assert_eq!(file["reports"][0]["harm"], "code_asked");
    let check = send(&app, ("GET", &format!("{path}/check")), &one, &[], None)
        .await
        .json();
    let compared = check["signals"].as_array().unwrap().iter();
    assert!(
        compared.clone().any(|s| s["registry_side"] == "Amazon"),
        "{check}"
    );
    let rulings = format!("{path}/rulings");
    let confirm = ruling("confirmed_impostor");
    let missing = send(&app, ("POST", &rulings), &one, &[], Some(&confirm)).await;
    missing.problem(428, "if_match_needed");
    let stale = send(
        &app,
        ("POST", &rulings),
        &one,
        &[("if-match", "\"1\"")],
        Some(&confirm),
    )
    .await;
    let problem = stale.problem(412, "version_mismatch");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("claimed at 2026-03-01"),
        "{problem}"
    );
    let headers = [("if-match", etag.as_str())];
    let foreign = send(&app, ("POST", &rulings), &other, &headers, Some(&confirm)).await;
    foreign.problem(409, "conflict");
    let ruled = send(&app, ("POST", &rulings), &one, &headers, Some(&confirm)).await;
    assert_eq!(ruled.status, 201, "{}", ruled.text());
    assert_eq!(ruled.json()["outcome"], "confirmed_impostor");
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "confirmed_impostor");
    app.clock.advance(SignedDuration::from_mins(20));
    let status = send(
        &app,
        ("GET", "/v1/reports/status"),
        "",
        &[("x-token", &token)],
        None,
    )
    .await;
    assert_eq!(status.json()["outcome"], "confirmed_impostor");

    // The accused appeals, and shows that the number is theirs.
    let appeal = json!({
        "account": {"phone": NUMBER}, "grounds": "I was given this number last month.",
    });
    let appealed = app.post("/v1/appeals", &appeal).await;
    assert_eq!(appealed.status, 201, "{}", appealed.text());
    let appealed = appealed.json();
    assert_eq!(appealed["appeal"]["state"], "unproved");
    assert!(
        appealed["appeal"].get("statement").is_none(),
        "to the holder of the number only"
    );
    let token = appealed["token"].as_str().unwrap().to_owned();
    let by = [("x-token", token.as_str())];
    let sent = send(&app, ("POST", "/v1/appeals/code"), "", &by, None).await;
    assert_eq!(sent.status, 204, "{}", sent.text());
    let (to, code) = mailbox.last();
    assert_eq!((to.as_str(), code.len()), (NUMBER, 6));
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let confirm = ("POST", "/v1/appeals/code/confirm");
    let refused = send(&app, confirm, "", &by, Some(&json!({"code": wrong}))).await;
    refused.problem(422, "code_refused");
    let proved = send(&app, confirm, "", &by, Some(&json!({"code": code}))).await;
    assert_eq!(proved.status, 200, "{}", proved.text());
    let proved = proved.json();
    assert_eq!(
        (&proved["state"], &proved["control"]),
        (&json!("received"), &json!("proved"))
    );
    let statement = proved["statement"]["en"].as_str().unwrap();
    assert!(statement.contains("found to imitate Amazon"), "{statement}");
    assert!(!statement.contains("key_"), "nobody is named");

    // Another person than who ruled judges.
    let waiting = send(&app, ("GET", "/v1/appeals"), &one, &[], None)
        .await
        .json();
    let appeal_id = waiting["appeals"][0]["id"].as_str().unwrap().to_owned();
    let judgement = format!("/v1/appeals/{appeal_id}/judgement");
    let reversed = json!({
        "outcome": "reversed", "reason": "namesake",
        "finding": "The number has a new holder, who showed control of it.",
    });
    let own = send(&app, ("POST", &judgement), &one, &[], Some(&reversed)).await;
    own.problem(409, "conflict");
    let judged = send(&app, ("POST", &judgement), &other, &[], Some(&reversed)).await;
    assert_eq!(judged.status, 200, "{}", judged.text());
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown");
    let file = send(&app, ("GET", &path), &other, &[], None).await.json();
    assert_eq!(file["case"]["state"], "closed");
    assert_eq!(file["case"]["outcome"], "legitimate");
    let told = send(&app, ("GET", "/v1/appeals/status"), "", &by, None)
        .await
        .json();
    assert_eq!(told["state"], "reversed");
    let what = file["events"].as_array().unwrap().iter();
    let what: Vec<&str> = what.map(|e| e["what"].as_str().unwrap()).collect();
    assert_eq!(
        what,
        ["opened", "claimed", "decided", "appealed", "appeal_judged"]
    );
}

async fn a_refused_reporter_appeals_under_a_condition_and_is_heard(database: TestDatabase) {
    let (app, _) = with_mailbox(TestApp::on(&database).await);
    register_amazon(&app).await;
    let (one, other) = (
        app.key(&[Scope::Review]).await,
        app.key(&[Scope::Review]).await,
    );
    let token = reported(&app, &impostor(NUMBER)).await;
    let appeal =
        json!({"report_token": token, "grounds": "They have my money, here is the receipt."});
    let early = app.post("/v1/appeals", &appeal).await;
    early.problem(404, "not_found");
    let (id, _) = rule(&app, &one, "legitimate").await;
    app.post("/v1/appeals", &appeal)
        .await
        .problem(404, "not_found");
    app.clock.advance(SignedDuration::from_mins(16));
    let appealed = app.post("/v1/appeals", &appeal).await;
    assert_eq!(appealed.status, 201, "{}", appealed.text());
    assert_eq!(appealed.json()["appeal"]["state"], "received");
    let token = appealed.json()["token"].as_str().unwrap().to_owned();
    app.post("/v1/appeals", &appeal)
        .await
        .problem(404, "not_found");
    let appeal_id = appealed.json()["appeal"]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/appeals/{appeal_id}/judgement");
    let mut judgement = json!({
        "outcome": "conditional", "reason": "evidence_lacking",
        "finding": "Send the receipt with the name of the payee.",
    });
    let set = send(&app, ("POST", &path), &other, &[], Some(&judgement)).await;
    assert_eq!(set.json()["state"], "conditional", "{}", set.text());
    let by = [("x-token", token.as_str())];
    let answer = json!({"answer": "I have added the receipt to the report."});
    let answered = send(&app, ("POST", "/v1/appeals/answer"), "", &by, Some(&answer)).await;
    assert_eq!(answered.json()["state"], "answered", "{}", answered.text());
    judgement["outcome"] = json!("reversed");
    let judged = send(&app, ("POST", &path), &other, &[], Some(&judgement)).await;
    assert_eq!(judged.json()["state"], "reversed", "{}", judged.text());
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "confirmed_impostor");
    let case = send(&app, ("GET", &format!("/v1/cases/{id}")), &one, &[], None)
        .await
        .json();
    assert_eq!(case["case"]["state"], "closed");
    let again = send(&app, ("POST", &path), &other, &[], Some(&judgement)).await;
    again.problem(409, "conflict");
}
