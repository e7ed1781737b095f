//! What people do with their own account: the password, the second factor, recovery codes.

use serde_json::json;

use super::sign_in::Device;
use super::{FRESH, People, PeopleError, Person, TotpState, passwords, totp};
use crate::domain::Actor;
use crate::service::author::Author;
use crate::service::contract::FieldErrors;
use crate::store::StoreError;

/// Somebody who sees to the own account, and by which request.
#[derive(Debug, Clone)]
pub struct Own {
    /// Who it is.
    pub person: Person,
    /// Where from.
    pub device: Device,
}

/// A TOTP secret to be put into an app. It is told once.
#[derive(Clone)]
pub struct NewTotp {
    /// In base 32, to be typed.
    pub secret: String,
    /// To be scanned.
    pub uri: String,
}

impl Own {
    fn author(&self) -> Author {
        Author {
            organisation: self.person.user.organisation,
            request_id: self.device.request_id.clone(),
            ..Author::of(Actor::User(self.person.user.id))
        }
    }
}

impl People {
    /// Changes the own password, which ends every other session.
    pub async fn change_password(
        &self,
        own: &Own,
        current: &str,
        new: String,
    ) -> Result<(), PeopleError> {
        self.take_try(own.device.network)?;
        let user = &own.person.user;
        // Somebody who came by a provider alone has none to show, and needs a fresh session instead.
        if let Some(hash) = &user.password_hash {
            let right = self.passwords.verify(current, Some(hash)).await?;
            // A session that somebody else found open is no way around the lock.
            let open = self.is_open(user);
            if open && !right {
                self.refused(user, &own.device).await?;
            }
            if !open || !right {
                let detail = "this is not your password of now";
                return Err(FieldErrors::one("/current_password", "wrong", detail).into());
            }
        } else {
            self.require_fresh(own)?;
        }
        passwords::require_good("/password", &new, &user.email, &user.name)?;
        let hash = self.passwords.hash(new).await?;
        let act = own
            .author()
            .act(&self.world, "user.set_password", Some(&user.id));
        let keep = Some(own.person.session.id);
        self.store
            .set_password(user.id, user.version, &hash, keep, &act)
            .await?;
        Ok(())
    }

    /// Makes a TOTP secret, which counts once a code of it was shown; one that waits for that is replaced.
    pub async fn start_totp(&self, own: &Own) -> Result<NewTotp, PeopleError> {
        self.require_fresh(own)?;
        let user = &own.person.user;
        let (secret, sealed) = self.totps.new_secret(user.id)?;
        let act = own
            .author()
            .act(&self.world, "user.start_totp", Some(&user.id));
        match self.store.set_totp(user.id, &sealed, &act).await {
            Err(StoreError::Conflict(_)) => {
                let detail = "TOTP is set up already: remove it first";
                return Err(PeopleError::State(detail));
            }
            done => done?,
        }
        let (secret, uri) = totp::told(secret, &user.email)?;
        Ok(NewTotp { secret, uri })
    }

    /// Confirms a TOTP secret by a code of it; gives the recovery codes, this once. Where one is confirmed already, the
    /// session (of a provider's sign-in) gets its second factor, and there are no codes to give.
    pub async fn confirm_totp(&self, own: &Own, code: &str) -> Result<Vec<String>, PeopleError> {
        self.take_try(own.device.network)?;
        let user = &own.person.user;
        if TotpState::of(user) == TotpState::Off {
            return Err(PeopleError::State(
                "there is no TOTP secret to confirm: make one first",
            ));
        }
        if !self.is_open(user) {
            return Err(PeopleError::CodeRefused);
        }
        let Some(step) = self.totps.step_of(user, code.trim())? else {
            self.refused(user, &own.device).await?;
            return Err(PeopleError::CodeRefused);
        };
        if TotpState::of(user) == TotpState::On {
            return self.raise(own, step).await;
        }
        let codes = self.totps.new_codes(user.id);
        let act = own
            .author()
            .act(&self.world, "user.confirm_totp", Some(&user.id));
        let session = own.person.session.id;
        self.store
            .confirm_totp(user.id, user.version, step, &codes.hashes, session, &act)
            .await?;
        Ok(codes.shown)
    }

    async fn raise(&self, own: &Own, step: u64) -> Result<Vec<String>, PeopleError> {
        let (user, session) = (own.person.user.id, own.person.session.id);
        let act = own
            .author()
            .act(&self.world, "session.raise", Some(&session));
        match self.store.raise_session(user, session, step, &act).await {
            Err(StoreError::Conflict(_)) => Err(PeopleError::CodeRefused),
            done => Ok(done.map(|()| Vec::new())?),
        }
    }

    /// Removes the second factor and the recovery codes; ends every other session.
    pub async fn remove_totp(&self, own: &Own) -> Result<(), PeopleError> {
        self.require_fresh(own)?;
        let id = own.person.user.id;
        let act = own.author().act(&self.world, "user.clear_totp", Some(&id));
        let keep = Some(own.person.session.id);
        Ok(self.store.clear_totp(id, keep, &act).await?)
    }

    /// Makes new recovery codes, in the place of all former ones.
    pub async fn renew_recovery_codes(&self, own: &Own) -> Result<Vec<String>, PeopleError> {
        self.require_fresh(own)?;
        let user = &own.person.user;
        if TotpState::of(user) != TotpState::On {
            let detail = "recovery codes stand in for TOTP, which is not set up";
            return Err(PeopleError::State(detail));
        }
        let codes = self.totps.new_codes(user.id);
        let told = json!({"codes": codes.shown.len()}).to_string();
        let act = own
            .author()
            .act(&self.world, "user.set_recovery_codes", Some(&user.id));
        let act = act.changing(None, Some(told));
        self.store
            .set_recovery_codes(user.id, &codes.hashes, &act)
            .await?;
        Ok(codes.shown)
    }

    /// How many recovery codes a person has left.
    pub async fn recovery_codes_left(&self, own: &Own) -> Result<u64, StoreError> {
        self.store.recovery_codes_left(own.person.user.id).await
    }

    /// Somebody who finds a browser open must not take the account over: such changes need a sign-in of a moment ago,
    /// with the second factor where there is one.
    fn require_fresh(&self, own: &Own) -> Result<(), PeopleError> {
        let Person { user, session, .. } = &own.person;
        let age = self.world.now().duration_since(session.created_at);
        let whole = session.second_factor || TotpState::of(user) != TotpState::On;
        if age < FRESH && whole {
            Ok(())
        } else {
            Err(PeopleError::FreshNeeded)
        }
    }
}
