//! Channels that several businesses claim: looked at side by side, and settled.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::More;
use super::businesses::{ShownBadge, kind_name};
use crate::domain::{AnswerLanguage, BusinessId, ConflictId, Provenance, Reason, say};
use crate::http::extract::IdOf;
use crate::http::pages::{
    Fields, Flash, Frame, Shown, Submitted, Visitor, When, page, see_other, told,
};
use crate::http::paging::{DEFAULT_LIMIT, cursor};
use crate::http::{HttpState, Problem};
use crate::service::StoreError;
use crate::service::access::Scope;
use crate::service::contract::FieldErrors;
use crate::service::registry::ChannelConflict;

const PATH: &str = "/console/conflicts";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list))
        .route("/console/conflicts/{id}", get(show))
        .route("/console/conflicts/{id}/settle", post(settle))
}

#[derive(Debug, Template)]
#[template(
    path = "console/conflicts/list.html",
    config = "src/http/pages/askama.toml"
)]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    more: Option<More>,
}

#[derive(Debug, Template)]
#[template(
    path = "console/conflicts/show.html",
    config = "src/http/pages/askama.toml"
)]
struct ConflictPage {
    frame: Frame,
    row: Row,
    error: Option<String>,
    finding: String,
}

#[derive(Debug)]
struct Row {
    id: String,
    kind: &'static str,
    value: Shown,
    claimants: Vec<Claimant>,
    opened: When,
    settled: Option<When>,
    found: Option<String>,
}

/// A business that claims the channel.
#[derive(Debug)]
struct Claimant {
    id: String,
    name: Shown,
    badge: Option<ShownBadge>,
    country: String,
    source: Shown,
    proved: bool,
    confirmed: Option<When>,
    changed: Option<When>,
}

impl Row {
    async fn of(
        state: &HttpState,
        conflict: &ChannelConflict,
        language: AnswerLanguage,
    ) -> Result<Self, Problem> {
        let mut claimants = Vec::with_capacity(conflict.claimants.len());
        for id in &conflict.claimants {
            claimants.push(Claimant::of(state, *id, conflict, language).await?);
        }
        let kind = conflict.kind.parse().map(|kind| kind_name(kind, language));
        Ok(Self {
            id: conflict.id.to_string(),
            kind: kind.unwrap_or_default(),
            value: Shown::of(&conflict.value, 200),
            claimants,
            opened: conflict.opened_at.into(),
            settled: conflict.settled_at.map(When),
            found: conflict.finding.clone(),
        })
    }
}

impl Claimant {
    async fn of(
        state: &HttpState,
        id: BusinessId,
        conflict: &ChannelConflict,
        language: AnswerLanguage,
    ) -> Result<Self, Problem> {
        let business = match state.services.registry.get(id).await {
            Ok(business) => business,
            // Deleted a moment ago: it is still told by its id.
            Err(StoreError::NotFound(_)) => {
                return Ok(Self {
                    id: id.to_string(),
                    name: Shown::name(&id.to_string()),
                    badge: None,
                    country: String::new(),
                    source: Shown::name(""),
                    proved: false,
                    confirmed: None,
                    changed: None,
                });
            }
            Err(error) => return Err(error.into()),
        };
        let profile = &business.profile;
        let channel = profile.channels.iter().find(|c| {
            c.value.kind().as_str() == conflict.kind && c.value.to_string() == conflict.value
        });
        Ok(Self {
            id: id.to_string(),
            name: Shown::name(profile.name.as_str()),
            badge: Some(ShownBadge::of(
                business.badge,
                business.badge_state,
                language,
            )),
            country: profile.country.map(|c| c.to_string()).unwrap_or_default(),
            source: Shown::of(profile.source.as_ref().map_or("", |s| s.as_str()), 100),
            proved: channel.is_some_and(|c| c.provenance == Provenance::Proved),
            confirmed: channel.and_then(|c| c.confirmed_at).map(When),
            changed: Some(business.updated_at.into()),
        })
    }
}

async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    query: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let after = cursor(query.given("cursor").as_deref())?;
    let registry = &state.services.registry;
    let found = registry.list_conflicts(after, DEFAULT_LIMIT).await?;
    let mut rows = Vec::with_capacity(found.conflicts.len());
    for conflict in &found.conflicts {
        rows.push(Row::of(&state, conflict, visitor.language).await?);
    }
    let title = say!(visitor.language; en: "Conflicts"; zh: "渠道冲突");
    let shown = ListPage {
        frame: visitor.frame(title, PATH),
        rows,
        more: More::of(&query, found.next.map(|id| id.to_string())),
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    IdOf(id): IdOf<ConflictId>,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let shown = conflict_page(&state, &visitor, id).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn conflict_page(
    state: &HttpState,
    visitor: &Visitor,
    id: ConflictId,
) -> Result<ConflictPage, Problem> {
    let conflict = state.services.registry.get_conflict(id).await?;
    let row = Row::of(state, &conflict, visitor.language).await?;
    Ok(ConflictPage {
        frame: visitor.frame(&row.value, PATH),
        row,
        error: None,
        finding: String::new(),
    })
}

async fn settle(
    State(state): State<HttpState>,
    IdOf(id): IdOf<ConflictId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let settled: Result<(), Problem> = async {
        let finding = Reason::parse("finding", fields.text("finding"))
            .map_err(|e| FieldErrors::one("/finding", "invalid_value", e.to_string()))?;
        let registry = &state.services.registry;
        registry
            .settle_conflict(id, &finding, &visitor.author())
            .await?;
        Ok(())
    }
    .await;
    let Err(problem) = settled else {
        let done = say!(visitor.language;
            en: "Settled. It opens anew when somebody else claims the channel.";
            zh: "已了结。若又有人主张该渠道，将重新打开。");
        return Ok(Flash::good(done).on(&state, see_other(PATH)));
    };
    let mut shown = conflict_page(&state, &visitor, id).await?;
    shown.error = Some(told(&problem, visitor.language).into());
    fields.text("finding").clone_into(&mut shown.finding);
    Ok(page(problem.status(), visitor.language, &shown))
}
