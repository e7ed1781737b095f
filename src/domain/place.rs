use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// A country, ISO 3166-1 alpha-2, upper case.
///
/// Any two ASCII letters are accepted besides the reserved `ZZ` (unknown), since the list changes and a
/// phone library or an importer may know a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Country([u8; 2]);

impl Country {
    /// Parses two letters in either case.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let refuse = |reason| Err(Invalid::new("country", value, reason));
        match *value.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                let code = [a.to_ascii_uppercase(), b.to_ascii_uppercase()];
                if &code == b"ZZ" {
                    return refuse("ZZ stands for an unknown country; leave the field out");
                }
                Ok(Self(code))
            }
            _ => refuse("a country is two letters of ISO 3166-1, such as DE"),
        }
    }

    /// The two upper-case letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Country {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        Self::parse(value)
    }
}

/// A language tag, BCP 47 in shape (`en`, `zh-Hans`, `pt-BR`); subtags are not looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(String);

impl Language {
    /// Parses a tag: 2–8 letters, then subtags of 1–8 letters or digits, 35 characters at most (RFC 5646 §4.4.1).
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = value.trim();
        let mut parts = value.split('-');
        let first = parts.next().unwrap_or_default();
        let good = value.len() <= 35
            && (2..=8).contains(&first.len())
            && first.bytes().all(|b| b.is_ascii_alphabetic())
            && parts.all(|p| {
                (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if good {
            Ok(Self(value.to_owned()))
        } else {
            Err(Invalid::new(
                "language",
                value,
                "a language is a BCP 47 tag, such as en or zh-Hans",
            ))
        }
    }

    /// The tag as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
