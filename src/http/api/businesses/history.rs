//! Who changed what of a business; and whose it is.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{represent, required_version};
use crate::domain::{BusinessId, OrganisationId};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf};
use crate::http::paging::PageQuery;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{BusinessBody, FieldErrors, read_value};
use crate::service::registry::{Change, HistoryPage, Made};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(get_business_history))
        .routes(routes!(assign_business))
}

/// One change of a business.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
struct ChangeBody {
    /// The version that it made.
    version: u64,
    /// When; RFC 3339, UTC.
    at: String,
    /// Who: a key, a user, `command:…` or `server`; left out for changes older than the audit log, like the next four.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    actor: Option<String>,
    /// What was done, `thing.verb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "business.update")]
    action: Option<String>,
    /// Why, as `X-Reason` said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// The request that asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<String>,
    /// The import that it was part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    run_id: Option<String>,
    /// What changed, as it was: nothing for a new business.
    #[schema(value_type = Object, example = json!({"profile": {"name": "Morgenrot"}}))]
    before: Value,
    /// What changed, as it is then: nothing for a deleted business.
    #[schema(value_type = Object, example = json!({"profile": {"name": "Kaffeehaus Morgenrot"}}))]
    after: Value,
}

impl From<Change> for ChangeBody {
    fn from(change: Change) -> Self {
        let made = change.made;
        let of = |field: fn(&Made) -> Option<String>| made.as_ref().and_then(field);
        Self {
            version: change.version,
            at: change.at.to_string(),
            actor: of(|m| Some(m.actor.clone())),
            action: of(|m| Some(m.action.clone())),
            reason: of(|m| m.reason.clone()),
            request_id: of(|m| m.request_id.clone()),
            run_id: of(|m| m.run.map(|id| id.to_string())),
            before: change.before,
            after: change.after,
        }
    }
}

/// A page of changes, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = History)]
struct HistoryBody {
    /// The changes.
    changes: Vec<ChangeBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// Get the history of a business
///
/// Who changed what, when and why, with the parts that changed as they were before and after; newest first. The history of a
/// deleted business stays. With a key of an organisation, of its own businesses only. Scope: `registry:write` or `review`.
#[utoipa::path(
    get,
    path = "/v1/businesses/{id}/history",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `biz_…`."), PageQuery),
    responses(
        (status = 200, description = "A page of changes.", body = HistoryBody),
        (status = 404, description = "There never was one of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]), ("key" = ["review"]))
)]
async fn get_business_history(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<HistoryBody>, Problem> {
    let (caller, author) = asking.into_author()?;
    if !caller.may(Scope::Review) {
        caller.require(Scope::RegistryWrite)?;
    }
    let (before, limit) = query.parse()?;
    let registry = &state.services.registry;
    let HistoryPage { changes, next } = registry.history(id, before, limit, &author).await?;
    Ok(Json(HistoryBody {
        changes: changes.into_iter().map(ChangeBody::from).collect(),
        next_cursor: next.map(|version| version.to_string()),
    }))
}

/// Whose a business is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Assignment)]
struct AssignmentInput {
    /// The organisation, `org_…`; nobody's when left out.
    #[serde(default)]
    #[schema(nullable = false)]
    organisation_id: Option<String>,
}

/// Give a business to an organisation
///
/// Keys of that organisation may change it then, and those of another no more. Scope: `admin`.
#[utoipa::path(
    put,
    path = "/v1/businesses/{id}/organisation",
    tag = "Registry",
    params(
        ("id" = String, Path, description = "Its id, `biz_…`."),
        ("If-Match" = String, Header, description = "The ETag that was read.", example = "\"1\""),
    ),
    request_body = AssignmentInput,
    responses(
        (status = 200, description = "The business as it is now.", body = BusinessBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is no such business or organisation.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 412, description = "It has been changed since.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn assign_business(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    headers: HeaderMap,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Admin)?;
    let expected = required_version(&headers)?;
    let input: AssignmentInput = read_value(body.value)?;
    let to = input
        .organisation_id
        .as_deref()
        .map(str::parse::<OrganisationId>);
    let to = to
        .transpose()
        .map_err(|e| FieldErrors::one("/organisation_id", "invalid_value", e.to_string()))?;
    let registry = &state.services.registry;
    let business = registry.assign(id, expected, to, &author).await?;
    represent(&state, StatusCode::OK, &business).await
}
