//! Labels: made, changed, deleted.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use crate::domain::{LabelId, say};
use crate::http::extract::IdOf;
use crate::http::pages::{Frame, Submitted, Visitor, page};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::registry::{Label, LabelTerms};

const PATH: &str = "/console/labels";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list).post(create))
        .route("/console/labels/{id}", post(update))
        .route("/console/labels/{id}/delete", post(delete))
}

#[derive(Debug, Template)]
#[template(
    path = "console/labels/list.html",
    config = "src/http/pages/askama.toml"
)]
struct LabelsPage {
    frame: Frame,
    labels: Vec<Label>,
}

async fn list(State(state): State<HttpState>, visitor: Visitor) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let title = say!(visitor.language; en: "Labels"; zh: "标签");
    let shown = LabelsPage {
        frame: visitor.frame(title, PATH),
        labels: state.services.registry.list_labels().await?,
    };
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn create(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let done = async {
        let terms = LabelTerms::parse(fields.text("name"), fields.text("colour"))?;
        let registry = &state.services.registry;
        registry.create_label(&terms, &visitor.author()).await?;
        Ok(say!(visitor.language; en: "The label is made."; zh: "标签已创建。"))
    };
    visitor.back(&state, PATH, done.await)
}

async fn update(
    State(state): State<HttpState>,
    IdOf(id): IdOf<LabelId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let done = async {
        let terms = LabelTerms::parse(fields.text("name"), fields.text("colour"))?;
        let registry = &state.services.registry;
        registry.update_label(id, &terms, &visitor.author()).await?;
        Ok(say!(visitor.language; en: "The label is changed."; zh: "标签已更改。"))
    };
    visitor.back(&state, PATH, done.await)
}

async fn delete(
    State(state): State<HttpState>,
    IdOf(id): IdOf<LabelId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let registry = &state.services.registry;
    registry.delete_label(id, &visitor.author()).await?;
    let done = say!(visitor.language; en: "The label is deleted, wherever it was."; zh: "标签已从所有位置删除。");
    visitor.back(&state, PATH, Ok(done))
}
