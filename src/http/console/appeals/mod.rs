//! Appeals: those that wait, and one of them with the ruling that it is against, to be judged by another person than who ruled.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::More;
use super::actors::Actors;
use super::cases::called;
use crate::domain::{
    AppealId, AppealOutcome, AppealState, CaseId, ReasonCode, RulingKind, Sentence, say,
};
use crate::http::extract::IdOf;
use crate::http::pages::words::Toned;
use crate::http::pages::{
    Fields, Flash, Frame, Shown, Submitted, Visitor, When, page, see_other, told, words,
};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::FieldErrors;
use crate::service::review::{Judgement, OpenedAppeal, OpenedRuling, ReviewError, RulingInput};

const PATH: &str = "/console/appeals";
/// Appeals of a page.
const LIMIT: u32 = 50;
/// What may take the place of a ruling without more being said.
const INSTEAD: [RulingKind; 3] = [
    RulingKind::ConfirmedImpostor,
    RulingKind::Legitimate,
    RulingKind::NotEnoughEvidence,
];

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list))
        .route("/console/appeals/{id}", get(show))
        .route("/console/appeals/{id}/judge", post(judge))
}

#[derive(Debug, Template)]
#[template(
    path = "console/appeals/list.html",
    config = "src/http/pages/askama.toml"
)]
struct ListPage {
    frame: Frame,
    state: AppealState,
    rows: Vec<Row>,
    more: Option<More>,
}

#[derive(Debug)]
struct Row {
    id: String,
    name: Shown,
    by: &'static str,
    control: Toned,
    at: When,
}

#[derive(Debug, Template)]
#[template(
    path = "console/appeals/show.html",
    config = "src/http/pages/askama.toml"
)]
struct AppealPage {
    frame: Frame,
    appeal: OpenedAppeal,
    name: Shown,
    state: Toned,
    control: Toned,
    by: &'static str,
    at: When,
    /// The ruling that is appealed, and who ruled.
    ruling: Option<(OpenedRuling, String)>,
    /// Whether it waits for a person.
    waits: bool,
    /// Whether the visitor took part in the ruling.
    took_part: bool,
    typed: Fields,
    error: Option<String>,
}

impl ListPage {
    fn state_name(&self, state: &AppealState) -> &'static str {
        words::appeal_state(*state, self.frame.language).words
    }
}

impl AppealPage {
    fn outcome_name(&self, outcome: &AppealOutcome) -> &'static str {
        words::outcome(*outcome, self.frame.language)
    }

    fn outcome_key(&self, outcome: &AppealOutcome) -> &'static str {
        match outcome {
            AppealOutcome::Upheld => "a",
            AppealOutcome::Reversed => "v",
            AppealOutcome::Conditional => "w",
        }
    }

    fn ruling_name(&self, kind: &RulingKind) -> &'static str {
        words::ruling(*kind, self.frame.language).words
    }

    fn reason_name(&self, reason: &ReasonCode) -> &'static str {
        words::reason(*reason, self.frame.language)
    }
}

async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    filters: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let language = visitor.language;
    let wanted = filters.text("state").parse();
    let wanted = wanted.unwrap_or(AppealState::Received);
    let after = filters.text("cursor").parse::<AppealId>().ok();
    let review = &state.services.review;
    let (appeals, next) = review.list_appeals(wanted, after, LIMIT).await?;
    let cases: Vec<CaseId> = appeals.iter().map(|opened| opened.appeal.case).collect();
    let accounts = review.accounts(&cases).await?;
    let rows = appeals.iter().map(|OpenedAppeal { appeal, .. }| Row {
        id: appeal.id.to_string(),
        name: called(accounts.get(&appeal.case), language).0,
        by: words::appellant(appeal.by, language),
        control: words::control(appeal.control, language),
        at: appeal.at.into(),
    });
    let rows = rows.collect();
    let shown = ListPage {
        frame: visitor.frame(say!(language; en: "Appeals"; zh: "申诉"), PATH),
        state: wanted,
        rows,
        more: More::of(&filters, next.map(|id| id.to_string())),
    };
    Ok(page(StatusCode::OK, language, &shown))
}

async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    IdOf(id): IdOf<AppealId>,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let shown = appeal_page(&state, &visitor, id).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn appeal_page(
    state: &HttpState,
    visitor: &Visitor,
    id: AppealId,
) -> Result<AppealPage, Problem> {
    let language = visitor.language;
    let opened = state.services.review.get_appeal(id).await?;
    let file = state.services.review.open(opened.appeal.case).await?;
    let (name, _) = called(file.account.as_ref(), language);
    let ruled = file
        .rulings
        .into_iter()
        .find(|r| r.id == opened.appeal.ruling);
    let ruling = match ruled {
        Some(ruling) => {
            let actors = Actors::of(state, [ruling.by.as_str()].into_iter()).await?;
            let by = actors.name(&ruling.by);
            Some((ruling, by))
        }
        None => None,
    };
    let me = visitor.author().actor.to_string();
    let first = file.case.standing.as_ref().and_then(|s| s.first.as_ref());
    let ruled = ruling.as_ref().is_some_and(|(ruling, _)| ruling.by == me);
    let title = say!(language; en: "Appeal: {name}"; zh: "申诉：{name}");
    Ok(AppealPage {
        frame: visitor.frame(title, PATH),
        state: words::appeal_state(opened.appeal.state, language),
        control: words::control(opened.appeal.control, language),
        by: words::appellant(opened.appeal.by, language),
        at: opened.appeal.at.into(),
        waits: matches!(
            opened.appeal.state,
            AppealState::Received | AppealState::Answered
        ),
        took_part: ruled || first.is_some_and(|by| *by == me),
        typed: Fields::default(),
        error: None,
        appeal: opened,
        name,
        ruling,
    })
}

/// The judgement that a form asks for, by the same rules as the API.
fn judgement(fields: &Fields) -> Result<Judgement, FieldErrors> {
    let (reason, finding) = (fields.text("reason"), fields.text("finding"));
    let reversed = fields.text("outcome") == AppealOutcome::Reversed.as_str();
    let instead = match fields.given("instead").filter(|_| reversed) {
        None => None,
        Some(ruling) => {
            let input = RulingInput {
                ruling,
                reason: reason.to_owned(),
                sentence: finding.to_owned(),
                ..RulingInput::default()
            };
            Some(input.parse()?)
        }
    };
    Judgement::parse(fields.text("outcome"), reason, finding, instead)
}

async fn judge(
    State(state): State<HttpState>,
    IdOf(id): IdOf<AppealId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let review = &state.services.review;
    let judged: Result<Sentence, ReviewError> = async {
        let judgement = judgement(&fields)?;
        review.judge(id, &judgement, &visitor.author()).await?;
        let outcome = words::outcome(judgement.outcome, visitor.language);
        Ok(say!(visitor.language; en: "Judged: {outcome}."; zh: "已裁决：{outcome}。"))
    }
    .await;
    match judged.map_err(Problem::from) {
        Ok(words) => Ok(Flash::good(words).on(&state, see_other(&format!("{PATH}/{id}")))),
        Err(problem) if problem.status().is_client_error() => {
            let mut shown = appeal_page(&state, &visitor, id).await?;
            shown.error = Some(told(&problem, visitor.language).into());
            shown.typed = fields;
            Ok(page(problem.status(), visitor.language, &shown))
        }
        Err(problem) => Err(problem),
    }
}
