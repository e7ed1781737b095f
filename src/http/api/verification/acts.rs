//! What is done to prove a claim: looks, codes, documents; and the profile that comes with a proved number.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::ClaimBody;
use super::represent;
use crate::domain::{BusinessId, ClaimId, Secret};
use crate::http::extract::{Asking, IdsOf, JsonBody, ONE};
use crate::http::idempotent::{Repeatable, once};
use crate::http::language::{AcceptLanguage, Spoken};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{BusinessBody, FieldErrors, read_value, words};
use crate::service::verification::{CodeWay, ReviewNote};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(create_claim_check))
        .routes(routes!(create_claim_code))
        .routes(routes!(confirm_claim))
        .routes(routes!(create_claim_document))
        .routes(routes!(create_claim_import))
}

/// Look for the evidence of a claim now
///
/// The answer is the claim as the look left it: `proved`, or with the `problem` that says what was looked for, where, and what
/// was found. Once asked for, it is looked for again by itself. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/claims/{claim_id}/check",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "The business, `biz_…`."),
        ("claim_id" = String, Path, description = "The claim, `clm_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    responses(
        (status = 200, description = "The claim as it stands then.", body = ClaimBody),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is withdrawn or has just changed (`conflict`), or is not proved by looking for it (`other_proof`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn create_claim_check(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
    repeatable: Repeatable,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    let work = async {
        let verification = &state.services.verification;
        let claim = verification.check(id, claim, &author).await?;
        Ok(represent(&state, &claim, &author).await?.into_response())
    };
    once(&state, &caller, &repeatable, b"", work).await
}

/// How a code is to be sent.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CodeRequest)]
struct CodeInput {
    /// By which way it reaches a phone; the first that the operator has set up when left out.
    #[schema(nullable = false, value_type = Option<words::CodeWay>)]
    way: Option<String>,
}

impl CodeInput {
    fn way(&self) -> Result<Option<CodeWay>, FieldErrors> {
        let ways = [CodeWay::Whatsapp, CodeWay::Sms, CodeWay::Log];
        let Some(word) = self.way.as_deref() else {
            return Ok(None);
        };
        let found = ways.into_iter().find(|way| way.as_str() == word);
        let detail = "a way is one of whatsapp, sms, log";
        found
            .map(Some)
            .ok_or_else(|| FieldErrors::one("/way", "invalid_value", detail))
    }
}

/// A code that was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CodeSent)]
struct CodeBody {
    /// Until when it can be answered; RFC 3339, UTC.
    expires_at: String,
    /// How often it can be tried.
    tries: u32,
}

/// Send a code to the address of a claim
///
/// Six digits, good for 10 minutes and 5 tries; a new one takes the place of the last. At most 5 an hour go to one address and
/// 20 for one business. An e-mail address must be on a proved domain of the business. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/claims/{claim_id}/code",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "The business, `biz_…`."),
        ("claim_id" = String, Path, description = "The claim, `clm_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
        AcceptLanguage,
    ),
    request_body = CodeInput,
    responses(
        (status = 200, description = "It was handed over to be sent.", body = CodeBody),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "No code proves it (`other_proof`), its domain is not proved (`domain_unproved`), or the way is not set up (`not_set_up`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 429, description = "As many were sent as may be (`rate_limited`); `Retry-After` says when the next can be.",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn create_claim_code(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
    Spoken(language): Spoken,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    let way = read_value::<CodeInput>(body.value)?.way()?;
    let work = async {
        let verification = &state.services.verification;
        let sent = verification
            .send_code(id, claim, way, language, &author)
            .await?;
        let body = CodeBody {
            expires_at: sent.expires_at.to_string(),
            tries: crate::service::verification::MOST_TRIES,
        };
        Ok(Json(body).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// The code that came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CodeAnswer)]
struct AnswerInput {
    /// Six digits.
    #[schema(example = "123456", value_type = String, pattern = "^[0-9]{6}$")]
    code: Secret,
}

/// Answer with the code that came
///
/// Right, it proves the claim, once. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/claims/{claim_id}/confirm",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "The business, `biz_…`."),
        ("claim_id" = String, Path, description = "The claim, `clm_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = AnswerInput,
    responses(
        (status = 200, description = "The claim, proved.", body = ClaimBody),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "No code was sent (`code_not_sent`), or none proves it (`other_proof`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The code is wrong (`code_wrong`), has lapsed (`code_expired`), was used (`code_used`) or tried too often (`code_spent`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn confirm_claim(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    let input: AnswerInput = read_value(body.value)?;
    let work = async {
        let verification = &state.services.verification;
        let code = input.code.expose();
        let claim = verification.answer_code(id, claim, code, &author).await?;
        Ok(represent(&state, &claim, &author).await?.into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// What a reviewer notes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewNote)]
pub(super) struct ReviewInput {
    /// What was seen, and what it shows; 1–1,000 characters.
    #[schema(
        example = "Extract HRB 86891 of 2026-02-03, by mail from the notary.",
        max_length = 1000
    )]
    note: String,
}

impl ReviewInput {
    pub(super) fn parse(&self) -> Result<ReviewNote, FieldErrors> {
        ReviewNote::parse("note", &self.note)
            .map_err(|e| FieldErrors::one("/note", "invalid_value", e.to_string()))
    }
}

/// Note a document that proves a legal identity
///
/// By a reviewer who saw it. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/claims/{claim_id}/document",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "The business, `biz_…`."),
        ("claim_id" = String, Path, description = "The claim, `clm_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = ReviewInput,
    responses(
        (status = 200, description = "The claim, proved.", body = ClaimBody),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "No document proves it (`other_proof`), or it is withdrawn (`conflict`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_claim_document(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Review)?;
    let note = read_value::<ReviewInput>(body.value)?.parse()?;
    let work = async {
        let verification = &state.services.verification;
        let claim = verification
            .note_document(id, claim, &note, &author)
            .await?;
        Ok(represent(&state, &claim, &author).await?.into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Take over the profile of a WhatsApp number
///
/// Of a proved number: about, description, address and line of business; websites and the e-mail address become listed
/// channels. What WhatsApp does not show stays as it is. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/claims/{claim_id}/import",
    tag = "Proof",
    params(
        ("id" = String, Path, description = "The business, `biz_…`."),
        ("claim_id" = String, Path, description = "The claim, `clm_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    responses(
        (status = 200, description = "The business as it is then.", body = BusinessBody),
        (status = 404, description = "There is no such claim.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is no number on WhatsApp (`other_proof`), or not proved (`claim_unproved`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn create_claim_import(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, claim): IdsOf<BusinessId, ClaimId>,
    repeatable: Repeatable,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    let work = async {
        let verification = &state.services.verification;
        let business = verification.import_profile(id, claim, &author).await?;
        let body = BusinessBody::of(&business, state.services.world.now());
        Ok((StatusCode::OK, Json(body)).into_response())
    };
    once(&state, &caller, &repeatable, b"", work).await
}
