//! Reports: they join cases, weigh by independence, brand nobody, and are never lost.

use bonafide::service::access::Scope;
use bonafide::service::review::{From, ReportInput};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    everything, flagged, impostor, register_amazon, reported, reviewer, ruled, send, verdict,
};
use crate::support::{Answer, TestApp, TestDatabase, on_every_engine};

const NUMBER: &str = "+447400123456";

on_every_engine! {
    reports_join_the_case_of_the_key_and_move_it_up_and_change_no_verdict,
    a_partners_people_count_one_by_one_and_less_and_less,
    a_reporter_who_makes_things_up_weighs_nothing_for_a_time,
    more_evidence_opens_a_case_again,
    a_burst_of_reports_is_kept_whole,
    evidence_is_taken_by_its_content_and_given_back_as_an_attachment,
    a_hostile_name_comes_back_code_point_for_code_point_and_never_gets_into_the_audit_log,
}

async fn reports_join_the_case_of_the_key_and_move_it_up_and_change_no_verdict(
    database: TestDatabase,
) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let case = flagged(&app, NUMBER).await;
    let other = flagged(&app, "+447400123457").await;
    assert!((case.priority - other.priority).abs() < 1e-9);
    reported(
        &app,
        &impostor("07400 123456")
            .as_object()
            .map(in_britain)
            .unwrap(),
    )
    .await;
    let now = app.services.review.get(case.id).await.unwrap();
    assert_eq!((now.reach.reports, now.reach.independent), (1, 1.0));
    assert!(now.priority > other.priority);
    assert_eq!((now.score, now.verdict), (case.score, case.verdict));
    reported(&app, &impostor(NUMBER)).await;
    let again = app.services.review.get(case.id).await.unwrap();
    assert_eq!(
        (again.reach.reports, again.reach.independent),
        (2, 1.0),
        "the same reporter"
    );
    assert_eq!(verdict(&app, NUMBER).await["verdict"], "unknown");
    let nameless = json!({"account": {"display_name": "Amazon"}, "what_happened": "x"});
    let refused = app.post("/v1/reports", &nameless).await;
    assert_eq!(
        refused.problem(422, "invalid_request")["errors"][0]["code"],
        "no_key"
    );
    let empty = json!({"account": {"phone": "nonsense"}, "what_happened": "", "harm": "?"});
    let refused = app
        .post("/v1/reports", &empty)
        .await
        .problem(422, "invalid_request");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2, "{refused}");
}

fn in_britain(account: &serde_json::Map<String, Value>) -> Value {
    let mut account = account.clone();
    account.insert("default_region".to_owned(), json!("GB"));
    Value::Object(account)
}

async fn a_partners_people_count_one_by_one_and_less_and_less(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let key = app.key(&[Scope::Check]).await;
    for person in ["ann", "bob", "ann", "cy"] {
        let report = json!({
            "account": impostor(NUMBER), "what_happened": "It wrote to me.", "reporter": person,
        });
        let answer = app.with_key("POST", "/v1/reports", &key, &report).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let case = app
        .services
        .review
        .list(&everything())
        .await
        .unwrap()
        .cases
        .remove(0)
        .case;
    assert_eq!(case.reach.reports, 4);
    let expected = 1.0 + 0.5 + 0.0 + 0.25;
    assert!(
        (case.reach.independent - expected).abs() < 1e-9,
        "{}",
        case.reach.independent
    );
}

async fn a_reporter_who_makes_things_up_weighs_nothing_for_a_time(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    for number in ["+447400123401", "+447400123402"] {
        reported(&app, &impostor(number)).await;
    }
    for listed in review.list(&everything()).await.unwrap().cases {
        let report = review
            .reports_of(listed.case.id, None, 1)
            .await
            .unwrap()
            .remove(0);
        review.bad_faith(report.id, &reviewer(1)).await.unwrap();
        assert!(review.bad_faith(report.id, &reviewer(1)).await.is_err());
        let case = review.get(listed.case.id).await.unwrap();
        assert!(case.reach.independent.abs() < 1e-9);
    }
    let weight = |number: &'static str| {
        let app = &app;
        async move {
            reported(app, &impostor(number)).await;
            let page = app.services.review.list(&everything()).await.unwrap();
            let is = |l: &&bonafide::service::review::Listed| {
                l.account.as_ref().unwrap().phone.as_deref() == Some(number)
            };
            page.cases.iter().find(is).unwrap().case.reach.independent
        }
    };
    assert!(weight("+447400123403").await.abs() < 1e-9);
    app.clock
        .advance(bonafide::domain::Reporter::SUSPENDED_FOR + SignedDuration::from_secs(1));
    let later = weight("+447400123404").await;
    assert!(
        later > 0.0 && later < 0.5,
        "trust comes back in part: {later}"
    );
}

async fn more_evidence_opens_a_case_again(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let case = flagged(&app, NUMBER).await;
    ruled(&app, &case, "not_enough_evidence", &reviewer(1)).await;
    app.clock.advance(SignedDuration::from_mins(20));
    reported(&app, &impostor(NUMBER)).await;
    let file = review.open(case.id).await.unwrap();
    assert_eq!(file.case.state.as_str(), "open");
    assert_eq!(file.events.last().unwrap().what, "reopened");
}

async fn a_burst_of_reports_is_kept_whole(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let by = |n: usize| From {
        author: crate::support::author(),
        network: Some(bonafide::service::people::Network::of(
            (n as u128).to_be_bytes(),
        )),
    };
    let tries = (0..1_500).map(|n| {
        let (review, from) = (review.clone(), by(n));
        tokio::spawn(async move {
            let account = bonafide::service::contract::AccountInput {
                phone: Some(format!("+4474001234{:02}", n % 50)),
                ..Default::default()
            };
            let input = ReportInput {
                account,
                what_happened: "It wrote to me.".to_owned(),
                reporter: Some(n.to_string()),
                ..ReportInput::default()
            };
            review.report(&input, &from).await
        })
    });
    let (mut kept, mut refused) = (0_u32, 0);
    for outcome in tries.collect::<Vec<_>>() {
        match outcome.await.unwrap() {
            Ok(reported) => {
                review.report_status(&reported.token).await.unwrap();
                kept += 1;
            }
            Err(error) => {
                assert!(error.to_string().contains("too many"), "{error}");
                refused += 1;
            }
        }
    }
    let page = review.list(&everything()).await.unwrap();
    assert_eq!(page.cases.len(), 50);
    let counted: u32 = page.cases.iter().map(|l| l.case.reach.reports).sum();
    assert_eq!(
        counted, kept,
        "none is acknowledged and lost; {refused} were told to come back"
    );
    assert!(kept >= 1_000, "{kept}");
}

async fn upload(app: &TestApp, token: &str, name: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    let request = axum::http::Request::post(format!("/v1/reports/files?name={name}"))
        .header("x-token", token)
        .header("content-type", kind)
        .body(axum::body::Body::from(bytes));
    app.send(request.unwrap()).await
}

async fn evidence_is_taken_by_its_content_and_given_back_as_an_attachment(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let token = reported(&app, &impostor(NUMBER)).await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec();
    let stranger = upload(&app, "rpt_0", "a.png", "image/png", png.clone()).await;
    stranger.problem(404, "not_found");
    let added = upload(&app, &token, "..%2F%22shot.exe", "image/png", png.clone()).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let file = added.json();
    assert_eq!(
        (&file["name"], &file["kind"]),
        (&json!("shot.png"), &json!("image/png"))
    );
    let page = b"<html><script>alert(1)</script></html>".to_vec();
    upload(&app, &token, "a.png", "image/png", page)
        .await
        .problem(422, "invalid_request");
    upload(&app, &token, "a.jpg", "image/jpeg", png.clone())
        .await
        .problem(422, "invalid_request");
    let big = vec![b'a'; 5 * 1024 * 1024 + 1];
    upload(&app, &token, "a.txt", "text/plain", big)
        .await
        .problem(413, "body_too_large");
    for n in 0..4 {
        let name = format!("{n}.txt");
        let added = upload(&app, &token, &name, "text/plain", b"They wrote.".to_vec()).await;
        assert_eq!(added.status, 201);
    }
    upload(&app, &token, "6.txt", "text/plain", b"More.".to_vec())
        .await
        .problem(409, "conflict");

    let key = app.key(&[Scope::Review]).await;
    let case = app
        .services
        .review
        .list(&everything())
        .await
        .unwrap()
        .cases
        .remove(0)
        .case
        .id;
    let path = format!("/v1/cases/{case}/files/{}", file["id"].as_str().unwrap());
    let answer = send(&app, ("GET", &path), &key, &[], None).await;
    assert_eq!(answer.body.to_vec(), png);
    assert_eq!(answer.header("content-type"), "image/png");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"shot.png\""
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let pack = send(
        &app,
        ("GET", &format!("/v1/cases/{case}/evidence")),
        &key,
        &[],
        None,
    )
    .await;
    assert_eq!(pack.json()["files"].as_array().unwrap().len(), 5);
    assert_eq!(pack.json()["files"][0]["sha256"], file["sha256"]);
    let page = send(
        &app,
        ("GET", &format!("/v1/cases/{case}/evidence.html")),
        &key,
        &[],
        None,
    )
    .await;
    assert!(page.text().contains("data:image/png;base64,iVBORw0KGgo"));
    assert!(page.header("content-disposition").starts_with("attachment"));
    app.services.review.erase(case, &reviewer(1)).await.unwrap();
    send(&app, ("GET", &path), &key, &[], None)
        .await
        .problem(404, "not_found");
}

async fn a_hostile_name_comes_back_code_point_for_code_point_and_never_gets_into_the_audit_log(
    database: TestDatabase,
) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let names = [
        "<script>alert(1)</script> Amaz0n".to_owned(),
        "Amaz\u{202e}0n troppuS\u{2066}".to_owned(),
        format!("Amazon{}", "\u{301}".repeat(900)),
        "أمازون Amaz0n دعم".to_owned(),
    ];
    for (n, name) in names.iter().enumerate() {
        let account = json!({"phone": format!("+44740012340{n}"), "display_name": name});
        reported(&app, &account).await;
    }
    let endless =
        json!({"phone": NUMBER, "display_name": format!("Amazon{}", "\u{301}".repeat(5_000))});
    let report = json!({"account": endless, "what_happened": "x"});
    app.post("/v1/reports", &report)
        .await
        .problem(422, "invalid_request");
    let key = app.key(&[Scope::Review]).await;
    let listed = send(&app, ("GET", "/v1/cases"), &key, &[], None)
        .await
        .json();
    let cases = listed["cases"].as_array().unwrap();
    assert_eq!(cases.len(), names.len());
    for case in cases {
        let name = case["account"]["display_name"].as_str().unwrap();
        assert!(names.iter().any(|n| n == name), "{name:?}");
        let path = format!("/v1/cases/{}/evidence.html", case["id"].as_str().unwrap());
        let page = send(&app, ("GET", &path), &key, &[], None).await.text();
        assert!(
            !page.contains("<script") && !page.contains('\u{202e}'),
            "{page}"
        );
        assert!(page.matches('\u{301}').count() < 200);
    }
    let all = bonafide::store::AuditListing {
        limit: 1_000,
        ..Default::default()
    };
    let log = format!("{:?}", app.store.list_audit(&all).await.unwrap());
    assert!(log.contains("case.report"));
    for raw in ["script", "0n", "7400123", "\\u{301}"] {
        assert!(!log.contains(raw), "{raw}");
    }
}
