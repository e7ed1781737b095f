//! Import runs: what they did, and undoing them.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::More;
use super::actors::Actors;
use crate::domain::{RunId, say};
use crate::http::api::imports::own_import;
use crate::http::extract::IdOf;
use crate::http::pages::{Fields, Flash, Frame, Shown, Submitted, Visitor, When, page, see_other};
use crate::http::paging::{DEFAULT_LIMIT, cursor};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::registry::ImportRun;

const PATH: &str = "/console/imports";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list))
        .route("/console/imports/{id}", get(show))
        .route("/console/imports/{id}/undo", post(undo))
}

#[derive(Debug, Template)]
#[template(
    path = "console/imports/list.html",
    config = "src/http/pages/askama.toml"
)]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    more: Option<More>,
}

#[derive(Debug, Template)]
#[template(
    path = "console/imports/show.html",
    config = "src/http/pages/askama.toml"
)]
struct ImportPage {
    frame: Frame,
    row: Row,
    may_see_audit: bool,
}

#[derive(Debug)]
struct Row {
    id: String,
    source: Shown,
    by: String,
    started: When,
    finished: Option<When>,
    undone: Option<When>,
    created: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
}

impl Row {
    fn of(run: &ImportRun, actors: &Actors) -> Self {
        Self {
            id: run.id.to_string(),
            source: Shown::of(&run.source, 160),
            by: actors.name(&run.actor),
            started: run.started_at.into(),
            finished: run.finished_at.map(When),
            undone: run.undone_at.map(When),
            created: run.counts.created,
            updated: run.counts.updated,
            unchanged: run.counts.unchanged,
            rejected: run.rejected,
        }
    }
}

async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    query: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::RegistryWrite)?;
    let before = cursor(query.given("cursor").as_deref())?;
    let caller = visitor.caller();
    let own = (!caller.may(Scope::Admin)).then(|| caller.actor().to_string());
    let registry = &state.services.registry;
    let found = registry
        .list_imports(before, own.as_deref(), DEFAULT_LIMIT)
        .await?;
    let actors = Actors::of(&state, found.runs.iter().map(|r| r.actor.as_str())).await?;
    let title = say!(visitor.language; en: "Imports"; zh: "导入");
    let shown = ListPage {
        frame: visitor.frame(title, PATH),
        rows: found.runs.iter().map(|r| Row::of(r, &actors)).collect(),
        more: More::of(&query, found.next.map(|id| id.to_string())),
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    IdOf(id): IdOf<RunId>,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::RegistryWrite)?;
    let run = own_import(&state, &visitor.caller(), id).await?;
    let actors = Actors::of(&state, std::iter::once(run.actor.as_str())).await?;
    let row = Row::of(&run, &actors);
    let shown = ImportPage {
        frame: visitor.frame(&row.source, PATH),
        row,
        may_see_audit: visitor.caller().may(Scope::Admin),
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn undo(
    State(state): State<HttpState>,
    IdOf(id): IdOf<RunId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::RegistryWrite)?;
    own_import(&state, &visitor.caller(), id).await?;
    let registry = &state.services.registry;
    let report = registry.undo_import(id, &visitor.author()).await?;
    let (deleted, restored, left) = (report.undone.deleted, report.undone.restored, report.left);
    let done = say!(visitor.language;
        en: "Undone: {deleted} deleted, {restored} as they were before, {left} left alone since somebody changed them.";
        zh: "已撤销：删除 {deleted} 家，恢复 {restored} 家；另有 {left} 家因已被他人更改而保留。");
    let to = format!("{PATH}/{id}");
    Ok(Flash::good(done).on(&state, see_other(&to)))
}
