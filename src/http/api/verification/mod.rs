//! Proofs and badges: the checklist of a business, its claims, and what reviewers say.

mod acts;
mod dto;
mod input;
mod standing;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{ClaimBody, EvidenceList, VerificationBody};
pub(in crate::http) use self::input::ClaimInput;
use crate::domain::{BusinessId, Claim, ClaimId};
use crate::http::extract::{Asking, IdOf, IdsOf, JsonBody, ONE};
use crate::http::idempotent::{Repeatable, once};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::{Caller, Scope};
use crate::service::author::Author;
use crate::service::contract::read_value;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(get_verification))
        .routes(routes!(create_claim))
        .routes(routes!(get_claim, delete_claim))
        .routes(routes!(list_claim_evidence))
        .merge(acts::routes())
        .merge(standing::routes())
}

/// Get the checklist of a business
///
/// What is proved, until when, what is missing for each badge, and exactly how to prove it. It can be asked for again and again.
/// With a key of an organisation, of its own businesses only. Scope: `registry:write` or `review`.
#[utoipa::path(
    get,
    path = "/v1/businesses/{id}/verification",
    tag = "Proof",
    params(("id" = String, Path, description = "Its id, `biz_…`.")),
    responses(
        (status = 200, description = "The checklist.", body = VerificationBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]), ("key" = ["review"]))
)]
async fn get_verification(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
) -> Result<Json<VerificationBody>, Problem> {
    let (_, author) = owner_or_reviewer(asking)?;
    let verification = &state.services.verification;
    let checklist = verification.checklist(id, &author).await?;
    Ok(Json(VerificationBody::of(&checklist)))
}

/// Claim something for a business
///
/// It counts once it is proved; the answer says how. What was withdrawn can be claimed again; of a number on WhatsApp that is
/// claimed already, the newer token is kept. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/claims",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "Its id, `biz_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = ClaimInput,
    responses(
        (status = 201, description = "The claim, and how to prove it.", body = ClaimBody, headers(("Location" = String, description = "Its address."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "The business claims it already (`conflict`), or claims too much (`too_many_claims`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn create_claim(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    let new = read_value::<ClaimInput>(body.value)?.parse()?;
    let work = async {
        let claim = state.services.verification.claim(id, new, &author).await?;
        let location = format!("/v1/businesses/{id}/claims/{}", claim.id);
        let body = represent(&state, &claim, &author).await?;
        Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Get a claim
///
/// Where it stands, and how to prove it. Scope: `registry:write` or `review`.
#[utoipa::path(
    get,
    path = "/v1/businesses/{id}/claims/{claim_id}",
    tag = "Proof",
    params(("id" = String, Path, description = "The business, `biz_…`."), ("claim_id" = String, Path, description = "The claim, `clm_…`.")),
    responses(
        (status = 200, description = "The claim.", body = ClaimBody),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]), ("key" = ["review"]))
)]
async fn get_claim(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
) -> Result<Json<ClaimBody>, Problem> {
    let (_, author) = owner_or_reviewer(asking)?;
    let verification = &state.services.verification;
    let step = verification.claim_step(id, claim, &author).await?;
    Ok(Json(ClaimBody::of(&step)))
}

/// Withdraw a claim
///
/// The business says it no more: its channel is merely listed, and a badge that rests on it lapses. Scope: `registry:write`.
#[utoipa::path(
    delete,
    path = "/v1/businesses/{id}/claims/{claim_id}",
    tag = "Proof",
    params(("id" = String, Path, description = "The business, `biz_…`."), ("claim_id" = String, Path, description = "The claim, `clm_…`.")),
    responses(
        (status = 204, description = "It is withdrawn."),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn delete_claim(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::RegistryWrite)?;
    let verification = &state.services.verification;
    verification.withdraw(id, claim, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the evidence of a claim
///
/// Every proof that was found, newest first, fifty at most. Scope: `registry:write` or `review`.
#[utoipa::path(
    get,
    path = "/v1/businesses/{id}/claims/{claim_id}/evidence",
    tag = "Proof",
    params(("id" = String, Path, description = "The business, `biz_…`."), ("claim_id" = String, Path, description = "The claim, `clm_…`.")),
    responses(
        (status = 200, description = "The evidence.", body = EvidenceList),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]), ("key" = ["review"]))
)]
async fn list_claim_evidence(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
) -> Result<Json<EvidenceList>, Problem> {
    let (_, author) = owner_or_reviewer(asking)?;
    let verification = &state.services.verification;
    let evidence = verification.evidence(id, claim, &author).await?;
    Ok(Json(EvidenceList::of(&evidence)))
}

/// Whoever writes the registry or works the review queue.
fn owner_or_reviewer(asking: Asking) -> Result<(Caller, Author), Problem> {
    let (caller, author) = asking.into_author()?;
    if !caller.may(Scope::Review) {
        caller.require(Scope::RegistryWrite)?;
    }
    Ok((caller, author))
}

/// A claim as it stands, with how it is proved.
async fn represent(
    state: &HttpState,
    claim: &Claim,
    author: &Author,
) -> Result<Json<ClaimBody>, Problem> {
    let verification = &state.services.verification;
    let step = verification.claim_step(claim.business, claim.id, author);
    Ok(Json(ClaimBody::of(&step.await?)))
}
