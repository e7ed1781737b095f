//! Organisations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::{OrganisationId, Text};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf};
use crate::http::idempotent::{Repeatable, once};
use crate::http::paging::PageQuery;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{FieldErrors, read_value};
use crate::service::registry::{Organisation, OrganisationPage};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_organisations, create_organisation))
        .routes(routes!(get_organisation, update_organisation))
}

/// A partner that owns businesses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organisation)]
struct OrganisationBody {
    /// Its id.
    #[schema(example = "org_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What it is called.
    name: String,
    /// RFC 3339, UTC.
    created_at: String,
}

impl From<&Organisation> for OrganisationBody {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id.to_string(),
            name: organisation.name.clone(),
            created_at: organisation.created_at.to_string(),
        }
    }
}

/// What an organisation is to be called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationTerms)]
struct OrganisationInput {
    /// 1–200 characters; unique.
    #[schema(example = "Morgenrot Holding", max_length = 200)]
    name: String,
}

impl OrganisationInput {
    fn parse(&self) -> Result<Text<200>, FieldErrors> {
        Text::parse("name", &self.name)
            .map_err(|e| FieldErrors::one("/name", "invalid_value", e.to_string()))
    }
}

/// A page of organisations, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationPage)]
struct PageBody {
    /// The organisations.
    organisations: Vec<OrganisationBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl From<OrganisationPage> for PageBody {
    fn from(page: OrganisationPage) -> Self {
        Self {
            organisations: page.organisations.iter().map(Into::into).collect(),
            next_cursor: page.next.map(|id| id.to_string()),
        }
    }
}

/// List organisations
///
/// Oldest first. Scope: `admin`.
#[utoipa::path(
    get,
    path = "/v1/organisations",
    tag = "Access",
    params(PageQuery),
    responses((status = 200, description = "A page of organisations.", body = PageBody)),
    security(("key" = ["admin"]))
)]
async fn list_organisations(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<PageBody>, Problem> {
    asking.with(Scope::Admin)?;
    let (after, limit) = query.parse()?;
    let page = state
        .services
        .registry
        .list_organisations(after, limit)
        .await?;
    Ok(Json(page.into()))
}

/// Add an organisation
///
/// Keys of an organisation write its businesses only. Scope: `admin`.
#[utoipa::path(
    post,
    path = "/v1/organisations",
    tag = "Access",
    params(("Idempotency-Key" = Option<String>, Header, nullable = false,
        description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again.")),
    request_body = OrganisationInput,
    responses(
        (status = 201, description = "The organisation.", body = OrganisationBody),
        (status = 409, description = "The name is taken (`conflict`), or the same request is in progress (`in_progress`).", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn create_organisation(
    State(state): State<HttpState>,
    asking: Asking,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Admin)?;
    let name = read_value::<OrganisationInput>(body.value)?.parse()?;
    let registry = &state.services.registry;
    let work = async {
        let new = registry.create_organisation(&name, &author).await?;
        Ok((StatusCode::CREATED, Json(OrganisationBody::from(&new))).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Get an organisation
///
/// Scope: `admin`.
#[utoipa::path(
    get,
    path = "/v1/organisations/{id}",
    tag = "Access",
    params(("id" = String, Path, description = "Its id, `org_…`.")),
    responses(
        (status = 200, description = "The organisation.", body = OrganisationBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn get_organisation(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<OrganisationId>,
) -> Result<Json<OrganisationBody>, Problem> {
    asking.with(Scope::Admin)?;
    let found = state.services.registry.get_organisation(id).await?;
    Ok(Json(OrganisationBody::from(&found)))
}

/// Rename an organisation
///
/// Scope: `admin`.
#[utoipa::path(
    patch,
    path = "/v1/organisations/{id}",
    tag = "Access",
    params(("id" = String, Path, description = "Its id, `org_…`.")),
    request_body = OrganisationInput,
    responses(
        (status = 200, description = "The organisation as it is now.", body = OrganisationBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn update_organisation(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<OrganisationId>,
    body: JsonBody<ONE>,
) -> Result<Json<OrganisationBody>, Problem> {
    let (_, author) = asking.writing(Scope::Admin)?;
    let name = read_value::<OrganisationInput>(body.value)?.parse()?;
    let registry = &state.services.registry;
    let renamed = registry.rename_organisation(id, &name, &author).await?;
    Ok(Json(OrganisationBody::from(&renamed)))
}
