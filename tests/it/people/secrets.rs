//! What is kept nowhere in the clear, and what the audit log tells.

use bonafide::store::AuditListing;
use serde_json::json;

use super::{Browser, PASSWORD, person};
use crate::support::{TestApp, author};

#[tokio::test]
async fn no_password_token_code_or_secret_is_in_the_database_and_every_act_is_in_the_log() {
    let app = TestApp::new().await;
    let id = person(&app, "ann@example.com", "business").await;
    let mut browser = Browser::default();
    browser.sign_in(&app, "ann@example.com", None).await;
    let (totp, codes) = browser.enrol(&app).await;
    let link = app.services.people.reset_link(id, &author()).await.unwrap();
    let mut other = Browser::default();
    other
        .sign_in(&app, "ann@example.com", Some(&codes[0]))
        .await;
    other.sign_in(&app, "ann@example.com", Some("wrong")).await;
    let change = json!({"current_password": PASSWORD, "password": "eight dry camels instead"});
    browser
        .send(&app, "PUT", "/v1/me/password", Some(&change))
        .await;
    browser.send(&app, "DELETE", "/v1/session", None).await;

    let all = AuditListing {
        limit: 100,
        ..AuditListing::default()
    };
    let log = app.store.list_audit(&all).await.unwrap();
    let told: Vec<_> = log
        .iter()
        .map(|e| (e.action.as_str(), e.actor.as_str()))
        .collect();
    let ann = id.to_string();
    assert_eq!(
        told,
        [
            ("user.create", "command:test"),
            ("session.create", &*ann),
            ("user.start_totp", &*ann),
            ("user.confirm_totp", &*ann),
            ("user.reset_password", "command:test"),
            ("session.create", &*ann),
            ("session.refuse", "server"),
            ("user.set_password", &*ann),
            ("session.revoke", &*ann),
        ]
    );
    let by_request = |e: &&bonafide::store::AuditEntry| !e.actor.starts_with("command:");
    assert!(
        log.iter()
            .filter(by_request)
            .all(|e| e.request_id.is_some())
    );
    let mut previous = [0; 32];
    for entry in &log {
        assert_eq!(entry.hash, entry.hash_after(&previous));
        previous = entry.hash;
    }

    app.store.close().await;
    let file = app.url.strip_prefix("sqlite://").unwrap();
    let mut bytes = std::fs::read(file).unwrap();
    bytes.extend(std::fs::read(format!("{file}-wal")).unwrap_or_default());
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|w| w == needle);
    assert!(holds(b"ann@example.com") && holds(b"$argon2id$v=19$m=19456,t=2,p=1$"));
    let token = browser.cookie.split('=').nth(1).unwrap();
    let base32 = totp.secret().to_base32();
    let mut secrets = vec![PASSWORD, token, &browser.csrf, &base32, &link.token];
    secrets.extend(codes.iter().map(String::as_str));
    for secret in secrets {
        assert!(!secret.is_empty() && !holds(secret.as_bytes()), "{secret}");
    }
    assert!(!holds(totp.secret().as_bytes()));
    for code in codes {
        assert!(!holds(code.replace('-', "").as_bytes()));
    }
}

#[test]
fn a_secret_setting_is_not_shown() {
    let settings = bonafide::config::Settings {
        oidc_client_secret: Some("hunter2 hunter2".into()),
        ..Default::default()
    };
    assert!(!format!("{settings:?}").contains("hunter2"));
}
