//! Lists of businesses.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Country, Invalid};
use crate::http::paging::limit;
use crate::service::contract::{BusinessBody, Collector, FieldErrors, words};
use crate::service::registry::{Page, Query};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListQuery {
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
    /// Only businesses with this badge.
    #[param(nullable = false, value_type = Option<words::Badge>)]
    badge: Option<String>,
    /// Only businesses that bear this label, `lbl_…`. Needs the scope `review`.
    #[param(nullable = false)]
    pub(super) label_id: Option<String>,
    /// Only businesses of this organisation, `org_…`.
    #[param(nullable = false)]
    organisation_id: Option<String>,
    /// Only businesses that changed at this instant or later; RFC 3339.
    #[param(nullable = false, example = "2026-01-31T12:00:00Z")]
    changed_since: Option<String>,
    /// Only businesses with this in their name or an alias, whatever its case; exact names come first.
    #[param(nullable = false)]
    q: Option<String>,
}

impl ListQuery {
    pub(in crate::http) fn parse(self) -> Result<Query, FieldErrors> {
        let mut errors = Collector::default();
        let e = &mut errors;
        let country = e.parse("/country", self.country.as_ref(), Country::parse);
        let badge = e.parse("/badge", self.badge.as_ref(), str::parse);
        let label = e.parse("/label_id", self.label_id.as_ref(), str::parse);
        let organisation = e.parse(
            "/organisation_id",
            self.organisation_id.as_ref(),
            str::parse,
        );
        let changed_since = e.parse("/changed_since", self.changed_since.as_ref(), |at| {
            at.parse::<Timestamp>()
                .map_err(|why| Invalid::new("instant", at, why))
        });
        errors.finish(())?;
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
            badge,
            label,
            organisation,
            changed_since,
            search: self.q,
            cursor: self.cursor,
            limit: limit(self.limit)?,
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
