//! Texts from which reviewers start a sentence; `{word}` is a placeholder that has to be filled before it is sent.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use crate::domain::{TemplateId, say};
use crate::http::extract::IdOf;
use crate::http::pages::{Fields, Frame, Submitted, Visitor, page, told};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::review::{Template as Text, TemplateTerms};

const PATH: &str = "/console/templates";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list).post(create))
        .route("/console/templates/{id}", post(update))
        .route("/console/templates/{id}/delete", post(delete))
}

#[derive(Debug, Template)]
#[template(
    path = "console/templates/list.html",
    config = "src/http/pages/askama.toml"
)]
struct TemplatesPage {
    frame: Frame,
    templates: Vec<Text>,
    /// What was typed for a new one, when it has to be mended.
    typed: Fields,
    error: Option<String>,
}

async fn shown(state: &HttpState, visitor: &Visitor) -> Result<TemplatesPage, Problem> {
    let title = say!(visitor.language; en: "Texts"; zh: "文本模板");
    Ok(TemplatesPage {
        frame: visitor.frame(title, PATH),
        templates: state.services.review.templates().await?,
        typed: Fields::default(),
        error: None,
    })
}

async fn list(State(state): State<HttpState>, visitor: Visitor) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let shown = shown(&state, &visitor).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

fn terms(fields: &Fields) -> Result<TemplateTerms, Problem> {
    let (name, language) = (fields.text("name"), fields.text("language"));
    Ok(TemplateTerms::parse(name, language, fields.text("text"))?)
}

async fn create(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let review = &state.services.review;
    let made: Result<Text, Problem> = async {
        let terms = terms(&fields)?;
        Ok(review.put_template(None, &terms, &visitor.author()).await?)
    }
    .await;
    match made {
        Err(problem) if problem.status().is_client_error() => {
            let mut shown = shown(&state, &visitor).await?;
            shown.error = Some(told(&problem, visitor.language).into());
            shown.typed = fields;
            Ok(page(problem.status(), visitor.language, &shown))
        }
        made => {
            let done =
                made.map(|_| say!(visitor.language; en: "The text is kept."; zh: "模板已保存。"));
            visitor.back(&state, PATH, done)
        }
    }
}

async fn update(
    State(state): State<HttpState>,
    IdOf(id): IdOf<TemplateId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Review)?;
    let done = async {
        let terms = terms(&fields)?;
        let review = &state.services.review;
        review
            .put_template(Some(id), &terms, &visitor.author())
            .await?;
        Ok(say!(visitor.language; en: "The text is changed."; zh: "模板已更改。"))
    };
    visitor.back(&state, PATH, done.await)
}

async fn delete(
    State(state): State<HttpState>,
    IdOf(id): IdOf<TemplateId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let review = &state.services.review;
    review.delete_template(id, &visitor.author()).await?;
    let done = say!(visitor.language; en: "The text is deleted."; zh: "模板已删除。");
    visitor.back(&state, PATH, Ok(done))
}
