//! Signing in at an OpenID provider.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bonafide::config::Settings;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::provider::{CLIENT, CLIENT_SECRET, Provider, new_key, signed};
use super::{Browser, code_now, next_step, person, signed_in};
use crate::support::{Answer, TestApp};

async fn app_at(provider: &Provider, creates: bool) -> TestApp {
    TestApp::with(Settings {
        public_url: Some("http://localhost:8080".to_owned()),
        oidc_issuer: Some(provider.issuer.clone()),
        oidc_client_id: Some(CLIENT.to_owned()),
        oidc_client_secret: Some(CLIENT_SECRET.into()),
        oidc_create_users: creates,
        sign_ins_per_minute: 0,
        ..Settings::default()
    })
    .await
}

/// A sign-in that was begun: the browser with its cookie, and what the provider was sent.
async fn begin(app: &TestApp) -> (Browser, std::collections::HashMap<String, String>) {
    begin_at(app, "/auth/oidc/start").await
}

async fn begin_at(
    app: &TestApp,
    path: &str,
) -> (Browser, std::collections::HashMap<String, String>) {
    let mut browser = Browser::default();
    let answer = browser.get(app, path).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("Max-Age=600"),
        "{cookie}"
    );
    browser.take(&answer);
    let (_, query) = answer.header("location").split_once('?').unwrap();
    let sent = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    (browser, sent)
}

fn claims(app: &TestApp, provider: &Provider, nonce: &str) -> Value {
    let now = app.services.world.now().as_second();
    json!({
        "iss": provider.issuer, "aud": CLIENT, "sub": "248289761001", "nonce": nonce, "iat": now, "exp": now + 300,
        "email": "Ann@example.com", "email_verified": true, "name": "Ann Miller",
    })
}

async fn come_back(app: &TestApp, browser: &Browser, state: &str) -> Answer {
    let path = format!("/auth/oidc/callback?code=abc&state={state}");
    browser.get(app, &path).await
}

/// A whole sign-in, with these claims changed.
async fn sign_in(app: &TestApp, provider: &Provider, changes: &Value) -> (Browser, Answer) {
    let (mut browser, sent) = begin(app).await;
    let mut claims = claims(app, provider, &sent["nonce"]);
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    provider.answers(&claims);
    let answer = come_back(app, &browser, &sent["state"]).await;
    browser.take(&answer);
    (browser, answer)
}

#[tokio::test]
async fn a_person_of_a_verified_address_signs_in_and_is_known_by_the_subject_from_then_on() {
    let provider = Provider::start().await;
    let app = app_at(&provider, false).await;
    let id = person(&app, "ann@example.com", "business").await;
    let (browser, answer) = sign_in(&app, &provider, &json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/")
    );
    let session = browser.get(&app, "/v1/session").await.json();
    assert_eq!(session["user"]["id"], id.to_string());

    let (form, authorization) = provider.asked();
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(
        form["redirect_uri"],
        "http://localhost:8080/auth/oidc/callback"
    );
    let basic = STANDARD
        .decode(authorization.strip_prefix("Basic ").unwrap())
        .unwrap();
    assert_eq!(basic, b"bonafide:a+secret%3A+of%2Fours");

    // The address at the provider may change, or be somebody's who was there before: the subject counts.
    let changes = json!({"email": "other@example.com", "email_verified": false});
    let (browser, _) = sign_in(&app, &provider, &changes).await;
    let session = browser.get(&app, "/v1/session").await.json();
    assert_eq!(session["user"]["id"], id.to_string());
}

#[tokio::test]
async fn the_code_is_bound_to_the_browser_by_pkce_state_and_time() {
    let provider = Provider::start().await;
    let app = app_at(&provider, false).await;
    person(&app, "ann@example.com", "business").await;
    let (browser, sent) = begin(&app).await;
    assert_eq!(
        (&*sent["response_type"], &*sent["scope"]),
        ("code", "openid email profile")
    );
    assert_eq!(sent["code_challenge_method"], "S256");
    provider.answers(&claims(&app, &provider, &sent["nonce"]));
    let (stranger, _) = begin(&app).await;
    for (who, state) in [
        (&browser, "other"),
        (&browser, ""),
        (&stranger, &*sent["state"]),
        (&Browser::default(), &sent["state"]),
    ] {
        let answer = come_back(&app, who, state).await;
        answer.problem(400, "oidc_flow_lost");
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
    }
    assert_eq!(come_back(&app, &browser, &sent["state"]).await.status, 303);
    let (form, _) = provider.asked();
    let digest = ring::digest::digest(&ring::digest::SHA256, form["code_verifier"].as_bytes());
    assert_eq!(sent["code_challenge"], URL_SAFE_NO_PAD.encode(digest));
    app.clock.advance(SignedDuration::from_mins(10));
    come_back(&app, &browser, &sent["state"])
        .await
        .problem(400, "oidc_flow_lost");
    let (browser, sent) = begin(&app).await;
    let path = format!(
        "/auth/oidc/callback?error=access_denied&state={}",
        sent["state"]
    );
    browser.get(&app, &path).await.problem(403, "oidc_declined");
}

#[tokio::test]
async fn a_token_that_is_not_for_us_now_is_refused() {
    let provider = Provider::start().await;
    let app = app_at(&provider, true).await;
    let now = app.services.world.now().as_second();
    for wrong in [
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"aud": "another"}),
        json!({"aud": ["another", "third"]}),
        json!({"aud": ["bonafide", "another"]}),
        json!({"aud": ["bonafide", "another"], "azp": "another"}),
        json!({"iss": "https://another.example"}),
        json!({"exp": now - 61}),
        json!({"exp": "never"}),
        json!({"iat": now + 3_600}),
        json!({"sub": ""}),
    ] {
        let (browser, answer) = sign_in(&app, &provider, &wrong).await;
        answer.problem(403, "oidc_token_refused");
        browser
            .get(&app, "/v1/session")
            .await
            .problem(401, "session_needed");
    }
    for right in [
        json!({"aud": ["bonafide"]}),
        json!({"aud": ["another", "bonafide"], "azp": "bonafide"}),
        json!({"email_verified": "true"}),
    ] {
        assert_eq!(
            sign_in(&app, &provider, &right).await.1.status,
            303,
            "{right}"
        );
    }
}

#[tokio::test]
async fn a_token_that_the_providers_keys_did_not_sign_is_refused() {
    let provider = Provider::start().await;
    let app = app_at(&provider, true).await;
    let es256 = json!({"alg": "ES256", "kid": "one"});
    for case in 0..5 {
        let (browser, sent) = begin(&app).await;
        let claims = claims(&app, &provider, &sent["nonce"]);
        let foreign = signed(&new_key(), &es256, &claims);
        let none = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let shared = signed(&new_key(), &json!({"alg": "HS256", "kid": "one"}), &claims);
        let other_key = signed(
            &new_key(),
            &json!({"alg": "RS256", "kid": "other"}),
            &claims,
        );
        let token = match case {
            0 => foreign,
            1 => none,
            2 => shared,
            3 => other_key,
            _ => "a.b".to_owned(),
        };
        provider.answers_with(token);
        let answer = come_back(&app, &browser, &sent["state"]).await;
        answer.problem(403, "oidc_token_refused");
    }
}

#[tokio::test]
async fn nobody_comes_in_by_an_address_that_is_not_verified_or_not_known() {
    let provider = Provider::start().await;
    let app = app_at(&provider, false).await;
    person(&app, "ann@example.com", "business").await;
    for unverified in [
        json!({"email_verified": false}),
        json!({"email_verified": null}),
        json!({"email": null}),
        json!({"email": "no address"}),
    ] {
        let (_, answer) = sign_in(&app, &provider, &unverified).await;
        assert_eq!(answer.status, 403, "{unverified}: {}", answer.text());
    }
    let (_, answer) = sign_in(&app, &provider, &json!({"email": "new@example.com"})).await;
    answer.problem(403, "oidc_unknown_person");

    let open = app_at(&provider, true).await;
    let (browser, _) = sign_in(&open, &provider, &json!({"email": "new@example.com"})).await;
    let session = browser.get(&open, "/v1/session").await.json();
    assert_eq!(session["user"]["role"], "business");
    assert_eq!(session["user"]["name"], "Ann Miller");
    assert_eq!(session["scopes"], json!(["check", "registry:read"]));
}

#[tokio::test]
async fn a_provider_stands_in_for_the_second_factor_only_when_it_says_so() {
    let provider = Provider::start().await;
    let app = app_at(&provider, false).await;
    let (_, totp) = signed_in(&app, "ann@example.com", "admin").await;
    let (browser, _) = sign_in(&app, &provider, &json!({"amr": ["pwd", "mfa"]})).await;
    assert_eq!(browser.get(&app, "/v1/users").await.status, 200);

    let (mut browser, _) = sign_in(&app, &provider, &json!({"amr": ["pwd"]})).await;
    browser
        .get(&app, "/v1/users")
        .await
        .problem(403, "totp_needed");
    let session = browser.get(&app, "/v1/session").await.json();
    session["csrf_token"]
        .as_str()
        .unwrap()
        .clone_into(&mut browser.csrf);
    browser
        .send(&app, "DELETE", "/v1/me/totp", None)
        .await
        .problem(403, "fresh_sign_in_needed");
    let confirm = async |code: &str| {
        browser
            .post(&app, "/v1/me/totp/confirm", &json!({"code": code}))
            .await
    };
    let used = code_now(&app, &totp);
    confirm(&used).await.problem(422, "code_refused");
    next_step(&app);
    let code = code_now(&app, &totp);
    assert_eq!(confirm(&code).await.json()["recovery_codes"], json!([]));
    assert_eq!(browser.get(&app, "/v1/users").await.status, 200);
}

#[tokio::test]
async fn a_provider_that_fails_is_said_to_and_nothing_of_it_leaks() {
    let provider = Provider::start().await;
    let app = app_at(&provider, false).await;
    let (browser, sent) = begin(&app).await;
    let answer = come_back(&app, &browser, &sent["state"]).await;
    answer.problem(503, "oidc_unavailable");
    assert!(
        !answer.text().contains(&provider.issuer),
        "{}",
        answer.text()
    );

    let impostor = Provider::start().await;
    impostor.calls_itself("https://another.example");
    let app = app_at(&impostor, false).await;
    app.get("/auth/oidc/start")
        .await
        .problem(503, "oidc_unavailable");
    TestApp::new()
        .await
        .get("/auth/oidc/start")
        .await
        .problem(404, "not_found");
}

#[test]
fn settings_that_cannot_work_are_refused_with_what_is_missing() {
    let refusal = |flags: Value| Settings::load(None, flags).err().map(|e| e.to_string());
    let issuer = "https://id.example.com/realms/a";
    for (flags, part) in [
        (json!({"oidc_issuer": issuer}), "oidc_client_id"),
        (
            json!({"oidc_issuer": issuer, "oidc_client_id": "b"}),
            "public_url",
        ),
        (json!({"oidc_issuer": "http://id.example.com"}), "https://"),
        (json!({"public_url": "bonafide.example.com"}), "https://"),
        (
            json!({"public_url": "http://bonafide.example.com"}),
            "https://",
        ),
        (
            json!({"public_url": "https://example.com/bonafide"}),
            "path",
        ),
    ] {
        let said = refusal(flags.clone());
        assert!(
            said.as_ref().is_some_and(|s| s.contains(part)),
            "{flags}: {said:?}"
        );
    }
    let flags = json!({"oidc_issuer": issuer, "oidc_client_id": "b", "public_url": "https://bonafide.example.com/"});
    let settings = Settings::load(None, flags).unwrap();
    assert_eq!(
        settings.public_url.as_deref(),
        Some("https://bonafide.example.com")
    );
}

#[tokio::test]
async fn the_sign_in_ends_where_it_began_and_nowhere_else() {
    let provider = Provider::start().await;
    let app = app_at(&provider, false).await;
    person(&app, "ann@example.com", "business").await;
    for (next, to) in [
        ("%2Fconsole%2Fbusinesses%3Fq%3Da", "/console/businesses?q=a"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%2Fevil.example", "/"),
    ] {
        let (browser, sent) = begin_at(&app, &format!("/auth/oidc/start?next={next}")).await;
        provider.answers(&claims(&app, &provider, &sent["nonce"]));
        let answer = come_back(&app, &browser, &sent["state"]).await;
        assert_eq!(answer.header("location"), to);
    }
}
