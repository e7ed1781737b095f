//! Approvals, and suspensions in an emergency.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::acts::ReviewInput;
use super::dto::VerificationBody;
use super::owner_or_reviewer;
use crate::domain::{BusinessId, HoldCause};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE};
use crate::http::idempotent::{Repeatable, once};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::author::Author;
use crate::service::contract::{FieldErrors, read_value, words};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(create_approval))
        .routes(routes!(create_suspension, delete_suspension))
}

/// Approve a business
///
/// By one's own word: a person who signed in, once each; `official` takes two different people. Nobody approves a business of
/// their own organisation. A second approval by the same person renews the first. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/approvals",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "Its id, `biz_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = ReviewInput,
    responses(
        (status = 201, description = "The checklist as it is then.", body = VerificationBody),
        (status = 403, description = "A key approves nothing (`person_needed`), and nobody their own (`own_business`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_approval(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Review)?;
    let note = read_value::<ReviewInput>(body.value)?.parse()?;
    let work = async {
        let verification = &state.services.verification;
        verification.approve(id, &note, &author).await?;
        let body = standing(&state, id, &author).await?;
        Ok((StatusCode::CREATED, body).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Why a business is to be suspended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SuspensionRequest)]
struct SuspensionInput {
    /// The code to count by; the words go into `X-Reason`.
    #[schema(value_type = words::HoldCause)]
    cause: String,
}

/// Suspend a business at once
///
/// For an emergency, such as a hijacked account or a swapped SIM: from then on no check calls any of its channels verified,
/// within five seconds everywhere. By the owner or a reviewer. Everything must be proved anew once a reviewer has lifted the
/// suspension. Scope: `registry:write` or `review`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/suspension",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "Its id, `biz_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = SuspensionInput,
    responses(
        (status = 201, description = "The checklist as it is then.", body = VerificationBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is suspended already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]), ("key" = ["review"]))
)]
async fn create_suspension(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = owner_or_reviewer(asking)?;
    let input: SuspensionInput = read_value(body.value)?;
    let cause = input.cause.parse::<HoldCause>();
    let cause = cause.map_err(|e| FieldErrors::one("/cause", "invalid_value", e.to_string()))?;
    let work = async {
        let verification = &state.services.verification;
        verification.suspend(id, cause, &author).await?;
        let body = standing(&state, id, &author).await?;
        Ok((StatusCode::CREATED, body).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Lift a suspension
///
/// The badge comes back by fresh proof alone. Scope: `review`.
#[utoipa::path(
    delete,
    path = "/v1/businesses/{id}/suspension",
    tag = "Proof",
    params(("id" = String, Path, description = "Its id, `biz_…`.")),
    responses(
        (status = 204, description = "It is lifted."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is not suspended.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn delete_suspension(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let verification = &state.services.verification;
    verification.lift_suspension(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn standing(
    state: &HttpState,
    id: BusinessId,
    author: &Author,
) -> Result<Json<VerificationBody>, Problem> {
    let checklist = state.services.verification.checklist(id, author).await?;
    Ok(Json(VerificationBody::of(&checklist)))
}
