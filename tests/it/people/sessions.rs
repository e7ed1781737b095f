//! Sessions of several devices.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Browser, PASSWORD, person};
use crate::support::{TestApp, TestDatabase, author, on_every_engine};

on_every_engine! {
    every_device_has_a_session_that_is_listed_and_can_be_ended,
    an_ended_session_is_over_in_every_process_at_once,
    a_changed_password_ends_the_other_sessions,
    a_changed_role_or_a_disabled_account_ends_every_session,
}

async fn devices(app: &TestApp, names: &[&str]) -> Vec<Browser> {
    person(app, "ann@example.com", "business").await;
    let mut browsers = Vec::new();
    for name in names {
        let mut browser = Browser::named(name);
        assert_eq!(
            browser.sign_in(app, "ann@example.com", None).await.status,
            200
        );
        browsers.push(browser);
    }
    browsers
}

async fn listed(app: &TestApp, browser: &Browser) -> Vec<Value> {
    let answer = browser.get(app, "/v1/sessions").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["sessions"].as_array().unwrap().clone()
}

async fn is_in(app: &TestApp, browser: &Browser) -> bool {
    browser.get(app, "/v1/session").await.status == 200
}

async fn every_device_has_a_session_that_is_listed_and_can_be_ended(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    let long = format!("Phone {}", "x".repeat(500));
    let browsers = devices(&app, &["Firefox", &long, "Safari"]).await;
    let all = listed(&app, &browsers[0]).await;
    let mut names: Vec<_> = all.iter().map(|s| s["device"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Firefox", &long[..200], "Safari"]);
    let current = all.iter().filter(|s| s["current"] == true);
    assert_eq!(
        current.map(|s| &s["device"]).collect::<Vec<_>>(),
        ["Firefox"]
    );
    let safari = all.iter().find(|s| s["device"] == "Safari").unwrap();
    let path = format!("/v1/sessions/{}", safari["id"].as_str().unwrap());
    assert_eq!(
        browsers[0].send(&app, "DELETE", &path, None).await.status,
        204
    );
    browsers[0]
        .send(&app, "DELETE", &path, None)
        .await
        .problem(404, "not_found");
    assert!(!is_in(&app, &browsers[2]).await);
    assert!(is_in(&app, &browsers[1]).await);
    let ended = browsers[0].send(&app, "DELETE", "/v1/sessions", None).await;
    assert_eq!(ended.json()["ended"], 1);
    assert!(!is_in(&app, &browsers[1]).await);
    assert_eq!(listed(&app, &browsers[0]).await.len(), 1);
    let out = browsers[0].send(&app, "DELETE", "/v1/session", None).await;
    assert_eq!(out.status, 204);
    assert!(
        out.header("set-cookie").contains("Max-Age=0"),
        "{}",
        out.header("set-cookie")
    );
    assert!(!is_in(&app, &browsers[0]).await);
}

async fn an_ended_session_is_over_in_every_process_at_once(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    let other = app.sibling().await;
    let browsers = devices(&app, &["Firefox"]).await;
    assert!(
        is_in(&other, &browsers[0]).await,
        "a session is good everywhere"
    );
    browsers[0].send(&app, "DELETE", "/v1/session", None).await;
    assert!(!is_in(&other, &browsers[0]).await);
}

async fn a_changed_password_ends_the_other_sessions(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    let other = app.sibling().await;
    let mut browsers = devices(&app, &["Firefox", "Safari"]).await;
    let change = json!({"current_password": PASSWORD, "password": "eight dry camels instead"});
    let changed = browsers[0]
        .send(&app, "PUT", "/v1/me/password", Some(&change))
        .await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    assert!(is_in(&app, &browsers[0]).await);
    assert!(!is_in(&app, &browsers[1]).await && !is_in(&other, &browsers[1]).await);
    let old = browsers[1].sign_in(&app, "ann@example.com", None).await;
    old.problem(401, "sign_in_refused");
    let new = browsers[1]
        .sign_in_by(&app, "ann@example.com", "eight dry camels instead", None)
        .await;
    assert_eq!(new.status, 200);
}

async fn a_changed_role_or_a_disabled_account_ends_every_session(db: TestDatabase) {
    let app = TestApp::on(&db).await;
    let people = &app.services.people;
    person(&app, "admin@example.com", "admin").await;
    let id = person(&app, "ann@example.com", "business").await;
    let mut browser = Browser::default();
    for (version, patch, goes_on) in [
        (1, json!({"name": "Ann Other"}), true),
        (2, json!({"role": "reviewer"}), false),
        (3, json!({"disabled": true}), false),
    ] {
        assert_eq!(
            browser.sign_in(&app, "ann@example.com", None).await.status,
            200
        );
        people
            .patch(id, version, patch.clone(), &author())
            .await
            .unwrap();
        assert_eq!(is_in(&app, &browser).await, goes_on, "{patch}");
    }
    people
        .patch(id, 4, json!({"disabled": false}), &author())
        .await
        .unwrap();
    assert!(
        !is_in(&app, &browser).await,
        "an ended session does not come back"
    );
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_without_use_and_after_seven_days() {
    let app = TestApp::new().await;
    let browsers = devices(&app, &["idle", "busy"]).await;
    for hours in 1..=14 {
        app.clock.advance(SignedDuration::from_hours(11));
        assert!(
            is_in(&app, &browsers[1]).await,
            "after {} hours",
            hours * 11
        );
    }
    assert!(!is_in(&app, &browsers[0]).await);
    app.clock.advance(SignedDuration::from_hours(11));
    assert!(is_in(&app, &browsers[1]).await, "after 165 hours");
    app.clock.advance(SignedDuration::from_hours(3));
    assert!(!is_in(&app, &browsers[1]).await, "after 168 hours");
    let fresh = {
        let mut browser = Browser::default();
        browser.sign_in(&app, "ann@example.com", None).await;
        browser
    };
    assert_eq!(
        listed(&app, &fresh).await.len(),
        1,
        "what has ended is not listed"
    );
}

#[tokio::test]
async fn use_is_noted_within_a_minute_and_not_each_time() {
    let app = TestApp::new().await;
    let browsers = devices(&app, &["Firefox"]).await;
    let seen = async || listed(&app, &browsers[0]).await[0]["last_seen_at"].clone();
    let first = seen().await;
    app.clock.advance(SignedDuration::from_secs(59));
    assert_eq!(seen().await, first);
    app.clock.advance(SignedDuration::from_secs(1));
    assert_ne!(seen().await, first);
}
