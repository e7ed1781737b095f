//! People who sign in: their roles and names.

use std::fmt;

use super::Invalid;
use super::error::word_enum;
use super::text::bounded;

word_enum! {
    /// What a person is here for; what it allows is told by `service::people`.
    "role" Role {
        /// Speaks for an organisation and keeps its businesses.
        Business = "business",
        /// Works the review queue.
        Reviewer = "reviewer",
        /// Leads reviewers, and keeps the registry.
        Lead = "lead",
        /// Everything, people and keys included.
        Admin = "admin",
    }
}

/// What a person is called: trimmed, 1–100 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Longest name, in code points.
    pub const MAX_CHARS: usize = 100;

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

    /// The name as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
