//! Hosts, web addresses and e-mail addresses.

use std::fmt;

use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider as _};
use serde::{Deserialize, Serialize};

use super::Invalid;

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

    /// Whether it is another domain or stands under it.
    pub fn is_within(&self, other: &Self) -> bool {
        let under = self.0.strip_suffix(&other.0);
        under.is_some_and(|start| start.is_empty() || start.ends_with('.'))
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
