//! Requests that are done once, however often they are sent (draft-ietf-httpapi-idempotency-key-header).

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::access::Caller;
use super::world::World;
pub use crate::store::Claim;
use crate::store::{Store, StoreError, VoidClaims};

/// How long an answer is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Keeps answers of creating requests.
#[derive(Clone)]
pub struct Idempotency {
    store: Arc<dyn Store>,
    world: World,
    longest: SignedDuration,
}

/// One request that is to be done once.
#[derive(Debug, Clone)]
pub struct Once {
    caller: Vec<u8>,
    key: String,
}

impl Idempotency {
    /// Keeps answers in a store. A request that takes longer than `longest` has come to nothing: its process died,
    /// or lost the database before it could give the key back.
    pub fn new(store: Arc<dyn Store>, world: World, longest: SignedDuration) -> Self {
        Self {
            store,
            world,
            longest,
        }
    }

    /// Claims a key for a request of a caller; `request` is everything that makes the request what it is.
    pub async fn claim(
        &self,
        caller: &Caller,
        key: &str,
        request: &[u8],
    ) -> Result<(Once, Claim), StoreError> {
        let once = Once {
            caller: match (caller.key, caller.user) {
                (Some(key), _) => key.as_uuid().as_bytes().to_vec(),
                (None, Some(user)) => user.as_uuid().as_bytes().to_vec(),
                (None, None) => Vec::new(),
            },
            key: key.to_owned(),
        };
        let now = self.world.now();
        let before = |age| now.checked_sub(age).unwrap_or(Timestamp::MIN);
        let void = VoidClaims {
            made_before: before(KEPT),
            unfinished_before: before(self.longest),
        };
        let hash = *blake3::hash(request).as_bytes();
        let claim = self
            .store
            .claim(&once.caller, key, &hash, now, void)
            .await?;
        Ok((once, claim))
    }

    /// Keeps the answer of a request that was ours.
    pub async fn finish(&self, once: &Once, status: u16, body: &[u8]) -> Result<(), StoreError> {
        self.store
            .finish(&once.caller, &once.key, status, body)
            .await
    }

    /// Gives a key back whose request came to nothing.
    pub async fn abandon(&self, once: &Once) -> Result<(), StoreError> {
        self.store.abandon(&once.caller, &once.key).await
    }
}

impl std::fmt::Debug for Idempotency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Idempotency")
    }
}
