use std::fmt;

use jiff::Timestamp;
use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider as _};
use serde::{Deserialize, Serialize};

use super::error::word_enum;
use super::{Country, E164, Invalid};

/// A host name in ASCII (punycode) form, lower case, with a public suffix it is registered under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Domain(String);

impl Domain {
    /// Parses a bare host name such as `www.example.co.uk` or `пример.рф`; no scheme, port or path.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &str| Err(Invalid::new("domain", value, reason));
        let trimmed = value.trim().trim_end_matches('.');
        if trimmed.len() > 1_000 {
            return refuse("it is longer than a host name can be");
        }
        let Ok(ascii) = idna::domain_to_ascii_strict(trimmed) else {
            return refuse("it is not a host name");
        };
        if ascii.len() > 253 || !ascii.contains('.') {
            return refuse("a domain has at least two labels, such as example.com");
        }
        if ascii
            .rsplit('.')
            .next()
            .is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()))
        {
            return refuse("an IP address is not a domain");
        }
        if registrable(&ascii).is_none() {
            return refuse("it is a public suffix, under which others register names");
        }
        Ok(Self(ascii))
    }

    /// The whole host name, ASCII, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part that somebody registered: public suffix and one label (`example.co.uk`).
    pub fn registrable(&self) -> &str {
        registrable(&self.0).unwrap_or(&self.0)
    }

    /// The label before the public suffix (`example`), which is where a name stands.
    pub fn label(&self) -> &str {
        let registrable = self.registrable();
        registrable
            .split_once('.')
            .map_or(registrable, |(label, _)| label)
    }
}

/// Public suffix and one label, by Mozilla's list.
fn registrable(host: &str) -> Option<&str> {
    DEFAULT_PROVIDER.effective_tld_plus_one(host).ok()
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A web address: its domain, and the text as given (kept for people to read).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Website {
    raw: String,
    domain: Domain,
}

impl Website {
    /// Longest address, in bytes.
    pub const MAX_BYTES: usize = 2_048;

    /// Parses `https://host/path`, `//host` or `host/path`; other schemes, user names in it and IP addresses are refused.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &str| Err(Invalid::new("website", value, reason));
        let raw = value.trim();
        if raw.len() > Self::MAX_BYTES {
            return refuse("it is longer than 2,048 bytes");
        }
        let rest = match raw.split_once("://") {
            Some((scheme, rest))
                if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
            {
                rest
            }
            Some((scheme, _)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                return refuse("only http and https addresses are websites");
            }
            _ => raw.strip_prefix("//").unwrap_or(raw),
        };
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        if authority.contains('@') {
            return refuse("it carries a user name, which hides where it leads");
        }
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        };
        let domain = Domain::parse(host).map_err(|e| Invalid::new("website", value, e.reason))?;
        Ok(Self {
            raw: raw.to_owned(),
            domain,
        })
    }

    /// The address as given, trimmed.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// Its host.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
}

/// An e-mail address. The local part keeps its case; comparison is on [`Email::key`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Email {
    local: String,
    domain: Domain,
}

impl Email {
    /// Parses `local@domain`, with `mailto:` and angle brackets allowed round it; 254 bytes at most (RFC 5321).
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &str| Err(Invalid::new("e-mail address", value, reason));
        let raw = value.trim();
        let raw = raw.strip_prefix("mailto:").unwrap_or(raw);
        let raw = raw
            .strip_prefix('<')
            .and_then(|r| r.strip_suffix('>'))
            .unwrap_or(raw);
        if raw.len() > 254 {
            return refuse("it is longer than 254 bytes");
        }
        let Some((local, host)) = raw.rsplit_once('@') else {
            return refuse("it has no @");
        };
        if local.is_empty() || local.len() > 64 || local.contains('@') {
            return refuse("before the @ come 1 to 64 bytes, without another @");
        }
        if local.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return refuse("it holds white space");
        }
        let domain =
            Domain::parse(host).map_err(|e| Invalid::new("e-mail address", value, e.reason))?;
        Ok(Self {
            local: local.to_owned(),
            domain,
        })
    }

    /// What stands before the `@`, as given.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands after it.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Lower-cased whole address: the key of comparison.
    pub fn key(&self) -> String {
        format!("{}@{}", self.local.to_lowercase(), self.domain)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

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
        }
    }
}
