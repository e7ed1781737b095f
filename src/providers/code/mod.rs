//! The ways in which one-time codes reach a phone.

mod log;
mod sms;
mod whatsapp;

pub use log::ToLog;
pub use sms::{SmsWebhook, SmsWebhookRules};
pub use whatsapp::{WhatsAppCodes, WhatsAppSender};
