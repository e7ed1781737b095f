//! What the palette finds while somebody types.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use crate::domain::AnswerLanguage;
use crate::http::pages::{Fields, Shown, Visitor, page};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::registry::Query;

/// Most businesses that are offered.
const MOST: u32 = 8;

pub(super) fn routes() -> Router<HttpState> {
    Router::new().route("/console/find", get(find))
}

#[derive(Debug, Template)]
#[template(path = "console/find.html", config = "src/http/pages/askama.toml")]
struct Found {
    language: AnswerLanguage,
    searched: bool,
    businesses: Vec<(String, Shown, String)>,
}

async fn find(
    State(state): State<HttpState>,
    visitor: Visitor,
    query: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::RegistryRead)?;
    let text = query.text("q");
    let searched = text.chars().count() >= 2;
    let mut found = Vec::new();
    if searched {
        let wanted = Query {
            search: Some(text.chars().take(200).collect()),
            limit: MOST,
            ..Query::default()
        };
        found = state.services.registry.list(&wanted).await?.businesses;
    }
    let businesses = found.iter().map(|b| {
        let country = b.profile.country.map(|c| c.to_string());
        (
            b.id.to_string(),
            Shown::name(b.profile.name.as_str()),
            country.unwrap_or_default(),
        )
    });
    let shown = Found {
        language: visitor.language,
        searched,
        businesses: businesses.collect(),
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}
