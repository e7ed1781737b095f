//! Guessing.

use bonafide::config::Settings;
use jiff::SignedDuration;
use serde_json::json;

use super::{Browser, PASSWORD, person};
use crate::support::TestApp;

fn unhurried() -> Settings {
    Settings {
        sign_ins_per_minute: 0,
        ..Settings::default()
    }
}

async fn wrong(app: &TestApp) {
    let mut browser = Browser::default();
    let answer = browser
        .sign_in_by(app, "ann@example.com", "a wrong password", None)
        .await;
    answer.problem(401, "sign_in_refused");
}

async fn right(app: &TestApp) -> u16 {
    let mut browser = Browser::default();
    browser
        .sign_in(app, "ann@example.com", None)
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn ten_refusals_lock_for_a_quarter_of_an_hour_which_more_tries_do_not_prolong() {
    let app = TestApp::with(unhurried()).await;
    let id = person(&app, "ann@example.com", "business").await;
    for _ in 0..9 {
        wrong(&app).await;
    }
    assert_eq!(
        right(&app).await,
        200,
        "nine are forgotten by one that is right"
    );
    for _ in 0..10 {
        wrong(&app).await;
    }
    assert_eq!(right(&app).await, 401);
    let user = app.services.people.get(id).await.unwrap();
    assert_eq!(app.services.people.state_of(&user).as_str(), "locked");
    app.clock.advance(SignedDuration::from_mins(14));
    for _ in 0..11 {
        wrong(&app).await;
    }
    assert_eq!(right(&app).await, 401);
    app.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(right(&app).await, 200);
}

#[tokio::test]
async fn a_lock_out_leaves_open_sessions_alone_and_ends_with_a_new_password() {
    let app = TestApp::with(unhurried()).await;
    let id = person(&app, "ann@example.com", "business").await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "ann@example.com", None).await;
    for _ in 0..10 {
        wrong(&app).await;
    }
    assert_eq!(browser.get(&app, "/v1/session").await.status, 200);
    let by = crate::support::author();
    let link = app.services.people.reset_link(id, &by).await.unwrap();
    let chosen = json!({"token": link.token, "password": PASSWORD});
    let answer = Browser::default()
        .post(&app, "/v1/password-resets", &chosen)
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(right(&app).await, 200);
}

#[tokio::test]
async fn one_client_address_has_so_many_tries_a_minute_for_all_accounts_together() {
    let app = TestApp::with(Settings {
        sign_ins_per_minute: 3,
        proxies: 1,
        ..Settings::default()
    })
    .await;
    let from = |address: &str| Browser::default().with("x-forwarded-for", address);
    let typed = |n: u32| json!({"email": format!("p{n}@example.com"), "password": "x"});
    for n in 0..3 {
        let answer = from("192.0.2.1").post(&app, "/v1/session", &typed(n)).await;
        answer.problem(401, "sign_in_refused");
    }
    let answer = from("192.0.2.1").post(&app, "/v1/session", &typed(4)).await;
    answer.problem(429, "rate_limited");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    let reset = json!({"token": "x", "password": "x"});
    from("192.0.2.1")
        .post(&app, "/v1/password-resets", &reset)
        .await
        .problem(429, "rate_limited");
    // Whatever stands before what our own proxy wrote changes nothing.
    from("198.51.100.1, 192.0.2.1")
        .post(&app, "/v1/session", &typed(5))
        .await
        .problem(429, "rate_limited");
    let answer = from("192.0.2.2").post(&app, "/v1/session", &typed(6)).await;
    answer.problem(401, "sign_in_refused");
}

#[tokio::test]
async fn an_open_session_is_no_way_to_guess_the_password() {
    let app = TestApp::with(unhurried()).await;
    person(&app, "ann@example.com", "business").await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "ann@example.com", None).await;
    let guess = async |current: &str| {
        let body = json!({"current_password": current, "password": "eight dry camels instead"});
        let answer = browser
            .send(&app, "PUT", "/v1/me/password", Some(&body))
            .await;
        answer.status.as_u16()
    };
    for _ in 0..10 {
        assert_eq!(guess("a wrong password").await, 422);
    }
    assert_eq!(guess(PASSWORD).await, 422, "locked");
    assert_eq!(right(&app).await, 401, "locked");
    app.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(guess(PASSWORD).await, 204);
}
