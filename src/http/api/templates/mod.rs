//! Texts for replies, whose placeholders have to be filled.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::TemplateId;
use crate::http::extract::{Asking, IdOf, JsonBody, ONE};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{FieldErrors, read_value};
use crate::service::review::{Template, TemplateTerms, placeholders};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_templates, create_template))
        .routes(routes!(update_template, delete_template))
        .routes(routes!(fill_template))
}

/// A text for replies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
struct TemplateBody {
    /// Its id.
    #[schema(example = "tpl_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What it is called.
    name: String,
    /// BCP 47.
    language: String,
    /// The text.
    text: String,
    /// Its placeholders, in order.
    placeholders: Vec<String>,
    /// When it last changed.
    updated_at: String,
}

impl From<Template> for TemplateBody {
    fn from(template: Template) -> Self {
        let names = placeholders(&template.text).unwrap_or_default();
        Self {
            placeholders: names.into_iter().map(str::to_owned).collect(),
            id: template.id.to_string(),
            name: template.name,
            language: template.language,
            text: template.text,
            updated_at: template.updated_at.to_string(),
        }
    }
}

/// Templates, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateList)]
struct TemplateList {
    /// The templates.
    templates: Vec<TemplateBody>,
}

/// What a template is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TemplateTerms)]
struct TemplateInput {
    /// 1–100 characters; unique.
    #[schema(max_length = 100)]
    name: String,
    /// BCP 47.
    #[schema(example = "en")]
    language: String,
    /// 1–4,000 characters; `{word}` is a placeholder.
    #[schema(
        max_length = 4000,
        example = "Dear {name}, thank you for your report of {account}."
    )]
    text: String,
}

impl TemplateInput {
    fn parse(&self) -> Result<TemplateTerms, FieldErrors> {
        TemplateTerms::parse(&self.name, &self.language, &self.text)
    }
}

/// What stands in the place of placeholders.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TemplateValues)]
struct ValuesInput {
    /// By placeholder; each has to be there.
    values: BTreeMap<String, String>,
}

/// A text with every placeholder filled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FilledTemplate)]
struct FilledBody {
    /// The text.
    text: String,
}

/// List templates
///
/// By name. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/templates",
    tag = "Review",
    responses((status = 200, description = "The templates.", body = TemplateList)),
    security(("key" = ["review"]))
)]
async fn list_templates(
    State(state): State<HttpState>,
    asking: Asking,
) -> Result<Json<TemplateList>, Problem> {
    asking.with(Scope::Review)?;
    let templates = state.services.review.templates().await?;
    Ok(Json(TemplateList {
        templates: templates.into_iter().map(TemplateBody::from).collect(),
    }))
}

/// Make a template
///
/// Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/templates",
    tag = "Review",
    request_body = TemplateInput,
    responses(
        (status = 201, description = "The template.", body = TemplateBody),
        (status = 409, description = "The name is taken.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_template(
    State(state): State<HttpState>,
    asking: Asking,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let terms = read_value::<TemplateInput>(body.value)?.parse()?;
    let review = &state.services.review;
    let template = review.put_template(None, &terms, &author).await?;
    Ok((StatusCode::CREATED, Json(TemplateBody::from(template))).into_response())
}

/// Change a template
///
/// Scope: `review`.
#[utoipa::path(
    put,
    path = "/v1/templates/{id}",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `tpl_…`.")),
    request_body = TemplateInput,
    responses(
        (status = 200, description = "The template as it is now.", body = TemplateBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn update_template(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<TemplateId>,
    body: JsonBody<ONE>,
) -> Result<Json<TemplateBody>, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let terms = read_value::<TemplateInput>(body.value)?.parse()?;
    let review = &state.services.review;
    let template = review.put_template(Some(id), &terms, &author).await?;
    Ok(Json(template.into()))
}

/// Delete a template
///
/// Scope: `review`.
#[utoipa::path(
    delete,
    path = "/v1/templates/{id}",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `tpl_…`.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn delete_template(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<TemplateId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state.services.review.delete_template(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fill a template
///
/// Refused as long as a placeholder is not filled; `errors` names each. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/templates/{id}/fill",
    tag = "Review",
    params(("id" = String, Path, description = "Its id, `tpl_…`.")),
    request_body = ValuesInput,
    responses(
        (status = 200, description = "The text.", body = FilledBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn fill_template(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<TemplateId>,
    body: JsonBody<ONE>,
) -> Result<Json<FilledBody>, Problem> {
    asking.with(Scope::Review)?;
    let ValuesInput { values } = read_value(body.value)?;
    let text = state.services.review.fill_template(id, &values).await?;
    Ok(Json(FilledBody { text }))
}
