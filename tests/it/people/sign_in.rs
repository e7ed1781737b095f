//! Signing in by password, TOTP and recovery code.

use bonafide::config::Settings;
use serde_json::json;

use super::{Browser, PASSWORD, code_now, next_step, person, signed_in};
use crate::support::TestApp;

#[tokio::test]
async fn who_signs_in_is_known_by_the_cookie_with_the_scopes_of_the_role() {
    let app = TestApp::new().await;
    person(&app, "Bob@example.com", "business").await;
    let mut browser = Browser::default();
    browser
        .get(&app, "/v1/session")
        .await
        .problem(401, "session_needed");
    let answer = browser.sign_in(&app, " bOB@Example.com", None).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    let session = browser.get(&app, "/v1/session").await.json();
    assert_eq!(session["user"]["email"], "Bob@example.com");
    assert_eq!(session["user"]["role"], "business");
    assert_eq!(session["user"]["state"], "active");
    assert_eq!(session["scopes"], json!(["check", "registry:read"]));
    assert_eq!(session["totp_needed"], false);
    assert_eq!(session["csrf_token"], browser.csrf.as_str());
    // Without an organisation nothing is written, or every business could be.
    let written = browser
        .post(&app, "/v1/businesses", &json!({"name": "A"}))
        .await;
    written.problem(403, "scope_needed");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_other_sites_and_other_hosts() {
    let cookie = async |settings: Settings| {
        let app = TestApp::with(settings).await;
        person(&app, "a@example.com", "business").await;
        let answer = Browser::default()
            .sign_in(&app, "a@example.com", None)
            .await;
        answer.header("set-cookie").to_owned()
    };
    let local = cookie(Settings::default()).await;
    assert!(local.starts_with("bonafide="), "{local}");
    assert!(
        !local.contains("Secure") && !local.contains("Domain"),
        "{local}"
    );
    let public = Settings {
        public_url: Some("https://bonafide.example".to_owned()),
        ..Settings::default()
    };
    let everywhere = Settings {
        listen: "0.0.0.0:8080".parse().unwrap(),
        ..Settings::default()
    };
    for settings in [public, everywhere] {
        let cookie = cookie(settings).await;
        assert!(cookie.starts_with("__Host-bonafide="), "{cookie}");
        for part in [
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
            "Path=/",
            "Max-Age=604800",
        ] {
            assert!(cookie.split("; ").any(|p| p == part), "{part} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let app = TestApp::new().await;
    let (_, totp) = signed_in(&app, "ann@example.com", "reviewer").await;
    let disabled = person(&app, "gone@example.com", "business").await;
    let by = crate::support::author();
    let people = &app.services.people;
    person(&app, "admin@example.com", "admin").await;
    people
        .patch(disabled, 1, json!({"disabled": true}), &by)
        .await
        .unwrap();
    next_step(&app);
    let good = code_now(&app, &totp);
    let wrong = if good == "000000" { "000001" } else { "000000" };
    let mut said = std::collections::BTreeSet::new();
    for (email, password, code) in [
        ("nobody@example.com", PASSWORD, None),
        ("no address", PASSWORD, None),
        ("ann@example.com", "not the password at all", None),
        ("ann@example.com", "not the password at all", Some(&*good)),
        ("ann@example.com", PASSWORD, Some(wrong)),
        ("ann@example.com", PASSWORD, Some("0000-0000-0000-0000")),
        ("gone@example.com", PASSWORD, None),
        ("ann@example.com", &*"x".repeat(100_000), None),
    ] {
        let mut browser = Browser::default();
        let answer = browser.sign_in_by(&app, email, password, code).await;
        let problem = answer.problem(401, "sign_in_refused");
        assert_eq!(answer.header("set-cookie"), "");
        said.insert(problem["detail"].to_string());
    }
    assert_eq!(said.len(), 1, "{said:?}");
    let asked = Browser::default()
        .sign_in(&app, "ann@example.com", None)
        .await;
    asked.problem(401, "code_needed");
    let mut browser = Browser::default();
    assert_eq!(
        browser
            .sign_in(&app, "ann@example.com", Some(&good))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_code_signs_in_once() {
    let app = TestApp::new().await;
    let (_, totp) = signed_in(&app, "ann@example.com", "admin").await;
    let sign_in = async |code: &str| {
        let mut browser = Browser::default();
        browser
            .sign_in(&app, "ann@example.com", Some(code))
            .await
            .status
            .as_u16()
    };
    // The code that confirmed the secret is used up too.
    assert_eq!(sign_in(&code_now(&app, &totp)).await, 401);
    next_step(&app);
    let code = code_now(&app, &totp);
    assert_eq!(sign_in(&code).await, 200);
    assert_eq!(sign_in(&code).await, 401);
    next_step(&app);
    assert_eq!(
        sign_in(&code).await,
        401,
        "a step of skew makes no second use"
    );
    let now = code_now(&app, &totp);
    next_step(&app);
    assert_eq!(sign_in(&now).await, 200, "one step late is in time");
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_however_it_is_typed() {
    let app = TestApp::new().await;
    person(&app, "ann@example.com", "lead").await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "ann@example.com", None).await;
    let (_, codes) = browser.enrol(&app).await;
    assert_eq!(codes.len(), 10);
    let typed = codes[0].to_uppercase().replace('-', " ");
    let mut second = Browser::default();
    let answer = second.sign_in(&app, "ann@example.com", Some(&typed)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["session"]["second_factor"], true);
    assert_eq!(answer.json()["scopes"].as_array().unwrap().len(), 4);
    let again = Browser::default()
        .sign_in(&app, "ann@example.com", Some(&codes[0]))
        .await;
    again.problem(401, "sign_in_refused");
    let other = Browser::default()
        .sign_in(&app, "ann@example.com", Some(&codes[1]))
        .await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_role_that_needs_totp_sees_to_its_own_account_alone_until_it_has_it() {
    let app = TestApp::new().await;
    person(&app, "ann@example.com", "admin").await;
    let mut browser = Browser::default();
    let session = browser.sign_in(&app, "ann@example.com", None).await.json();
    assert_eq!(
        (&session["scopes"], &session["totp_needed"]),
        (&json!([]), &json!(true))
    );
    browser
        .get(&app, "/v1/users")
        .await
        .problem(403, "totp_needed");
    browser
        .get(&app, "/v1/businesses")
        .await
        .problem(403, "totp_needed");
    assert_eq!(browser.get(&app, "/v1/sessions").await.status, 200);
    browser.enrol(&app).await;
    assert_eq!(browser.get(&app, "/v1/users").await.status, 200);
    let session = browser.get(&app, "/v1/session").await.json();
    assert_eq!(session["user"]["totp"], "on");
    assert_eq!(session["totp_needed"], false);

    let lax = TestApp::with(Settings {
        require_totp: false,
        ..Settings::default()
    })
    .await;
    person(&lax, "ann@example.com", "admin").await;
    browser.sign_in(&lax, "ann@example.com", None).await;
    assert_eq!(browser.get(&lax, "/v1/users").await.status, 200);
}
