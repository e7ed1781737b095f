//! People who sign in: accounts, what proves who they are, sessions.
//!
//! A session's token is 32 random bytes in a cookie, of which only a keyed hash is kept. It is looked up in the store by
//! each request, so that a session that is ended, or a person whose role changes, is so at once and in every process.
//! Everything here is written with an act, and no hash, secret or code ever gets into the audit log.

pub(in crate::service) mod address;
mod error;
pub mod oidc;
mod own_account;
mod passwords;
mod roles;
mod sessions;
mod sign_in;
mod totp;
mod users;

use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::SignedDuration;

use super::world::World;
use crate::service::seal::Seal;
use crate::store::Store;
use address::AddressLimiter;
use oidc::Oidc;
use passwords::Passwords;
use totp::Totps;

pub use crate::store::{SessionRecord, UserRecord};
pub use address::Network;
pub use error::PeopleError;
pub use own_account::{NewTotp, Own};
pub use roles::{Person, TotpState, scopes_of};
pub use sign_in::{Begin, Device, Opened, STEP, SignIn};
pub use users::{NewUser, ResetLink, UserPage, UserState};

/// How long a session lives without use.
pub const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// How long a session lives at most.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a sign-in counts as fresh, which changes to what proves who one is need.
pub const FRESH: SignedDuration = SignedDuration::from_mins(15);
/// How many refused sign-ins in a row lock an account.
pub const MOST_FAILURES: u32 = 10;
/// How long it is locked.
pub const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(15);
/// How long the link works by which a new password is chosen.
pub const RESET_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What is set about people.
#[derive(Debug, Clone, Copy)]
pub struct PeopleRules {
    /// Whether reviewers, leads and admins can do nothing but see to their own account without a second factor.
    pub require_totp: bool,
    /// Sign-ins a minute of one client address; without end where there is none.
    pub sign_ins_per_minute: Option<NonZeroU32>,
}

/// People and their sessions.
pub struct People {
    store: Arc<dyn Store>,
    world: World,
    rules: PeopleRules,
    passwords: Passwords,
    totps: Totps,
    addresses: Option<AddressLimiter>,
    oidc: Option<Oidc>,
    session_key: [u8; 32],
    csrf_key: [u8; 32],
    reset_key: [u8; 32],
    steps: Seal,
}

impl People {
    /// The people of a store; with a provider by which they sign in too, if there is one.
    pub fn new(
        store: Arc<dyn Store>,
        world: World,
        rules: PeopleRules,
        oidc: Option<Oidc>,
    ) -> Self {
        let secret = store.identity().secret;
        let key = |context| blake3::derive_key(context, &secret);
        Self {
            passwords: Passwords::new(world.clone()),
            totps: Totps::new(&secret, world.clone()),
            addresses: rules
                .sign_ins_per_minute
                .map(|rate| AddressLimiter::new(rate, key("bonafide 2026 client addresses"))),
            oidc,
            session_key: key("bonafide 2026 session tokens"),
            csrf_key: key("bonafide 2026 csrf tokens"),
            reset_key: key("bonafide 2026 password reset links"),
            steps: Seal::new(key("bonafide 2026 sign-in steps")),
            store,
            world,
            rules,
        }
    }

    /// The provider by which people sign in, if one is set up.
    pub fn oidc(&self) -> Option<&Oidc> {
        self.oidc.as_ref()
    }

    /// A random token, as text.
    fn token(&self) -> String {
        blake3::Hash::from_bytes(self.world.random())
            .to_hex()
            .to_string()
    }
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("People")
    }
}
