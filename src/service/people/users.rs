//! Administering people: making, listing and changing accounts, links for choosing a password.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::sessions::after;
use super::sign_in::Device;
use super::{People, PeopleError, RESET_FOR, passwords};
use crate::domain::{Actor, Email, Invalid, OrganisationId, PersonName, Role, UserId};
use crate::service::author::Author;
use crate::service::contract::{Collector, FieldErrors, merge_patch, read_value};
use crate::store::{ProviderIdentity, StoreError, UserRecord};

/// What an account is to be, as it comes from outside.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// By which the person signs in.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// A word of [`Role`].
    pub role: String,
    /// The organisation of a person of the role `business`.
    #[serde(default)]
    pub organisation: Option<String>,
    /// The first password; without one, a link for choosing it is needed.
    #[serde(skip)]
    pub password: Option<String>,
}

/// What can be changed of an account.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changeable {
    name: String,
    role: String,
    organisation: Option<String>,
    disabled: bool,
}

/// A page of people.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The people, in order of their making.
    pub users: Vec<UserRecord>,
    /// Where to go on.
    pub next_cursor: Option<String>,
}

/// The link for choosing a password. Its token is told once.
#[derive(Clone)]
pub struct ResetLink {
    /// What proves that somebody was given it.
    pub token: String,
    /// When it lapses.
    pub expires_at: Timestamp,
}

/// In which state an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserState {
    /// In use.
    Active,
    /// Locked after too many refused sign-ins.
    Locked,
    /// Out of use.
    Disabled,
}

impl UserState {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
        }
    }
}

impl People {
    /// Most people of a page.
    pub const MAX_LIMIT: u32 = 200;

    /// Makes an account.
    pub async fn create(&self, new: NewUser, by: &Author) -> Result<UserRecord, PeopleError> {
        let mut errors = Collector::default();
        let email = errors.note("/email", Email::parse(&new.email));
        let name = errors.note("/name", PersonName::parse(&new.name));
        let role = errors.note("/role", new.role.parse::<Role>());
        let organisation = errors.parse("/organisation", new.organisation.as_ref(), str::parse);
        if let Some(role) = role {
            check_organisation(&mut errors, role, new.organisation.as_ref());
        }
        let parts = email.zip(name).zip(role);
        let Some(((email, name), role)) = errors.finish(parts)? else {
            return Err(PeopleError::Fault(
                "an account without its parts".to_owned(),
            ));
        };
        let password_hash = match new.password {
            None => None,
            Some(password) => {
                passwords::require_good("/password", &password, &email, &name)?;
                Some(self.passwords.hash(password).await?)
            }
        };
        let user = UserRecord {
            password_hash,
            ..self.blank(email, name, role, organisation)
        };
        self.insert(&user, None, by).await?;
        Ok(user)
    }

    /// An account with nothing that proves who somebody is.
    pub(super) fn blank(
        &self,
        email: Email,
        name: PersonName,
        role: Role,
        organisation: Option<OrganisationId>,
    ) -> UserRecord {
        let now = self.world.now();
        UserRecord {
            id: UserId::new(self.world.new_id()),
            email,
            name,
            role,
            organisation,
            password_hash: None,
            totp_secret: None,
            totp_confirmed_at: None,
            totp_step: None,
            failures: 0,
            locked_until: None,
            disabled_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    pub(super) async fn insert(
        &self,
        user: &UserRecord,
        identity: Option<&ProviderIdentity>,
        by: &Author,
    ) -> Result<(), StoreError> {
        let act = by.act(&self.world, "user.create", Some(&user.id));
        let act = act.changing(None, Some(told(user).to_string()));
        self.store.insert_user(user, identity, &act).await
    }

    /// One person.
    pub async fn get(&self, id: UserId) -> Result<UserRecord, StoreError> {
        let found = self.store.get_user(id).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("user {id}")))
    }

    /// The person of an e-mail address.
    pub async fn find(&self, email: &Email) -> Result<UserRecord, StoreError> {
        let found = self.store.find_user(&email.key()).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("user {email}")))
    }

    /// A page of people, in order of their making.
    pub async fn list(&self, cursor: Option<&str>, limit: u32) -> Result<UserPage, PeopleError> {
        if !(1..=Self::MAX_LIMIT).contains(&limit) {
            let detail = format!("limit is 1 to {}", Self::MAX_LIMIT);
            return Err(FieldErrors::one("/limit", "out_of_range", detail).into());
        }
        let wrong = |_: Invalid| {
            let detail = "it is not a next_cursor that this API gave";
            FieldErrors::one("/cursor", "invalid_cursor", detail)
        };
        let after = cursor
            .map(str::parse::<UserId>)
            .transpose()
            .map_err(wrong)?;
        let mut users = self.store.list_users(after, limit + 1).await?;
        let more = users.len() > limit as usize;
        users.truncate(limit as usize);
        let last = users.last().filter(|_| more);
        Ok(UserPage {
            next_cursor: last.map(|u| u.id.to_string()),
            users,
        })
    }

    /// Changes name, role, organisation or use of an account whose version is `expected`; a change of what it allows
    /// ends its sessions.
    pub async fn patch(
        &self,
        id: UserId,
        expected: u64,
        patch: Value,
        by: &Author,
    ) -> Result<UserRecord, PeopleError> {
        let before = self.get(id).await?;
        if before.version != expected {
            let current = before.version;
            return Err(StoreError::Stale { current }.into());
        }
        let mut changed = json!({
            "name": before.name.as_str(), "role": before.role.as_str(),
            "organisation": before.organisation.map(|o| o.to_string()),
            "disabled": before.disabled_at.is_some(),
        });
        merge_patch(&mut changed, patch);
        let wanted: Changeable = read_value(changed)?;
        let mut errors = Collector::default();
        let name = errors.note("/name", PersonName::parse(&wanted.name));
        let role = errors.note("/role", wanted.role.parse::<Role>());
        let organisation = errors.parse("/organisation", wanted.organisation.as_ref(), str::parse);
        check_organisation(
            &mut errors,
            role.unwrap_or(before.role),
            wanted.organisation.as_ref(),
        );
        let Some((name, role)) = errors.finish(name.zip(role))? else {
            return Err(PeopleError::Fault(
                "an account without its parts".to_owned(),
            ));
        };
        let now = self.world.now();
        let disabled_at = wanted.disabled.then(|| before.disabled_at.unwrap_or(now));
        let after = UserRecord {
            name,
            role,
            organisation,
            disabled_at,
            version: before.version + 1,
            updated_at: now,
            ..before.clone()
        };
        self.replace(&before, &after, by).await?;
        Ok(after)
    }

    async fn replace(
        &self,
        before: &UserRecord,
        after: &UserRecord,
        by: &Author,
    ) -> Result<(), StoreError> {
        let allows = |u: &UserRecord| (u.role, u.organisation, u.disabled_at.is_some());
        let act = by
            .act(&self.world, "user.update", Some(&after.id))
            .changing(
                Some(told(before).to_string()),
                Some(told(after).to_string()),
            );
        let ends_sessions = allows(before) != allows(after);
        self.store.update_user(after, ends_sessions, &act).await
    }

    /// Makes a link by which a person chooses a new password; a former one works no more.
    pub async fn reset_link(&self, id: UserId, by: &Author) -> Result<ResetLink, StoreError> {
        let token = self.token();
        let expires_at = after(self.world.now(), RESET_FOR);
        let told = json!({"expires_at": expires_at.to_string()}).to_string();
        let act = by.act(&self.world, "user.reset_password", Some(&id));
        let act = act.changing(None, Some(told));
        let hash = self.reset_hash(&token);
        self.store.insert_reset(id, &hash, expires_at, &act).await?;
        Ok(ResetLink { token, expires_at })
    }

    /// Uses that link, once: writes the password, ends every session. A second factor stays as it is.
    pub async fn use_reset(
        &self,
        token: &str,
        password: String,
        device: Device,
    ) -> Result<(), PeopleError> {
        self.take_try(device.network)?;
        let token_hash = self.reset_hash(token);
        let found = self.store.find_reset(&token_hash).await?;
        let now = self.world.now();
        let found = found.filter(|(_, expires_at)| *expires_at > now);
        let (id, _) = found.ok_or(PeopleError::ResetRefused)?;
        let user = self.get(id).await?;
        if user.disabled_at.is_some() {
            return Err(PeopleError::ResetRefused);
        }
        passwords::require_good("/password", &password, &user.email, &user.name)?;
        let hash = self.passwords.hash(password).await?;
        let by = Author {
            request_id: device.request_id,
            ..Author::of(Actor::User(id))
        };
        let act = by.act(&self.world, "user.set_password", Some(&id));
        match self.store.use_reset(id, &token_hash, &hash, &act).await {
            Err(StoreError::NotFound(_)) => Err(PeopleError::ResetRefused),
            done => Ok(done?),
        }
    }

    /// Removes a person's second factor and recovery codes, and ends every session.
    pub async fn reset_totp(&self, id: UserId, by: &Author) -> Result<(), StoreError> {
        let act = by.act(&self.world, "user.clear_totp", Some(&id));
        self.store.clear_totp(id, None, &act).await
    }

    /// In which state an account is now.
    pub fn state_of(&self, user: &UserRecord) -> UserState {
        let now = self.world.now();
        if user.disabled_at.is_some() {
            UserState::Disabled
        } else if user.locked_until.is_some_and(|until| until > now) {
            UserState::Locked
        } else {
            UserState::Active
        }
    }

    fn reset_hash(&self, token: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.reset_key, token.as_bytes()).as_bytes()
    }
}

/// Only who keeps an organisation's businesses belongs to one: anybody else would be kept from all others' by it.
fn check_organisation(errors: &mut Collector, role: Role, organisation: Option<&String>) {
    if role != Role::Business && organisation.is_some() {
        let detail = "only people of the role business belong to an organisation";
        errors.push("/organisation", "not_applicable", detail.to_owned());
    }
}

/// What the audit log says of a person: nothing that proves who it is.
fn told(user: &UserRecord) -> Value {
    json!({
        "email": user.email.to_string(),
        "name": user.name.as_str(),
        "role": user.role.as_str(),
        "organisation": user.organisation.map(|o| o.to_string()),
        "disabled": user.disabled_at.is_some(),
    })
}
