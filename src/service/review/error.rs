//! Why a reviewer's request could not be done.

use crate::domain::{CaseId, Invalid};
use crate::service::StoreError;
use crate::service::check::CheckError;
use crate::service::contract::FieldErrors;

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// A field is wrong.
    #[error(transparent)]
    Fields(#[from] FieldErrors),
    /// It was decided on what is no longer so; the detail says what has changed.
    #[error("the case has changed since you read it (its version is now {current}): {changes}")]
    Changed {
        /// The version that it has now.
        current: u64,
        /// What happened since, in words.
        changes: String,
    },
    /// There is nothing in the queue that the reviewer could take.
    #[error("there is no case that waits for you")]
    QueueEmpty,
    /// What was known of the account is erased.
    #[error("what was known of the account of case {0} is erased")]
    Erased(CaseId),
    /// Too many reports wait to be written, or one address asks too fast.
    #[error("too many requests come at once; send it again in {wait} seconds")]
    TooFast {
        /// Seconds to wait.
        wait: u64,
    },
    /// The token names no report or appeal.
    #[error("this token names nothing; it is the one that the first answer gave")]
    UnknownToken,
    /// The code is wrong, has lapsed or was tried too often: one answer for all, which leaks nothing.
    #[error("the code is not right, or works no more; a new one can be sent")]
    CodeRefused,
    /// No code can be sent to the account.
    #[error("{0}")]
    NoWayToSend(String),
    /// The account could not be checked.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Invalid> for ReviewError {
    fn from(invalid: Invalid) -> Self {
        let pointer = format!("/{}", invalid.kind.replace(' ', "_"));
        FieldErrors::one(pointer, "invalid_value", invalid.to_string()).into()
    }
}
