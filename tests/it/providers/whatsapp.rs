//! WhatsApp: numbers and profiles by their owner's token, codes of its own, webhook events.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::any;
use bonafide::domain::Secret;
use bonafide::providers::whatsapp::webhook::{
    Event, MessageKind, NameDecision, SignatureFault, events, verify,
};
use bonafide::providers::whatsapp::{CodeMethod, CodeStatus, NameStatus, PhoneNumberId};
use bonafide::providers::{Failure, Refusal, Trouble};
use serde_json::{Value, json};

use super::{missing, number, providers, refusal, trouble};
use crate::support::servers::graph::{Graph, signature};
use crate::support::servers::{APP_SECRET, Servers};

const ID: &str = "1906385232743451";
const TOKEN: &str = "EAAJowner";

fn id(text: &str) -> PhoneNumberId {
    PhoneNumberId::parse(text).unwrap()
}

async fn with_number() -> Servers {
    let servers = Servers::start().await;
    servers
        .graph
        .add_number(ID, TOKEN, "Acme Ltd", "44 7400 123456");
    servers
}

#[tokio::test]
async fn a_number_is_shown_to_its_owners_token_with_its_state() {
    let servers = with_number().await;
    let whatsapp = providers(&servers).whatsapp;
    let token = Secret::from(TOKEN);
    let found = whatsapp.number(&token, &id(ID)).await.unwrap();
    assert_eq!(found.number, Some(number("+447400123456")));
    assert_eq!(found.verified_name.as_deref(), Some("Acme Ltd"));
    assert_eq!(found.name_status, NameStatus::Approved);
    assert_eq!(found.code_verification_status, CodeStatus::Verified);
    assert!(!found.is_official_business_account);
    servers.graph.change(
        ID,
        &json!({
            "name_status": "SOMETHING_NEW", "code_verification_status": "EXPIRED",
            "is_official_business_account": true, "verified_name": "Acme Support",
        }),
    );
    let found = whatsapp.number(&token, &id(ID)).await.unwrap();
    assert_eq!(
        found.name_status,
        NameStatus::Other("SOMETHING_NEW".to_owned())
    );
    assert_eq!(found.code_verification_status, CodeStatus::Expired);
    assert!(found.is_official_business_account);
}

#[tokio::test]
async fn a_profile_is_read_and_one_without_words_is_empty() {
    let servers = with_number().await;
    let whatsapp = providers(&servers).whatsapp;
    let token = Secret::from(TOKEN);
    assert_eq!(
        whatsapp.profile(&token, &id(ID)).await.unwrap(),
        <_>::default()
    );
    servers.graph.change_profile(ID, &json!({
        "about": "Since 1920", "address": "", "email": "help@acme.example.com", "vertical": "RETAIL",
        "websites": ["https://acme.example.com/", "https://acme.example.net/"],
    }));
    let found = whatsapp.profile(&token, &id(ID)).await.unwrap();
    assert_eq!(found.about.as_deref(), Some("Since 1920"));
    assert_eq!(
        (found.address, found.vertical.as_deref()),
        (None, Some("RETAIL"))
    );
    assert_eq!(found.websites.len(), 2);
}

#[tokio::test]
async fn what_the_graph_says_no_with_is_told_apart_and_repeats_no_token() {
    let servers = with_number().await;
    let whatsapp = providers(&servers).whatsapp;
    let token = Secret::from(TOKEN);
    let wrong = Secret::from("EAAJstranger");
    let refused = whatsapp.number(&wrong, &id(ID)).await.unwrap_err();
    assert!(!format!("{refused} {refused:?} {wrong:?}").contains("EAAJstranger"));
    assert!(
        matches!(refusal(Err::<(), _>(refused)), Refusal::Answer(why) if why.contains("error 190"))
    );
    let told = missing(whatsapp.number(&token, &id("42")).await);
    assert!(
        told.contains("the number at https://graph.facebook.com/v25.0/42 not found"),
        "{told}"
    );
    let asked = async |status: u16, error: Value| {
        servers.graph.fails(Some((status, error)));
        whatsapp.number(&token, &id(ID)).await
    };
    for code in [4, 80_007, 130_429] {
        let why = trouble(asked(400, json!({"code": code})).await);
        assert_eq!(why, Trouble::Busy { retry_after: None });
    }
    assert_eq!(
        trouble(asked(500, json!({"code": 2})).await),
        Trouble::Status(500)
    );
    assert_eq!(
        trouble(asked(400, json!({"code": 9_999, "is_transient": true})).await),
        Trouble::Status(400)
    );
    assert!(matches!(
        refusal(asked(403, json!({"code": 200})).await),
        Refusal::Answer(_)
    ));
    let limit = Router::new().fallback(any(|| async {
        (
            StatusCode::TOO_MANY_REQUESTS,
            [("retry-after", "30")],
            "slow",
        )
    }));
    servers.site("graph.facebook.com", limit);
    let failure = whatsapp.number(&token, &id(ID)).await.unwrap_err();
    assert_eq!(failure.retry_after(), Some(Duration::from_secs(30)));
    servers.site(
        "graph.facebook.com",
        Router::new().fallback(any(|| async { "<html>" })),
    );
    let why = trouble(whatsapp.number(&token, &id(ID)).await);
    assert!(matches!(why, Trouble::Unreadable(_)), "{why:?}");
}

#[tokio::test]
async fn a_code_that_whatsapp_sends_shows_who_holds_the_number() {
    let servers = with_number().await;
    let whatsapp = providers(&servers).whatsapp;
    let token = Secret::from(TOKEN);
    let verified = async |code: &str| whatsapp.verify_code(&token, &id(ID), &code.into()).await;
    missing(verified("271828").await);
    whatsapp
        .request_code(&token, &id(ID), CodeMethod::Sms, "en_US")
        .await
        .unwrap();
    let code = servers.graph.code_of(ID).unwrap();
    let told = missing(verified("000000").await);
    assert!(!told.contains("000000"), "{told}");
    assert_eq!(verified(&code).await, Ok(()));
    assert!(
        matches!(verified(&code).await, Err(Failure::NotFound { .. })),
        "a code counts once"
    );
}

fn event(field: &str, value: &Value) -> Event {
    let (body, signature) = Graph::event(APP_SECRET, "102290129340398", field, value);
    assert_eq!(
        verify(&APP_SECRET.into(), Some(&signature), body.as_bytes()),
        Ok(())
    );
    let mut events = events(body.as_bytes()).unwrap();
    assert_eq!(events.len(), 1);
    events.remove(0)
}

#[test]
fn events_that_touch_a_badge_are_read() {
    let rejected = event(
        "phone_number_name_update",
        &json!({
            "display_phone_number": "15550783881", "decision": "REJECTED",
            "requested_verified_name": "Lucky Shrub", "rejection_reason": "NAME_NOT_CONSISTENT",
        }),
    );
    let Event::NameUpdate(update) = rejected else {
        panic!("{rejected:?}")
    };
    assert_eq!(
        (update.number, update.decision),
        (Some(number("+15550783881")), NameDecision::Rejected)
    );
    assert_eq!(
        update.rejection_reason.as_deref(),
        Some("NAME_NOT_CONSISTENT")
    );
    for alert in [
        json!({"entity_type": "BUSINESS", "entity_id": "1", "alert_type": "OBA_REJECTED"}),
        json!({"entity_type": "BUSINESS", "entity_id": "1", "alert_info": {"alert_type": "OBA_REJECTED", "alert_severity": "WARNING"}}),
    ] {
        let read = event("account_alerts", &alert);
        assert!(
            matches!(&read, Event::AccountAlert(a) if a.alert == "OBA_REJECTED"),
            "{read:?}"
        );
    }
    let read = event("account_review_update", &json!({"decision": "REJECTED"}));
    assert!(matches!(&read, Event::AccountReview { decision, .. } if decision == "REJECTED"));
    let violation = json!({"phone_number": "15550783881", "event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}});
    let read = event("account_update", &violation);
    assert!(
        matches!(&read, Event::AccountUpdate(u) if u.violation.as_deref() == Some("SCAM") && u.waba == "102290129340398")
    );
    let read = event("template_category_update", &json!({}));
    assert!(matches!(&read, Event::Other { field, .. } if field == "template_category_update"));
}

#[test]
fn messages_are_read_from_senders_with_and_without_a_number() {
    let metadata = json!({"display_phone_number": "15550783881", "phone_number_id": ID});
    let message = |contacts: Value, message: Value| {
        event(
            "messages",
            &json!({"messaging_product": "whatsapp", "metadata": metadata, "contacts": contacts, "messages": [message]}),
        )
    };
    let read = message(
        json!([{"profile": {"name": "Ann"}, "wa_id": "447400123456"}]),
        json!({"from": "447400123456", "id": "wamid.1", "timestamp": "1772355600", "type": "text", "text": {"body": "Is this you?"}}),
    );
    let Event::Message(text) = read else {
        panic!("{read:?}")
    };
    assert_eq!(text.from, Some(number("+447400123456")));
    assert_eq!(
        (text.profile_name.as_deref(), text.id.as_str()),
        (Some("Ann"), "wamid.1")
    );
    assert_eq!(text.at.unwrap().to_string(), "2026-03-01T09:00:00Z");
    assert_eq!(text.kind, MessageKind::Text("Is this you?".to_owned()));
    let read = message(
        json!([{"profile": {"name": "Bo"}, "user_id": "US.13491208655302741918"}]),
        json!({"from_user_id": "US.13491208655302741918", "id": "wamid.2", "timestamp": "x", "type": "contacts",
            "contacts": [{"name": {"formatted_name": "Bank"}, "phones": [{"phone": "+44 20 7946 0123"}, {}]}]}),
    );
    let Event::Message(card) = read else {
        panic!("{read:?}")
    };
    assert_eq!(
        (card.from, card.user_id.as_deref(), card.at),
        (None, Some("US.13491208655302741918"), None)
    );
    let phones = vec!["+44 20 7946 0123".to_owned(), String::new()];
    assert_eq!(
        card.kind,
        MessageKind::Contacts(vec![("Bank".to_owned(), phones)])
    );
}

#[test]
fn what_cannot_be_read_spoils_nothing_else_and_is_not_repeated() {
    let metadata = json!({"phone_number_id": ID});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [
        {"field": "messages", "value": {"metadata": metadata, "messages": [
            {"id": 7, "type": "text"}, {"id": "wamid.1", "type": "sticker"}]}},
        {"field": "messages", "value": {"metadata": {"phone_number_id": "x"}, "messages": []}},
        {"field": "messages", "value": {"metadata": metadata, "statuses": [{"id": "wamid.0", "status": "read"}]}},
        {"field": "account_update", "value": {"event": {"secret": "hunter2"}}},
        {"field": "account_review_update"},
        {"field": "account_review_update", "value": {"decision": "APPROVED"}},
    ]}]});
    let read = events(body.to_string().as_bytes()).unwrap();
    let unreadable = read
        .iter()
        .filter(|e| matches!(e, Event::Unreadable { .. }))
        .count();
    assert_eq!((read.len(), unreadable), (6, 4), "{read:?}");
    assert!(!format!("{read:?}").contains("hunter2"));
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"object": "page", "entry": []}"#,
        r#"{"object":"whatsapp_business_account","entry":[{"hunter2"#,
        &deep,
    ] {
        let error = events(wrong.as_bytes()).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
    let many: Vec<Value> = (0..5_000)
        .map(|_| json!({"field": "flows", "value": {}}))
        .collect();
    let body =
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": many}]});
    assert_eq!(events(body.to_string().as_bytes()).unwrap().len(), 1_000);
}

#[test]
fn an_event_that_was_changed_on_its_way_does_not_count() {
    let (body, header) = Graph::event(
        APP_SECRET,
        "1",
        "account_review_update",
        &json!({"decision": "REJECTED"}),
    );
    let secret = Secret::from(APP_SECRET);
    let changed = body.replace("REJECTED", "APPROVED");
    assert_eq!(
        verify(&secret, Some(&header), changed.as_bytes()),
        Err(SignatureFault::Wrong)
    );
    let other = signature("another secret", body.as_bytes());
    assert_eq!(
        verify(&secret, Some(&other), body.as_bytes()),
        Err(SignatureFault::Wrong)
    );
}
