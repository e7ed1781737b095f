//! Signing in by e-mail address and password.
//!
//! Whatever is wrong, the answer is the same and takes about the same time: an unknown address, a wrong password, a
//! wrong code, an account that is locked or out of use. Ten refusals in a row lock the account for a quarter of an hour,
//! and each client address has so many tries a minute, so that neither one account nor many can be guessed at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::address::Network;
use super::sessions::after;
use super::{LOCKED_FOR, MOST_FAILURES, People, PeopleError, Person, TotpState};
use crate::domain::{Email, UserId};
use crate::service::author::Author;
use crate::store::{Lockout, SecondFactor, StoreError, UserRecord};

/// Where somebody signs in from.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// The client's network, where it is known.
    pub network: Option<Network>,
    /// What the browser says of itself.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<String>,
}

/// What somebody types to sign in.
#[derive(Clone, Default)]
pub struct SignIn {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The code of the second factor, or a recovery code.
    pub code: Option<String>,
}

/// How long the code may take after the password.
pub const STEP: SignedDuration = SignedDuration::from_mins(5);

const PURPOSE: &[u8] = b"sign-in step";

/// What is remembered of somebody whose password was right, until the code is.
#[derive(Serialize, Deserialize)]
struct Step {
    user: String,
    version: u64,
    ends_at: i64,
}

/// How far a sign-in by password got.
#[derive(Debug, Clone)]
pub enum Begin {
    /// To its end.
    Opened(Box<Opened>),
    /// To the code, which has to come with this text within [`STEP`].
    CodeNeeded(String),
}

/// A session just opened. The token is told once, to the browser.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What goes into the cookie.
    pub token: String,
    /// Who it is.
    pub person: Person,
}

impl People {
    /// Signs somebody in.
    pub async fn sign_in(&self, typed: SignIn, device: Device) -> Result<Opened, PeopleError> {
        let user = self.prove(&typed, &device).await?;
        let mut factor = None;
        if TotpState::of(&user) == TotpState::On {
            let code = typed.code.filter(|c| !c.trim().is_empty());
            let code = code.ok_or(PeopleError::CodeNeeded)?;
            factor = Some(self.factor(&user, &code, &device).await?);
        }
        self.open_or_refuse(user, factor, device).await
    }

    /// Signs somebody in by the password alone, or says that a code is needed and gives what to bring it with.
    pub async fn begin_sign_in(&self, typed: SignIn, device: Device) -> Result<Begin, PeopleError> {
        let user = self.prove(&typed, &device).await?;
        if TotpState::of(&user) != TotpState::On {
            let opened = self.open_or_refuse(user, None, device).await?;
            return Ok(Begin::Opened(Box::new(opened)));
        }
        let step = Step {
            user: user.id.to_string(),
            version: user.version,
            ends_at: after(self.world.now(), STEP).as_second(),
        };
        let text = serde_json::to_vec(&step).unwrap_or_default();
        let sealed = self.steps.seal(&self.world, PURPOSE, &text);
        let sealed =
            sealed.ok_or_else(|| PeopleError::Fault("a step was not sealed".to_owned()))?;
        Ok(Begin::CodeNeeded(URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Ends such a sign-in by the code. A step that lapsed, or of an account changed since, is refused as one never begun.
    pub async fn finish_sign_in(
        &self,
        step: &str,
        code: &str,
        device: Device,
    ) -> Result<Opened, PeopleError> {
        self.take_try(device.network)?;
        let step = self.open_step(step).ok_or(PeopleError::StepLost)?;
        let id: UserId = step.user.parse().map_err(|_| PeopleError::StepLost)?;
        let user = self.get(id).await?;
        if user.version != step.version {
            return Err(PeopleError::StepLost);
        }
        if !self.is_open(&user) {
            return Err(PeopleError::SignInRefused);
        }
        let factor = self.factor(&user, code, &device).await?;
        self.open_or_refuse(user, Some(factor), device).await
    }

    fn open_step(&self, sealed: &str) -> Option<Step> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let text = self.steps.open(PURPOSE, &sealed)?;
        let step: Step = serde_json::from_slice(&text).ok()?;
        (step.ends_at > self.world.now().as_second()).then_some(step)
    }

    /// Whose the address and the password are.
    async fn prove(&self, typed: &SignIn, device: &Device) -> Result<UserRecord, PeopleError> {
        self.take_try(device.network)?;
        let user = match Email::parse(&typed.email) {
            Ok(email) => self.store.find_user(&email.key()).await?,
            Err(_) => None,
        };
        let hash = user.as_ref().and_then(|u| u.password_hash.as_deref());
        let right = self.passwords.verify(&typed.password, hash).await?;
        // Nothing is counted where nobody could have got in: a locked account is not locked for longer by more tries.
        let Some(user) = user.filter(|u| self.is_open(u) && u.password_hash.is_some()) else {
            self.store.count_nothing().await?;
            return Err(PeopleError::SignInRefused);
        };
        if !right {
            return Err(self.refused(&user, device).await?);
        }
        Ok(user)
    }

    /// The second factor that a code is.
    async fn factor(
        &self,
        user: &UserRecord,
        code: &str,
        device: &Device,
    ) -> Result<SecondFactor, PeopleError> {
        match self.totps.factor(user, code)? {
            Some(factor) => Ok(factor),
            None => Err(self.refused(user, device).await?),
        }
    }

    async fn open_or_refuse(
        &self,
        user: UserRecord,
        factor: Option<SecondFactor>,
        device: Device,
    ) -> Result<Opened, PeopleError> {
        let second = factor.is_some();
        let opening = self.open_session(user.clone(), "password", factor, second, device.clone());
        match opening.await {
            // The code was used before, perhaps a moment ago at another place.
            Err(PeopleError::Store(StoreError::Conflict(_))) if second => {
                Err(self.refused(&user, &device).await?)
            }
            // The account was changed while its password was looked at: what was right may be so no more.
            Err(PeopleError::Store(StoreError::Stale { .. })) => Err(PeopleError::SignInRefused),
            opened => opened,
        }
    }

    /// Takes one try of a client's network.
    pub(super) fn take_try(&self, network: Option<Network>) -> Result<(), PeopleError> {
        self.addresses.as_ref().map_or(Ok(()), |a| a.take(network))
    }

    /// Whether anybody can sign in to an account now.
    pub(super) fn is_open(&self, user: &UserRecord) -> bool {
        let now = self.world.now();
        user.disabled_at.is_none() && user.locked_until.is_none_or(|until| until <= now)
    }

    /// Counts a refusal, which may lock the account, and gives the answer to it.
    pub(super) async fn refused(
        &self,
        user: &UserRecord,
        device: &Device,
    ) -> Result<PeopleError, StoreError> {
        let by = Author {
            request_id: device.request_id.clone(),
            ..Author::server()
        };
        let until = after(self.world.now(), LOCKED_FOR);
        let lockout = Lockout {
            most: MOST_FAILURES,
            until,
        };
        let refused = by.act(&self.world, "session.refuse", Some(&user.id));
        let told = json!({"locked_until": until.to_string()}).to_string();
        let locked = by.act(&self.world, "user.lock", Some(&user.id));
        let locked = locked.changing(None, Some(told));
        if self
            .store
            .count_failure(user.id, lockout, &refused, &locked)
            .await?
        {
            tracing::warn!(user = %user.id, %until, "an account is locked after refused sign-ins");
        }
        Ok(PeopleError::SignInRefused)
    }
}
