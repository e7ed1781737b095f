//! Access: API keys, what they allow, and who asks.
//!
//! A key is `bf_live_<id>_<secret>`. Its secret is 32 random bytes, so that one keyed BLAKE3 hash is enough to
//! keep it: there is nothing to guess, and no slow hash stands on the hot path. Keys are held in memory and
//! read anew every [`REFRESH`], which bounds how long a revoked key still works; uses are counted in memory
//! and written every [`FLUSH`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use super::world::World;
use crate::domain::{Invalid, KeyId};
use crate::store::{KeyRecord, Store, StoreError};

/// How often keys are read anew; a key revoked by another process works at most this long.
pub const REFRESH: Duration = Duration::from_secs(2);
/// How often uses are written.
pub const FLUSH: Duration = Duration::from_secs(5);

const KEY_PREFIX: &str = "bf_live_";

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Check accounts.
    Check,
    /// Read the registry.
    RegistryRead,
    /// Write the registry.
    RegistryWrite,
    /// Work the review queue.
    Review,
    /// Everything, keys included.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] = [
        Self::Check,
        Self::RegistryRead,
        Self::RegistryWrite,
        Self::Review,
        Self::Admin,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::RegistryRead => "registry:read",
            Self::RegistryWrite => "registry:write",
            Self::Review => "review",
            Self::Admin => "admin",
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Scope {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|s| s.as_str() == value);
        found.ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("scope", value, format_args!("it must be one of {words}"))
        })
    }
}

/// Who asks, as far as access goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The key; none for somebody without one.
    pub key: Option<KeyId>,
    scopes: Scopes,
}

/// A set of scopes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scopes(u8);

impl Scopes {
    fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, s| set | 1 << s as u8))
    }
}

impl Caller {
    /// Whether the caller may do what needs this scope.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.has(scope) || self.scopes.has(Scope::Admin)
    }
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AccessError {
    /// No key was given where one is needed.
    #[error("an API key is needed: send it as `Authorization: Bearer bf_live_…`")]
    KeyNeeded,
    /// The key is malformed, unknown, revoked or lapsed; which of them is nobody's business.
    #[error("the API key is not valid: it is mistyped, revoked or expired")]
    BadKey,
    /// The key lacks a scope.
    #[error(
        "this needs a key with the scope {0}; one is made by `bonafide key create --scope {0}`"
    )]
    ScopeNeeded(Scope),
    /// Keys cannot be read now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A key just made; its secret is shown once.
#[derive(Clone)]
pub struct NewKey {
    /// What is kept.
    pub record: KeyRecord,
    /// The whole key.
    pub token: String,
}

/// Decides who may do what.
pub struct Access {
    store: Arc<dyn Store>,
    world: World,
    hash_key: [u8; 32],
    anonymous: Scopes,
    known: ArcSwap<HashMap<KeyId, KeyRecord>>,
    uses: Mutex<HashMap<KeyId, (u64, Timestamp)>>,
}

impl Access {
    /// Loads the keys; `anonymous` is what callers without a key may do.
    pub async fn load(
        store: Arc<dyn Store>,
        world: World,
        anonymous: Vec<Scope>,
    ) -> Result<Self, StoreError> {
        let secret = store.identity().secret;
        let access = Self {
            store,
            world,
            hash_key: blake3::derive_key("bonafide 2026 api keys", &secret),
            anonymous: anonymous.into_iter().collect(),
            known: ArcSwap::default(),
            uses: Mutex::default(),
        };
        access.refresh().await?;
        Ok(access)
    }

    /// Reads the keys anew.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let keys = self.store.list_keys().await?;
        self.known
            .store(Arc::new(keys.into_iter().map(|k| (k.id, k)).collect()));
        Ok(())
    }

    /// Whether there is a key that could let anybody in.
    pub fn has_active_keys(&self) -> bool {
        let now = self.world.now();
        self.known.load().values().any(|k| is_active(k, now))
    }

    /// Makes a key.
    pub async fn create(
        &self,
        name: &str,
        scopes: &[Scope],
        expires_at: Option<Timestamp>,
    ) -> Result<NewKey, StoreError> {
        let id = KeyId::new(self.world.new_id());
        let secret: [u8; 32] = self.world.random();
        let secret = blake3::Hash::from_bytes(secret).to_hex();
        let record = KeyRecord {
            id,
            name: name.to_owned(),
            secret_hash: self.hash(id, &secret),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            created_at: self.world.now(),
            expires_at,
            revoked_at: None,
            last_used_at: None,
            uses: 0,
        };
        self.store.insert_key(&record).await?;
        self.refresh().await?;
        let token = format!("{KEY_PREFIX}{}_{secret}", id.as_uuid().simple());
        Ok(NewKey { record, token })
    }

    /// Every key, revoked ones too.
    pub async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.list_keys().await
    }

    /// Revokes a key: at once here, within [`REFRESH`] in other processes.
    pub async fn revoke(&self, id: KeyId) -> Result<(), StoreError> {
        self.store.revoke_key(id, self.world.now()).await?;
        self.refresh().await
    }

    /// Tells who asks from the key that was presented, if any.
    pub async fn authenticate(&self, token: Option<&str>) -> Result<Caller, AccessError> {
        let Some(token) = token else {
            return Ok(Caller {
                key: None,
                scopes: self.anonymous,
            });
        };
        let (id, secret) = split(token).ok_or(AccessError::BadKey)?;
        let known = self.known.load_full();
        let fetched;
        let record = if let Some(record) = known.get(&id) {
            record
        } else {
            // A key made a moment ago by another process is not in memory yet.
            fetched = self.store.get_key(id).await?;
            fetched.as_ref().ok_or(AccessError::BadKey)?
        };
        let same: bool = self.hash(id, secret).ct_eq(&record.secret_hash).into();
        let now = self.world.now();
        if !same || !is_active(record, now) {
            return Err(AccessError::BadKey);
        }
        self.count_use(id, now);
        Ok(Caller {
            key: Some(id),
            scopes: record
                .scopes
                .iter()
                .filter_map(|s| s.parse().ok())
                .collect(),
        })
    }

    /// Lets a caller through who has a scope.
    pub fn require(caller: &Caller, scope: Scope) -> Result<(), AccessError> {
        if caller.may(scope) {
            Ok(())
        } else if caller.key.is_none() {
            Err(AccessError::KeyNeeded)
        } else {
            Err(AccessError::ScopeNeeded(scope))
        }
    }

    /// Writes the counted uses.
    pub async fn flush_uses(&self) -> Result<(), StoreError> {
        let counted: Vec<_> = {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            uses.drain().map(|(id, (n, last))| (id, n, last)).collect()
        };
        if counted.is_empty() {
            return Ok(());
        }
        let written = self.store.count_uses(&counted).await;
        if written.is_err() {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            for (id, n, last) in counted {
                uses.entry(id).or_insert((0, last)).0 += n;
            }
        }
        written
    }

    fn count_use(&self, id: KeyId, now: Timestamp) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = uses.entry(id).or_insert((0, now));
        *slot = (slot.0 + 1, now);
    }

    fn hash(&self, id: KeyId, secret: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.hash_key);
        hasher.update(id.as_uuid().as_bytes());
        hasher.update(secret.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Access")
    }
}

fn is_active(key: &KeyRecord, now: Timestamp) -> bool {
    key.revoked_at.is_none() && key.expires_at.is_none_or(|at| at > now)
}

fn split(token: &str) -> Option<(KeyId, &str)> {
    let (id, secret) = token.strip_prefix(KEY_PREFIX)?.split_once('_')?;
    let id = format!("{}{id}", KeyId::PREFIX).parse().ok()?;
    (secret.len() == 64).then_some((id, secret))
}
