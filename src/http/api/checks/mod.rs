//! Checks of accounts.

mod dto;

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{BatchBody, ReplayBody, ResultBody};
use crate::domain::{AnswerLanguage, CheckId, KeyId};
use crate::http::extract::{Asking, BATCH, IdOf, JsonText, ONE};
use crate::http::language::{AcceptLanguage, InLanguage, Spoken};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::check::How;
use crate::service::contract::{AssessmentBody, BatchInput, CheckInput, FieldErrors};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(create_check))
        .routes(routes!(create_check_batch))
        .routes(routes!(replay_check))
}

/// Check one account
///
/// Tells whether an account is the business that it says it is, imitates it, or is unknown, and why. Give
/// whatever is known of it: any one of number, name, handle, website, e-mail address or sender ID is enough.
/// A number that cannot be read spoils nothing else; `phone.error` says why. Scope: `check`.
#[utoipa::path(
    post,
    path = "/v1/checks",
    tag = "Checks",
    params(AcceptLanguage),
    request_body = CheckInput,
    responses((status = 200, description = "The assessment. `unknown` is never \"safe\".", body = AssessmentBody)),
    security((), ("key" = ["check"]))
)]
async fn create_check(
    State(state): State<HttpState>,
    asking: Asking,
    Spoken(language): Spoken,
    JsonText(body): JsonText<ONE>,
) -> Result<InLanguage<AssessmentBody>, Problem> {
    let caller = asking.with(Scope::Check)?;
    let input = CheckInput::read(&body)?;
    let how = wanted(&input, language, caller.key);
    let account = input.account.parse()?;
    let done = state.services.checks.check(vec![account], how).await?;
    done.into_iter()
        .next()
        .map(|body| InLanguage(language, body))
        .ok_or_else(Problem::internal)
}

/// How a single check is wanted.
fn wanted(input: &CheckInput, language: AnswerLanguage, caller: Option<KeyId>) -> How {
    How {
        keep: input.keep,
        explain: input.explain,
        language,
        caller,
    }
}

/// Check up to 100 accounts
///
/// Each item is answered on its own, in order: with an assessment, or with the problem that it has. All are
/// checked against the same state of the registry. Scope: `check`.
#[utoipa::path(
    post,
    path = "/v1/checks/batch",
    tag = "Checks",
    params(AcceptLanguage),
    request_body = BatchInput,
    responses((status = 200, description = "One result per item, in order.", body = BatchBody)),
    security((), ("key" = ["check"]))
)]
async fn create_check_batch(
    State(state): State<HttpState>,
    asking: Asking,
    Spoken(language): Spoken,
    JsonText(body): JsonText<BATCH>,
) -> Result<InLanguage<BatchBody>, Problem> {
    let caller = asking.with(Scope::Check)?;
    let batch = BatchInput::read(&body)?;
    let more = batch.items.len().saturating_sub(1) as u64;
    state.services.access.charge(&caller, more);
    let how = How {
        keep: batch.keep,
        explain: batch.explain,
        language,
        caller: caller.key,
    };
    let mut accounts = Vec::new();
    let mut results = Vec::new();
    for (id, item) in batch.items {
        let parsed = item.and_then(|account| account.parse());
        results.push((id, parsed.map(|account| accounts.push(account))));
    }
    let mut assessments = state
        .services
        .checks
        .check(accounts, how)
        .await?
        .into_iter();
    let results = results.into_iter().map(|(id, parsed)| match parsed {
        Ok(()) => ResultBody::assessed(id, assessments.next()),
        Err(errors) => ResultBody::refused(id, FieldErrors::into(errors)),
    });
    let results = results.collect();
    Ok(InLanguage(language, BatchBody { results }))
}

/// Replay a kept check
///
/// Answers the account of a kept check anew and compares: with the same versions of all that an answer rests on
/// it is the same; otherwise the differences show what would be answered today, since the former state is gone.
/// Give the account with every field as it was given then, since its values were not kept; only the notation of
/// a number that can be read, and `language`, may differ. Another account is refused as `other_account`. With
/// `keep`, today's answer is kept as a check of its own. Scope: `check`.
#[utoipa::path(
    post,
    path = "/v1/checks/{id}/replay",
    tag = "Checks",
    params(
        ("id" = String, Path, description = "Id of a kept check, `chk_…`.", example = "chk_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f"),
        AcceptLanguage,
    ),
    request_body = CheckInput,
    responses(
        (status = 200, description = "What was answered then, what is answered now, and where they differ.", body = ReplayBody),
        (status = 404, description = "There is none of this id, or it is no longer kept.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong; `errors` names it. Or this is not the account of the check: `other_account`.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security((), ("key" = ["check"]))
)]
async fn replay_check(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<CheckId>,
    Spoken(language): Spoken,
    JsonText(body): JsonText<ONE>,
) -> Result<InLanguage<ReplayBody>, Problem> {
    let caller = asking.with(Scope::Check)?;
    let input = CheckInput::read(&body)?;
    let how = wanted(&input, language, caller.key);
    let account = input.account.parse()?;
    let replay = state.services.checks.replay(id, account, how).await?;
    Ok(InLanguage(language, replay.into()))
}
