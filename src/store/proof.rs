//! What businesses claim and have proved.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::StoreError;
use crate::domain::{
    Act, Business, BusinessId, Claim, ClaimId, Evidence, HoldCause, OutsideIds, ProofPolicy,
};

/// What became of changes to claims.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settled {
    /// Claims that had changed since they were read, and are as they were.
    pub stale: Vec<ClaimId>,
    /// Businesses that are other than before: their channels' proofs, or their badge.
    pub businesses: Vec<Business>,
}

/// A business none of whose channels counts until a reviewer has looked at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub cause: HoldCause,
    /// Since when.
    pub at: Timestamp,
    /// Who asked for it.
    pub actor: String,
}

/// A code that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewCode {
    /// Keyed hash of the code, its claim and round.
    pub hash: [u8; 32],
    /// Keyed hash of where it goes.
    pub address: [u8; 32],
    /// When it lapses.
    pub expires_at: Timestamp,
}

/// How many codes may be sent.
#[derive(Debug, Clone, Copy)]
pub struct CodeLimits {
    /// To one address within `window`.
    pub per_address: u32,
    /// For one business within `window`.
    pub per_business: u32,
    /// How long a code counts.
    pub window: SignedDuration,
}

/// Whether a code may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePlace {
    /// It may, and it is the one that counts from now on.
    Placed,
    /// As many were sent as may be; one more can be at this instant.
    TooMany(Timestamp),
}

/// A try at a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTry {
    /// None was sent in this round.
    None,
    /// The code has lapsed.
    Expired,
    /// As many tries were made as may be.
    Spent,
    /// The code was used.
    Used,
    /// The try counts: here is the hash, and how many more tries there are.
    Open {
        /// Keyed hash of the right code.
        hash: [u8; 32],
        /// Tries left after this one.
        left: u32,
    },
}

/// What somebody outside calls a number or the account that it belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutsideRef<'a> {
    /// Of the number.
    pub thing: Option<&'a str>,
    /// Of the account.
    pub account: Option<&'a str>,
    /// The number itself, `+` and digits.
    pub number: Option<&'a str>,
}

/// Claims, evidence, codes, and businesses that are held.
///
/// Whoever writes a claim holds its business until the transaction ends, and settles what follows from it in the same
/// transaction: the proofs of channels, and the badge.
#[async_trait]
pub trait ProofStore: Send + Sync {
    /// Adds a claim, with a sealed token if its proof needs one; `Conflict` when the business claims the same already.
    async fn insert_claim(
        &self,
        claim: &Claim,
        token: Option<&[u8]>,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// One claim.
    async fn get_claim(&self, id: ClaimId) -> Result<Option<Claim>, StoreError>;

    /// The sealed token of a claim.
    async fn claim_token(&self, id: ClaimId) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps another sealed token for a claim, and other names of a service outside.
    async fn set_claim_token(
        &self,
        id: ClaimId,
        outside: &OutsideIds,
        token: &[u8],
        act: &Act,
    ) -> Result<(), StoreError>;

    /// Every claim of a business, oldest first.
    async fn claims_of(&self, business: BusinessId) -> Result<Vec<Claim>, StoreError>;

    /// Evidence of a claim, newest first.
    async fn evidence_of(&self, claim: ClaimId, limit: u32) -> Result<Vec<Evidence>, StoreError>;

    /// Writes claims as they are to be, each over the version before its own, and settles their businesses by the policy.
    /// What a business gets new is evidence of the claim; evidence by a code uses up the code.
    async fn change_claims(
        &self,
        claims: &[Claim],
        policy: &ProofPolicy,
        act: &Act,
    ) -> Result<Settled, StoreError>;

    /// Takes up to `limit` claims that are due, for nobody else until `until`. It is no change of them.
    async fn lease_due(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError>;

    /// Makes WhatsApp claims due that somebody outside has spoken of; gives how many.
    async fn make_due(&self, outside: OutsideRef<'_>, now: Timestamp) -> Result<u64, StoreError>;

    /// Places a code, and writes its claim as it is to be; `Stale` when that has changed.
    async fn place_code(
        &self,
        claim: &Claim,
        code: &NewCode,
        limits: CodeLimits,
        act: &Act,
    ) -> Result<CodePlace, StoreError>;

    /// Counts a try at the code of a claim's round, at most `most`.
    async fn try_code(
        &self,
        claim: ClaimId,
        round: u32,
        most: u32,
        now: Timestamp,
    ) -> Result<CodeTry, StoreError>;

    /// Forgets codes sent before an instant; gives how many.
    async fn purge_codes(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// Why a business is held, if it is.
    async fn hold_of(&self, business: BusinessId) -> Result<Option<Hold>, StoreError>;

    /// Holds a business, or lets it go with none. Either way every claim must be proved anew. `Conflict` when it is so already.
    /// Gives the business as it is then.
    async fn set_hold(
        &self,
        business: BusinessId,
        cause: Option<HoldCause>,
        policy: &ProofPolicy,
        act: &Act,
    ) -> Result<Business, StoreError>;
}
