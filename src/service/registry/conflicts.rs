//! Channels that several businesses claim, and the reviewer's word on them.

use serde_json::json;

use super::{Registry, RegistryError};
use crate::domain::{BusinessId, ConflictId, OrganisationId, Profile, Reason};
use crate::service::author::Author;
use crate::service::contract::FieldErrors;
use crate::store::{ChannelConflict, ContestedChannel, StoreError};

/// A page of open conflicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictPage {
    /// The conflicts.
    pub conflicts: Vec<ChannelConflict>,
    /// The conflict after which the next page starts, if there is one.
    pub next: Option<ConflictId>,
}

impl Registry {
    /// The channels of a business that others claim, too.
    pub async fn contested(&self, id: BusinessId) -> Result<Vec<ContestedChannel>, StoreError> {
        self.store.contested(id).await
    }

    /// Open conflicts after one.
    pub async fn list_conflicts(
        &self,
        after: Option<ConflictId>,
        limit: u32,
    ) -> Result<ConflictPage, StoreError> {
        let mut conflicts = self.store.list_conflicts(after, limit + 1).await?;
        let more = conflicts.len() > limit as usize;
        conflicts.truncate(limit as usize);
        let next = conflicts.last().filter(|_| more).map(|c| c.id);
        Ok(ConflictPage { conflicts, next })
    }

    /// One conflict, settled ones too.
    pub async fn get_conflict(&self, id: ConflictId) -> Result<ChannelConflict, StoreError> {
        let found = self.store.get_conflict(id).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("conflict {id}")))
    }

    /// Settles a conflict: what was found, such as that both rightly use the channel. It opens anew when somebody else claims it.
    pub async fn settle_conflict(
        &self,
        id: ConflictId,
        finding: &Reason,
        by: &Author,
    ) -> Result<ChannelConflict, StoreError> {
        self.get_conflict(id).await?;
        let act = by.act(&self.world, "conflict.settle", Some(&id));
        let told = json!({"finding": finding.as_str()});
        let act = act.changing(None, Some(told.to_string()));
        self.store
            .settle_conflict(id, finding.as_str(), &act)
            .await?;
        self.get_conflict(id).await
    }

    /// Refuses a parent that nobody has registered and, to an author of an organisation, one that is not the organisation's:
    /// whoever is in a group speaks for it, so that anybody could make a number Amazon's.
    pub(super) async fn right_parent(
        &self,
        profile: &Profile,
        by: &Author,
    ) -> Result<(), RegistryError> {
        let Some(parent) = profile.parent else {
            return Ok(());
        };
        if by.organisation.is_some() {
            // What is the organisation's is registered.
            if !self.may_join(Some(parent), by.organisation).await? {
                let detail = "a business of yours can have only a business of yours as its parent";
                return Err(FieldErrors::one("/parent", "not_yours", detail).into());
            }
        } else if self.store.get(parent).await?.is_none() {
            let detail = format!("there is no business {parent}");
            return Err(FieldErrors::one("/parent", "unknown_business", detail).into());
        }
        Ok(())
    }

    /// Whether an organisation may put a business into a parent's group.
    pub(super) async fn may_join(
        &self,
        parent: Option<BusinessId>,
        organisation: Option<OrganisationId>,
    ) -> Result<bool, StoreError> {
        let (Some(parent), Some(organisation)) = (parent, organisation) else {
            return Ok(true);
        };
        let parent = self.store.get(parent).await?;
        Ok(parent.is_some_and(|p| p.organisation == Some(organisation)))
    }
}
