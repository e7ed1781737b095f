//! Appeals by the accused and by refused reporters, and their judgement.

mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{
    AnswerInput, AppealBody, AppealList, AppealQuery, AppealRequest, AppealedBody, CodeInput,
    JudgementRequest, StatusBody,
};
use super::reports::{admitted, token};
use crate::domain::AppealId;
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf};
use crate::http::language::{AcceptLanguage, Spoken};
use crate::http::no_store::NoStore;
use crate::http::signed_in::From as FromDevice;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::read_value;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_appeals, create_appeal))
        .routes(routes!(get_appeal_status))
        .routes(routes!(send_appeal_code))
        .routes(routes!(confirm_appeal_code))
        .routes(routes!(skip_appeal_code))
        .routes(routes!(answer_appeal))
        .routes(routes!(withdraw_appeal))
        .routes(routes!(get_appeal))
        .routes(routes!(judge_appeal))
}

/// Appeal against a ruling
///
/// As the holder of an account that checks answer with `confirmed_impostor` (`account`), or as somebody whose report was refused
/// (`report_token`), for six months, free of charge. Another person than who ruled judges. The answer's `token` is told once.
#[utoipa::path(
    post,
    path = "/v1/appeals",
    tag = "Reports and appeals",
    request_body = AppealRequest,
    responses(
        (status = 201, description = "The appeal. `unproved` waits for a code that shows control of the account.", body = AppealedBody),
        (status = 404, description = "There is no ruling that could be appealed now.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is appealed already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn create_appeal(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let from = admitted(&state, asking, &device)?;
    let input = read_value::<AppealRequest>(body.value)?.into();
    let appealed = state.services.review.appeal(&input, &from.author).await?;
    let body = NoStore(AppealedBody::from(appealed));
    Ok((StatusCode::CREATED, body).into_response())
}

/// Ask how an appeal stands
///
/// With the statement of reasons, for the accused.
#[utoipa::path(
    get,
    path = "/v1/appeals/status",
    tag = "Reports and appeals",
    params(("X-Token" = String, Header, description = "The token that was told with the appeal.")),
    responses(
        (status = 200, description = "How it stands.", body = StatusBody),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn get_appeal_status(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    headers: HeaderMap,
) -> Result<NoStore<StatusBody>, Problem> {
    admitted(&state, asking, &device)?;
    let status = state.services.review.appeal_status(token(&headers)).await?;
    Ok(NoStore(status.into()))
}

/// Send a code to the account
///
/// Six digits that work for ten minutes and five tries; at most five codes of an appeal.
#[utoipa::path(
    post,
    path = "/v1/appeals/code",
    tag = "Reports and appeals",
    params(("X-Token" = String, Header, description = "The token that was told with the appeal."), AcceptLanguage),
    responses(
        (status = 204, description = "It is handed over to be sent."),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "No code can be sent to the account (`no_code`), or none is needed.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn send_appeal_code(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    Spoken(language): Spoken,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    admitted(&state, asking, &device)?;
    let review = &state.services.review;
    review.send_code(token(&headers), language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give the code back
///
/// The appeal is received then.
#[utoipa::path(
    post,
    path = "/v1/appeals/code/confirm",
    tag = "Reports and appeals",
    params(("X-Token" = String, Header, description = "The token that was told with the appeal.")),
    request_body = CodeInput,
    responses(
        (status = 200, description = "How it stands.", body = StatusBody),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The code is not right, or works no more (`code_refused`).", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn confirm_appeal_code(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    headers: HeaderMap,
    body: JsonBody<ONE>,
) -> Result<NoStore<StatusBody>, Problem> {
    admitted(&state, asking, &device)?;
    let CodeInput { code } = read_value(body.value)?;
    let review = &state.services.review;
    let status = review.confirm_code(token(&headers), &code).await?;
    Ok(NoStore(status.into()))
}

/// Go on without a code
///
/// Where none can be sent to the account: whoever judges sees that control was not shown.
#[utoipa::path(
    post,
    path = "/v1/appeals/code/skip",
    tag = "Reports and appeals",
    params(("X-Token" = String, Header, description = "The token that was told with the appeal.")),
    responses(
        (status = 200, description = "How it stands.", body = StatusBody),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "A code can be sent to this account.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn skip_appeal_code(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    headers: HeaderMap,
) -> Result<NoStore<StatusBody>, Problem> {
    admitted(&state, asking, &device)?;
    let status = state.services.review.go_on(token(&headers)).await?;
    Ok(NoStore(status.into()))
}

/// Answer a condition
///
/// Says that what was asked for is done.
#[utoipa::path(
    post,
    path = "/v1/appeals/answer",
    tag = "Reports and appeals",
    params(("X-Token" = String, Header, description = "The token that was told with the appeal.")),
    request_body = AnswerInput,
    responses(
        (status = 200, description = "How it stands.", body = StatusBody),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It waits for no answer.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn answer_appeal(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    headers: HeaderMap,
    body: JsonBody<ONE>,
) -> Result<NoStore<StatusBody>, Problem> {
    admitted(&state, asking, &device)?;
    let AnswerInput { answer } = read_value(body.value)?;
    let review = &state.services.review;
    let status = review.answer_condition(token(&headers), &answer).await?;
    Ok(NoStore(status.into()))
}

/// Take an appeal back
///
/// While it is not judged.
#[utoipa::path(
    post,
    path = "/v1/appeals/withdrawal",
    tag = "Reports and appeals",
    params(("X-Token" = String, Header, description = "The token that was told with the appeal.")),
    responses(
        (status = 200, description = "How it stands.", body = StatusBody),
        (status = 404, description = "The token names nothing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is judged already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn withdraw_appeal(
    State(state): State<HttpState>,
    asking: Asking,
    device: FromDevice,
    headers: HeaderMap,
) -> Result<NoStore<StatusBody>, Problem> {
    admitted(&state, asking, &device)?;
    let status = state.services.review.withdraw(token(&headers)).await?;
    Ok(NoStore(status.into()))
}

/// List appeals
///
/// In one state, oldest first. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/appeals",
    tag = "Review",
    params(AppealQuery),
    responses((status = 200, description = "A page of appeals.", body = AppealList)),
    security(("key" = ["review"]))
)]
async fn list_appeals(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<AppealQuery>,
) -> Result<NoStore<AppealList>, Problem> {
    asking.with(Scope::Review)?;
    let (wanted, after, limit) = query.parse()?;
    let review = &state.services.review;
    let (appeals, next) = review.list_appeals(wanted, after, limit).await?;
    Ok(NoStore(AppealList::of(appeals, next)))
}

/// Get an appeal
///
/// Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/appeals/{id}",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `apl_…`.")),
    responses(
        (status = 200, description = "The appeal.", body = AppealBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_appeal(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<AppealId>,
) -> Result<NoStore<AppealBody>, Problem> {
    asking.with(Scope::Review)?;
    let appeal = state.services.review.get_appeal(id).await?;
    Ok(NoStore(appeal.into()))
}

/// Judge an appeal
///
/// As another person than who ruled. `reversed` puts a ruling in the place of the former; `conditional` waits for the appellant
/// to do what `finding` says, and to say so. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/appeals/{id}/judgement",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `apl_…`.")),
    request_body = JudgementRequest,
    responses(
        (status = 200, description = "The appeal.", body = AppealBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "You took part in the ruling, or the appeal does not wait for a judgement.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 410, description = "The account was erased.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn judge_appeal(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<AppealId>,
    body: JsonBody<ONE>,
) -> Result<Json<AppealBody>, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let judgement = read_value::<JudgementRequest>(body.value)?.parse()?;
    let review = &state.services.review;
    let appeal = review.judge(id, &judgement, &author).await?;
    Ok(Json(appeal.into()))
}
