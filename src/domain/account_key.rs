//! The one strong key by which an account under review is the same account: never a name.

use super::error::word_enum;
use super::hosts::is_page_of_a_guest;
use super::{Account, Country, E164, PhoneReading, Platform};

word_enum! {
    /// What kind of key an account under review has.
    "kind of key" KeyKind {
        /// A number in E.164 form.
        Phone = "phone",
        /// A handle on a platform.
        Handle = "handle",
        /// A registrable domain.
        Domain = "domain",
        /// An e-mail address.
        Email = "email",
        /// A sender ID in one country.
        SenderId = "sender_id",
    }
}

/// The one strong key by which an account is the same account: never a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AccountKey {
    /// A number.
    Phone(E164),
    /// A handle, in lower case, on a platform.
    Handle(Platform, String),
    /// A registrable domain.
    Domain(String),
    /// An e-mail address, in lower case.
    Email(String),
    /// A sender ID, in lower case, in a country.
    SenderId(Country, String),
}

impl AccountKey {
    /// The strongest key of an account; none where it shows a name only, a page on a host that everybody shares, or a sender
    /// ID without its country.
    pub fn of(account: &Account, phone: Option<&PhoneReading>) -> Option<Self> {
        let number = phone.and_then(|p| p.number);
        let site = account.website.as_ref().filter(|s| !is_page_of_a_guest(s));
        let sender = account.sender_id.as_ref();
        number
            .map(|n| Self::Phone(n.e164))
            .or_else(|| {
                let handle = account.handle.as_ref()?;
                Some(Self::Handle(handle.platform(), handle.key()))
            })
            .or_else(|| site.map(|s| Self::Domain(s.domain().registrable().to_owned())))
            .or_else(|| account.email.as_ref().map(|e| Self::Email(e.key())))
            .or_else(|| Some(Self::SenderId(account.default_region?, sender?.key())))
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::Phone(_) => KeyKind::Phone,
            Self::Handle(..) => KeyKind::Handle,
            Self::Domain(_) => KeyKind::Domain,
            Self::Email(_) => KeyKind::Email,
            Self::SenderId(..) => KeyKind::SenderId,
        }
    }
}

impl std::fmt::Display for AccountKey {
    /// Two keys are written alike only if they are the same.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Phone(number) => write!(f, "phone:{number}"),
            Self::Handle(platform, handle) => write!(f, "{platform}:{handle}"),
            Self::Domain(domain) => write!(f, "domain:{domain}"),
            Self::Email(email) => write!(f, "email:{email}"),
            Self::SenderId(country, id) => write!(f, "sender:{country}:{id}"),
        }
    }
}
