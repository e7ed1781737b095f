//! What a claim is about, and which channels it proves.

use std::fmt;

use super::error::word_enum;
use super::{
    ChannelValue, Country, Domain, E164, Email, Handle, Invalid, Lei, Platform, Text, UserId,
    Website,
};

word_enum! {
    /// What kind of thing is claimed.
    "kind of claim" ClaimKind {
        /// A domain, and what is under it.
        Domain = "domain",
        /// An e-mail address.
        Email = "email",
        /// A phone number.
        Phone = "phone",
        /// A number on WhatsApp.
        Whatsapp = "whatsapp",
        /// A handle on a platform.
        Handle = "handle",
        /// That it is a legal entity.
        LegalIdentity = "legal_identity",
        /// A reviewer's approval.
        Approval = "approval",
    }
}

impl ClaimKind {
    /// Whether the server can look for the evidence by itself, again and again.
    pub const fn is_looked_up(self) -> bool {
        matches!(self, Self::Domain | Self::Whatsapp | Self::Handle)
    }

    /// Whether it is proved by a code that is sent and comes back.
    pub const fn is_by_code(self) -> bool {
        matches!(self, Self::Email | Self::Phone)
    }
}

/// How a legal entity is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LegalIdentity {
    /// By its Legal Entity Identifier.
    Lei(Lei),
    /// By its number in a country's register of companies.
    Company(Country, Text<60>),
}

/// What is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClaimSubject {
    /// A domain, and what is under it.
    Domain(Domain),
    /// An e-mail address.
    Email(Email),
    /// A phone number.
    Phone(E164),
    /// A number on WhatsApp.
    Whatsapp(E164),
    /// A handle.
    Handle(Handle),
    /// That it is a legal entity.
    LegalIdentity(LegalIdentity),
    /// That this reviewer approves the business.
    Approval(UserId),
}

impl ClaimSubject {
    /// The kind.
    pub fn kind(&self) -> ClaimKind {
        match self {
            Self::Domain(_) => ClaimKind::Domain,
            Self::Email(_) => ClaimKind::Email,
            Self::Phone(_) => ClaimKind::Phone,
            Self::Whatsapp(_) => ClaimKind::Whatsapp,
            Self::Handle(_) => ClaimKind::Handle,
            Self::LegalIdentity(_) => ClaimKind::LegalIdentity,
            Self::Approval(_) => ClaimKind::Approval,
        }
    }

    /// Reads what `Display` writes: the value that stands beside a kind.
    pub fn parse(kind: ClaimKind, value: &str) -> Result<Self, Invalid> {
        Ok(match kind {
            ClaimKind::Domain => Self::Domain(Domain::parse(value)?),
            ClaimKind::Email => Self::Email(Email::parse(value)?),
            ClaimKind::Phone => Self::Phone(E164::parse(value)?),
            ClaimKind::Whatsapp => Self::Whatsapp(E164::parse(value)?),
            ClaimKind::Handle => {
                let (platform, handle) = parts("handle", value)?;
                Self::Handle(Handle::parse(platform.parse::<Platform>()?, handle)?)
            }
            ClaimKind::LegalIdentity => Self::LegalIdentity(legal_identity(value)?),
            ClaimKind::Approval => Self::Approval(value.parse()?),
        })
    }

    /// The value that tells it from others of its kind: equal for equal subjects, however they are written.
    pub fn key(&self) -> String {
        match self {
            Self::Email(email) => email.key(),
            Self::Handle(handle) => format!("{}:{}", handle.platform(), handle.key()),
            Self::LegalIdentity(LegalIdentity::Company(country, number)) => {
                let plain = number.as_str().split_whitespace().collect::<String>();
                format!("company:{country}:{}", plain.to_uppercase())
            }
            other => other.to_string(),
        }
    }

    /// The channel that it is, if it is one.
    pub fn channel(&self) -> Option<ChannelValue> {
        Some(match self {
            Self::Domain(domain) => {
                let site = Website::parse(&format!("https://{domain}/")).ok()?;
                ChannelValue::Website(site)
            }
            Self::Email(email) => ChannelValue::Email(email.clone()),
            Self::Phone(number) => ChannelValue::Phone(*number),
            Self::Whatsapp(number) => ChannelValue::Whatsapp(*number),
            Self::Handle(handle) => ChannelValue::Handle(handle.clone()),
            Self::LegalIdentity(_) | Self::Approval(_) => return None,
        })
    }

    /// Whether it proves a channel. A domain proves every site and mailbox domain under it, and no single address.
    pub fn proves(&self, channel: &ChannelValue) -> bool {
        match (self, channel) {
            (Self::Domain(domain), ChannelValue::Website(site)) => site.domain().is_within(domain),
            (Self::Domain(domain), ChannelValue::EmailDomain(mail)) => mail.is_within(domain),
            (Self::Email(own), ChannelValue::Email(email)) => own.key() == email.key(),
            (Self::Phone(own), ChannelValue::Phone(number))
            | (Self::Whatsapp(own), ChannelValue::Whatsapp(number)) => own == number,
            (Self::Handle(own), ChannelValue::Handle(handle)) => {
                own.platform() == handle.platform() && own.key() == handle.key()
            }
            _ => false,
        }
    }
}

fn parts<'a>(kind: &'static str, value: &'a str) -> Result<(&'a str, &'a str), Invalid> {
    value
        .split_once(':')
        .ok_or_else(|| Invalid::new(kind, value, "two parts with a colon between are expected"))
}

fn legal_identity(value: &str) -> Result<LegalIdentity, Invalid> {
    match parts("legal identity", value)? {
        ("lei", lei) => Ok(LegalIdentity::Lei(Lei::parse(lei)?)),
        ("company", rest) => {
            let (country, number) = parts("company number", rest)?;
            let number = Text::parse("company number", number)?;
            Ok(LegalIdentity::Company(Country::parse(country)?, number))
        }
        _ => {
            let reason = "it is lei:… or company:COUNTRY:NUMBER, such as company:DE:HRB 1234";
            Err(Invalid::new("legal identity", value, reason))
        }
    }
}

impl fmt::Display for ClaimSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(domain) => domain.fmt(f),
            Self::Email(email) => email.fmt(f),
            Self::Phone(number) | Self::Whatsapp(number) => number.fmt(f),
            Self::Handle(handle) => write!(f, "{}:{}", handle.platform(), handle.value()),
            Self::LegalIdentity(LegalIdentity::Lei(lei)) => write!(f, "lei:{lei}"),
            Self::LegalIdentity(LegalIdentity::Company(country, number)) => {
                write!(f, "company:{country}:{}", number.as_str())
            }
            Self::Approval(by) => by.fmt(f),
        }
    }
}
