//! By text message, through a webhook of the operator's gateway.
//!
//! `POST`, signed as Standard Webhooks has it: `webhook-id` (the same when a message is sent again), `webhook-timestamp` and
//! `webhook-signature: v1,<base64>`, HMAC-SHA-256 of `id.timestamp.body`. The body is
//! `{"type": "phone_code", "timestamp": "…", "data": {"to": "+44…", "text": "…", "language": "en"}}`.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::HeaderName;
use ring::hmac;
use serde_json::json;

use super::super::client::{Call, Client};
use super::super::{CodeMessage, CodeSender, Failure, Refusal};
use crate::domain::Secret;

/// Who is asked, in words: its address is the operator's business.
const AT: &str = "the gateway for text messages";

/// Where the gateway is.
#[derive(Debug, Clone)]
pub struct SmsWebhookRules {
    /// Its address.
    pub url: String,
    /// What messages are signed by: `whsec_` and the base64 of 24–64 bytes.
    pub secret: Secret,
}

/// Sends text messages.
#[derive(Clone)]
pub struct SmsWebhook {
    client: Client,
    url: String,
    key: hmac::Key,
}

impl SmsWebhook {
    /// Sends by a client; it fails when the secret is none.
    pub fn new(client: Client, rules: &SmsWebhookRules) -> Result<Self, String> {
        let secret = rules.secret.expose().trim();
        let bytes = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret));
        let bytes = bytes.ok().filter(|b| (24..=64).contains(&b.len()));
        let bytes = bytes.ok_or("it is not whsec_ and the base64 of 24 to 64 bytes")?;
        Ok(Self {
            client,
            url: rules.url.clone(),
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
        })
    }

    fn signed<'a>(&'a self, message: &CodeMessage) -> Result<Call<'a>, Failure> {
        let seconds = message.at.as_second();
        let body = json!({
            "type": "phone_code",
            "timestamp": message.at.to_string(),
            "data": {
                "to": message.to.to_string(),
                "text": message.text.expose(),
                "language": message.language.tag(),
            },
        });
        let body = body.to_string();
        let text = format!("{}.{seconds}.{body}", message.id);
        let signature = STANDARD.encode(hmac::sign(&self.key, text.as_bytes()));
        Call::of_operator(Method::POST, &self.url)
            .with(HeaderName::from_static("webhook-id"), &message.id)?
            .with(
                HeaderName::from_static("webhook-timestamp"),
                &seconds.to_string(),
            )?
            .with(
                HeaderName::from_static("webhook-signature"),
                &format!("v1,{signature}"),
            )?
            .with_body("application/json", body.into_bytes())
    }
}

#[async_trait]
impl CodeSender for SmsWebhook {
    async fn send(&self, message: &CodeMessage) -> Result<(), Failure> {
        let call = self.signed(message).map_err(|f| f.at(AT))?;
        let answer = self.client.call(call).await.map_err(|f| f.at(AT))?;
        if let Some(trouble) = answer.trouble() {
            return Err(Failure::unavailable(AT, trouble));
        }
        if (200..300).contains(&answer.status) {
            return Ok(());
        }
        let why = format!("status {}", answer.status);
        Err(Failure::refused(AT, Refusal::Answer(why)))
    }
}
