//! Labels of businesses.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::LabelId;
use crate::http::extract::{Asking, IdOf, JsonBody, ONE};
use crate::http::idempotent::{Repeatable, once};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{FieldErrors, read_value};
use crate::service::registry::{Label, LabelTerms};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_labels, create_label))
        .routes(routes!(update_label, delete_label))
}

/// A label of businesses, for colleagues.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Label)]
pub(super) struct LabelBody {
    /// Its id.
    #[schema(example = "lbl_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What it says.
    name: String,
    /// Its colour.
    #[schema(example = "#1f6feb")]
    colour: String,
}

impl From<&Label> for LabelBody {
    fn from(label: &Label) -> Self {
        Self {
            id: label.id.to_string(),
            name: label.name.clone(),
            colour: format!("#{}", label.colour),
        }
    }
}

/// Labels, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LabelList)]
pub(super) struct LabelList {
    /// The labels.
    labels: Vec<LabelBody>,
}

impl From<Vec<Label>> for LabelList {
    fn from(labels: Vec<Label>) -> Self {
        Self {
            labels: labels.iter().map(LabelBody::from).collect(),
        }
    }
}

/// What a label is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LabelTerms)]
struct LabelInput {
    /// 1–60 characters; unique.
    #[schema(example = "watch closely", max_length = 60)]
    name: String,
    /// Six hexadecimal digits.
    #[schema(example = "#1f6feb")]
    colour: String,
}

impl LabelInput {
    fn parse(&self) -> Result<LabelTerms, FieldErrors> {
        LabelTerms::parse(&self.name, &self.colour)
    }
}

/// List labels
///
/// Every label, by name. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/labels",
    tag = "Registry",
    responses((status = 200, description = "The labels.", body = LabelList)),
    security(("key" = ["review"]))
)]
async fn list_labels(
    State(state): State<HttpState>,
    asking: Asking,
) -> Result<Json<LabelList>, Problem> {
    asking.with(Scope::Review)?;
    Ok(Json(state.services.registry.list_labels().await?.into()))
}

/// Make a label
///
/// Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/labels",
    tag = "Registry",
    params(("Idempotency-Key" = Option<String>, Header, nullable = false,
        description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again.")),
    request_body = LabelInput,
    responses(
        (status = 201, description = "The label.", body = LabelBody),
        (status = 409, description = "The name is taken (`conflict`), or the same request is in progress (`in_progress`).", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_label(
    State(state): State<HttpState>,
    asking: Asking,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Review)?;
    let terms = read_value::<LabelInput>(body.value)?.parse()?;
    let registry = &state.services.registry;
    let work = async {
        let label = registry.create_label(&terms, &author).await?;
        Ok((StatusCode::CREATED, Json(LabelBody::from(&label))).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Change a label
///
/// Wherever it is, it says so at once. Scope: `review`.
#[utoipa::path(
    put,
    path = "/v1/labels/{id}",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `lbl_…`.")),
    request_body = LabelInput,
    responses(
        (status = 200, description = "The label as it is now.", body = LabelBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn update_label(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<LabelId>,
    body: JsonBody<ONE>,
) -> Result<Json<LabelBody>, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    let terms = read_value::<LabelInput>(body.value)?.parse()?;
    let label = state
        .services
        .registry
        .update_label(id, &terms, &author)
        .await?;
    Ok(Json(LabelBody::from(&label)))
}

/// Delete a label
///
/// From every business that bears it, too. Scope: `review`.
#[utoipa::path(
    delete,
    path = "/v1/labels/{id}",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `lbl_…`.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn delete_label(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<LabelId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state.services.registry.delete_label(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}
