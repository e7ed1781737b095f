//! What is done on the page of proofs. Each form goes back to it; the page says what came of it.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value};

use super::owner_or_reviewer;
use crate::domain::{AnswerLanguage, BusinessId, Claim, ClaimId, HoldCause, Reason, Sentence, say};
use crate::http::api::verification::ClaimInput;
use crate::http::extract::IdOf;
use crate::http::pages::{Fields, Flash, Submitted, Tone, Visitor, see_other};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::{FieldErrors, read_value};
use crate::service::verification::ReviewNote;

/// Back to the checklist, which says what was done or why not. Faults of ours are no matter of the page; what a service
/// outside does is.
fn back(
    state: &HttpState,
    visitor: &Visitor,
    id: BusinessId,
    done: Result<Flash, Problem>,
) -> Result<Response, Problem> {
    let flash = match done {
        Ok(flash) => flash,
        Err(problem) if problem.status().is_client_error() => {
            Flash::bad(&problem, visitor.language)
        }
        Err(problem) if problem.code == "provider_unavailable" => {
            Flash::bad(&problem, visitor.language)
        }
        Err(problem) => return Err(problem),
    };
    Ok(flash.on(state, see_other(&super::path(id))))
}

fn wrong(field: &str, detail: impl ToString) -> Problem {
    FieldErrors::one(field, "invalid_value", detail.to_string()).into()
}

pub(super) async fn claim(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::RegistryWrite)?;
    let done = async {
        let new = read_value::<ClaimInput>(claimed(&fields))?.parse()?;
        let verification = &state.services.verification;
        verification.claim(id, new, &visitor.author()).await?;
        let words = say!(visitor.language; en: "Claimed. Below stands how to prove it."; zh: "已声明。下方说明如何证实。");
        Ok(Flash::good(words))
    };
    back(&state, &visitor, id, done.await)
}

/// The fields of a claim that its kind has, as the API takes them.
fn claimed(fields: &Fields) -> Value {
    let kind = fields.text("kind");
    let names: &[&str] = match kind {
        "handle" => &["platform"],
        "legal_identity" => &["country"],
        "whatsapp" => &["phone_number_id", "account_id", "access_token"],
        _ => &[],
    };
    let given = names.iter().filter_map(|name| {
        let value = fields.given(name)?;
        Some(((*name).to_owned(), Value::String(value)))
    });
    let mut body: Map<String, Value> = given.collect();
    for name in ["kind", "value"] {
        body.insert(name.to_owned(), fields.text(name).into());
    }
    Value::Object(body)
}

/// What can be done with one claim.
pub(super) async fn on_claim(
    State(state): State<HttpState>,
    Path((id, claim, what)): Path<(String, String, String)>,
    form: Submitted,
) -> Result<Response, Problem> {
    let id: BusinessId = id.parse().map_err(|e| wrong("id", e))?;
    let claim: ClaimId = claim.parse().map_err(|e| wrong("claim_id", e))?;
    let scope = match what.as_str() {
        "document" => Scope::Review,
        _ => Scope::RegistryWrite,
    };
    let Submitted { visitor, fields } = form.with(scope)?;
    let done = match what.as_str() {
        "check" => check(&state, id, claim, &visitor).await,
        "code" => send_code(&state, id, claim, &visitor).await,
        "confirm" => confirm(&state, id, claim, &visitor, &fields).await,
        "document" => document(&state, id, claim, &visitor, &fields).await,
        "withdraw" => withdraw(&state, id, claim, &visitor).await,
        _ => return Err(Problem::not_found("There is no such page.".to_owned())),
    };
    back(&state, &visitor, id, done)
}

async fn check(
    state: &HttpState,
    id: BusinessId,
    claim: ClaimId,
    visitor: &Visitor,
) -> Result<Flash, Problem> {
    let verification = &state.services.verification;
    let claim = verification.check(id, claim, &visitor.author()).await?;
    Ok(found(&claim, visitor.language))
}

/// What a look came to: what was looked for, where, and what was found, when it was not the proof.
fn found(claim: &Claim, language: AnswerLanguage) -> Flash {
    match &claim.problem {
        None => Flash::good(proved(language)),
        Some(problem) => Flash {
            tone: Tone::Bad,
            text: problem.detail.clone(),
        },
    }
}

fn proved(language: AnswerLanguage) -> Sentence {
    say!(language; en: "Proved."; zh: "已证实。")
}

async fn send_code(
    state: &HttpState,
    id: BusinessId,
    claim: ClaimId,
    visitor: &Visitor,
) -> Result<Flash, Problem> {
    let verification = &state.services.verification;
    let language = visitor.language;
    verification
        .send_code(id, claim, None, language, &visitor.author())
        .await?;
    Ok(Flash::good(
        say!(language; en: "A code is on its way. Type it in within 10 minutes."; zh: "验证码已发送，请在 10 分钟内输入。"),
    ))
}

async fn confirm(
    state: &HttpState,
    id: BusinessId,
    claim: ClaimId,
    visitor: &Visitor,
    fields: &Fields,
) -> Result<Flash, Problem> {
    let verification = &state.services.verification;
    // People group digits as they read them.
    let code: String = (fields.text("code").chars())
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    verification
        .answer_code(id, claim, &code, &visitor.author())
        .await?;
    Ok(Flash::good(proved(visitor.language)))
}

async fn document(
    state: &HttpState,
    id: BusinessId,
    claim: ClaimId,
    visitor: &Visitor,
    fields: &Fields,
) -> Result<Flash, Problem> {
    let note = note(fields)?;
    let verification = &state.services.verification;
    verification
        .note_document(id, claim, &note, &visitor.author())
        .await?;
    Ok(Flash::good(proved(visitor.language)))
}

async fn withdraw(
    state: &HttpState,
    id: BusinessId,
    claim: ClaimId,
    visitor: &Visitor,
) -> Result<Flash, Problem> {
    let verification = &state.services.verification;
    verification.withdraw(id, claim, &visitor.author()).await?;
    Ok(Flash::good(
        say!(visitor.language; en: "Withdrawn; what rested on it counts no more."; zh: "已撤回，依赖它的内容不再有效。"),
    ))
}

fn note(fields: &Fields) -> Result<ReviewNote, Problem> {
    ReviewNote::parse("note", fields.text("note")).map_err(|e| wrong("/note", e))
}

pub(super) async fn approve(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let done = async {
        let note = note(&fields)?;
        let verification = &state.services.verification;
        verification.approve(id, &note, &visitor.author()).await?;
        Ok(Flash::good(
            say!(visitor.language; en: "You have approved the business."; zh: "您已批准该企业。"),
        ))
    };
    back(&state, &visitor, id, done.await)
}

pub(super) async fn suspend(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form;
    owner_or_reviewer(&visitor)?;
    let done = async {
        let cause = fields.text("cause").parse::<HoldCause>();
        let cause = cause.map_err(|e| wrong("/cause", e))?;
        let reason = fields.given("reason").map(|r| Reason::parse("reason", &r));
        let reason = reason.transpose().map_err(|e| wrong("/reason", e))?;
        let author = visitor.author_because(reason);
        let verification = &state.services.verification;
        verification.suspend(id, cause, &author).await?;
        Ok(Flash::good(
            say!(visitor.language; en: "Suspended: within five seconds no check calls a channel of it verified."; zh: "已暂停：五秒内任何核查都不会再将其渠道判定为已验证。"),
        ))
    };
    back(&state, &visitor, id, done.await)
}

pub(super) async fn lift(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let done = async {
        let verification = &state.services.verification;
        verification.lift_suspension(id, &visitor.author()).await?;
        Ok(Flash::good(
            say!(visitor.language; en: "The suspension is lifted; the badge comes back by fresh proof."; zh: "暂停已解除；徽章须通过新的证明恢复。"),
        ))
    };
    back(&state, &visitor, id, done.await)
}
