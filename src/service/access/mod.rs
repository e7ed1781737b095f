//! Access: API keys, what they allow and how much, and who asks.
//!
//! A key is `bf_live_<id>_<secret>`. Its secret is 32 random bytes, so that one keyed BLAKE3 hash is enough to
//! keep it: there is nothing to guess, and no slow hash stands on the hot path. Keys are held in memory and
//! read anew every [`REFRESH`], which bounds how long a revoked key still works; uses are counted in memory
//! and written every [`FLUSH`].

mod caller;
mod keys;
mod limits;
mod scope;
mod usage;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::world::World;
use crate::domain::KeyId;
pub use crate::store::KeyRecord;
use crate::store::{KeyUse, Store, StoreError};

pub use caller::Caller;
pub use keys::{KeyTerms, NewKey};
pub use limits::Allowance;
use limits::{Limiter, day_of, month_of};
pub use scope::{Scope, Scopes};
pub use usage::{DayOfUse, Usage};

/// How often keys are read anew; a key revoked by another process works at most this long.
pub const REFRESH: Duration = Duration::from_secs(2);
/// How often uses are written.
pub const FLUSH: Duration = Duration::from_secs(5);

const KEY_PREFIX: &str = "bf_live_";

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AccessError {
    /// No key was given where one is needed.
    #[error("an API key is needed: send it as `Authorization: Bearer bf_live_…`; or sign in")]
    KeyNeeded,
    /// The key is malformed or unknown; which of them is nobody's business.
    #[error("the API key is not valid: it is mistyped, or of another server")]
    BadKey,
    /// The key was revoked. Told only to who has the whole key.
    #[error("the API key was revoked at {0}")]
    Revoked(Timestamp),
    /// The key has lapsed. Told only to who has the whole key.
    #[error("the API key expired at {0}")]
    Expired(Timestamp),
    /// The key lacks a scope.
    #[error(
        "this needs a key with the scope {0}; one is made by `bonafide key create --scope {0}`"
    )]
    ScopeNeeded(Scope),
    /// The person's role does not allow it.
    #[error("this needs the scope {0}, which your role does not give you")]
    RoleLacks(Scope),
    /// The person's role allows it after a second factor only.
    #[error(
        "your role needs a second factor: set TOTP up (POST /v1/me/totp), or confirm it for this session by a code"
    )]
    SecondFactorNeeded,
    /// The key asks too fast.
    #[error("the key may ask {per_minute} times a minute; try again in {wait} seconds")]
    TooFast {
        /// Requests a minute.
        per_minute: u32,
        /// Seconds to wait, rounded up.
        wait: u64,
    },
    /// The key has used up its month.
    #[error("the key has used up its {quota} units of this month; the next one begins at {next}")]
    OverQuota {
        /// Units a month.
        quota: u64,
        /// When the next month begins.
        next: Timestamp,
        /// Seconds until then.
        wait: u64,
    },
    /// Keys cannot be read now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What callers may do where nothing else is said.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// What callers without a key may do.
    pub anonymous: Vec<Scope>,
    /// Requests a minute of a key that has no rate of its own; without end where there is none.
    pub rate_per_minute: Option<NonZeroU32>,
}

/// Somebody who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Who asks.
    pub caller: Caller,
    /// What is left of the key's rate, if it has one.
    pub allowance: Option<Allowance>,
}

/// Decides who may do what.
pub struct Access {
    store: Arc<dyn Store>,
    world: World,
    hash_key: [u8; 32],
    anonymous: Scopes,
    rate_per_minute: Option<NonZeroU32>,
    known: ArcSwap<Known>,
    uses: Mutex<HashMap<(KeyId, i64), KeyUse>>,
}

/// Every key, as of the last time they were read.
#[derive(Default)]
struct Known {
    keys: HashMap<KeyId, Arc<KnownKey>>,
    /// The first day of the month whose units were summed.
    month: i64,
}

struct KnownKey {
    record: KeyRecord,
    scopes: Scopes,
    limiter: Option<Arc<Limiter>>,
    /// Units of this month, those not yet written included.
    units: AtomicU64,
}

impl KnownKey {
    fn caller(&self) -> Caller {
        Caller {
            key: Some(self.record.id),
            user: None,
            organisation: self.record.organisation,
            scopes: self.scopes,
            withheld: Scopes::default(),
        }
    }
}

impl Access {
    /// Loads the keys.
    pub async fn load(
        store: Arc<dyn Store>,
        world: World,
        defaults: Defaults,
    ) -> Result<Self, StoreError> {
        let secret = store.identity().secret;
        let access = Self {
            store,
            world,
            hash_key: blake3::derive_key("bonafide 2026 api keys", &secret),
            anonymous: defaults.anonymous.into_iter().collect(),
            rate_per_minute: defaults.rate_per_minute,
            known: ArcSwap::default(),
            uses: Mutex::default(),
        };
        access.refresh().await?;
        Ok(access)
    }

    /// Reads the keys anew, and what they used this month.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let (month, _) = month_of(self.world.now());
        let keys = self.store.list_keys().await?;
        let units: HashMap<KeyId, u64> = self.store.units_since(month).await?.into_iter().collect();
        let before = self.known.load();
        // Held, so that a use counted meanwhile is in the sums either way.
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = |id: KeyId| -> u64 {
            let of_month = uses.values().filter(|u| u.key == id && u.day >= month);
            of_month.map(|u| u.units).sum()
        };
        let known = keys.into_iter().map(|record| {
            let id = record.id;
            let old = before.keys.get(&id).and_then(|k| k.limiter.clone());
            let units = units.get(&id).copied().unwrap_or(0) + pending(id);
            let key = KnownKey {
                scopes: record
                    .scopes
                    .iter()
                    .filter_map(|s| s.parse().ok())
                    .collect(),
                limiter: self.limiter(&record, old),
                units: AtomicU64::new(units),
                record,
            };
            (id, Arc::new(key))
        });
        let keys = known.collect();
        self.known.store(Arc::new(Known { keys, month }));
        Ok(())
    }

    /// The limiter of a key: the one it has, as long as its rate is the same.
    fn limiter(&self, key: &KeyRecord, old: Option<Arc<Limiter>>) -> Option<Arc<Limiter>> {
        let stated = key.rate_per_minute.and_then(NonZeroU32::new);
        let rate = stated.or(self.rate_per_minute)?;
        let kept = old.filter(|limiter| limiter.per_minute() == rate);
        Some(kept.unwrap_or_else(|| Arc::new(Limiter::new(rate))))
    }

    /// Whether there is a key that could let anybody in.
    pub fn has_active_keys(&self) -> bool {
        let now = self.world.now();
        let known = self.known.load();
        known
            .keys
            .values()
            .any(|k| standing(&k.record, now).is_ok())
    }

    /// Somebody without a key.
    pub fn anonymous(&self) -> Caller {
        Caller {
            scopes: self.anonymous,
            ..Caller::default()
        }
    }

    /// Tells who asks from the key that was presented, if any, and counts the request.
    pub async fn authenticate(&self, token: Option<&str>) -> Result<Admitted, AccessError> {
        let Some(token) = token else {
            return Ok(Admitted {
                caller: self.anonymous(),
                allowance: None,
            });
        };
        let (id, secret) = keys::split(token).ok_or(AccessError::BadKey)?;
        let mut known = self.known.load_full();
        if !known.keys.contains_key(&id) && self.store.get_key(id).await?.is_some() {
            // A key made a moment ago by another process.
            self.refresh().await?;
            known = self.known.load_full();
        }
        let key = known.keys.get(&id).ok_or(AccessError::BadKey)?;
        let same: bool = self.hash(id, secret).ct_eq(&key.record.secret_hash).into();
        if !same {
            return Err(AccessError::BadKey);
        }
        let now = self.world.now();
        standing(&key.record, now)?;
        within_quota(key, known.month, now)?;
        let allowance = match &key.limiter {
            None => None,
            Some(limiter) => Some(limiter.take().map_err(|wait| AccessError::TooFast {
                per_minute: limiter.per_minute().get(),
                wait: wait.as_secs() + 1,
            })?),
        };
        self.count(key, now, 1, 1);
        Ok(Admitted {
            caller: key.caller(),
            allowance,
        })
    }

    /// Counts what a request of a caller used beyond one unit: a batch of ten used nine more.
    pub fn charge(&self, caller: &Caller, more: u64) {
        let known = self.known.load();
        if let Some(key) = caller.key.and_then(|id| known.keys.get(&id)) {
            self.count(key, self.world.now(), 0, more);
        }
    }

    /// Writes the counted uses.
    pub async fn flush_uses(&self) -> Result<(), StoreError> {
        let counted: Vec<KeyUse> = {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            uses.drain().map(|(_, used)| used).collect()
        };
        if counted.is_empty() {
            return Ok(());
        }
        let written = self.store.count_uses(&counted).await;
        if written.is_err() {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            for used in counted {
                add(&mut uses, used);
            }
        }
        written
    }

    fn count(&self, key: &KnownKey, now: Timestamp, requests: u64, units: u64) {
        key.units.fetch_add(units, Ordering::Relaxed);
        let used = KeyUse {
            key: key.record.id,
            day: day_of(now),
            requests,
            units,
            last: now,
        };
        add(
            &mut self.uses.lock().unwrap_or_else(PoisonError::into_inner),
            used,
        );
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

fn add(uses: &mut HashMap<(KeyId, i64), KeyUse>, used: KeyUse) {
    let slot = uses.entry((used.key, used.day)).or_insert(KeyUse {
        requests: 0,
        units: 0,
        ..used
    });
    slot.requests += used.requests;
    slot.units += used.units;
    slot.last = slot.last.max(used.last);
}

/// Refuses a key that is revoked or has lapsed.
fn standing(key: &KeyRecord, now: Timestamp) -> Result<(), AccessError> {
    match (key.revoked_at, key.expires_at) {
        (Some(at), _) => Err(AccessError::Revoked(at)),
        (None, Some(at)) if at <= now => Err(AccessError::Expired(at)),
        _ => Ok(()),
    }
}

fn within_quota(key: &KnownKey, summed: i64, now: Timestamp) -> Result<(), AccessError> {
    let Some(quota) = key.record.monthly_quota else {
        return Ok(());
    };
    let (month, next) = month_of(now);
    // Sums of last month say nothing of this one; they are made anew within seconds.
    let used = if summed == month {
        key.units.load(Ordering::Relaxed)
    } else {
        0
    };
    if used < quota {
        return Ok(());
    }
    let wait = next.duration_since(now).max(SignedDuration::ZERO);
    Err(AccessError::OverQuota {
        quota,
        next,
        wait: wait.as_secs().unsigned_abs() + 1,
    })
}
