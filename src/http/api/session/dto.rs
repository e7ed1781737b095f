//! Sessions on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::SessionId;
use crate::http::api::users::UserBody;
use crate::service::access::Scope;
use crate::service::people::{People, Person, SessionRecord, SignIn};

/// What somebody types to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    /// The e-mail address, whatever its case.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The password.
    #[schema(example = "several words are easy to remember")]
    password: String,
    /// The six digits of the authenticator app, or a recovery code; needed where TOTP is on (`code_needed`).
    #[schema(nullable = false, example = "123456")]
    code: Option<String>,
}

impl From<SignInBody> for SignIn {
    fn from(body: SignInBody) -> Self {
        Self {
            email: body.email,
            password: body.password,
            code: body.code,
        }
    }
}

/// Who is signed in, and what is allowed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionBody {
    /// Who it is.
    user: UserBody,
    /// The session itself.
    session: DeviceBody,
    /// What is allowed now.
    #[schema(example = json!(["check", "registry:read", "review"]))]
    scopes: Vec<&'static str>,
    /// Send it as `X-CSRF-Token` with every method other than GET.
    csrf_token: String,
    /// Whether the role allows more once this session has its second factor: `POST /v1/me/totp`, then
    /// `POST /v1/me/totp/confirm`.
    totp_needed: bool,
}

/// One sign-in on one device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionOfDevice)]
pub(super) struct DeviceBody {
    /// Its id.
    #[schema(example = "ses_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What the browser said of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    device: Option<String>,
    /// When the person signed in, RFC 3339.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used, within a minute.
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// When it ends at the latest; without use it ends after 12 hours.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Whether a second factor was shown.
    second_factor: bool,
    /// Whether it is the one that asks.
    current: bool,
}

/// A person's sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionList)]
pub(super) struct DevicesBody {
    /// The sessions that go on, newest first; at most 100.
    sessions: Vec<DeviceBody>,
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndedSessions)]
pub(super) struct EndedBody {
    /// So many.
    pub(super) ended: u64,
}

impl SessionBody {
    pub(super) fn of(person: &Person, people: &People) -> Self {
        let scopes = Scope::ALL.into_iter().filter(|s| person.scopes.has(*s));
        let withheld = Scope::ALL.into_iter().any(|s| person.withheld.has(s));
        Self {
            user: UserBody::of(&person.user, people),
            session: DeviceBody::of(&person.session, person.session.id),
            scopes: scopes.map(Scope::as_str).collect(),
            csrf_token: person.csrf_token.clone(),
            totp_needed: withheld,
        }
    }
}

impl DeviceBody {
    fn of(session: &SessionRecord, current: SessionId) -> Self {
        Self {
            id: session.id.to_string(),
            device: session.user_agent.clone(),
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            expires_at: session.expires_at.to_string(),
            second_factor: session.second_factor,
            current: session.id == current,
        }
    }
}

impl DevicesBody {
    pub(super) fn of(sessions: &[SessionRecord], current: SessionId) -> Self {
        let each = sessions.iter().map(|s| DeviceBody::of(s, current));
        Self {
            sessions: each.collect(),
        }
    }
}
