//! Rulings on many cases, figures, golden cases, templates, views, labels.

use bonafide::service::access::Scope;
use bonafide::service::review::ReviewError;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    everything, flagged, register_amazon, reported, reviewer, ruled, send, terms, verdict,
};
use crate::support::{TestApp, TestDatabase, on_every_engine};

on_every_engine! {
    a_campaign_is_ruled_on_at_once_as_previewed_and_undone_at_once,
    clusters_are_of_one_block_name_and_reporter,
    figures_count_what_was_done,
    a_golden_case_measures_and_does_nothing_else,
    templates_and_views_are_kept,
    decided_cases_become_labels,
}

async fn campaign(app: &TestApp) -> Vec<String> {
    register_amazon(app).await;
    let numbers: Vec<String> = (0..5).map(|n| format!("+4474001234{n:02}")).collect();
    for number in &numbers {
        flagged(app, number).await;
    }
    numbers
}

async fn a_campaign_is_ruled_on_at_once_as_previewed_and_undone_at_once(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    let numbers = campaign(&app).await;
    let key = app.key(&[Scope::Review]).await;
    let filter = json!({"verdict": "likely_impostor"});
    let preview = ("POST", "/v1/bulk-rulings/preview");
    let previewed = send(&app, preview, &key, &[], Some(&json!({"filter": filter})))
        .await
        .json();
    assert_eq!(previewed["count"], 5);
    let ruling = json!({
        "ruling": "confirmed_impostor", "reason": "copied_name",
        "sentence": "One campaign: the same name on a block of numbers.",
    });
    let mut asked = json!({"filter": filter, "token": previewed["token"], "ruling": ruling});
    let held = app
        .services
        .review
        .list(&everything())
        .await
        .unwrap()
        .cases
        .remove(0)
        .case;
    app.services
        .review
        .claim(held.id, &reviewer(9))
        .await
        .unwrap();
    let stale = send(&app, ("POST", "/v1/bulk-rulings"), &key, &[], Some(&asked)).await;
    stale.problem(409, "conflict");
    let previewed = send(&app, preview, &key, &[], Some(&json!({"filter": filter})))
        .await
        .json();
    assert_eq!(previewed["count"], 4, "what somebody holds is left alone");
    asked["token"] = previewed["token"].clone();
    let done = send(&app, ("POST", "/v1/bulk-rulings"), &key, &[], Some(&asked)).await;
    assert_eq!(done.status, 201, "{}", done.text());
    let done = done.json();
    assert_eq!((&done["done"], &done["skipped"]), (&json!(4), &json!([])));
    let mut confirmed = 0;
    for number in &numbers {
        confirmed += u32::from(verdict(&app, number).await["verdict"] == "confirmed_impostor");
    }
    assert_eq!(confirmed, 4);
    let undo = format!("/v1/bulk-rulings/{}/undo", done["id"].as_str().unwrap());
    let undone = send(&app, ("POST", &undo), &key, &[], None).await.json();
    assert_eq!(undone["done"], 4, "{undone}");
    for number in &numbers {
        assert_eq!(verdict(&app, number).await["verdict"], "unknown");
    }
}

async fn clusters_are_of_one_block_name_and_reporter(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    campaign(&app).await;
    let elsewhere = flagged(&app, "+447900555123").await;
    reported(&app, &super::impostor("+447400123401")).await;
    reported(&app, &json!({"phone": "+447900777123"})).await;
    let review = &app.services.review;
    let all = review.list(&everything()).await.unwrap().cases;
    let phone = |l: &bonafide::service::review::Listed| l.account.clone().unwrap().phone.unwrap();
    let one = all
        .iter()
        .find(|l| phone(l) == "+447400123401")
        .unwrap()
        .case
        .id;
    let clusters = review.clusters(one).await.unwrap();
    assert_eq!(clusters.block.len(), 4);
    assert_eq!(clusters.name.len(), 5);
    assert!(clusters.name.iter().any(|l| l.case.id == elsewhere.id));
    assert_eq!(
        clusters.reporters.iter().map(phone).collect::<Vec<_>>(),
        ["+447900777123"]
    );
}

async fn figures_count_what_was_done(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    campaign(&app).await;
    let review = &app.services.review;
    let cases = review.list(&everything()).await.unwrap().cases;
    for (case, ruling) in
        cases
            .iter()
            .zip(["confirmed_impostor", "confirmed_impostor", "legitimate"])
    {
        let by = reviewer(1);
        let claimed = review.claim(case.case.id, &by).await.unwrap();
        app.clock.advance(SignedDuration::from_secs(90));
        review
            .decide(claimed.id, claimed.version, &terms(ruling), &by)
            .await
            .unwrap();
    }
    app.clock.advance(SignedDuration::from_secs(1));
    let key = app.key(&[Scope::Review]).await;
    let stats = send(&app, ("GET", "/v1/stats"), &key, &[], None)
        .await
        .json();
    assert_eq!(
        (&stats["inbound_24h"], &stats["pending"]),
        (&json!(5), &json!(2))
    );
    assert_eq!(
        stats["rulings"],
        json!({"confirmed_impostor": 2, "legitimate": 1})
    );
    assert!((stats["action_rate"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(stats["median_handling_seconds"], 90.0);
    assert_eq!(stats["reviewers"][0]["actor"], super::who(1));
    assert_eq!(stats["reviewers"][0]["confirmed"], 2);
    assert_eq!(stats["signals"][0]["cases"], 3);
    assert!((stats["signals"][0]["precision"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9);
    let csv = send(&app, ("GET", "/v1/stats.csv"), &key, &[], None).await;
    assert!(
        csv.text().contains("ruling,confirmed_impostor,count,2\r\n"),
        "{}",
        csv.text()
    );
    let long = "/v1/stats?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z";
    send(&app, ("GET", long), &key, &[], None)
        .await
        .problem(422, "invalid_request");
}

async fn a_golden_case_measures_and_does_nothing_else(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    register_amazon(&app).await;
    let review = &app.services.review;
    let number = "+447400123456";
    let case = flagged(&app, number).await;
    ruled(&app, &case, "legitimate", &reviewer(1)).await;
    let early = review.plant_golden(case.id, &reviewer(1)).await;
    assert!(matches!(early, Err(ReviewError::Store(_))));
    app.clock.advance(SignedDuration::from_mins(20));
    review.plant_golden(case.id, &reviewer(1)).await.unwrap();
    let listed = review.list(&everything()).await.unwrap().cases.remove(0);
    assert_ne!(listed.case.id, case.id);
    assert_eq!(listed.account.unwrap().phone.as_deref(), Some(number));
    let key = app.key(&[Scope::Review]).await;
    let path = format!("/v1/cases/{}", listed.case.id);
    let shown = send(&app, ("GET", &path), &key, &[], None).await;
    assert!(!shown.text().contains("golden"), "{}", shown.text());
    ruled(&app, &listed.case, "confirmed_impostor", &reviewer(2)).await;
    assert_eq!(
        verdict(&app, number).await["verdict"],
        "unknown",
        "it does nothing else"
    );
    app.clock.advance(SignedDuration::from_secs(1));
    let figures = review.statistics(None, None).await.unwrap();
    let measured = figures
        .reviewers
        .iter()
        .find(|r| r.by == super::who(2))
        .unwrap();
    assert_eq!(
        (measured.golden, measured.golden_right, measured.decided),
        (1, 0, 0)
    );
    review.erase(case.id, &reviewer(1)).await.unwrap();
    assert!(
        review.open(listed.case.id).await.unwrap().account.is_none(),
        "its copy goes with it"
    );
}

async fn templates_and_views_are_kept(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    let key = app.key(&[Scope::Review]).await;
    let template = json!({"name": "Thanks", "language": "en", "text": "Dear {name}, thank you."});
    let made = send(&app, ("POST", "/v1/templates"), &key, &[], Some(&template)).await;
    assert_eq!(
        made.json()["placeholders"],
        json!(["name"]),
        "{}",
        made.text()
    );
    send(&app, ("POST", "/v1/templates"), &key, &[], Some(&template))
        .await
        .problem(409, "conflict");
    let path = format!("/v1/templates/{}", made.json()["id"].as_str().unwrap());
    let fill = format!("{path}/fill");
    let unfilled = send(
        &app,
        ("POST", &fill),
        &key,
        &[],
        Some(&json!({"values": {}})),
    )
    .await;
    let problem = unfilled.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/values/name");
    let values = json!({"values": {"name": "Ann"}});
    let filled = send(&app, ("POST", &fill), &key, &[], Some(&values)).await;
    assert_eq!(filled.json()["text"], "Dear Ann, thank you.");
    assert_eq!(
        send(&app, ("DELETE", &path), &key, &[], None).await.status,
        204
    );
    let view = json!({"name": "Mine", "filter": {"mine": true, "state": "claimed"}});
    let made = send(&app, ("POST", "/v1/case-views"), &key, &[], Some(&view)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let other = app.key(&[Scope::Review]).await;
    let theirs = send(&app, ("GET", "/v1/case-views"), &other, &[], None).await;
    assert_eq!(theirs.json()["views"], json!([]));
    let mine = send(&app, ("GET", "/v1/case-views"), &key, &[], None)
        .await
        .json();
    assert_eq!(
        mine["views"][0]["filter"],
        json!({"mine": true, "state": "claimed"})
    );
    let wrong = json!({"name": "Wrong", "filter": {"state": "lost"}});
    let refused = send(&app, ("POST", "/v1/case-views"), &key, &[], Some(&wrong)).await;
    refused.problem(422, "invalid_request");
}

async fn decided_cases_become_labels(database: TestDatabase) {
    let app = TestApp::on(&database).await;
    campaign(&app).await;
    let review = &app.services.review;
    let cases = review.list(&everything()).await.unwrap().cases;
    for (case, ruling) in
        cases
            .iter()
            .zip(["confirmed_impostor", "legitimate", "not_enough_evidence"])
    {
        ruled(&app, &case.case, ruling, &reviewer(1)).await;
    }
    app.clock.advance(SignedDuration::from_mins(20));
    let mut labels = Vec::new();
    let count = review.export_labels(Timestamp::MIN, Timestamp::MAX, |label| {
        labels.push(label);
        Ok::<(), ReviewError>(())
    });
    assert_eq!(count.await.unwrap(), 2);
    let impostor = labels
        .iter()
        .find(|l| l.truth["label"] == "impostor")
        .unwrap();
    assert_eq!(impostor.truth["accept"], json!(["amazon"]));
    assert_eq!(impostor.truth["id"], impostor.case["id"]);
    assert_eq!(impostor.case["display_name"], "Amaz0n Customer Support");
    assert!(labels.iter().any(|l| l.truth["label"] == "clean"));
}
