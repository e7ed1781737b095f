//! One case: the account beside the genuine business, what speaks for and against it, and the panel in which one rules.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::actors::Actors;
use super::PATH;
use super::around::{self, AppealRow, FileRow, Moment, Other, ReportRow, Told};
use super::compared::{self, Row};
use super::queue::{called, waited};
use crate::domain::{Business, CaseId, CaseState, ReasonCode, RepresentativeKind, RulingKind};
use crate::http::extract::IdOf;
use crate::http::pages::words::Toned;
use crate::http::pages::{Fields, Frame, Shown, Visitor, When, page, words};
use crate::http::{HttpState, Problem};
use crate::service::StoreError;
use crate::service::access::Scope;
use crate::service::contract::{AssessmentBody, SignalBody};
use crate::service::review::{CaseFile, ReviewError, Template};

/// Half the width of the chart of weights, in its own units.
const HALF: f64 = 100.0;
/// The weight, in log-odds, that fills half of the chart.
const FULL: f64 = 6.0;

#[derive(Debug, askama::Template)]
#[template(
    path = "console/cases/show.html",
    config = "src/http/pages/askama.toml"
)]
pub(super) struct CasePage {
    frame: Frame,
    file: CaseFile,
    name: Shown,
    key: Shown,
    state: Toned,
    verdict: Toned,
    waited: String,
    rows: Vec<Row>,
    business: Option<Business>,
    summary: String,
    bars: Vec<Bar>,
    model: String,
    timeline: Vec<Moment>,
    reports: Vec<ReportRow>,
    files: Vec<FileRow>,
    notes: Vec<Told>,
    appeals: Vec<AppealRow>,
    others: Vec<Other>,
    templates: Vec<Template>,
    holder: Option<String>,
    holds: bool,
    may_undo: bool,
    /// What was typed, when it has to be mended.
    pub(super) typed: Fields,
    pub(super) error: Option<String>,
    /// The case that was decided a moment ago, and can be undone.
    done: Option<String>,
}

/// One signal, drawn.
#[derive(Debug)]
struct Bar {
    code: String,
    detail: String,
    weight: String,
    side: &'static str,
    x: f64,
    width: f64,
}

impl Bar {
    fn of(signal: &SignalBody) -> Self {
        let width = (signal.weight.abs() / FULL).min(1.0) * HALF;
        Self {
            code: signal.code.to_string(),
            detail: signal.detail.clone(),
            weight: format!("{:+.2}", signal.weight),
            side: match signal.weight {
                w if w > 0.1 => "against",
                w if w < -0.1 => "for",
                _ => "neutral",
            },
            x: if signal.weight < 0.0 {
                HALF - width
            } else {
                HALF
            },
            width: width.max(1.0),
        }
    }
}

pub(super) async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    query: Fields,
    IdOf(id): IdOf<CaseId>,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let mut shown = case_page(&state, &visitor, id).await?;
    let done = query.text("done").parse::<CaseId>();
    shown.done = done.ok().map(|id| id.to_string());
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

/// Everything of a case; the check of its account is made anew, since registry and model go on.
pub(super) async fn case_page(
    state: &HttpState,
    visitor: &Visitor,
    id: CaseId,
) -> Result<CasePage, Problem> {
    let language = visitor.language;
    let review = &state.services.review;
    let file = review.open(id).await?;
    let assessment = match review.assess(id).await {
        Ok(assessment) => Some(assessment),
        Err(ReviewError::Erased(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let business = compared_with(state, &file, assessment.as_ref()).await?;
    let actors = actors(state, &file).await?;
    let me = visitor.author().actor.to_string();
    let now = state.services.world.now();
    let (name, key) = called(file.account.as_ref(), language);
    let account = file.account.clone().unwrap_or_default();
    let case = &file.case;
    let standing = case.standing.as_ref();
    let bars = assessment
        .iter()
        .flat_map(|a| a.signals.iter().map(Bar::of));
    Ok(CasePage {
        frame: visitor.frame(&name, PATH),
        state: words::state(case.state, language),
        verdict: words::verdict(case.verdict, language),
        waited: waited(now.duration_since(case.opened_at).as_secs(), language),
        rows: compared::rows(&account, assessment.as_ref(), business.as_ref(), language),
        bars: bars.collect(),
        summary: assessment
            .as_ref()
            .map(|a| a.summary.clone())
            .unwrap_or_default(),
        model: assessment.map(|a| a.model.to_string()).unwrap_or_default(),
        timeline: around::timeline(&file, &actors),
        reports: around::reports(&file, language),
        files: around::files(&file),
        notes: around::notes(&file, &actors),
        appeals: around::appeals(review.appeals_of(id).await?, language),
        others: around::others(review.clusters(id).await?, language),
        templates: review.templates().await?,
        holder: case.claim.as_ref().map(|c| actors.name(&c.by)),
        holds: case.claim.as_ref().is_some_and(|c| c.by == me),
        may_undo: case.state == CaseState::Decided && standing.is_some_and(|s| s.undo_until > now),
        typed: Fields::default(),
        error: None,
        done: None,
        business,
        name,
        key,
        file,
    })
}

/// The business that the account is compared with: the first that the check finds, or the one that the case names.
async fn compared_with(
    state: &HttpState,
    file: &CaseFile,
    assessment: Option<&AssessmentBody>,
) -> Result<Option<Business>, Problem> {
    let found = assessment.and_then(|a| a.matches.first()?.business_id.parse().ok());
    let Some(id) = found.or(file.case.business) else {
        return Ok(None);
    };
    match state.services.registry.get(id).await {
        Ok(business) => Ok(Some(business)),
        Err(StoreError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn actors(state: &HttpState, file: &CaseFile) -> Result<Actors, Problem> {
    let events = file.events.iter().map(|e| e.actor.as_str());
    let notes = file.notes.iter().map(|n| n.by.as_str());
    let rulings = file.rulings.iter().map(|r| r.by.as_str());
    let holder = file.case.claim.iter().map(|c| c.by.as_str());
    let every = events.chain(notes).chain(rulings).chain(holder);
    Ok(Actors::of(state, every).await?)
}

impl CasePage {
    /// Whether a ruling is the one that was chosen before.
    fn chosen(&self, ruling: &RulingKind) -> bool {
        self.typed.has("ruling", ruling.as_str())
    }

    fn ruling_name(&self, ruling: &RulingKind) -> &'static str {
        words::ruling(*ruling, self.frame.language).words
    }

    fn ruling_key(&self, ruling: &RulingKind) -> &'static str {
        words::key_of(*ruling)
    }

    fn effect(&self, ruling: &RulingKind) -> &'static str {
        words::effect(*ruling, self.frame.language)
    }

    fn reason_name(&self, reason: &ReasonCode) -> &'static str {
        words::reason(*reason, self.frame.language)
    }

    fn key_kind(&self) -> &'static str {
        words::key_kind(self.file.case.key_kind, self.frame.language)
    }

    fn score(&self) -> u32 {
        (self.file.case.score * 100.0).round() as u32
    }
}
