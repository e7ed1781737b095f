//! What appeals refuse.

use bonafide::domain::Case;
use bonafide::service::access::Scope;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::story::with_mailbox;
use super::{flagged, register_amazon, reviewer, ruled, send};
use crate::support::{TestApp, TestDatabase, on_every_engine};

const NUMBER: &str = "+447400123456";

on_every_engine! {
    codes_lapse_and_are_tried_five_times,
    there_is_no_appeal_without_a_ruling_or_after_six_months,
    an_appeal_that_waits_too_long_counts_as_taken_back,
}

fn appeal() -> Value {
    json!({"account": {"phone": NUMBER}, "grounds": "I was given this number last month."})
}

async fn confirmed(app: &TestApp) -> Case {
    register_amazon(app).await;
    let case = flagged(app, NUMBER).await;
    ruled(app, &case, "confirmed_impostor", &reviewer(1)).await
}

async fn token_of_appeal(app: &TestApp) -> String {
    let answer = app.post("/v1/appeals", &appeal()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

async fn codes_lapse_and_are_tried_five_times(database: TestDatabase) {
    let (app, mailbox) = with_mailbox(TestApp::on(&database).await);
    confirmed(&app).await;
    let token = token_of_appeal(&app).await;
    let by = [("x-token", token.as_str())];
    let confirm = ("POST", "/v1/appeals/code/confirm");
    for _ in 0..5 {
        let sent = send(&app, ("POST", "/v1/appeals/code"), "", &by, None).await;
        assert_eq!(sent.status, 204, "{}", sent.text());
    }
    let sixth = send(&app, ("POST", "/v1/appeals/code"), "", &by, None).await;
    sixth.problem(409, "conflict");
    let code = mailbox.last().1;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let refused = send(&app, confirm, "", &by, Some(&json!({"code": wrong}))).await;
        refused.problem(422, "code_refused");
    }
    let right = send(&app, confirm, "", &by, Some(&json!({"code": code}))).await;
    right.problem(422, "code_refused");

    let token = token_of_appeal(&app).await;
    let by = [("x-token", token.as_str())];
    send(&app, ("POST", "/v1/appeals/code"), "", &by, None).await;
    let code = mailbox.last().1;
    app.clock.advance(SignedDuration::from_mins(11));
    let late = send(&app, confirm, "", &by, Some(&json!({"code": code}))).await;
    late.problem(422, "code_refused");
    let skipped = send(&app, ("POST", "/v1/appeals/code/skip"), "", &by, None).await;
    skipped.problem(409, "conflict");
}

async fn there_is_no_appeal_without_a_ruling_or_after_six_months(database: TestDatabase) {
    let (app, _) = with_mailbox(TestApp::on(&database).await);
    app.post("/v1/appeals", &appeal())
        .await
        .problem(404, "not_found");
    confirmed(&app).await;
    let both = json!({
        "account": {"phone": NUMBER}, "report_token": "rpt_x", "grounds": "I was given this number.",
    });
    app.post("/v1/appeals", &both)
        .await
        .problem(422, "invalid_request");
    let blank = json!({"account": {"phone": NUMBER}, "grounds": "no"});
    app.post("/v1/appeals", &blank)
        .await
        .problem(422, "invalid_request");
    let unknown = send(
        &app,
        ("GET", "/v1/appeals/status"),
        "",
        &[("x-token", "apt_0")],
        None,
    )
    .await;
    unknown.problem(404, "not_found");
    let token = token_of_appeal(&app).await;
    let by = [("x-token", token.as_str())];
    let withdrawn = send(&app, ("POST", "/v1/appeals/withdrawal"), "", &by, None).await;
    assert_eq!(
        withdrawn.json()["state"],
        "withdrawn",
        "{}",
        withdrawn.text()
    );
    app.clock
        .advance(Case::APPEAL + SignedDuration::from_hours(1));
    let token = token_of_appeal(&app).await;
    let by = [("x-token", token.as_str())];
    let review = &app.services.review;
    let late = review.go_on(&token).await;
    assert!(late.unwrap_err().to_string().contains("a code can be sent"));
    let closed = review.close_old(&crate::support::author()).await.unwrap();
    assert_eq!(closed, 1);
    app.post("/v1/appeals", &appeal())
        .await
        .problem(404, "not_found");
    let status = send(&app, ("GET", "/v1/appeals/status"), "", &by, None).await;
    assert_eq!(status.json()["state"], "unproved");
}

async fn an_appeal_that_waits_too_long_counts_as_taken_back(database: TestDatabase) {
    let (app, _) = with_mailbox(TestApp::on(&database).await);
    confirmed(&app).await;
    let token = token_of_appeal(&app).await;
    let review = &app.services.review;
    assert_eq!(review.withdraw_waiting().await.unwrap(), 0);
    app.clock
        .advance(bonafide::domain::Appeal::WAITS + SignedDuration::from_hours(1));
    assert_eq!(review.withdraw_waiting().await.unwrap(), 1);
    let status = review.appeal_status(&token).await.unwrap();
    assert_eq!(status.state.as_str(), "withdrawn");
    let key = app.key(&[Scope::Review]).await;
    let waiting = send(&app, ("GET", "/v1/appeals?state=unproved"), &key, &[], None).await;
    assert_eq!(waiting.json()["appeals"], json!([]));
}
