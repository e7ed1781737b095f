use super::error::word_enum;
use super::{
    Badge, CatalogueItem, Country, DisplayName, Email, Handle, Invalid, Language, SenderId, Text,
    Website,
};

word_enum! {
    /// Where an account was met.
    "medium" Medium {
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// A text message.
        Sms = "sms",
        /// A call.
        Voice = "voice",
        /// Telegram.
        Telegram = "telegram",
        /// E-mail.
        Email = "email",
        /// A web page.
        Web = "web",
        /// A social network.
        Social = "social",
        /// Anywhere else.
        Other = "other",
    }
}

/// What is being checked: whatever is known of an account that claims to be a business.
///
/// Any subset of the fields may be there, but one of those that identify
/// (see [`Account::validate`]); since 2026 a WhatsApp sender may show no number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The phone field as met; read by `engine::phone`, so that a bad number spoils nothing else.
    pub phone: Option<String>,
    /// The country in which a national number is to be read.
    pub default_region: Option<Country>,
    /// The name that it shows.
    pub display_name: Option<DisplayName>,
    /// Its handle.
    pub handle: Option<Handle>,
    /// A link that it gives.
    pub website: Option<Website>,
    /// Its e-mail address.
    pub email: Option<Email>,
    /// Its text message sender ID.
    pub sender_id: Option<SenderId>,
    /// Its about text.
    pub about: Option<Text<2_000>>,
    /// The badge that it claims or shows.
    pub claimed_badge: Option<Badge>,
    /// What it offers.
    pub catalogue: Vec<CatalogueItem>,
    /// Where it was met.
    pub medium: Option<Medium>,
    /// The language that the person who asks reads.
    pub language: Option<Language>,
}

impl Account {
    /// Longest phone field, in characters (FACTS: cap the input at 250).
    pub const MAX_PHONE_CHARS: usize = 250;

    /// Refuses an account with nothing in it that could identify anybody.
    pub fn validate(&self) -> Result<(), Invalid> {
        let empty = self.phone.is_none()
            && self.display_name.is_none()
            && self.handle.is_none()
            && self.website.is_none()
            && self.email.is_none()
            && self.sender_id.is_none();
        if empty {
            return Err(Invalid::new(
                "account",
                "",
                "give at least one of phone, display_name, handle, website, email, sender_id",
            ));
        }
        Ok(())
    }
}
