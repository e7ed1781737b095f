//! Who asks.

use super::{AccessError, Scope, Scopes};
use crate::domain::{Actor, KeyId, OrganisationId, Reason, UserId};
use crate::service::author::Author;

/// Who asks, as far as access goes: a program with a key, a person who signed in, or neither.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The key.
    pub key: Option<KeyId>,
    /// The person.
    pub user: Option<UserId>,
    /// The organisation whose businesses alone may be written; none for one who may write every business.
    pub organisation: Option<OrganisationId>,
    /// What is allowed.
    pub scopes: Scopes,
    /// What would be allowed after a second factor.
    pub withheld: Scopes,
}

impl Caller {
    /// Whether the caller may do what needs this scope.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.has(scope) || self.scopes.has(Scope::Admin)
    }

    /// Whether nobody is known.
    pub fn is_anonymous(&self) -> bool {
        self.key.is_none() && self.user.is_none()
    }

    /// Refuses a caller without a scope.
    pub fn require(&self, scope: Scope) -> Result<(), AccessError> {
        if self.may(scope) {
            Ok(())
        } else if self.is_anonymous() {
            Err(AccessError::KeyNeeded)
        } else if self.withheld.has(scope) || self.withheld.has(Scope::Admin) {
            Err(AccessError::SecondFactorNeeded)
        } else if self.user.is_some() {
            Err(AccessError::RoleLacks(scope))
        } else {
            Err(AccessError::ScopeNeeded(scope))
        }
    }

    /// Who it is in the audit log; the server for nobody, who can write nothing.
    pub fn actor(&self) -> Actor {
        match (self.key, self.user) {
            (Some(key), _) => Actor::Key(key),
            (None, Some(user)) => Actor::User(user),
            (None, None) => Actor::Server,
        }
    }

    /// The caller as somebody who writes, by a request.
    pub fn author(&self, reason: Option<Reason>, request_id: Option<String>) -> Author {
        Author {
            actor: self.actor(),
            organisation: self.organisation,
            reason,
            request_id,
        }
    }
}
