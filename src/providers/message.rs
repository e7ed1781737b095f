//! What is sent to people. The words are the caller's; `Debug` shows none of them, since they hold codes.

use std::fmt;

use jiff::Timestamp;

use crate::domain::{AnswerLanguage, E164, Email, Secret};

/// An e-mail.
#[derive(Clone)]
pub struct Mail {
    /// Tells it from any other, the same when it is sent again; becomes its `Message-ID`. Letters, digits, `_`, `-`, `.`.
    pub id: String,
    /// To whom.
    pub to: Email,
    /// Its subject, one line.
    pub subject: String,
    /// Its text, plain.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A one-time code on its way to a phone.
#[derive(Clone)]
pub struct CodeMessage {
    /// Tells it from any other, the same when it is sent again, so that whoever sends it on can leave out repetitions.
    pub id: String,
    /// To whom.
    pub to: E164,
    /// The code.
    pub code: Secret,
    /// The whole sentence, code included, for ways that send any text.
    pub text: Secret,
    /// The language of that sentence.
    pub language: AnswerLanguage,
    /// When it was made.
    pub at: Timestamp,
}

/// How a one-time code reaches a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CodeWay {
    /// As a WhatsApp message of ours.
    Whatsapp,
    /// As a text message, by the operator's gateway.
    Sms,
    /// Into our own log, for trying it out on one machine.
    Log,
}

impl CodeWay {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Sms => "sms",
            Self::Log => "log",
        }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CodeMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeMessage")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
