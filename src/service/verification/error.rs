//! Why something about proofs is not done.

use crate::domain::{BusinessId, ClaimKind, ClaimRefusal, Domain};
use crate::providers::Failure;
use crate::service::contract::FieldErrors;
use crate::service::registry::RegistryError;
use crate::store::StoreError;

/// Why something about proofs is not done. Of codes, none says anything about the right one.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Fields are wrong.
    #[error(transparent)]
    Fields(#[from] FieldErrors),
    /// The author belongs to an organisation, and the business to another or to none.
    #[error("{0} is not a business of your organisation; only those can be proved with this key")]
    NotYours(BusinessId),
    /// The claim cannot have this in its state.
    #[error(transparent)]
    Claim(#[from] ClaimRefusal),
    /// The claim changed while this was under way.
    #[error("the claim has just been changed; look at it again")]
    Changed,
    /// The business makes as many claims as it may.
    #[error("the business makes {0} claims already, which is the most there can be")]
    TooManyClaims(usize),
    /// There is nothing to look for.
    #[error("{} is not proved by looking for it: {}", .0, otherwise(*.0))]
    NotLookedUp(ClaimKind),
    /// No code proves it.
    #[error("{} is not proved by a code: {}", .0, otherwise(*.0))]
    NotByCode(ClaimKind),
    /// No document proves it.
    #[error("{} is not proved by a document: {}", .0, otherwise(*.0))]
    NotByDocument(ClaimKind),
    /// An address counts only on a domain that is proved.
    #[error(
        "no proved domain of this business covers {0}: prove the domain first, then the address on it"
    )]
    DomainUnproved(Domain),
    /// The operator has not set up what it takes.
    #[error("this server sends no codes that way: {0}")]
    NotSetUp(&'static str),
    /// Too many codes were sent to the address, or for the business.
    #[error("as many codes were sent as may be; the next can be sent in {wait} seconds")]
    TooManyCodes {
        /// Seconds to wait, rounded up.
        wait: u64,
    },
    /// The code could not be handed to whoever sends it.
    #[error("the code could not be sent: {0}")]
    Unsent(Failure),
    /// A service outside gave no answer that helps.
    #[error("{0}")]
    Outside(Failure),
    /// No code was sent that could be answered.
    #[error("no code waits for an answer: let one be sent first")]
    CodeNone,
    /// The code has lapsed.
    #[error("the code has lapsed; let another one be sent")]
    CodeExpired,
    /// The code was tried too often.
    #[error("the code was tried too often; let another one be sent")]
    CodeSpent,
    /// The code was used.
    #[error("the code was used already")]
    CodeUsed,
    /// The code is wrong.
    #[error("the code is wrong; {left} more tries are left")]
    CodeWrong {
        /// Tries left.
        left: u32,
    },
    /// No profile can be taken over by way of it.
    #[error("{0} is no number on WhatsApp: only the profile of such a number can be taken over")]
    NoProfile(ClaimKind),
    /// What is asked for takes a proved claim.
    #[error("the claim is not proved now; prove it first")]
    Unproved,
    /// Only a person can approve: a key is nobody's word.
    #[error("approvals are people's: sign in, a key cannot approve")]
    PersonNeeded,
    /// Nobody approves the business of their own organisation.
    #[error("nobody can approve a business of their own organisation")]
    OwnBusiness,
    /// A fault of ours.
    #[error("{0}")]
    Fault(&'static str),
}

/// How a claim of a kind is proved instead.
fn otherwise(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Domain => "publish the record or the file, then let it be looked for",
        ClaimKind::Email | ClaimKind::Phone => "let a code be sent to it, then answer with it",
        ClaimKind::Whatsapp => "WhatsApp is asked with the token that came with the claim",
        ClaimKind::Handle => "let the profile and the website link to each other",
        ClaimKind::LegalIdentity => {
            "an LEI is looked for in its register, a company number takes a reviewer who saw a document"
        }
        ClaimKind::Approval => "reviewers approve a business by their own word",
    }
}

impl From<RegistryError> for VerificationError {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Store(error) => error.into(),
            RegistryError::Fields(errors) => errors.into(),
            RegistryError::NotYours(id) => Self::NotYours(id),
        }
    }
}
