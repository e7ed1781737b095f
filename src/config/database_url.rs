//! The address of a database, which may hold a password.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a database is, such as `sqlite://bonafide.db` or `postgres://user:password@host/database`.
///
/// Shown anywhere, its password is `***`: in logs, in error messages, in what a command says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with its password, for opening the database and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for DatabaseUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", shown(&self.0))
    }
}

/// Hides rather too much than too little: a password that is not percent-encoded may hold any character.
fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let rest = match rest.rsplit_once('@') {
        None => rest.to_owned(),
        Some((user, place)) => {
            let hidden = user.split_once(':').map(|(name, _)| format!("{name}:***"));
            format!("{}@{place}", hidden.as_deref().unwrap_or(user))
        }
    };
    let rest = match rest.split_once('?') {
        None => rest,
        Some((place, parameters)) => {
            let parameters: Vec<String> = parameters.split('&').map(shown_parameter).collect();
            format!("{place}?{}", parameters.join("&"))
        }
    };
    format!("{scheme}://{rest}")
}

fn shown_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("pass") => format!("{name}=***"),
        _ => parameter.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, expected) in [
            ("sqlite://bonafide.db", "sqlite://bonafide.db"),
            ("sqlite:b.db?mode=ro", "sqlite:b.db?mode=ro"),
            ("postgres://host/db", "postgres://host/db"),
            ("postgres://me@host/db", "postgres://me@host/db"),
            (
                "postgres://me:secret@host:5432/db",
                "postgres://me:***@host:5432/db",
            ),
            (
                "postgres://me:se@c/r?e:t@host/db?sslmode=require",
                "postgres://me:***@host/db?sslmode=require",
            ),
            (
                "postgresql://:secret@/db?host=%2Frun",
                "postgresql://:***@/db?host=%2Frun",
            ),
            (
                "postgres://h/db?user=me&password=secret&sslmode=require",
                "postgres://h/db?user=me&password=***&sslmode=require",
            ),
        ] {
            let url = DatabaseUrl::from(url);
            assert_eq!(url.to_string(), expected);
            assert!(!format!("{url:?}").contains("secret"));
        }
    }
}
