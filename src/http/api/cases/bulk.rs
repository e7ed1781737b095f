//! Rulings on many cases at once.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bulk_dto::{BulkBody, BulkInput, PreviewBody, PreviewInput};
use crate::domain::BulkId;
use crate::http::extract::{Asking, IdOf, JsonBody, ONE};
use crate::http::idempotent::{Repeatable, once};
use crate::http::no_store::NoStore;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::read_value;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(preview_bulk_ruling))
        .routes(routes!(create_bulk_ruling))
        .routes(routes!(undo_bulk_ruling))
}

/// Preview a ruling on many cases
///
/// The open cases of a filter, 500 at most; `token` names them as they are now. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/bulk-rulings/preview",
    tag = "Review",
    request_body = PreviewInput,
    responses((status = 200, description = "The cases.", body = PreviewBody)),
    security(("key" = ["review"]))
)]
async fn preview_bulk_ruling(
    State(state): State<HttpState>,
    asking: Asking,
    body: JsonBody<ONE>,
) -> Result<NoStore<PreviewBody>, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let PreviewInput { filter } = read_value(body.value)?;
    let query = filter.parse(&author.actor.to_string())?;
    let preview = state.services.review.preview(&query).await?;
    Ok(NoStore(preview.into()))
}

/// Rule on many cases
///
/// On each open case of a filter as it was previewed; each ruling is one of its own, with all that goes with one. Cases that
/// somebody holds, or that cannot be ruled so, are left alone and named. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/bulk-rulings",
    tag = "Review",
    params(("Idempotency-Key" = Option<String>, Header, nullable = false,
        description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again.")),
    request_body = BulkInput,
    responses(
        (status = 201, description = "What was done.", body = BulkBody),
        (status = 409, description = "The cases have changed since the preview, or the same request is in progress (`in_progress`).", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_bulk_ruling(
    State(state): State<HttpState>,
    asking: Asking,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Review)?;
    let input: BulkInput = read_value(body.value)?;
    let query = input.filter.parse(&author.actor.to_string())?;
    let terms = input.ruling.parse()?;
    let work = async {
        let review = &state.services.review;
        let done = review
            .decide_bulk(&query, &input.token, &terms, &author)
            .await?;
        Ok((StatusCode::CREATED, Json(BulkBody::from(done))).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Undo a ruling on many cases
///
/// On each case where it still can be. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/bulk-rulings/{id}/undo",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `bulk_…`.")),
    responses(
        (status = 200, description = "What was undone.", body = BulkBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn undo_bulk_ruling(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BulkId>,
) -> Result<Json<BulkBody>, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let done = state.services.review.undo_bulk(id, &author).await?;
    Ok(Json(done.into()))
}
