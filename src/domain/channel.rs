//! The ways to reach a business.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::word_enum;
use super::{ChannelProof, Country, Domain, E164, Email, Invalid, Timing, Validity, Website};

word_enum! {
    /// A service on which accounts have handles.
    "platform" Platform {
        /// Facebook, pages and profiles.
        Facebook = "facebook",
        /// Instagram.
        Instagram = "instagram",
        /// Telegram.
        Telegram = "telegram",
        /// X, once Twitter.
        X = "x",
        /// TikTok.
        Tiktok = "tiktok",
        /// LinkedIn.
        Linkedin = "linkedin",
        /// YouTube.
        Youtube = "youtube",
        /// WeChat.
        Wechat = "wechat",
        /// LINE.
        Line = "line",
        /// Threads.
        Threads = "threads",
        /// Weibo.
        Weibo = "weibo",
        /// VK.
        Vk = "vk",
        /// Snapchat.
        Snapchat = "snapchat",
        /// Pinterest.
        Pinterest = "pinterest",
    }
}

/// A handle on one platform, without `@`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Handle {
    platform: Platform,
    value: String,
}

impl Handle {
    /// Parses a bare handle, with or without `@`; 1–100 characters, no white space or slash.
    pub fn parse(platform: Platform, value: &str) -> Result<Self, Invalid> {
        let bare = value.trim().trim_start_matches('@');
        if bare.is_empty() || bare.chars().count() > 100 {
            return Err(Invalid::new(
                "handle",
                value,
                "a handle has 1 to 100 characters",
            ));
        }
        if bare
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '/')
        {
            return Err(Invalid::new(
                "handle",
                value,
                "a handle holds no white space and no slash; give the bare handle, not a link",
            ));
        }
        Ok(Self {
            platform,
            value: bare.to_owned(),
        })
    }

    /// Where the handle lives.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// The handle as given, without `@`.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Lower case: no platform of the list tells handles apart by case.
    pub fn key(&self) -> String {
        self.value.to_lowercase()
    }
}

/// An alphanumeric sender ID of text messages: 1–11 characters of the GSM 7-bit set with at least one letter.
///
/// It means something only within one country, since registers are national; no country means "any".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SenderId(String);

impl SenderId {
    /// Parses 1–11 printable characters, at least one of them a letter (3GPP TS 23.040 §9.1.2.5: 11 septets).
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = value.trim();
        let n = value.chars().count();
        if !(1..=11).contains(&n) {
            return Err(Invalid::new(
                "sender ID",
                value,
                "a sender ID has 1 to 11 characters",
            ));
        }
        if value.chars().any(char::is_control) || !value.chars().any(char::is_alphabetic) {
            return Err(Invalid::new(
                "sender ID",
                value,
                "a sender ID holds at least one letter and no control characters",
            ));
        }
        Ok(Self(value.to_owned()))
    }

    /// As given, trimmed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Lower case: phones group threads by it without regard to case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

word_enum! {
    /// The kinds of channel, for which coverage is stated.
    "kind of channel" ChannelKind {
        /// A phone number.
        Phone = "phone",
        /// A WhatsApp number.
        Whatsapp = "whatsapp",
        /// A text message sender ID.
        SenderId = "sender_id",
        /// A website's domain.
        Website = "website",
        /// An e-mail domain or address.
        Email = "email",
        /// A social handle.
        Handle = "handle",
    }
}

word_enum! {
    /// How a channel came to be in the registry.
    "provenance" Provenance {
        /// An importer or public source says so.
        Listed = "listed",
        /// Dated evidence shows it.
        Proved = "proved",
    }
}

word_enum! {
    /// How much of a business's channels of one kind the registry knows.
    "coverage" Coverage {
        /// Nobody said; what importers give.
        Unknown = "unknown",
        /// Some are missing for certain.
        Partial = "partial",
        /// The business says that this is all.
        Complete = "complete",
    }
}

/// The address of a channel, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChannelValue {
    /// A phone number.
    Phone(E164),
    /// A number on WhatsApp.
    Whatsapp(E164),
    /// A sender ID, in one country or (none) wherever it is met.
    SenderId(SenderId, Option<Country>),
    /// A website.
    Website(Website),
    /// An e-mail address.
    Email(Email),
    /// An e-mail domain: every address under it.
    EmailDomain(Domain),
    /// A social handle.
    Handle(Handle),
}

impl ChannelValue {
    /// The kind, for coverage.
    pub fn kind(&self) -> ChannelKind {
        match self {
            Self::Phone(_) => ChannelKind::Phone,
            Self::Whatsapp(_) => ChannelKind::Whatsapp,
            Self::SenderId(..) => ChannelKind::SenderId,
            Self::Website(_) => ChannelKind::Website,
            Self::Email(_) | Self::EmailDomain(_) => ChannelKind::Email,
            Self::Handle(_) => ChannelKind::Handle,
        }
    }
}

impl fmt::Display for ChannelValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(number) | Self::Whatsapp(number) => write!(f, "{number}"),
            Self::SenderId(id, _) => f.write_str(id.as_str()),
            Self::Website(site) => f.write_str(site.as_str()),
            Self::Email(email) => write!(f, "{email}"),
            Self::EmailDomain(domain) => write!(f, "@{domain}"),
            Self::Handle(handle) => write!(f, "{}:{}", handle.platform(), handle.value()),
        }
    }
}

word_enum! {
    /// What a channel is for.
    "purpose" Purpose {
        /// Anything.
        General = "general",
        /// Sales.
        Sales = "sales",
        /// Help for customers.
        Support = "support",
        /// Orders and bookings.
        Orders = "orders",
        /// Deliveries.
        Delivery = "delivery",
        /// Bills and payments.
        Billing = "billing",
        /// Reports of fraud, lost cards.
        Fraud = "fraud",
        /// Applicants.
        Careers = "careers",
        /// Journalists.
        Press = "press",
        /// Something else.
        Other = "other",
    }
}

/// One way to reach a business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Where.
    pub value: ChannelValue,
    /// Listed or proved.
    pub provenance: Provenance,
    /// An inbound-only number: a call *from* it is forged.
    pub never_originates: bool,
    /// What people call it ("lost cards", "sales"), if anything.
    pub label: Option<String>,
    /// When a source or the business last said that it is right.
    #[serde(with = "jiff::fmt::serde::timestamp::second::optional")]
    pub confirmed_at: Option<Timestamp>,
    /// What it is for, where that is said.
    pub purpose: Option<Purpose>,
    /// When it is the business's: before and after, it counts as if it were not listed.
    pub validity: Validity,
    /// What its proof rests on, or rested on until it lapsed.
    pub proof: Option<ChannelProof>,
}

impl Channel {
    /// A channel that a public source lists.
    pub fn listed(value: ChannelValue, confirmed_at: Option<Timestamp>) -> Self {
        Self {
            value,
            provenance: Provenance::Listed,
            never_originates: false,
            label: None,
            confirmed_at,
            purpose: None,
            validity: Validity::default(),
            proof: None,
        }
    }

    /// Gives it the proof of what it was before, if it was; what was proved keeps the date of its proof, too.
    pub fn keep_proof(&mut self, former: Option<&Self>) {
        self.proof = former.and_then(|f| f.proof);
        self.provenance = former.map_or(Provenance::Listed, |f| f.provenance);
        if let Some(former) = former.filter(|f| f.provenance == Provenance::Proved) {
            self.confirmed_at = former.confirmed_at;
        }
    }

    /// Listed or proved at an instant, whether or not anybody has looked since a proof lapsed.
    pub fn provenance_at(&self, at: Option<Timestamp>) -> Provenance {
        let lapsed = |proof: &ChannelProof| at.is_some_and(|at| proof.until <= at);
        if self.proof.as_ref().is_some_and(lapsed) {
            Provenance::Listed
        } else {
            self.provenance
        }
    }

    /// Whether it counts at an instant; without one it does whatever its time.
    pub fn counts_at(&self, at: Option<Timestamp>) -> bool {
        at.is_none_or(|at| self.validity.timing(at) == Timing::Current)
    }
}
