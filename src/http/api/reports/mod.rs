//! Reports by people and by partners, and their evidence.

mod dto;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{ReportRequest, ReportedBody, StatusBody};
use super::cases::file_dto::FileBody;
use crate::domain::{FileKind, ReportId};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf, read_body};
use crate::http::no_store::NoStore;
use crate::http::signed_in::From as FromDevice;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::read_value;
use crate::service::review::From;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(create_report))
        .routes(routes!(get_report_status))
        .routes(routes!(create_report_file))
        .routes(routes!(mark_report_false))
}

/// By which a reporter or appellant shows that the report or appeal is theirs.
const TOKEN: HeaderName = HeaderName::from_static("x-token");

/// The token of a request.
pub(super) fn token(headers: &HeaderMap) -> &str {
    let value = headers.get(TOKEN).and_then(|v| v.to_str().ok());
    value.unwrap_or_default()
}

/// Who asks: refused where somebody without a key asks too fast.
pub(super) fn admitted(
    state: &HttpState,
    asking: Asking,
    device: &FromDevice,
) -> Result<From, Problem> {
    let author = asking.anybody();
    if author.actor == crate::domain::Actor::Server {
        state.services.review.admit(device.0.network)?;
    }
    Ok(From {
        author,
        network: device.0.network,
    })
}

/// Report an account
///
/// Anybody may. Reports of one account are dealt with together; they set the order in which people look at accounts, and never
/// what checks answer. The answer's `token` is told once: by it evidence is added, and asked how the report stands.
#[utoipa::path(
    post,
    path = "/v1/reports",
    tag = "Reports and appeals",
    request_body = ReportRequest,
    responses((status = 201, description = "It is kept for good.", body = ReportedBody)),
    security(())
)]
async fn create_report(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let from = admitted(&state, asking, &device)?;
    let input = read_value::<ReportRequest>(body.value)?.into();
    let reported = state.services.review.report(&input, &from).await?;
    let body = NoStore(ReportedBody::from(reported));
    Ok((StatusCode::CREATED, body).into_response())
}

/// Ask how a report stands
///
/// What was ruled is told once it cannot be undone any more.
#[utoipa::path(
    get,
    path = "/v1/reports/status",
    tag = "Reports and appeals",
    params(("X-Token" = String, Header, description = "The token that was told with the report.")),
    responses(
        (status = 200, description = "How it stands.", body = StatusBody),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn get_report_status(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    headers: HeaderMap,
) -> Result<NoStore<StatusBody>, Problem> {
    admitted(&state, asking, &device)?;
    let status = state.services.review.report_status(token(&headers)).await?;
    Ok(NoStore(status.into()))
}

/// Add evidence to a report
///
/// One file as the body: png, jpeg, webp, gif, pdf or plain text in UTF-8, by its content and not by what it says of itself;
/// 5 MB at most, five files of a report.
#[utoipa::path(
    post,
    path = "/v1/reports/files",
    tag = "Reports and appeals",
    params(
        ("X-Token" = String, Header, description = "The token that was told with the report."),
        dto::FileQuery,
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file."),
    responses(
        (status = 201, description = "It is kept for good.", body = FileBody),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "The report has five files.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 413, description = "It is larger than 5 MB.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn create_report_file(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    QueryOf(query): QueryOf<dto::FileQuery>,
    request: Request,
) -> Result<Response, Problem> {
    admitted(&state, asking, &device)?;
    let token = token(request.headers()).to_owned();
    let declared = request.headers().get(header::CONTENT_TYPE);
    // What a client says of every body says nothing of this one.
    let declared = declared
        .and_then(|v| v.to_str().ok())
        .filter(|kind| !kind.starts_with("application/json"))
        .map(str::to_owned);
    let review = &state.services.review;
    // Who has no report uploads nothing.
    review.report_status(&token).await?;
    let bytes = read_body(request, FileKind::MAX_BYTES).await?;
    let name = query.name.unwrap_or_default();
    let file = review
        .add_file(&token, &name, declared.as_deref(), &bytes)
        .await?;
    Ok((StatusCode::CREATED, NoStore(FileBody::from(file))).into_response())
}

/// Mark a report as made up
///
/// It weighs nothing any more; a second one suspends its reporter, whose reports weigh nothing for half a year. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/reports/{id}/bad-faith",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `rep_…`.")),
    responses(
        (status = 204, description = "It is marked."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is marked already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn mark_report_false(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<ReportId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state.services.review.bad_faith(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}
