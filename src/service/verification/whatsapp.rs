//! What WhatsApp tells unasked: news of a number let its claim be looked at again.

use super::{Verification, VerificationError};
use crate::domain::Secret;
use crate::providers::whatsapp::webhook::{Event, SignatureFault, challenge, events, verify};
use crate::store::OutsideRef;

/// What WhatsApp's webhook and this server know each other by; without either, it is not there.
#[derive(Debug, Clone, Default)]
pub struct WhatsAppHook {
    /// Signs what WhatsApp sends.
    pub app_secret: Option<Secret>,
    /// What WhatsApp says when it subscribes.
    pub verify_token: Option<Secret>,
}

impl Verification {
    /// The answer to a subscription of WhatsApp's, if it knows our token.
    pub fn whatsapp_challenge<'a>(
        &self,
        mode: Option<&str>,
        token: Option<&str>,
        given: Option<&'a str>,
    ) -> Option<&'a str> {
        challenge(self.hook.verify_token.as_ref()?, mode, token, given)
    }

    /// Whether a body was signed by WhatsApp; none where no secret is set up.
    pub fn whatsapp_signed(
        &self,
        signature: Option<&str>,
        body: &[u8],
    ) -> Option<Result<(), SignatureFault>> {
        let secret = self.hook.app_secret.as_ref()?;
        Some(verify(secret, signature, body))
    }

    /// Takes signed news: claims that they are about are due at once. It may come twice, which changes nothing. Gives how many
    /// claims are due.
    pub async fn take_whatsapp_news(&self, body: &[u8]) -> Result<u64, VerificationError> {
        let events = match events(body) {
            Ok(events) => events,
            Err(error) => {
                // It was signed: sent again, it would be the same. WhatsApp is not asked to.
                tracing::warn!(%error, "news of WhatsApp cannot be read");
                return Ok(0);
            }
        };
        let mut due = 0;
        for event in &events {
            due += self.take(event).await?;
        }
        Ok(due)
    }

    async fn take(&self, event: &Event) -> Result<u64, VerificationError> {
        let number;
        let about = match event {
            Event::NameUpdate(update) => {
                number = update.number.map(|n| n.to_string());
                about(&update.waba, number.as_deref())
            }
            Event::AccountUpdate(update) => {
                number = update.number.map(|n| n.to_string());
                about(&update.waba, number.as_deref())
            }
            Event::AccountAlert(alert) => OutsideRef {
                thing: alert.entity_id.as_deref(),
                account: Some(&alert.waba),
                number: None,
            },
            Event::AccountReview { waba, .. } => OutsideRef {
                account: Some(waba),
                ..OutsideRef::default()
            },
            Event::Message(_) | Event::Other { .. } => return Ok(0),
            Event::Unreadable { field, why } => {
                tracing::warn!(field, why, "one of WhatsApp's events cannot be read");
                return Ok(0);
            }
        };
        Ok(self.store.make_due(about, self.world.now()).await?)
    }
}

/// News of one number where it is named, else of every number of the account.
fn about<'a>(waba: &'a str, number: Option<&'a str>) -> OutsideRef<'a> {
    OutsideRef {
        thing: None,
        account: number.is_none().then_some(waba),
        number,
    }
}
