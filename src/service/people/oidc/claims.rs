//! What an ID token says, and whether it is said to us and now (OpenID Connect Core 1.0 §3.1.3.7).

use jiff::Timestamp;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::OidcError;
use crate::domain::Email;

/// Seconds by which the provider's clock may differ from ours.
const SKEW: i64 = 60;

/// The claims that are looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    iss: String,
    pub(super) sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: Verified,
    pub(super) name: Option<String>,
    /// How the person was authenticated (RFC 8176).
    #[serde(default)]
    pub(super) amr: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Some providers write the truth as a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Verified {
    Bool(bool),
    Text(String),
}

impl Default for Verified {
    fn default() -> Self {
        Self::Bool(false)
    }
}

impl Claims {
    pub(super) fn read(payload: &[u8]) -> Result<Self, OidcError> {
        serde_json::from_slice(payload)
            .map_err(|_| OidcError::Token("its token lacks a claim, or has one of a wrong form"))
    }

    /// Refuses what was said by another provider, to another client, in another sign-in, or at another time.
    pub(super) fn check(
        &self,
        issuer: &str,
        client: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<(), OidcError> {
        let now = now.as_second();
        let (ours, alone) = match &self.aud {
            Audience::One(one) => (one == client, true),
            Audience::Many(many) => (many.iter().any(|aud| aud == client), many.len() == 1),
        };
        let authorized = match &self.azp {
            Some(azp) => azp == client,
            None => alone,
        };
        let given = self.nonce.as_deref().unwrap_or_default();
        let refused = if self.iss != issuer {
            "its token is of another provider"
        } else if !ours || !authorized {
            "its token is for another program"
        } else if !bool::from(given.as_bytes().ct_eq(nonce.as_bytes())) {
            "its token is of another sign-in"
        } else if self.exp.saturating_add(SKEW) <= now {
            "its token has expired"
        } else if self.iat.saturating_sub(SKEW) > now {
            "its token is of the future: compare the clocks"
        } else if self.sub.is_empty() || self.sub.len() > 255 || self.sub.contains('\0') {
            "its token names nobody"
        } else {
            return Ok(());
        };
        Err(OidcError::Token(refused))
    }

    /// The e-mail address, if the provider vouches for it.
    pub(super) fn verified_email(&self) -> Result<Email, OidcError> {
        let verified = match &self.email_verified {
            Verified::Bool(verified) => *verified,
            Verified::Text(text) => text == "true",
        };
        let email = self.email.as_deref().filter(|_| verified);
        let email = email.ok_or(OidcError::EmailUnverified)?;
        Email::parse(email).map_err(|_| OidcError::EmailUnverified)
    }
}
