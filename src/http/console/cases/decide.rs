//! Claiming a case, giving it back, ruling on it, undoing that, noting something.

use axum::extract::State;
use axum::response::Response;

use super::PATH;
use super::queue::wanted;
use super::show::case_page;
use crate::domain::{CaseId, ReportId, Sentence, Text, say};
use crate::http::extract::{IdOf, IdsOf};
use crate::http::pages::{Fields, Flash, Submitted, Visitor, page, see_other, told, words};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::FieldErrors;
use crate::service::review::{CaseQuery, ReviewError, RulingInput};

pub(super) async fn claim(
    State(state): State<HttpState>,
    IdOf(id): IdOf<CaseId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let claimed = state.services.review.claim(id, &visitor.author()).await;
    let done = claimed.map_err(Problem::from).map(|_| {
        say!(visitor.language; en: "The case is yours for 30 minutes."; zh: "案件由您处理，30 分钟内有效。")
    });
    visitor.back(&state, &format!("{PATH}/{id}"), done)
}

pub(super) async fn release(
    State(state): State<HttpState>,
    IdOf(id): IdOf<CaseId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let released = state.services.review.release(id, &visitor.author()).await;
    let done = released
        .map_err(Problem::from)
        .map(|_| say!(visitor.language; en: "The case waits again."; zh: "案件已退回队列。"));
    visitor.back(&state, &format!("{PATH}/{id}"), done)
}

/// Takes the next case of the view that somebody looks at.
pub(super) async fn claim_next(
    State(state): State<HttpState>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let filters = Fields::parse(fields.text("filters").as_bytes());
    let query = wanted(&filters, &visitor)?;
    next(&state, &visitor, &query, None).await
}

/// Claims the next case and leads to it; `decided` can be undone from there.
async fn next(
    state: &HttpState,
    visitor: &Visitor,
    query: &CaseQuery,
    decided: Option<(CaseId, Sentence)>,
) -> Result<Response, Problem> {
    let claimed = state
        .services
        .review
        .claim_next(query, &visitor.author())
        .await;
    let to = match (claimed, &decided) {
        (Ok(case), Some((done, _))) => format!("{PATH}/{}?done={done}", case.id),
        (Ok(case), None) => format!("{PATH}/{}", case.id),
        (Err(ReviewError::QueueEmpty), Some((done, _))) => format!("{PATH}/{done}"),
        (Err(ReviewError::QueueEmpty), None) => PATH.to_owned(),
        (Err(error), _) => return Err(error.into()),
    };
    let words = match decided {
        Some((_, words)) => words,
        None if to == PATH => {
            say!(visitor.language; en: "Nothing waits here."; zh: "没有待处理的案件。")
        }
        None => say!(visitor.language;
            en: "The case is yours for 30 minutes."; zh: "案件由您处理，30 分钟内有效。"),
    };
    Ok(Flash::good(words).on(state, see_other(&to)))
}

/// What the panel asks for, by the same rules as the API.
pub(super) fn ruling(fields: &Fields) -> RulingInput {
    RulingInput {
        ruling: fields.text("ruling").to_owned(),
        reason: fields.text("reason").to_owned(),
        sentence: fields.text("sentence").to_owned(),
        business: fields.given("business_id"),
        representative_name: fields.given("representative_name"),
        representative_kind: (fields.given("representative_name"))
            .and_then(|_| fields.given("representative_kind")),
        duplicate_of: fields.given("duplicate_of"),
    }
}

/// Refuses a sentence in which a placeholder of a template still stands.
pub(super) fn whole(sentence: &str) -> Result<(), FieldErrors> {
    let open = sentence.find('{');
    let left = open.and_then(|at| {
        let end = sentence[at..].find('}')?;
        Some(&sentence[at..=at + end])
    });
    match left {
        None => Ok(()),
        Some(left) => {
            let detail = format!("fill in {left} first");
            Err(FieldErrors::one("/sentence", "placeholder", detail))
        }
    }
}

pub(super) async fn decide(
    State(state): State<HttpState>,
    IdOf(id): IdOf<CaseId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let decided: Result<Sentence, Problem> = async {
        whole(fields.text("sentence"))?;
        let terms = ruling(&fields).parse()?;
        // A form without the version that was seen is none of ours; it changes nothing.
        let expected = fields.text("version").parse().unwrap_or_default();
        let review = &state.services.review;
        let case = review
            .decide(id, expected, &terms, &visitor.author())
            .await?;
        let name = words::ruling(terms.kind, visitor.language).words;
        Ok(match case.proposal {
            Some(_) => say!(visitor.language;
                en: "Proposed: {name}. A second person decides."; zh: "已提议：{name}。等待第二人复核。"),
            None => say!(visitor.language; en: "Decided: {name}."; zh: "已裁定：{name}。"),
        })
    }
    .await;
    match decided {
        Ok(words) if fields.text("then") == "next" => {
            let query = CaseQuery {
                limit: 1,
                ..CaseQuery::default()
            };
            next(&state, &visitor, &query, Some((id, words))).await
        }
        Ok(words) => visitor.back(&state, &format!("{PATH}/{id}"), Ok(words)),
        Err(problem) if problem.status().is_client_error() => {
            let mut shown = case_page(&state, &visitor, id).await?;
            shown.error = Some(told(&problem, visitor.language).into());
            shown.typed = fields;
            Ok(page(problem.status(), visitor.language, &shown))
        }
        Err(problem) => Err(problem),
    }
}

pub(super) async fn undo(
    State(state): State<HttpState>,
    IdOf(id): IdOf<CaseId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let expected = fields.text("version").parse().unwrap_or_default();
    let review = &state.services.review;
    let undone = review.undo(id, expected, &visitor.author()).await;
    let done = undone
        .map_err(Problem::from)
        .map(|_| say!(visitor.language; en: "The ruling is undone."; zh: "裁定已撤销。"));
    visitor.back(&state, &format!("{PATH}/{id}"), done)
}

pub(super) async fn add_note(
    State(state): State<HttpState>,
    IdOf(id): IdOf<CaseId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let done: Result<Sentence, Problem> = async {
        let text = Text::parse("note", fields.text("text"))
            .map_err(|e| FieldErrors::one("/text", "invalid_value", e.to_string()))?;
        let review = &state.services.review;
        review.note(id, &text, &visitor.author()).await?;
        Ok(say!(visitor.language; en: "The note is kept."; zh: "备注已保存。"))
    }
    .await;
    visitor.back(&state, &format!("{PATH}/{id}"), done)
}

pub(super) async fn mark_report_false(
    State(state): State<HttpState>,
    IdsOf(id, report): IdsOf<CaseId, ReportId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let review = &state.services.review;
    let marked = review.bad_faith(report, &visitor.author()).await;
    let done = marked.map_err(Problem::from).map(|()| {
        say!(visitor.language; en: "The report weighs nothing any more."; zh: "该举报不再计入。")
    });
    visitor.back(&state, &format!("{PATH}/{id}"), done)
}
