//! People who sign in, what proves who they are, and their sessions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::domain::{Act, Email, OrganisationId, PersonName, Role, SessionId, UserId};

/// A person as kept.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// The id.
    pub id: UserId,
    /// By which the person signs in; unique without regard to case.
    pub email: Email,
    /// What the person is called.
    pub name: PersonName,
    /// What the person is here for.
    pub role: Role,
    /// The organisation whose businesses the person keeps.
    pub organisation: Option<OrganisationId>,
    /// Argon2id in PHC form; none for one who signs in elsewhere, or has not chosen a password yet.
    pub password_hash: Option<String>,
    /// The TOTP secret, sealed.
    pub totp_secret: Option<Vec<u8>>,
    /// When a code showed that the secret arrived; it counts from then on.
    pub totp_confirmed_at: Option<Timestamp>,
    /// The last time step whose code was used.
    pub totp_step: Option<u64>,
    /// Refused sign-ins since the last that succeeded.
    pub failures: u32,
    /// Until when nobody signs in to this account by password.
    pub locked_until: Option<Timestamp>,
    /// Since when it is out of use.
    pub disabled_at: Option<Timestamp>,
    /// Counts changes; a change of password or second factor is one too.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Shows nothing that proves who somebody is.
impl std::fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRecord")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A person at an OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderIdentity {
    /// The provider.
    pub issuer: String,
    /// The person, as the provider names it.
    pub subject: String,
}

/// When refused sign-ins lock an account.
#[derive(Debug, Clone, Copy)]
pub struct Lockout {
    /// With this many in a row.
    pub most: u32,
    /// Until then, if it is now.
    pub until: Timestamp,
}

/// People.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Adds a person, with the identity that it came by, if any; `Conflict` when the address is taken or there is no
    /// such organisation.
    async fn insert_user(
        &self,
        user: &UserRecord,
        identity: Option<&ProviderIdentity>,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// One person.
    async fn get_user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError>;

    /// The person of an e-mail address, by [`Email::key`].
    async fn find_user(&self, email: &str) -> Result<Option<UserRecord>, StoreError>;

    /// People after one, in order of their making.
    async fn list_users(
        &self,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserRecord>, StoreError>;

    /// Writes name, role, organisation and `disabled_at` of a person whose version is `user.version - 1`, `Stale`
    /// otherwise; ends every session if `ends_sessions`. `Conflict` when nobody would be left to administer.
    async fn update_user(
        &self,
        user: &UserRecord,
        ends_sessions: bool,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// Counts a refused sign-in; the one that makes it too many locks the account, which is told and recorded too.
    async fn count_failure(
        &self,
        id: UserId,
        lockout: Lockout,
        refused: &Act,
        locked: &Act,
    ) -> Result<bool, StoreError>;

    /// Waits for the disk as long as [`Self::count_failure`] does, and changes nothing: whether somebody is refused whom
    /// nobody knows must not show in the time that it takes.
    async fn count_nothing(&self) -> Result<(), StoreError>;

    /// The person of an identity at a provider.
    async fn find_identity(
        &self,
        identity: &ProviderIdentity,
    ) -> Result<Option<UserId>, StoreError>;

    /// Makes an identity a person's; `Conflict` when it is somebody's already.
    async fn link_identity(
        &self,
        id: UserId,
        identity: &ProviderIdentity,
        act: &Act,
    ) -> Result<(), StoreError>;
}

/// What proves who somebody is. Each change counts as a new version of the person.
#[async_trait]
pub trait UserSecretStore: Send + Sync {
    /// Writes a password, which unlocks the account, voids a link for choosing one, and ends every session but `keep`.
    /// `Stale` when the person is of another version than `expected`.
    async fn set_password(
        &self,
        id: UserId,
        expected: u64,
        hash: &str,
        keep: Option<SessionId>,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// Keeps a link for choosing a new password, in the place of the last.
    async fn insert_reset(
        &self,
        id: UserId,
        token_hash: &[u8; 32],
        expires_at: Timestamp,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// The person of a link for choosing a new password, and when it lapses.
    async fn find_reset(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<(UserId, Timestamp)>, StoreError>;

    /// Uses that link: as [`Self::set_password`], without sessions that go on. `NotFound` when it was used meanwhile.
    async fn use_reset(
        &self,
        id: UserId,
        token_hash: &[u8; 32],
        hash: &str,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// Keeps a sealed TOTP secret that waits for its first code; `Conflict` when one is confirmed already.
    async fn set_totp(&self, id: UserId, sealed: &[u8], act: &Act) -> Result<(), StoreError>;

    /// Confirms that secret by the code of a time step, with the hashes of new recovery codes; the session has its
    /// second factor then. `Stale` when the person is of another version than `expected`.
    async fn confirm_totp(
        &self,
        id: UserId,
        expected: u64,
        step: u64,
        codes: &[[u8; 32]],
        session: SessionId,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// Forgets the TOTP secret and the recovery codes; ends every session but `keep`, which has no second factor then.
    async fn clear_totp(
        &self,
        id: UserId,
        keep: Option<SessionId>,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// Replaces the hashes of recovery codes.
    async fn set_recovery_codes(
        &self,
        id: UserId,
        codes: &[[u8; 32]],
        act: &Act,
    ) -> Result<(), StoreError>;

    /// How many recovery codes are left.
    async fn recovery_codes_left(&self, id: UserId) -> Result<u64, StoreError>;
}

/// A session as kept: never its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Keyed hash of its token.
    pub token_hash: [u8; 32],
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last used, within a minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// What the browser said of itself, at most 200 characters.
    pub user_agent: Option<String>,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// The second factor by which somebody signs in. Each works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// The code of a time step.
    Totp(u64),
    /// The hash of a recovery code.
    Recovery([u8; 32]),
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// This one.
    One(SessionId),
    /// All but this one.
    Others(SessionId),
}

/// Sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Starts a session of a person of version `expected`, using up the second factor and forgetting failures.
    /// `Stale` when the person has changed since, `Conflict` when the factor was used before.
    async fn insert_session(
        &self,
        session: &SessionRecord,
        expected: u64,
        factor: Option<&SecondFactor>,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// The session of a token, and whose it is; ended ones too.
    async fn find_session(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<(SessionRecord, UserRecord)>, StoreError>;

    /// Notes that a session was used.
    async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), StoreError>;

    /// Gives a session its second factor by the code of a time step; `Conflict` when it was used before.
    async fn raise_session(
        &self,
        user: UserId,
        id: SessionId,
        step: u64,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// A person's sessions that were not ended, end after `now` and were used since `seen_since`; newest first, at
    /// most 100.
    async fn list_sessions(
        &self,
        user: UserId,
        now: Timestamp,
        seen_since: Timestamp,
    ) -> Result<Vec<SessionRecord>, StoreError>;

    /// Ends sessions of a person; gives how many. `NotFound` when there is no such session of this person.
    async fn revoke_sessions(
        &self,
        user: UserId,
        which: Ended,
        act: &Act,
    ) -> Result<u64, StoreError>;

    /// Deletes sessions, and links for choosing passwords, that ended before an instant; gives how many.
    async fn purge_sessions(&self, before: Timestamp) -> Result<u64, StoreError>;
}
