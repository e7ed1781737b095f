//! As a WhatsApp message from a number of ours, by an approved authentication template, which alone may open a talk.

use async_trait::async_trait;
use serde_json::json;

use super::super::whatsapp::{Graph, PhoneNumberId};
use super::super::{CodeMessage, CodeSender, Failure};
use crate::domain::{AnswerLanguage, Secret};

/// From which number, and how.
#[derive(Debug, Clone)]
pub struct WhatsAppSender {
    /// Our number there.
    pub from: PhoneNumberId,
    /// The token of its owner.
    pub token: Secret,
    /// The template's name: one of the category *authentication*, with a button that copies the code, in `en` and `zh_CN`.
    pub template: String,
}

/// Sends codes as WhatsApp messages.
#[derive(Clone)]
pub struct WhatsAppCodes {
    graph: Graph,
    sender: WhatsAppSender,
}

impl WhatsAppCodes {
    /// Sends by the Graph API.
    pub fn new(graph: Graph, sender: WhatsAppSender) -> Self {
        Self { graph, sender }
    }
}

#[async_trait]
impl CodeSender for WhatsAppCodes {
    async fn send(&self, message: &CodeMessage) -> Result<(), Failure> {
        let language = match message.language {
            AnswerLanguage::English => "en",
            AnswerLanguage::SimplifiedChinese => "zh_CN",
        };
        let code = json!([{"type": "text", "text": message.code.expose()}]);
        let body = json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to.to_string(),
            "type": "template",
            "template": {
                "name": self.sender.template,
                "language": {"code": language},
                "components": [
                    {"type": "body", "parameters": code},
                    {"type": "button", "sub_type": "url", "index": "0", "parameters": code},
                ],
            },
        });
        let WhatsAppSender { from, token, .. } = &self.sender;
        self.graph.send_message(token, from, &body).await
    }
}
