//! Cases: the queue, claims, and a case with everything that is known of it.

mod bulk;
mod bulk_dto;
pub(in crate::http) mod dto;
mod evidence;
pub(super) mod file_dto;
mod rulings;
mod views;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{CaseBody, ClustersBody, ListQuery, PageBody, StatementBody};
use self::file_dto::{FileOfCase, NoteBody, NoteInput, ReportPage};
use crate::domain::{Case, CaseId, Text};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf};
use crate::http::no_store::NoStore;
use crate::http::paging::PageQuery;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{AssessmentBody, FieldErrors, read_value};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_cases))
        .routes(routes!(claim_next_case))
        .routes(routes!(get_case))
        .routes(routes!(claim_case, release_case))
        .routes(routes!(check_case))
        .routes(routes!(list_case_reports))
        .routes(routes!(get_case_clusters))
        .routes(routes!(get_case_statement))
        .routes(routes!(create_case_note))
        .routes(routes!(erase_case_account))
        .merge(rulings::routes())
        .merge(evidence::routes())
        .merge(bulk::routes())
        .merge(views::routes())
}

/// A case as an answer, with its ETag.
pub(super) fn represent(status: StatusCode, case: &Case) -> Response {
    let etag = format!("\"{}\"", case.version);
    let body = NoStore(CaseBody::of(case, None));
    (status, [(header::ETAG, etag)], body).into_response()
}

/// List cases
///
/// By priority: probability × reach × age. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases",
    tag = "Review",
    params(ListQuery),
    responses((status = 200, description = "A page of the queue.", body = PageBody)),
    security(("key" = ["review"]))
)]
async fn list_cases(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<NoStore<PageBody>, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let query = query.parse(&author.actor.to_string())?;
    let page = state.services.review.list(&query).await?;
    Ok(NoStore(page.into()))
}

/// Take the next case
///
/// The first of the queue, or of a part of it, that you may have. Nobody else has it for half an hour. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/cases/claims",
    tag = "Review",
    params(ListQuery),
    responses(
        (status = 200, description = "The case.", body = CaseBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "No case waits for you (`queue_empty`).", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn claim_next_case(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let query = query.parse(&author.actor.to_string())?;
    let case = state.services.review.claim_next(&query, &author).await?;
    Ok(represent(StatusCode::OK, &case))
}

/// Get a case
///
/// With its account, history, rulings, reports, evidence and notes. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The case.", body = FileOfCase, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_case(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<Response, Problem> {
    asking.with(Scope::Review)?;
    let file = state.services.review.open(id).await?;
    let etag = format!("\"{}\"", file.case.version);
    Ok(([(header::ETAG, etag)], NoStore(FileOfCase::from(file))).into_response())
}

/// Claim a case
///
/// Nobody else can rule on it for half an hour; again, for another half hour. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/cases/{id}/claim",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The case.", body = CaseBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "Somebody else holds it, it is not open, or it is not for you.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn claim_case(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let case = state.services.review.claim(id, &author).await?;
    Ok(represent(StatusCode::OK, &case))
}

/// Give a case back
///
/// Scope: `review`.
#[utoipa::path(
    delete,
    path = "/v1/cases/{id}/claim",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The case.", body = CaseBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "You do not hold it.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn release_case(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let case = state.services.review.release(id, &author).await?;
    Ok(represent(StatusCode::OK, &case))
}

/// Check a case's account
///
/// As it would be checked now, with every signal. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}/check",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The assessment.", body = AssessmentBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Its account was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn check_case(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<NoStore<AssessmentBody>, Problem> {
    asking.with(Scope::Review)?;
    Ok(NoStore(state.services.review.assess(id).await?))
}

/// List the reports of a case
///
/// Those of its duplicates too, oldest first. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}/reports",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`."), PageQuery),
    responses(
        (status = 200, description = "A page of reports.", body = ReportPage),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn list_case_reports(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<NoStore<ReportPage>, Problem> {
    asking.with(Scope::Review)?;
    let (after, limit) = page.parse()?;
    let review = &state.services.review;
    review.get(id).await?;
    let reports = review.reports_of(id, after, limit).await?;
    Ok(NoStore(ReportPage::of(reports, limit)))
}

/// List the cases that have something in common with one
///
/// The same block of numbers, name, website or reporters, at most 20 of each. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}/clusters",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The cases.", body = ClustersBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_case_clusters(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<NoStore<ClustersBody>, Problem> {
    asking.with(Scope::Review)?;
    Ok(NoStore(state.services.review.clusters(id).await?.into()))
}

/// Get the statement of reasons
///
/// What the accused is told: what was ruled, why, and how to appeal; neither reviewers nor reporters are named. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/cases/{id}/statement",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 200, description = "The statement.", body = StatementBody),
        (status = 404, description = "There is none of this id, or it has no ruling.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_case_statement(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<Json<StatementBody>, Problem> {
    asking.with(Scope::Review)?;
    Ok(Json(state.services.review.statement(id).await?.into()))
}

/// Note something on a case
///
/// For colleagues. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/cases/{id}/notes",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    request_body = NoteInput,
    responses(
        (status = 201, description = "The note.", body = NoteBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Its account was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_case_note(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let NoteInput { text } = read_value(body.value)?;
    let text = Text::parse("note", &text)
        .map_err(|e| FieldErrors::one("/text", "invalid_value", e.to_string()))?;
    let note = state.services.review.note(id, &text, &author).await?;
    Ok((StatusCode::CREATED, NoStore(NoteBody::from(note))).into_response())
}

/// Erase the account of a case
///
/// Destroys the key by which anything of the account, its reports and its evidence can be read, and closes the case. Its
/// history stays, and so does what checks answer by a ruling. Scope: `admin`.
#[utoipa::path(
    delete,
    path = "/v1/cases/{id}/account",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 204, description = "It is erased."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is erased already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn erase_case_account(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Admin)?;
    state.services.review.erase(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}
