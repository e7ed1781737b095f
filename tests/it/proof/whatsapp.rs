//! Numbers on WhatsApp: proved by the owner's token, looked at again when WhatsApp has news.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use bonafide::domain::E164;
use bonafide::providers::whatsapp::{CodeStatus, NameStatus, PhoneNumberId, WhatsAppNumber};
use serde_json::{Value, json};

use super::outside::Outside;
use super::{Prover, proving};
use crate::support::servers::graph::signature;
use crate::support::{Answer, TestDatabase};

const NUMBER: &str = "+442079460123";
const ID: &str = "106540352242922";
const TOKEN: &str = "EAAJB-secret-token";

fn number(name: &str, status: NameStatus) -> WhatsAppNumber {
    WhatsAppNumber {
        id: PhoneNumberId::parse(ID).unwrap(),
        number: E164::parse(NUMBER).ok(),
        display_phone_number: "+44 20 7946 0123".to_owned(),
        verified_name: Some(name.to_owned()),
        name_status: status,
        code_verification_status: CodeStatus::Verified,
        is_official_business_account: false,
        status: None,
        quality_rating: None,
    }
}

fn shows(outside: &Outside, number: WhatsAppNumber) {
    let mut numbers = outside.numbers.lock().unwrap();
    numbers.insert(ID.to_owned(), (TOKEN.to_owned(), number));
}

async fn scene() -> (Arc<Outside>, Prover, String, String) {
    let outside = Arc::new(Outside::default());
    let prover = proving(&TestDatabase::sqlite(), &outside).await;
    let business = prover.register(&json!({"name": "Zenith Coffee"})).await;
    let claim = json!({
        "kind": "whatsapp", "value": NUMBER, "phone_number_id": ID, "account_id": "102290129340398",
        "access_token": TOKEN,
    });
    let claim = prover.claim(&business, &claim).await;
    (outside, prover, business, claim)
}

async fn hook(prover: &Prover, body: &str, signed_by: &str) -> Answer {
    let signature = signature(signed_by, body.as_bytes());
    let request = Request::post("/webhooks/whatsapp")
        .header("x-hub-signature-256", signature)
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    prover.app.send(request).await
}

#[tokio::test]
async fn a_number_is_proved_when_whatsapp_says_that_it_is_ours_and_bears_our_name() {
    let (outside, prover, business, claim) = scene().await;
    let looked = prover.act(&business, &claim, "check").await;
    assert_eq!(looked["problem"]["kind"], "not_found");
    for (shown, told) in [
        (
            number("Zenith Coffee", NameStatus::Declined),
            "an approved display name",
        ),
        (
            number("Zenith Bank", NameStatus::Approved),
            "found \"Zenith Bank\"",
        ),
        (
            WhatsAppNumber {
                number: E164::parse("+442079460999").ok(),
                ..number("Zenith Coffee", NameStatus::Approved)
            },
            "+442079460123 at WhatsApp's record",
        ),
        (
            WhatsAppNumber {
                code_verification_status: CodeStatus::Expired,
                ..number("Zenith Coffee", NameStatus::Approved)
            },
            "code_verification_status VERIFIED",
        ),
    ] {
        shows(&outside, shown);
        let looked = prover.act(&business, &claim, "check").await;
        let detail = looked["problem"]["detail"].as_str().unwrap();
        assert!(detail.contains(told), "{told} is not in {detail}");
    }
    let import = prover
        .try_act(&business, &claim, "import", &json!({}))
        .await;
    import.problem(409, "claim_unproved");
    shows(&outside, number("ZENITH coffee", NameStatus::Approved));
    let looked = prover.act(&business, &claim, "check").await;
    assert_eq!(looked["evidence"]["kind"], "whatsapp_business", "{looked}");
    let check = prover.check(NUMBER, "Zenith Coffee").await;
    let summary = check["summary"].as_str().unwrap();
    assert!(
        summary.ends_with("WhatsApp confirmed the number and its name on 2026-03-01."),
        "{summary}"
    );
    // The profile comes with it, and casts no doubt on what was proved.
    let imported = prover.act(&business, &claim, "import").await;
    assert_eq!(imported["profile"]["about"], "Coffee since 1899");
    assert_eq!(imported["profile"]["vertical"], "RESTAURANT");
    assert_eq!(imported["profile"]["channels"][1]["provenance"], "listed");
    assert_eq!(imported["profile"]["channels"][0]["provenance"], "proved");
}

#[tokio::test]
async fn the_token_is_nowhere_to_be_seen() {
    let (_, prover, business, claim) = scene().await;
    let list = prover.checklist(&business).await.to_string();
    assert!(!list.contains(TOKEN));
    let listing = bonafide::store::AuditListing {
        limit: 100,
        ..Default::default()
    };
    let entries = prover.app.store.list_audit(&listing).await.unwrap();
    assert!(!format!("{entries:?}").contains(TOKEN));
    let id = claim.parse().unwrap();
    let sealed = prover.app.store.claim_token(id).await.unwrap().unwrap();
    let clear = sealed.windows(TOKEN.len()).any(|w| w == TOKEN.as_bytes());
    assert!(!clear, "the token is kept in the clear");
}

#[tokio::test]
async fn signed_news_lets_the_badge_be_looked_at_at_once_and_unsigned_news_does_not() {
    let (outside, prover, business, claim) = scene().await;
    shows(&outside, number("Zenith Coffee", NameStatus::Approved));
    prover.act(&business, &claim, "check").await;
    shows(&outside, number("Zenith Bank", NameStatus::Approved));
    let news = json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{
        "field": "phone_number_name_update",
        "value": {"display_phone_number": "442079460123", "decision": "APPROVED", "requested_verified_name": "Zenith Bank"},
    }]}]})
    .to_string();
    hook(&prover, &news, "another secret")
        .await
        .problem(401, "invalid_signature");
    assert_eq!(prover.run_due().await, 0);
    // It comes twice, as WhatsApp may send it.
    for _ in 0..2 {
        assert_eq!(hook(&prover, &news, "app secret").await.status, 200);
    }
    assert_eq!(prover.run_due().await, 1);
    let list: Value = prover.checklist(&business).await;
    assert_eq!(list["claims"][0]["state"], "failing");
    // What cannot be read is taken once, and not asked for again.
    for odd in [
        "",
        "{}",
        "[1]",
        "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"x\"}]}]}",
    ] {
        assert_eq!(hook(&prover, odd, "app secret").await.status, 200, "{odd}");
    }
    let subscribed = prover
        .app
        .get("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=open+sesame&hub.challenge=42")
        .await;
    assert_eq!(
        (subscribed.status.as_u16(), subscribed.text()),
        (200, "42".to_owned())
    );
    let stranger = prover
        .app
        .get("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=42")
        .await;
    stranger.problem(403, "not_subscribed");
}
