//! Sessions: opened, looked up, listed, ended.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::sign_in::{Device, Opened};
use super::{IDLE, LONGEST, People, PeopleError, Person};
use crate::domain::{SessionId, UserId};
use crate::service::author::Author;
use crate::store::{Ended, SecondFactor, SessionRecord, StoreError, UserRecord};

/// How much of what a browser says of itself is kept, in characters.
const USER_AGENT: usize = 200;
/// How old the noted time of use may be.
const SEEN_WITHIN: SignedDuration = SignedDuration::from_mins(1);

impl People {
    /// Opens a session of a person, who proved by `how` who it is.
    pub(super) async fn open_session(
        &self,
        user: UserRecord,
        how: &'static str,
        factor: Option<SecondFactor>,
        second_factor: bool,
        device: Device,
    ) -> Result<Opened, PeopleError> {
        let now = self.world.now();
        let token = self.token();
        let session = SessionRecord {
            id: SessionId::new(self.world.new_id()),
            user: user.id,
            token_hash: self.token_hash(&token),
            created_at: now,
            last_seen_at: now,
            expires_at: after(now, LONGEST),
            user_agent: device.user_agent.as_deref().and_then(shown),
            second_factor,
            revoked_at: None,
        };
        let by = Author {
            request_id: device.request_id,
            ..Author::of(crate::domain::Actor::User(user.id))
        };
        let factor_word = match &factor {
            Some(SecondFactor::Totp(_)) => "totp",
            Some(SecondFactor::Recovery(_)) => "recovery code",
            None if second_factor => "provider",
            None => "none",
        };
        let told = json!({"user": user.id.to_string(), "by": how, "second_factor": factor_word});
        let act = by
            .act(&self.world, "session.create", Some(&session.id))
            .changing(None, Some(told.to_string()));
        self.store
            .insert_session(&session, user.version, factor.as_ref(), &act)
            .await?;
        let csrf_token = self.csrf_token(&token);
        let person = self.person(user, session, csrf_token);
        Ok(Opened { token, person })
    }

    /// Who a token's session is of, if it goes on; notes that it was used.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Person>, StoreError> {
        if token.len() != 64 {
            return Ok(None);
        }
        let found = self.store.find_session(&self.token_hash(token)).await?;
        let now = self.world.now();
        let Some((mut session, user)) = found.filter(|(s, u)| lives(s, u, now)) else {
            return Ok(None);
        };
        if now.duration_since(session.last_seen_at) >= SEEN_WITHIN {
            match self.store.touch_session(session.id, now).await {
                Ok(()) => session.last_seen_at = now,
                // A database that cannot be written now can still tell who asks.
                Err(error) => tracing::debug!(%error, "the use of a session was not noted"),
            }
        }
        Ok(Some(self.person(user, session, self.csrf_token(token))))
    }

    /// A person's sessions that go on, newest first.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<SessionRecord>, StoreError> {
        let now = self.world.now();
        self.store.list_sessions(user, now, before(now, IDLE)).await
    }

    /// Ends one session of a person.
    pub async fn end_session(
        &self,
        user: UserId,
        id: SessionId,
        by: &Author,
    ) -> Result<(), StoreError> {
        let act = by.act(&self.world, "session.revoke", Some(&id));
        let which = Ended::One(id);
        self.store
            .revoke_sessions(user, which, &act)
            .await
            .map(drop)
    }

    /// Ends every session of a person but one; gives how many.
    pub async fn end_other_sessions(
        &self,
        user: UserId,
        keep: SessionId,
        by: &Author,
    ) -> Result<u64, StoreError> {
        let told = json!({"kept": keep.to_string()}).to_string();
        let act = by.act(&self.world, "session.revoke_others", Some(&user));
        let act = act.changing(None, Some(told));
        let which = Ended::Others(keep);
        self.store.revoke_sessions(user, which, &act).await
    }

    fn token_hash(&self, token: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.session_key, token.as_bytes()).as_bytes()
    }

    fn csrf_token(&self, token: &str) -> String {
        let hash = blake3::keyed_hash(&self.csrf_key, token.as_bytes());
        hash.to_hex().to_string()
    }
}

fn lives(session: &SessionRecord, user: &UserRecord, now: Timestamp) -> bool {
    session.revoked_at.is_none()
        && user.disabled_at.is_none()
        && session.expires_at > now
        && now.duration_since(session.last_seen_at) < IDLE
}

/// What a browser says of itself, as it can be kept and shown.
fn shown(user_agent: &str) -> Option<String> {
    let text = user_agent.trim().chars().filter(|c| !c.is_control());
    Some(text.take(USER_AGENT).collect::<String>()).filter(|t| !t.is_empty())
}

pub(super) fn after(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn before(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_sub(by).unwrap_or(Timestamp::MIN)
}
