//! Channels that several businesses claim.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::{ConflictId, Reason};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf};
use crate::http::idempotent::{Repeatable, once};
use crate::http::paging::PageQuery;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{FieldErrors, read_value, words};
use crate::service::registry::{ChannelConflict, ConflictPage};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_channel_conflicts))
        .routes(routes!(get_channel_conflict))
        .routes(routes!(settle_channel_conflict))
}

/// A channel that several businesses outside one group claim. Every claim stays `listed`; none counts as proof against the others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelConflict)]
struct ConflictBody {
    /// Its id.
    #[schema(example = "cfl_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// The kind of channel.
    #[schema(value_type = words::ChannelKind)]
    kind: String,
    /// The channel.
    #[schema(example = "+4930123456")]
    value: String,
    /// The businesses that claim it now, the first 50.
    claimants: Vec<String>,
    /// Since when it is open; RFC 3339, UTC.
    opened_at: String,
    /// When a reviewer settled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    settled_at: Option<String>,
    /// Who did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    settled_by: Option<String>,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    finding: Option<String>,
}

impl From<&ChannelConflict> for ConflictBody {
    fn from(conflict: &ChannelConflict) -> Self {
        Self {
            id: conflict.id.to_string(),
            kind: conflict.kind.clone(),
            value: conflict.value.clone(),
            claimants: conflict.claimants.iter().map(ToString::to_string).collect(),
            opened_at: conflict.opened_at.to_string(),
            settled_at: conflict.settled_at.map(|at| at.to_string()),
            settled_by: conflict.settled_by.clone(),
            finding: conflict.finding.clone(),
        }
    }
}

/// A page of open conflicts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelConflictPage)]
struct PageBody {
    /// The conflicts.
    conflicts: Vec<ConflictBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl From<ConflictPage> for PageBody {
    fn from(page: ConflictPage) -> Self {
        Self {
            conflicts: page.conflicts.iter().map(ConflictBody::from).collect(),
            next_cursor: page.next.map(|id| id.to_string()),
        }
    }
}

/// List conflicts of claims
///
/// Channels that businesses outside one group both claim, and that nobody has settled. A conflict ends by itself when only one of
/// them claims the channel any more. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/channel-conflicts",
    tag = "Registry",
    params(PageQuery),
    responses((status = 200, description = "A page of conflicts.", body = PageBody)),
    security(("key" = ["review"]))
)]
async fn list_channel_conflicts(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<PageBody>, Problem> {
    asking.with(Scope::Review)?;
    let (after, limit) = query.parse()?;
    Ok(Json(
        state
            .services
            .registry
            .list_conflicts(after, limit)
            .await?
            .into(),
    ))
}

/// Get a conflict of claims
///
/// Settled ones, too. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/channel-conflicts/{id}",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `cfl_…`.")),
    responses(
        (status = 200, description = "The conflict.", body = ConflictBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_channel_conflict(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<ConflictId>,
) -> Result<Json<ConflictBody>, Problem> {
    asking.with(Scope::Review)?;
    let conflict = state.services.registry.get_conflict(id).await?;
    Ok(Json(ConflictBody::from(&conflict)))
}

/// What was found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Finding)]
struct FindingInput {
    /// 1–500 characters.
    #[schema(example = "A call centre that works for both.", max_length = 500)]
    finding: String,
}

/// Settle a conflict of claims
///
/// With what was found, such as that both rightly use the channel. It opens anew when somebody else claims it. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/channel-conflicts/{id}/settle",
    tag = "Registry",
    params(
        ("id" = String, Path, description = "Its id, `cfl_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = FindingInput,
    responses(
        (status = 200, description = "The conflict as it is now.", body = ConflictBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is settled already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn settle_channel_conflict(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<ConflictId>,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Review)?;
    let input: FindingInput = read_value(body.value)?;
    let finding = Reason::parse("finding", &input.finding)
        .map_err(|e| FieldErrors::one("/finding", "invalid_value", e.to_string()))?;
    let registry = &state.services.registry;
    let work = async {
        let settled = registry.settle_conflict(id, &finding, &author).await?;
        Ok(Json(ConflictBody::from(&settled)).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}
