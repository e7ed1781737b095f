//! A gateway for text messages, which takes what is signed (Standard Webhooks) and takes each message once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::Value;

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[derive(Clone, Default)]
pub struct SmsGateway(Arc<State_>);

#[derive(Default)]
struct State_ {
    /// By `webhook-id`.
    sent: Mutex<HashMap<String, Value>>,
    fails: Mutex<Option<StatusCode>>,
}

impl SmsGateway {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn router(&self) -> Router {
        Router::new()
            .route("/messages", post(take))
            .with_state(self.clone())
    }

    /// The text messages to a number.
    pub fn texts_to(&self, number: &str) -> Vec<String> {
        let sent = self.0.sent.lock().unwrap();
        let to = sent.values().filter(|m| m["data"]["to"] == number);
        to.map(|m| m["data"]["text"].as_str().unwrap().to_owned())
            .collect()
    }

    pub fn fails(&self, status: Option<StatusCode>) {
        *self.0.fails.lock().unwrap() = status;
    }
}

async fn take(State(gateway): State<SmsGateway>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if let Some(status) = *gateway.0.fails.lock().unwrap() {
        return status;
    }
    let header = |name| headers.get(name).map_or("", |v| v.to_str().unwrap());
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let key = STANDARD
        .decode(SECRET.trim_start_matches("whsec_"))
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let text = [id.as_bytes(), b".", at.as_bytes(), b".", &body].concat();
    let signature = header("webhook-signature").trim_start_matches("v1,");
    let signature = STANDARD.decode(signature).unwrap_or_default();
    if id.is_empty() || hmac::verify(&key, &text, &signature).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(message) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    if message["type"] != "phone_code" || message["timestamp"].as_str().is_none() {
        return StatusCode::BAD_REQUEST;
    }
    gateway
        .0
        .sent
        .lock()
        .unwrap()
        .insert(id.to_owned(), message);
    StatusCode::ACCEPTED
}
