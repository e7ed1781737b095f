//! The settings that hold now, to be read.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use crate::domain::say;
use crate::http::pages::{Frame, Visitor, page};
use crate::http::site::ToldSetting;
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;

const PATH: &str = "/console/settings";

pub(super) fn routes() -> Router<HttpState> {
    Router::new().route(PATH, get(show))
}

#[derive(Debug, Template)]
#[template(
    path = "console/settings/show.html",
    config = "src/http/pages/askama.toml"
)]
struct SettingsPage {
    frame: Frame,
    settings: Vec<ToldSetting>,
    version: &'static str,
    businesses: usize,
    seq: u64,
    behind: u64,
}

async fn show(State(state): State<HttpState>, visitor: Visitor) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Admin)?;
    let title = say!(visitor.language; en: "Settings"; zh: "设置");
    let snapshot = state.services.live.snapshot();
    let shown = SettingsPage {
        frame: visitor.frame(title, PATH),
        settings: state.site.settings.clone(),
        version: env!("CARGO_PKG_VERSION"),
        businesses: snapshot.index.len(),
        seq: snapshot.registry_seq,
        behind: state.services.live.lag().await?.behind(),
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}
