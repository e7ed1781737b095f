//! What people do with their own account.

use bonafide::service::access::Scope;
use jiff::SignedDuration;
use serde_json::json;

use super::{Browser, PASSWORD, code_now, next_step, person, signed_in};
use crate::support::TestApp;

#[tokio::test]
async fn the_own_account_is_nobody_elses_and_no_keys() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for (method, path) in [
        ("GET", "/v1/session"),
        ("DELETE", "/v1/session"),
        ("GET", "/v1/sessions"),
        ("PUT", "/v1/me/password"),
        ("POST", "/v1/me/totp"),
        ("POST", "/v1/me/recovery-codes"),
    ] {
        app.with_key(method, path, &key, &json!({}))
            .await
            .problem(401, "session_needed");
    }
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_to_be_good() {
    let app = TestApp::new().await;
    person(&app, "ann@example.com", "business").await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "ann@example.com", None).await;
    let change = async |current: Option<&str>, new: &str| {
        let mut body = json!({"password": new});
        if let Some(current) = current {
            body["current_password"] = json!(current);
        }
        browser
            .send(&app, "PUT", "/v1/me/password", Some(&body))
            .await
    };
    let good = "eight dry camels instead";
    for (current, new, code) in [
        (None, good, "wrong"),
        (Some("not mine, I think"), good, "wrong"),
        (Some(PASSWORD), "too short", "too_short"),
        (Some(PASSWORD), "password1234", "too_common"),
        (Some(PASSWORD), "it is ann@example.com", "told_by_account"),
    ] {
        let answer = change(current, new).await;
        let problem = answer.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["code"], code);
        assert!(!answer.text().contains(new), "the value is repeated");
    }
    assert_eq!(change(Some(PASSWORD), good).await.status, 204);
    let unknown = json!({"password": good, "colour": "red"});
    let answer = browser
        .send(&app, "PUT", "/v1/me/password", Some(&unknown))
        .await;
    assert_eq!(
        answer.problem(422, "invalid_request")["errors"][0]["code"],
        "unknown_field"
    );
}

#[tokio::test]
async fn a_secret_counts_only_after_a_code_of_it() {
    let app = TestApp::new().await;
    person(&app, "ann@example.com", "admin").await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "ann@example.com", None).await;
    let confirm = async |code: &str| {
        browser
            .post(&app, "/v1/me/totp/confirm", &json!({"code": code}))
            .await
    };
    confirm("123456").await.problem(409, "conflict");
    let made = browser.send(&app, "POST", "/v1/me/totp", None).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let uri = made.json()["otpauth_uri"].as_str().unwrap().to_owned();
    assert!(
        uri.starts_with("otpauth://totp/Bonafide:ann%40example.com?"),
        "{uri}"
    );
    // Who does not finish can still sign in, and begin anew with another secret.
    assert_eq!(
        Browser::default()
            .sign_in(&app, "ann@example.com", None)
            .await
            .status,
        200
    );
    let other = browser.send(&app, "POST", "/v1/me/totp", None).await.json();
    let old = super::totp_of(made.json()["secret"].as_str().unwrap());
    confirm(&code_now(&app, &old))
        .await
        .problem(422, "code_refused");
    let new = super::totp_of(other["secret"].as_str().unwrap());
    let confirmed = confirm(&code_now(&app, &new)).await;
    assert_eq!(
        confirmed.json()["recovery_codes"].as_array().unwrap().len(),
        10
    );
    browser
        .send(&app, "POST", "/v1/me/totp", None)
        .await
        .problem(409, "conflict");
}

#[tokio::test]
async fn what_proves_who_one_is_changes_only_soon_after_a_sign_in() {
    let app = TestApp::new().await;
    let (browser, _) = signed_in(&app, "ann@example.com", "lead").await;
    app.clock.advance(SignedDuration::from_mins(15));
    for (method, path) in [
        ("POST", "/v1/me/totp"),
        ("DELETE", "/v1/me/totp"),
        ("POST", "/v1/me/recovery-codes"),
    ] {
        let answer = browser.send(&app, method, path, None).await;
        answer.problem(403, "fresh_sign_in_needed");
    }
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_and_go_with_totp() {
    let app = TestApp::new().await;
    person(&app, "ann@example.com", "admin").await;
    let mut browser = Browser::named("Firefox");
    browser.sign_in(&app, "ann@example.com", None).await;
    browser
        .send(&app, "POST", "/v1/me/recovery-codes", None)
        .await
        .problem(409, "conflict");
    let (totp, old) = browser.enrol(&app).await;
    let renewed = browser
        .send(&app, "POST", "/v1/me/recovery-codes", None)
        .await
        .json();
    let new: Vec<String> = serde_json::from_value(renewed["recovery_codes"].clone()).unwrap();
    assert!(new.iter().all(|code| !old.contains(code)));
    let sign_in = async |code: &str| {
        let mut other = Browser::named("Safari");
        let answer = other.sign_in(&app, "ann@example.com", Some(code)).await;
        (answer.status.as_u16(), other)
    };
    assert_eq!(sign_in(&old[0]).await.0, 401);
    let (status, other) = sign_in(&new[0]).await;
    assert_eq!(status, 200);
    assert_eq!(
        browser
            .send(&app, "DELETE", "/v1/me/totp", None)
            .await
            .status,
        204
    );
    other
        .get(&app, "/v1/session")
        .await
        .problem(401, "session_needed");
    browser
        .get(&app, "/v1/users")
        .await
        .problem(403, "totp_needed");
    next_step(&app);
    let (_, other) = sign_in(&code_now(&app, &totp)).await;
    let session = other.get(&app, "/v1/session").await.json();
    assert_eq!(
        session["session"]["second_factor"], false,
        "a code that nobody asks for proves nothing"
    );
}
