//! What people may do, by their role.

use super::People;
use crate::domain::{OrganisationId, Role};
use crate::service::access::{Caller, Scope, Scopes};
use crate::store::{SessionRecord, UserRecord};

/// What a role allows. Who writes the registry for an organisation writes none without one: a caller that belongs to no
/// organisation would write every business.
pub fn scopes_of(role: Role, organisation: Option<OrganisationId>) -> Scopes {
    let scopes: &[Scope] = match role {
        Role::Business if organisation.is_none() => &[Scope::Check, Scope::RegistryRead],
        Role::Business => &[Scope::Check, Scope::RegistryRead, Scope::RegistryWrite],
        Role::Reviewer => &[Scope::Check, Scope::RegistryRead, Scope::Review],
        Role::Lead => &[
            Scope::Check,
            Scope::RegistryRead,
            Scope::RegistryWrite,
            Scope::Review,
        ],
        Role::Admin => &Scope::ALL,
    };
    scopes.iter().copied().collect()
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who it is.
    pub user: UserRecord,
    /// The session.
    pub session: SessionRecord,
    /// What an unsafe request of this session has to show.
    pub csrf_token: String,
    /// What is allowed now.
    pub scopes: Scopes,
    /// What the role allows and waits for a second factor.
    pub withheld: Scopes,
}

/// Where a person stands with the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotpState {
    /// There is none.
    Off,
    /// A secret waits for its first code.
    Pending,
    /// It is asked for at each sign-in.
    On,
}

impl TotpState {
    /// The state of a person.
    pub fn of(user: &UserRecord) -> Self {
        match (&user.totp_secret, user.totp_confirmed_at) {
            (_, Some(_)) => Self::On,
            (Some(_), None) => Self::Pending,
            (None, None) => Self::Off,
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Pending => "pending",
            Self::On => "on",
        }
    }
}

impl Person {
    /// The person as who asks.
    pub fn caller(&self) -> Caller {
        Caller {
            key: None,
            user: Some(self.user.id),
            organisation: self.user.organisation,
            scopes: self.scopes,
            withheld: self.withheld,
        }
    }
}

impl People {
    /// Whether a person of this role has to have a second factor.
    pub fn needs_totp(&self, role: Role) -> bool {
        self.rules.require_totp && role != Role::Business
    }

    pub(super) fn person(
        &self,
        user: UserRecord,
        session: SessionRecord,
        csrf_token: String,
    ) -> Person {
        let all = scopes_of(user.role, user.organisation);
        let none = Scopes::default();
        let waits = self.needs_totp(user.role) && !session.second_factor;
        let (scopes, withheld) = if waits { (none, all) } else { (all, none) };
        Person {
            user,
            session,
            csrf_token,
            scopes,
            withheld,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_without_an_organisation_writes_nothing_and_only_admins_administer() {
        let organisation = Some(OrganisationId::new(uuid::Uuid::nil()));
        for (role, organisation, expected) in [
            (Role::Business, None, "check registry:read"),
            (
                Role::Business,
                organisation,
                "check registry:read registry:write",
            ),
            (Role::Reviewer, None, "check registry:read review"),
            (
                Role::Lead,
                None,
                "check registry:read registry:write review",
            ),
            (
                Role::Admin,
                None,
                "check registry:read registry:write review admin",
            ),
        ] {
            let scopes = scopes_of(role, organisation);
            let words = Scope::ALL.into_iter().filter(|s| scopes.has(*s));
            let words: Vec<_> = words.map(Scope::as_str).collect();
            assert_eq!(words.join(" "), expected, "{role}");
        }
    }
}
