//! The queue: what waits, the riskiest first, with filters and views.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::More;
use super::super::actors::Actors;
use super::PATH;
use super::views::query_of;
use crate::domain::{AnswerLanguage, CaseId, CaseState, Verdict, say};
use crate::http::api::cases::dto::Filter;
use crate::http::pages::words::Toned;
use crate::http::pages::{Fields, Frame, Shown, Visitor, When, page, told, words};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::{AccountInput, FieldErrors};
use crate::service::review::{CasePlace, CaseQuery, Listed, View as SavedView};

/// Cases of a page.
const LIMIT: u32 = 50;

#[derive(Debug, Template)]
#[template(
    path = "console/cases/queue.html",
    config = "src/http/pages/askama.toml"
)]
struct QueuePage {
    frame: Frame,
    filters: Fields,
    filtered: bool,
    views: Vec<View>,
    /// Whether all that the filters find can be ruled on at once.
    bulk: bool,
    rows: Vec<Row>,
    more: Option<More>,
    error: Option<String>,
}

/// A view of the queue.
#[derive(Debug)]
struct View {
    name: String,
    query: String,
    current: bool,
    /// Of one's own views.
    id: Option<String>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: Shown,
    pub(super) key: Shown,
    pub(super) business: Option<Shown>,
    pub(super) verdict: Toned,
    state: Toned,
    /// In per cent.
    pub(super) score: u32,
    reports: u32,
    signals: Vec<String>,
    opened: When,
    waited: String,
    holder: Option<String>,
    escalated: bool,
    proposed: bool,
}

/// How an account is called in a list: its name, or else its key.
pub(in crate::http::console) fn called(
    account: Option<&AccountInput>,
    language: AnswerLanguage,
) -> (Shown, Shown) {
    let Some(account) = account else {
        let erased = say!(language; en: "erased"; zh: "已删除").to_string();
        return (Shown::name(&erased), Shown::name(""));
    };
    let handle = account.handle.as_ref();
    let handle = handle.map(|h| format!("{}:{}", h.platform, h.value));
    let keys = [
        account.phone.clone(),
        handle,
        account.website.clone(),
        account.email.clone(),
        account.sender_id.clone(),
    ];
    let mut keys = keys.into_iter().flatten();
    let key = keys.next().unwrap_or_default();
    match &account.display_name {
        Some(name) => (Shown::name(name), Shown::of(&key, 80)),
        None => (Shown::name(&key), Shown::name("")),
    }
}

/// How long something waits, in the largest whole unit.
pub(super) fn waited(seconds: i64, language: AnswerLanguage) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let words = if days > 0 {
        say!(language; en: "{days} d"; zh: "{days} 天")
    } else if hours > 0 {
        say!(language; en: "{hours} h"; zh: "{hours} 小时")
    } else {
        say!(language; en: "{minutes} min"; zh: "{minutes} 分钟")
    };
    words.into()
}

impl Row {
    pub(super) async fn of(
        state: &HttpState,
        listed: &Listed,
        actors: &Actors,
        language: AnswerLanguage,
    ) -> Result<Self, Problem> {
        let case = &listed.case;
        let (name, key) = called(listed.account.as_ref(), language);
        let business = match case.business {
            Some(id) => state.services.registry.get(id).await.ok(),
            None => None,
        };
        let now = state.services.world.now();
        let waits = now.duration_since(case.opened_at).as_secs();
        Ok(Self {
            id: case.id.to_string(),
            name,
            key,
            business: business.map(|b| Shown::name(b.profile.name.as_str())),
            verdict: words::verdict(case.verdict, language),
            state: words::state(case.state, language),
            score: (case.score * 100.0).round() as u32,
            reports: case.reach.reports,
            signals: case.signals.iter().take(3).cloned().collect(),
            opened: case.opened_at.into(),
            waited: waited(waits, language),
            holder: case.claim.as_ref().map(|c| actors.name(&c.by)),
            escalated: case.escalated.is_some(),
            proposed: case.proposal.is_some(),
        })
    }
}

impl QueuePage {
    fn has_own(&self) -> bool {
        self.views.iter().any(|view| view.id.is_some())
    }

    fn state_name(&self, state: &CaseState) -> &'static str {
        words::state(*state, self.frame.language).words
    }

    fn verdict_name(&self, verdict: &Verdict) -> &'static str {
        words::verdict(*verdict, self.frame.language).words
    }
}

/// The filters, as the API knows them.
pub(super) fn filter_of(fields: &Fields) -> Filter {
    let yes = |name: &str| match fields.text(name) {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    Filter {
        state: fields.given("state"),
        business: fields.given("business"),
        mine: yes("mine"),
        escalated: yes("escalated"),
        proposed: yes("proposed"),
        verdict: fields.given("verdict"),
        outcome: fields.given("outcome"),
        signal: fields.given("signal"),
        opened_since: fields.given("opened_since"),
    }
}

/// What the filters ask for.
pub(super) fn wanted(filters: &Fields, visitor: &Visitor) -> Result<CaseQuery, FieldErrors> {
    let me = visitor.author().actor.to_string();
    Ok(CaseQuery {
        after: filters.given("cursor").as_deref().and_then(read_cursor),
        limit: LIMIT,
        ..filter_of(filters).parse(&me)?
    })
}

fn write_cursor(place: CasePlace) -> String {
    format!("{:016x}_{}", place.priority.to_bits(), place.id)
}

fn read_cursor(cursor: &str) -> Option<CasePlace> {
    let (bits, id) = cursor.split_once('_')?;
    let priority = f64::from_bits(u64::from_str_radix(bits, 16).ok()?);
    let id: CaseId = id.parse().ok()?;
    priority.is_finite().then_some(CasePlace { priority, id })
}

/// The views that everybody has and one's own; which of them the filters are.
fn views(filters: &Fields, own: &[SavedView], language: AnswerLanguage) -> Vec<View> {
    let now = filters.query_without("cursor");
    let every = [
        (say!(language; en: "Riskiest first"; zh: "风险最高"), ""),
        (
            say!(language; en: "Mine"; zh: "我的"),
            "state=claimed&mine=true",
        ),
        (
            say!(language; en: "Escalated"; zh: "已上报"),
            "escalated=true",
        ),
        (
            say!(language; en: "Second opinion"; zh: "待复核"),
            "proposed=true",
        ),
        (say!(language; en: "Decided"; zh: "已裁定"), "state=decided"),
        (
            say!(language; en: "Appealed"; zh: "已申诉"),
            "state=appealed",
        ),
    ];
    let every = every.map(|(name, query)| (String::from(name), query.to_owned(), None));
    let own = own.iter().map(|view| {
        let id = Some(view.id.to_string());
        (view.name.clone(), query_of(view), id)
    });
    let views = every.into_iter().chain(own).map(|(name, query, id)| View {
        current: now == query,
        name,
        query,
        id,
    });
    views.collect()
}

pub(super) async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    filters: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let language = visitor.language;
    let (found, error) = match wanted(&filters, &visitor) {
        Ok(query) => (Some(state.services.review.list(&query).await?), None),
        Err(errors) => (None, Some(told(&errors.into(), visitor.language).into())),
    };
    let (cases, next) = found.map_or((Vec::new(), None), |p| (p.cases, p.next));
    let holders = cases.iter().filter_map(|c| c.case.claim.as_ref());
    let actors = Actors::of(&state, holders.map(|c| c.by.as_str())).await?;
    let mut rows = Vec::with_capacity(cases.len());
    for listed in &cases {
        rows.push(Row::of(&state, listed, &actors, language).await?);
    }
    let own = state.services.review.views(&visitor.author()).await?;
    let title = say!(language; en: "Queue"; zh: "审核队列");
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = QueuePage {
        frame: visitor.frame(title, PATH),
        filtered: !filters.query_without("cursor").is_empty(),
        views: views(&filters, &own, language),
        bulk: filters.text("state").is_empty(),
        rows,
        more: More::of(&filters, next.map(write_cursor)),
        error,
        filters,
    };
    Ok(page(status, language, &shown))
}
