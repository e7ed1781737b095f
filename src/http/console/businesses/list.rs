//! The list of businesses, with its filters.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::More;
use super::{PATH, ShownBadge};
use crate::domain::{AnswerLanguage, Badge, Business, Provenance, say};
use crate::http::api::businesses::ListQuery;
use crate::http::pages::{Fields, Frame, Shown, Visitor, When, page, told};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::FieldErrors;
use crate::service::registry::{Label, Page, Query, RegistryError};

#[derive(Debug, Template)]
#[template(
    path = "console/businesses/list.html",
    config = "src/http/pages/askama.toml"
)]
struct ListPage {
    frame: Frame,
    filters: Fields,
    filtered: bool,
    labels: Vec<Label>,
    rows: Vec<Row>,
    more: Option<More>,
    error: Option<String>,
}

#[derive(Debug)]
struct Row {
    id: String,
    name: Shown,
    aliases: Shown,
    badge: ShownBadge,
    place: String,
    category: Shown,
    channels: usize,
    proved: usize,
    changed: When,
}

impl Row {
    fn of(business: &Business, language: AnswerLanguage) -> Self {
        let profile = &business.profile;
        let aliases: Vec<_> = (profile.aliases.iter().take(4))
            .map(crate::domain::BusinessName::as_str)
            .collect();
        let proved = profile.channels.iter();
        Self {
            id: business.id.to_string(),
            name: Shown::name(profile.name.as_str()),
            aliases: Shown::of(&aliases.join(", "), 120),
            badge: ShownBadge::of(business.badge, business.badge_state, language),
            place: profile.country.map(|c| c.to_string()).unwrap_or_default(),
            category: Shown::of(profile.category.as_ref().map_or("", |c| c.as_str()), 60),
            channels: profile.channels.len(),
            proved: proved
                .filter(|c| c.provenance == Provenance::Proved)
                .count(),
            changed: business.updated_at.into(),
        }
    }
}

pub(super) async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    filters: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::RegistryRead)?;
    let registry = &state.services.registry;
    let may_review = visitor.caller().may(Scope::Review);
    if filters.given("label_id").is_some() {
        visitor.caller().require(Scope::Review)?;
    }
    let labels = if may_review {
        registry.list_labels().await?
    } else {
        Vec::new()
    };
    let found = match wanted(&filters) {
        Ok(query) => registry.list(&query).await,
        Err(errors) => Err(RegistryError::Fields(errors)),
    };
    let (found, error) = match found {
        Ok(found) => (found, None),
        Err(RegistryError::Fields(errors)) => {
            let nothing = Page {
                businesses: Vec::new(),
                next_cursor: None,
            };
            (nothing, Some(told(&errors.into(), visitor.language).into()))
        }
        Err(error) => return Err(error.into()),
    };
    let title = say!(visitor.language; en: "Businesses"; zh: "企业");
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = ListPage {
        frame: visitor.frame(title, PATH),
        filtered: !filters.query_without("cursor").is_empty(),
        labels,
        rows: (found.businesses.iter())
            .map(|b| Row::of(b, visitor.language))
            .collect(),
        more: More::of(&filters, found.next_cursor),
        error,
        filters,
    };
    Ok(page(status, visitor.language, &shown))
}

/// What the filters ask for: the same as the API's list, where fields left empty ask for nothing.
fn wanted(filters: &Fields) -> Result<Query, FieldErrors> {
    let query = filters.query_without("");
    let query: ListQuery = serde_urlencoded::from_str(&query)
        .map_err(|e| FieldErrors::one("", "invalid_value", e.to_string()))?;
    query.parse()
}
