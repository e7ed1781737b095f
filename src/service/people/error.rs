//! Why people are refused something.

use super::oidc::OidcError;
use crate::service::contract::FieldErrors;
use crate::store::StoreError;

/// Why something that a person asks for is not done.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The sign-in is refused; which part of it is wrong is nobody's business.
    #[error(
        "the e-mail address, the password or the code is wrong, or the account is locked for some minutes after too \
         many tries"
    )]
    SignInRefused,
    /// The password is right, and a second factor is needed.
    #[error("a code is needed too: the six digits of your authenticator app, or a recovery code")]
    CodeNeeded,
    /// The first step of a sign-in was too long ago, or its account was changed since.
    #[error("the code came too late, or the account was changed meanwhile: sign in again")]
    StepLost,
    /// Too many sign-ins from one address.
    #[error("too many sign-ins from this address; try again in {wait} seconds")]
    TooFast {
        /// Seconds to wait, rounded up.
        wait: u64,
    },
    /// More sign-ins at once than there is room for.
    #[error("too many people sign in at once; try again in a second")]
    Busy,
    /// Something that only somebody can do who has signed in a moment ago.
    #[error("this needs a sign-in of the last 15 minutes: sign in again first")]
    FreshNeeded,
    /// The code does not count, or was used before.
    #[error("the code is wrong, or was used before")]
    CodeRefused,
    /// The link for choosing a password is unknown, used or lapsed.
    #[error("this link was used already, has lapsed, or was replaced by a newer one")]
    ResetRefused,
    /// The account is in another state than this needs.
    #[error("{0}")]
    State(&'static str),
    /// Fields are wrong.
    #[error(transparent)]
    Fields(#[from] FieldErrors),
    /// The sign-in at a provider came to nothing.
    #[error(transparent)]
    Oidc(#[from] OidcError),
    /// A fault of ours.
    #[error("{0}")]
    Fault(String),
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}
