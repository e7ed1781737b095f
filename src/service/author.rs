//! Who writes: what becomes of a request or command in the audit log.

use crate::domain::{Act, ActId, Actor, OrganisationId, Reason};
use crate::service::world::World;

/// Somebody who writes, and why.
#[derive(Debug, Clone)]
pub struct Author {
    /// Who it is.
    pub actor: Actor,
    /// The organisation whose businesses alone it may write; none for one who may write every business.
    pub organisation: Option<OrganisationId>,
    /// Why, if it said so.
    pub reason: Option<Reason>,
    /// The request that asks for it.
    pub request_id: Option<String>,
}

impl Author {
    /// Somebody at the command line.
    pub fn command(name: &'static str) -> Self {
        Self::of(Actor::Command(name))
    }

    /// The server itself, on schedule.
    pub fn server() -> Self {
        Self::of(Actor::Server)
    }

    /// An actor who gives no reason and belongs to no organisation.
    pub fn of(actor: Actor) -> Self {
        Self {
            actor,
            organisation: None,
            reason: None,
            request_id: None,
        }
    }

    /// An act of this author, now.
    pub fn act(
        &self,
        world: &World,
        action: &'static str,
        subject: Option<&dyn std::fmt::Display>,
    ) -> Act {
        Act {
            id: ActId::new(world.new_id()),
            at: world.now(),
            actor: self.actor.clone(),
            action,
            subject: subject.map(ToString::to_string),
            reason: self.reason.clone(),
            request_id: self.request_id.clone(),
            run: None,
            before: None,
            after: None,
        }
    }
}
