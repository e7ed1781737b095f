//! People on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::service::contract::words;
use crate::service::people::{People, ResetLink, TotpState, UserPage, UserRecord};

/// A person who may sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserBody {
    /// Its id.
    #[schema(example = "user_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// By which the person signs in.
    #[schema(example = "ann@example.com")]
    email: String,
    /// What the person is called.
    #[schema(example = "Ann Miller")]
    name: String,
    /// What the person is here for.
    #[schema(value_type = words::Role)]
    role: &'static str,
    /// The organisation whose businesses the person keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "org_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    organisation: Option<String>,
    /// Whether the person can sign in.
    #[schema(value_type = words::UserState)]
    state: &'static str,
    /// Where the person stands with TOTP.
    #[schema(value_type = words::TotpState)]
    totp: &'static str,
    /// When the account was made, RFC 3339.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last changed by an admin.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl UserBody {
    /// A person as kept.
    pub fn of(user: &UserRecord, people: &People) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            name: user.name.to_string(),
            role: user.role.as_str(),
            organisation: user.organisation.map(|id| id.to_string()),
            state: people.state_of(user).as_str(),
            totp: TotpState::of(user).as_str(),
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Most entries of a page, 1–200; 50 when left out.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    pub(super) limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    pub(super) cursor: Option<String>,
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserPage)]
pub(super) struct PageBody {
    /// The people, in order of their making.
    users: Vec<UserBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl PageBody {
    pub(super) fn of(page: UserPage, people: &People) -> Self {
        Self {
            users: page.users.iter().map(|u| UserBody::of(u, people)).collect(),
            next_cursor: page.next_cursor,
        }
    }
}

/// An account to be made. It only describes what `service::people::NewUser` reads.
#[derive(ToSchema)]
#[schema(as = NewUser)]
#[expect(dead_code, reason = "it only describes the body")]
pub(super) struct NewUserBody {
    /// By which the person signs in; unique, whatever its case.
    #[schema(example = "ann@example.com")]
    email: String,
    /// What the person is called, 1–100 characters.
    #[schema(example = "Ann Miller")]
    name: String,
    /// What the person is here for.
    role: words::Role,
    /// The organisation of a person of the role `business`, who writes nothing without one; of no other.
    #[schema(nullable = false, example = "org_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    organisation: Option<String>,
}

/// The link for choosing a password.
#[derive(Serialize, ToSchema)]
#[schema(as = PasswordResetLink)]
pub(super) struct ResetLinkBody {
    /// Give it to the person; `POST /v1/password-resets` takes it once.
    token: String,
    /// When it lapses.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<ResetLink> for ResetLinkBody {
    fn from(link: ResetLink) -> Self {
        Self {
            token: link.token,
            expires_at: link.expires_at.to_string(),
        }
    }
}

/// A password chosen by a link.
#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordReset)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetBody {
    /// What the admin was given.
    pub(super) token: String,
    /// The new password.
    #[schema(min_length = 12, max_length = 128)]
    pub(super) password: String,
}
