//! Organisations: partners that own businesses and write only those.

use serde_json::json;

use super::{Registry, RegistryError};
use crate::domain::{Business, BusinessId, OrganisationId, Text};
use crate::service::author::Author;
use crate::store::{Organisation, StoreError};

/// A page of organisations, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationPage {
    /// The organisations.
    pub organisations: Vec<Organisation>,
    /// The organisation after which the next page starts, if there is one.
    pub next: Option<OrganisationId>,
}

impl Registry {
    /// Adds an organisation.
    pub async fn create_organisation(
        &self,
        name: &Text<200>,
        by: &Author,
    ) -> Result<Organisation, StoreError> {
        let id = OrganisationId::new(self.world.new_id());
        let act = by.act(&self.world, "organisation.create", Some(&id));
        let new = Organisation {
            id,
            name: name.as_str().to_owned(),
            created_at: act.at,
        };
        let told = json!({"name": new.name});
        let act = act.changing(None, Some(told.to_string()));
        self.store.insert_organisation(&new, &act).await?;
        Ok(new)
    }

    /// Gives an organisation another name.
    pub async fn rename_organisation(
        &self,
        id: OrganisationId,
        name: &Text<200>,
        by: &Author,
    ) -> Result<Organisation, StoreError> {
        let former = self.get_organisation(id).await?;
        let act = by
            .act(&self.world, "organisation.rename", Some(&id))
            .changing(
                Some(json!({"name": former.name}).to_string()),
                Some(json!({"name": name.as_str()}).to_string()),
            );
        self.store
            .rename_organisation(id, name.as_str(), &act)
            .await?;
        self.get_organisation(id).await
    }

    /// One organisation.
    pub async fn get_organisation(&self, id: OrganisationId) -> Result<Organisation, StoreError> {
        let found = self.store.get_organisation(id).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("organisation {id}")))
    }

    /// Organisations after one, oldest first.
    pub async fn list_organisations(
        &self,
        after: Option<OrganisationId>,
        limit: u32,
    ) -> Result<OrganisationPage, StoreError> {
        let mut organisations = self.store.list_organisations(after, limit + 1).await?;
        let more = organisations.len() > limit as usize;
        organisations.truncate(limit as usize);
        let next = organisations.last().filter(|_| more).map(|o| o.id);
        Ok(OrganisationPage {
            organisations,
            next,
        })
    }

    /// Gives a business to an organisation, or takes it from the one that has it, if its version is `expected`.
    pub async fn assign(
        &self,
        id: BusinessId,
        expected: u64,
        to: Option<OrganisationId>,
        by: &Author,
    ) -> Result<Business, RegistryError> {
        let business = self.to_write(id, Some(expected), by).await?;
        if let Some(organisation) = to {
            self.get_organisation(organisation).await?;
        }
        if business.organisation == to {
            return Ok(business);
        }
        let next = Business {
            organisation: to,
            ..business.clone()
        };
        self.replace(&business, next, "business.assign", by).await
    }
}
