//! Organisations: added and renamed.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::More;
use crate::domain::{OrganisationId, Text, say};
use crate::http::extract::IdOf;
use crate::http::pages::{Fields, Frame, Shown, Submitted, Visitor, When, page};
use crate::http::paging::{DEFAULT_LIMIT, cursor};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::FieldErrors;
use crate::service::registry::Organisation;

const PATH: &str = "/console/organisations";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list).post(create))
        .route("/console/organisations/{id}", post(rename))
}

#[derive(Debug, Template)]
#[template(
    path = "console/organisations/list.html",
    config = "src/http/pages/askama.toml"
)]
struct OrganisationsPage {
    frame: Frame,
    organisations: Vec<Organisation>,
    more: Option<More>,
}

async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    query: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Admin)?;
    let after = cursor(query.given("cursor").as_deref())?;
    let registry = &state.services.registry;
    let found = registry.list_organisations(after, DEFAULT_LIMIT).await?;
    let title = say!(visitor.language; en: "Organisations"; zh: "组织");
    let shown = OrganisationsPage {
        frame: visitor.frame(title, PATH),
        organisations: found.organisations,
        more: More::of(&query, found.next.map(|id| id.to_string())),
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

fn name_of(fields: &Fields) -> Result<Text<200>, Problem> {
    Text::parse("name", fields.text("name"))
        .map_err(|e| FieldErrors::one("/name", "invalid_value", e.to_string()).into())
}

async fn create(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Admin)?;
    let done = async {
        let name = name_of(&fields)?;
        let registry = &state.services.registry;
        registry
            .create_organisation(&name, &visitor.author())
            .await?;
        Ok(say!(visitor.language; en: "The organisation is added."; zh: "组织已添加。"))
    };
    visitor.back(&state, PATH, done.await)
}

async fn rename(
    State(state): State<HttpState>,
    IdOf(id): IdOf<OrganisationId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Admin)?;
    let done = async {
        let name = name_of(&fields)?;
        let registry = &state.services.registry;
        registry
            .rename_organisation(id, &name, &visitor.author())
            .await?;
        Ok(say!(visitor.language; en: "The organisation is renamed."; zh: "组织已改名。"))
    };
    visitor.back(&state, PATH, done.await)
}
