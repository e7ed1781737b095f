//! The evidence of a case: its files, and the pack for a take-down form.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::{CaseId, FileId};
use crate::http::extract::{Asking, IdOf, IdsOf};
use crate::http::no_store::NoStore;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::review::EvidencePack;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(get_case_file))
        .routes(routes!(get_evidence_pack))
        .routes(routes!(get_evidence_page))
        .routes(routes!(plant_golden_case))
}

/// Bytes that a browser saves and never shows as a page of ours.
fn attachment(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::try_from(disposition);
    let attachment = HeaderValue::from_static("attachment");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            disposition.unwrap_or(attachment),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, bytes).into_response()
}

/// Get a file of evidence
///
/// As an attachment. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}/files/{file_id}",
    tag = "Review",
    params(("id" = String, Path, description = "The case, `case_…`."), ("file_id" = String, Path, description = "The file, `file_…`.")),
    responses(
        (status = 200, description = "Its content.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "It was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_case_file(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, file): IdsOf<CaseId, FileId>,
) -> Result<Response, Problem> {
    asking.with(Scope::Review)?;
    let (file, content) = state.services.review.file(id, file).await?;
    Ok(attachment(file.kind.as_str(), &file.name, content))
}

/// Get the evidence pack
///
/// What a platform's take-down form asks for, with hashes and times. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}/evidence",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The pack.", body = EvidencePack),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Its account was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_evidence_pack(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<NoStore<EvidencePack>, Problem> {
    asking.with(Scope::Review)?;
    Ok(NoStore(state.services.review.evidence(id).await?))
}

/// Get the evidence pack as a page
///
/// One HTML file that needs nothing else, pictures included, as an attachment. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}/evidence.html",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Its account was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_evidence_page(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<Response, Problem> {
    asking.with(Scope::Review)?;
    let page = state.services.review.evidence_page(id).await?;
    let name = format!("{id}.html");
    Ok(attachment(
        "text/html; charset=utf-8",
        &name,
        page.into_bytes(),
    ))
}

/// Measure reviewers by a case
///
/// Copies a case that was confirmed or cleared, and can be undone no more, into the queue: how it is ruled on is counted in
/// `/v1/stats` and does nothing else. Scope: `admin`.
#[utoipa::path(
    post,
    path = "/v1/cases/{id}/golden",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 204, description = "It is in the queue."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "Nobody knows for certain what is right of it.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Its account was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn plant_golden_case(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Admin)?;
    state.services.review.plant_golden(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}
