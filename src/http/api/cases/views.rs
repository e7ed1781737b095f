//! Saved views of the queue.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bulk_dto::{ViewBody, ViewInput, ViewList};
use crate::domain::ViewId;
use crate::http::extract::{Asking, IdOf, JsonBody, ONE};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::read_value;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_case_views, create_case_view))
        .routes(routes!(delete_case_view))
}

/// List your views of the queue
///
/// By name. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/case-views",
    tag = "Review",
    responses((status = 200, description = "The views.", body = ViewList)),
    security(("key" = ["review"]))
)]
async fn list_case_views(
    State(state): State<HttpState>,
    asking: Asking,
) -> Result<Json<ViewList>, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let views = state.services.review.views(&author).await?;
    Ok(Json(ViewList {
        views: views.into_iter().map(ViewBody::from).collect(),
    }))
}

/// Save a view of the queue
///
/// For yourself. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/case-views",
    tag = "Review",
    request_body = ViewInput,
    responses(
        (status = 201, description = "The view.", body = ViewBody),
        (status = 409, description = "You have one of this name.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_case_view(
    State(state): State<HttpState>,
    asking: Asking,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let ViewInput { name, filter } = read_value(body.value)?;
    filter.parse(&author.actor.to_string())?;
    let filter = serde_json::to_value(&filter).unwrap_or_default();
    let review = &state.services.review;
    let view = review.create_view(&name, &filter, &author).await?;
    Ok((StatusCode::CREATED, Json(ViewBody::from(view))).into_response())
}

/// Delete a view of the queue
///
/// One of yours. Scope: `review`.
#[utoipa::path(
    delete,
    path = "/v1/case-views/{id}",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `view_…`.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn delete_case_view(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<ViewId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state.services.review.delete_view(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}
