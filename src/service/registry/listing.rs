//! Lists of businesses, page by page.

use jiff::Timestamp;

use super::{Registry, RegistryError};
use crate::domain::{Badge, Business, BusinessId, Country, LabelId, OrganisationId};
use crate::service::contract::FieldErrors;
use crate::store::{ListPlace, Listing};

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only those at home here.
    pub country: Option<Country>,
    /// Only those of this category.
    pub category: Option<String>,
    /// Only those with this badge.
    pub badge: Option<Badge>,
    /// Only those that bear this label.
    pub label: Option<LabelId>,
    /// Only those of this organisation.
    pub organisation: Option<OrganisationId>,
    /// Only those that changed at this instant or later.
    pub changed_since: Option<Timestamp>,
    /// Only those with this in a name, whatever its case.
    pub search: Option<String>,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Most entries, 1–[`Query::MAX_LIMIT`].
    pub limit: u32,
}

impl Query {
    /// Most entries of a page.
    pub const MAX_LIMIT: u32 = 200;
}

/// A page of businesses.
#[derive(Debug, Clone)]
pub struct Page {
    /// The businesses.
    pub businesses: Vec<Business>,
    /// Where the next page starts, if there is one.
    pub next_cursor: Option<String>,
}

impl Registry {
    /// A page of businesses.
    pub async fn list(&self, query: &Query) -> Result<Page, RegistryError> {
        let limit = query.limit.clamp(1, Query::MAX_LIMIT);
        let after = match &query.cursor {
            None => None,
            Some(cursor) => Some(read_cursor(cursor).ok_or_else(|| {
                FieldErrors::one(
                    "/cursor",
                    "invalid_cursor",
                    "it is not a next_cursor that this API gave",
                )
            })?),
        };
        let listing = Listing {
            country: query.country,
            category: query.category.clone(),
            badge: query.badge,
            label: query.label,
            organisation: query.organisation,
            changed_since: query.changed_since,
            search: query
                .search
                .as_ref()
                .map(|s| s.trim().to_lowercase())
                .filter(|s| !s.is_empty()),
            after,
            limit: limit + 1,
        };
        let mut rows = self.store.list(&listing).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|(place, _)| write_cursor(*place));
        Ok(Page {
            businesses: rows.into_iter().map(|(_, business)| business).collect(),
            next_cursor,
        })
    }
}

fn write_cursor(place: ListPlace) -> String {
    format!("{}{}", place.rank, place.id.as_uuid().simple())
}

fn read_cursor(cursor: &str) -> Option<ListPlace> {
    let (rank, id) = cursor.split_at_checked(1)?;
    let rank = rank.parse().ok()?;
    let id: BusinessId = format!("{}{id}", BusinessId::PREFIX).parse().ok()?;
    Some(ListPlace { rank, id })
}
