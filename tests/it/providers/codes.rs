//! One-time codes on their way to phones.

use axum::http::StatusCode;
use bonafide::config::Settings;
use bonafide::domain::{AnswerLanguage, Secret};
use bonafide::providers::{CodeMessage, CodeWay, Refusal, Trouble};

use super::{number, providers, refusal, trouble, with};
use crate::support::servers::{SENDER, Servers};

fn message(id: &str) -> CodeMessage {
    CodeMessage {
        id: id.to_owned(),
        to: number("+447400123456"),
        code: Secret::from("314159"),
        text: Secret::from("Your code for Acme is 314159."),
        language: AnswerLanguage::English,
        at: "2026-03-01T09:00:00Z".parse().unwrap(),
    }
}

#[tokio::test]
async fn a_text_message_is_signed_and_sent_once_however_often_it_is_tried() {
    let servers = Servers::start().await;
    let sms = &providers(&servers).codes[&CodeWay::Sms];
    for _ in 0..2 {
        sms.send(&message("code_1")).await.unwrap();
    }
    assert_eq!(
        servers.sms.texts_to("+447400123456"),
        ["Your code for Acme is 314159."]
    );
    servers.sms.fails(Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(
        trouble(sms.send(&message("code_2")).await),
        Trouble::Status(503)
    );
    servers.sms.fails(Some(StatusCode::UNPROCESSABLE_ENTITY));
    let failure = sms.send(&message("code_2")).await.unwrap_err();
    assert_eq!(
        failure.to_string(),
        "the gateway for text messages: it refuses: status 422"
    );
}

#[tokio::test]
async fn a_gateway_with_another_secret_takes_nothing() {
    let servers = Servers::start().await;
    let mut settings = servers.settings();
    settings.sms_webhook_secret = Some("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into());
    let sent = with(&settings).codes[&CodeWay::Sms]
        .send(&message("code_1"))
        .await;
    assert_eq!(refusal(sent), Refusal::Answer("status 401".to_owned()));
    assert!(servers.sms.texts_to("+447400123456").is_empty());
}

#[tokio::test]
async fn a_code_goes_out_on_whatsapp_by_a_template() {
    let servers = Servers::start().await;
    let whatsapp = &providers(&servers).codes[&CodeWay::Whatsapp];
    whatsapp.send(&message("code_1")).await.unwrap();
    assert_eq!(servers.graph.codes_to("+447400123456"), ["314159"]);
    let error = serde_json::json!({"message": "Message undeliverable", "code": 131_026});
    servers.graph.fails(Some((400, error)));
    let why = refusal(whatsapp.send(&message("code_2")).await);
    assert!(
        matches!(&why, Refusal::Answer(why) if why.contains("131026")),
        "{why:?}"
    );
    let mut settings = servers.settings();
    settings.whatsapp_sender_token = Some("EAAJanother".into());
    servers.graph.fails(None);
    let refused = with(&settings).codes[&CodeWay::Whatsapp]
        .send(&message("code_3"))
        .await;
    let told = refused.unwrap_err().to_string();
    assert!(
        told.contains("190") && !told.contains("EAAJ") && told.contains(SENDER.0),
        "{told}"
    );
}

#[test]
fn the_ways_are_those_that_are_set_up_and_codes_show_nowhere() {
    let ways = |settings: &Settings| with(settings).codes.into_keys().collect::<Vec<_>>();
    let mut settings = Settings::default();
    assert!(ways(&settings).is_empty());
    settings.codes_to_log = true;
    assert_eq!(ways(&settings), [CodeWay::Log]);
    settings.sms_webhook_url = Some("https://sms.example.net/".to_owned());
    settings.sms_webhook_secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
    assert_eq!(ways(&settings), [CodeWay::Sms]);
    let shown = format!("{:?} {settings:?}", message("code_1"));
    assert!(
        !shown.contains("314159") && !shown.contains("MfKQ9r8"),
        "{shown}"
    );
}
