//! Into the log: for trying it out on one machine, where whoever reads the log is whoever asked.

use async_trait::async_trait;

use super::super::{CodeMessage, CodeSender, Failure, Mail, Mailer};

/// Writes to the log what would be sent. The only place where a code is written there; the operator has to ask for it.
#[derive(Debug, Clone, Copy)]
pub struct ToLog;

#[async_trait]
impl CodeSender for ToLog {
    async fn send(&self, message: &CodeMessage) -> Result<(), Failure> {
        let text = message.text.expose();
        tracing::warn!(id = message.id, to = %message.to, text, "a code, written here since codes_to_log is set");
        Ok(())
    }
}

#[async_trait]
impl Mailer for ToLog {
    async fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let (to, subject, text) = (&mail.to, &mail.subject, &mail.text);
        tracing::warn!(id = mail.id, %to, subject, text, "an e-mail, written here since codes_to_log is set");
        Ok(())
    }
}
