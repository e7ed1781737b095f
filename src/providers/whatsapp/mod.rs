//! WhatsApp Business Platform (Cloud API, Graph v25.0): what it says of a number, and what it tells us by webhook.

mod graph;
mod graph_error;
pub mod webhook;

use std::fmt;

pub use graph::Graph;

use crate::domain::{E164, Invalid};

/// The id by which WhatsApp knows a number of a business: 1–32 digits, not the number itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumberId(String);

impl PhoneNumberId {
    /// Parses 1–32 digits.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = value.trim();
        if value.is_empty() || value.len() > 32 || !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Invalid::new(
                "WhatsApp phone number id",
                value,
                "it has 1 to 32 digits; WhatsApp Manager shows it beside the number",
            ));
        }
        Ok(Self(value.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number of a business on WhatsApp, as its owner's token shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsAppNumber {
    /// Its id.
    pub id: PhoneNumberId,
    /// The number; none when what WhatsApp shows is no number.
    pub number: Option<E164>,
    /// The number as WhatsApp writes it.
    pub display_phone_number: String,
    /// The name that people see, which WhatsApp has looked at where `name_status` says so.
    pub verified_name: Option<String>,
    /// What WhatsApp thinks of that name.
    pub name_status: NameStatus,
    /// Whether the owner has shown to hold the number.
    pub code_verification_status: CodeStatus,
    /// Whether the account bears WhatsApp's own badge.
    pub is_official_business_account: bool,
    /// `CONNECTED`, `FLAGGED`, `RESTRICTED` … where it is told.
    pub status: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN` where it is told.
    pub quality_rating: Option<String>,
}

/// Writes an enum of words that Meta may add to: an unknown one is kept.
macro_rules! open_words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A word that this program does not know; at most 60 characters.
            Other(String),
        }

        impl $name {
            /// Every known one.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// WhatsApp's word.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)+ Self::Other(word) => word }
            }

            /// What a word means.
            pub fn of(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word.chars().filter(|c| !c.is_control()).take(60).collect()),
                }
            }
        }
    };
}
use open_words;

open_words! {
    /// What WhatsApp thinks of a display name.
    NameStatus {
        /// It was looked at and is fine.
        Approved = "APPROVED",
        /// It may be used without having been looked at.
        AvailableWithoutReview = "AVAILABLE_WITHOUT_REVIEW",
        /// It was looked at and may not be used.
        Declined = "DECLINED",
        /// Its approval is over.
        Expired = "EXPIRED",
        /// It is being looked at.
        PendingReview = "PENDING_REVIEW",
        /// There is none.
        None = "NONE",
    }
}

open_words! {
    /// Whether the owner of a number has shown to hold it.
    CodeStatus {
        /// Yes.
        Verified = "VERIFIED",
        /// Not yet.
        NotVerified = "NOT_VERIFIED",
        /// Too long ago.
        Expired = "EXPIRED",
    }
}

/// How WhatsApp brings a code of its own to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMethod {
    /// By text message.
    Sms,
    /// By a call.
    Voice,
}

/// What an account says of its business. Every text is what its owner wrote, within WhatsApp's bounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusinessProfile {
    /// At most 139 characters.
    pub about: Option<String>,
    /// At most 256 characters.
    pub address: Option<String>,
    /// At most 512 characters.
    pub description: Option<String>,
    /// At most 128 characters.
    pub email: Option<String>,
    /// At most 2.
    pub websites: Vec<String>,
    /// WhatsApp's word for the line of business: `RETAIL`, `FINANCE` …
    pub vertical: Option<String>,
    /// Where the picture is, for a short time.
    pub picture_url: Option<String>,
}
