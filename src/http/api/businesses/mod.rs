//! The registry of businesses.

mod annotations;
mod dto;
mod export;
mod history;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(in crate::http) use self::dto::ListQuery;
use self::dto::PageBody;
use crate::domain::{Business, BusinessId};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf, expected_version};
use crate::http::idempotent::{Repeatable, once};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{BusinessBody, ContestedBody, ProfileBody, read_value};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_businesses, create_business))
        .routes(routes!(get_business, update_business, delete_business))
        .merge(export::routes())
        .merge(history::routes())
        .merge(annotations::routes())
}

/// List or search businesses
///
/// In order of registration; with `q`, by how well the name fits. Scope: `registry:read`.
#[utoipa::path(
    get,
    path = "/v1/businesses",
    tag = "Registry",
    params(ListQuery),
    responses((status = 200, description = "A page of businesses.", body = PageBody)),
    security((), ("key" = ["registry:read"]))
)]
async fn list_businesses(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PageBody>, Problem> {
    let caller = asking.with(Scope::RegistryRead)?;
    if query.label_id.is_some() {
        caller.require(Scope::Review)?;
    }
    let page = state.services.registry.list(&query.parse()?).await?;
    Ok(Json(PageBody::of(page, state.services.world.now())))
}

/// Register a business
///
/// Its channels are `listed`: they are public knowledge until they are proved. Checks see it before this
/// call returns. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/businesses",
    tag = "Registry",
    request_body = ProfileBody,
    params(("Idempotency-Key" = Option<String>, Header, nullable = false,
        description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again.")),
    responses(
        (status = 201, description = "The business.", body = BusinessBody, headers(
            ("ETag" = String, description = "Its version."), ("Location" = String, description = "Its address."))),
        (status = 409, description = "The `external_id` is taken (`conflict`), or the same request is in progress (`in_progress`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn create_business(
    State(state): State<HttpState>,
    asking: Asking,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    let profile = read_value::<ProfileBody>(body.value)?.parse(None)?;
    let registry = &state.services.registry;
    let work = async {
        let business = registry.create(profile, &author).await?;
        represent(&state, StatusCode::CREATED, &business).await
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Get a business
///
/// Scope: `registry:read`.
#[utoipa::path(
    get,
    path = "/v1/businesses/{id}",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `biz_…`.", example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")),
    responses(
        (status = 200, description = "The business.", body = BusinessBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security((), ("key" = ["registry:read"]))
)]
async fn get_business(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
) -> Result<Response, Problem> {
    asking.with(Scope::RegistryRead)?;
    let business = state.services.registry.get(id).await?;
    represent(&state, StatusCode::OK, &business).await
}

/// Change a business
///
/// A JSON merge patch (RFC 7396) of the profile: fields that are named are replaced, null clears, lists are
/// replaced as a whole. `If-Match` with the ETag that you read is needed, so that nobody's change is lost. A
/// changed name, logo or proved channel suspends a badge until it is proved again. Scope: `registry:write`.
#[utoipa::path(
    patch,
    path = "/v1/businesses/{id}",
    tag = "Registry",
    params(
        ("id" = String, Path, description = "Its id, `biz_…`.", example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f"),
        ("If-Match" = String, Header, description = "The ETag that was read.", example = "\"1\""),
    ),
    request_body(content = Object, content_type = "application/json",
        description = "Part of a `BusinessProfile`; `application/merge-patch+json` is taken too.", example = json!({"country": "AT", "about": null})),
    responses(
        (status = 200, description = "The business as it is now.", body = BusinessBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "The `external_id` is taken.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 412, description = "It has been changed since; `ETag` is its version now.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn update_business(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    headers: HeaderMap,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::RegistryWrite)?;
    let expected = required_version(&headers)?;
    let registry = &state.services.registry;
    let business = registry.patch(id, expected, body.value, &author).await?;
    represent(&state, StatusCode::OK, &business).await
}

/// Delete a business
///
/// Checks stop to know it before this call returns. Scope: `registry:write`.
#[utoipa::path(
    delete,
    path = "/v1/businesses/{id}",
    tag = "Registry",
    params(
        ("id" = String, Path, description = "Its id, `biz_…`.", example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f"),
        ("If-Match" = String, Header, description = "The ETag that was read.", example = "\"1\""),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 412, description = "It has been changed since; `ETag` is its version now.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn delete_business(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::RegistryWrite)?;
    let expected = required_version(&headers)?;
    let registry = &state.services.registry;
    registry.delete(id, Some(expected), &author).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn required_version(headers: &HeaderMap) -> Result<u64, Problem> {
    expected_version(headers)?.ok_or_else(|| {
        Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if_match_needed",
            "Send If-Match with the ETag of the business as you read it.",
        )
    })
}

/// A business with its version, and the channels that others claim, too.
async fn represent(
    state: &HttpState,
    status: StatusCode,
    business: &Business,
) -> Result<Response, Problem> {
    let contested = state.services.registry.contested(business.id).await?;
    let contested = contested.into_iter().map(|channel| ContestedBody {
        kind: channel.kind,
        value: channel.value,
    });
    let body = Json(BusinessBody {
        contested: contested.collect(),
        ..BusinessBody::of(business, state.services.world.now())
    });
    let etag = [(header::ETAG, format!("\"{}\"", business.version))];
    if status == StatusCode::CREATED {
        let location = [(header::LOCATION, format!("/v1/businesses/{}", business.id))];
        return Ok((status, etag, location, body).into_response());
    }
    Ok((status, etag, body).into_response())
}
