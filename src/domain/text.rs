use serde::{Deserialize, Serialize};
use std::fmt;

use super::Invalid;

/// The name that an account shows, exactly as it was met.
///
/// Nothing is cleaned away, since a disguise is evidence; only size is bounded. 1,000 code points leave room
/// for stacked combining marks (WhatsApp allows 75 visible characters, attacks put ten marks on each).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

impl DisplayName {
    /// Longest name, in code points.
    pub const MAX_CHARS: usize = 1_000;

    /// Accepts any text of 1 to [`Self::MAX_CHARS`] code points that is not all white space and control characters.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        bounded("display name", value, Self::MAX_CHARS)?;
        if value.chars().all(|c| c.is_whitespace() || c.is_control()) {
            return Err(Invalid::new(
                "display name",
                value,
                "it is blank; leave the field out instead",
            ));
        }
        Ok(Self(value.to_owned()))
    }

    /// The name as met.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name of a registered business: trimmed, 1–200 code points, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BusinessName(String);

impl BusinessName {
    /// Longest name, in code points.
    pub const MAX_CHARS: usize = 200;

    /// Trims, then refuses an empty, too long or control-character name.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = value.trim();
        if value.is_empty() {
            return Err(Invalid::new("name", value, "a name is needed"));
        }
        bounded("name", value, Self::MAX_CHARS)?;
        if value.chars().any(char::is_control) {
            return Err(Invalid::new("name", value, "it holds a control character"));
        }
        Ok(Self(value.to_owned()))
    }

    /// The name as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BusinessName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Free text with an upper bound in code points: descriptions, about texts, addresses, titles.
///
/// Control characters other than line breaks and tabs are refused, since such text is shown to people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Trims, then refuses an empty or too long text.
    pub fn parse(kind: &'static str, value: &str) -> Result<Self, Invalid> {
        let value = value.trim();
        if value.is_empty() {
            return Err(Invalid::new(
                kind,
                value,
                "it is blank; leave the field out instead",
            ));
        }
        bounded(kind, value, MAX)?;
        if value
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err(Invalid::new(kind, value, "it holds a control character"));
        }
        Ok(Self(value.to_owned()))
    }

    /// The text, trimmed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) fn bounded(kind: &'static str, value: &str, max: usize) -> Result<(), Invalid> {
    // Bytes first: counting the characters of a 10 MB value would be work for nothing.
    if value.len() > max * 4 || value.chars().count() > max {
        return Err(Invalid::new(
            kind,
            value,
            format_args!("it is longer than {max} characters"),
        ));
    }
    Ok(())
}

/// The name by which an importer or partner knows a business: 1–200 characters, no white space at the ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExternalId(String);

impl ExternalId {
    /// Trims; refuses empty, over 200 characters, and control characters.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let value = value.trim();
        if value.is_empty() {
            return Err(Invalid::new("external_id", value, "it is empty"));
        }
        bounded("external_id", value, 200)?;
        if value.chars().any(char::is_control) {
            return Err(Invalid::new(
                "external_id",
                value,
                "it holds a control character",
            ));
        }
        Ok(Self(value.to_owned()))
    }

    /// The id as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
