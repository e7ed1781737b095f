//! Lists of businesses.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::Country;
use crate::service::contract::{BusinessBody, FieldErrors};
use crate::service::registry::{Page, Query};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Most entries of a page, 1–200; 50 when left out.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
    /// Only businesses at home in this country, ISO 3166-1 alpha-2.
    #[param(example = "DE", nullable = false)]
    country: Option<String>,
    /// Only businesses of this category, exactly.
    #[param(nullable = false)]
    category: Option<String>,
    /// Only businesses with this in their name or an alias, whatever its case; exact names come first.
    #[param(nullable = false)]
    q: Option<String>,
}

impl ListQuery {
    pub(super) fn parse(self) -> Result<Query, FieldErrors> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=Query::MAX_LIMIT).contains(&limit) {
            let detail = format!("limit is 1 to {}", Query::MAX_LIMIT);
            return Err(FieldErrors::one("/limit", "out_of_range", detail));
        }
        let country = self.country.as_deref().map(Country::parse).transpose();
        let country =
            country.map_err(|e| FieldErrors::one("/country", "invalid_value", e.to_string()))?;
        if self.q.as_ref().is_some_and(|q| q.chars().count() > 200) {
            return Err(FieldErrors::one(
                "/q",
                "too_long",
                "q has at most 200 characters",
            ));
        }
        Ok(Query {
            country,
            category: self.category,
            search: self.q,
            cursor: self.cursor,
            limit,
        })
    }
}

/// A page of businesses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusinessPage)]
pub(super) struct PageBody {
    /// The businesses, in a stable order.
    businesses: Vec<BusinessBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl PageBody {
    /// A page as JSON, as its businesses are at an instant.
    pub(super) fn of(page: Page, now: Timestamp) -> Self {
        let businesses = page.businesses.iter();
        Self {
            businesses: businesses.map(|b| BusinessBody::of(b, now)).collect(),
            next_cursor: page.next_cursor,
        }
    }
}
