//! What a business has to put up: tokens that only this registry can make, a new one for each round.

use super::Verification;
use crate::domain::Claim;

impl Verification {
    /// The token of a claim's round: 32 hexadecimal digits. It is no secret once it is put up; it cannot be guessed before, and
    /// that of an earlier round proves nothing.
    pub(super) fn token(&self, claim: &Claim) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.challenge_key);
        hasher.update(claim.id.as_uuid().as_bytes());
        hasher.update(&claim.round.to_le_bytes());
        let hash = hasher.finalize().to_hex();
        hash[..32].to_owned()
    }
}
