//! Rulings on a case.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::{CaseBody, RulingRequest};
use super::represent;
use crate::domain::CaseId;
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, expected_version};
use crate::http::idempotent::{Repeatable, once};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::read_value;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(create_ruling))
        .routes(routes!(undo_ruling))
        .routes(routes!(renew_ruling))
}

fn expected(headers: &HeaderMap) -> Result<u64, Problem> {
    expected_version(headers)?.ok_or_else(|| {
        let detail = "Send If-Match with the ETag of the case as you read it.";
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_needed", detail)
    })
}

/// Rule on a case
///
/// The case must be yours (`claim`). `confirmed_impostor` answers further checks of the account, in every process within five
/// seconds, for 90 days. With high reach, or against a former ruling of the account, it takes two people: the case is open again
/// then, with `proposed`, until somebody else rules the same. A ruling can be undone for 15 minutes. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/cases/{id}/rulings",
    tag = "Review",
    params(
        ("id" = String, Path, description = "Its id, `case_…`."),
        ("If-Match" = String, Header, description = "The ETag that was read.", example = "\"2\""),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = RulingRequest,
    responses(
        (status = 201, description = "The case as it is now.", body = CaseBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "You do not hold it, or it cannot be ruled so; or the same request is in progress (`in_progress`).", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Its account was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 412, description = "It has changed since; `detail` says how.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_ruling(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
    headers: HeaderMap,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Review)?;
    let expected = expected(&headers)?;
    let terms = read_value::<RulingRequest>(body.value)?.parse()?;
    let work = async {
        let review = &state.services.review;
        let case = review.decide(id, expected, &terms, &author).await?;
        Ok(represent(StatusCode::CREATED, &case))
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Undo a ruling
///
/// Your own, within 15 minutes, with all that it did. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/cases/{id}/undo",
    tag = "Review",
    params(
        ("id" = String, Path, description = "Its id, `case_…`."),
        ("If-Match" = String, Header, description = "The ETag that was read.", example = "\"3\""),
    ),
    responses(
        (status = 200, description = "The case as it is now.", body = CaseBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is not yours, or it is too late.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 412, description = "It has changed since; `detail` says how.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn undo_ruling(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let expected = expected(&headers)?;
    let case = state.services.review.undo(id, expected, &author).await?;
    Ok(represent(StatusCode::OK, &case))
}

/// Renew a confirmed impostor
///
/// Checks answer so for 90 more days from now. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/cases/{id}/renewal",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `case_…`.")),
    responses(
        (status = 204, description = "It is renewed."),
        (status = 404, description = "There is none of this id, or no ruling of it that counts.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn renew_ruling(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CaseId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state.services.review.renew(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}
