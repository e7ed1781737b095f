//! What people note on a business, for colleagues: its labels and notes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::labels::LabelList;
use crate::domain::{BusinessId, LabelId, NoteId, Text};
use crate::http::extract::{Asking, IdOf, IdsOf, JsonBody, ONE, QueryOf};
use crate::http::idempotent::{Repeatable, once};
use crate::http::paging::PageQuery;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::Scope;
use crate::service::contract::{FieldErrors, read_value};
use crate::service::registry::Note;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(get_business_labels))
        .routes(routes!(put_business_label, delete_business_label))
        .routes(routes!(list_business_notes, create_business_note))
        .routes(routes!(delete_business_note))
}

/// Get the labels of a business
///
/// By name. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/businesses/{id}/labels",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `biz_…`.")),
    responses(
        (status = 200, description = "Its labels.", body = LabelList),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn get_business_labels(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
) -> Result<Json<LabelList>, Problem> {
    asking.with(Scope::Review)?;
    let registry = &state.services.registry;
    registry.get(id).await?;
    Ok(Json(registry.labels_of(id).await?.into()))
}

/// Put a label on a business
///
/// Twice is as good as once. Scope: `review`.
#[utoipa::path(
    put,
    path = "/v1/businesses/{id}/labels/{label_id}",
    tag = "Registry",
    params(("id" = String, Path, description = "The business, `biz_…`."), ("label_id" = String, Path, description = "The label, `lbl_…`.")),
    responses(
        (status = 204, description = "The business bears it."),
        (status = 404, description = "There is no such business or label.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn put_business_label(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, label): IdsOf<BusinessId, LabelId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state
        .services
        .registry
        .put_label(label, id, &author)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a label off a business
///
/// Scope: `review`.
#[utoipa::path(
    delete,
    path = "/v1/businesses/{id}/labels/{label_id}",
    tag = "Registry",
    params(("id" = String, Path, description = "The business, `biz_…`."), ("label_id" = String, Path, description = "The label, `lbl_…`.")),
    responses(
        (status = 204, description = "The business bears it no more."),
        (status = 404, description = "The business does not bear it.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn delete_business_label(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, label): IdsOf<BusinessId, LabelId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state
        .services
        .registry
        .take_label(label, id, &author)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is to be noted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NoteText)]
struct NoteInput {
    /// 1–4,000 characters.
    #[schema(
        example = "Called their head office; the number on the site is right.",
        max_length = 4000
    )]
    text: String,
}

/// What somebody noted, for colleagues.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Note)]
struct NoteBody {
    /// Its id.
    #[schema(example = "note_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// When; RFC 3339, UTC.
    at: String,
    /// Who: a key, a user or `command:…`.
    actor: String,
    /// The text.
    text: String,
}

impl From<&Note> for NoteBody {
    fn from(note: &Note) -> Self {
        Self {
            id: note.id.to_string(),
            at: note.at.to_string(),
            actor: note.actor.clone(),
            text: note.text.clone(),
        }
    }
}

/// A page of notes, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotePage)]
struct NotePage {
    /// The notes.
    notes: Vec<NoteBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// List notes on a business
///
/// Newest first. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/businesses/{id}/notes",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `biz_…`."), PageQuery),
    responses(
        (status = 200, description = "A page of notes.", body = NotePage),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn list_business_notes(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<NotePage>, Problem> {
    asking.with(Scope::Review)?;
    let (before, limit) = query.parse()?;
    let (notes, next) = state.services.registry.notes(id, before, limit).await?;
    Ok(Json(NotePage {
        notes: notes.iter().map(NoteBody::from).collect(),
        next_cursor: next.map(|id| id.to_string()),
    }))
}

/// Note something on a business
///
/// For colleagues: no check and no customer sees it. Scope: `review`.
#[utoipa::path(
    post,
    path = "/v1/businesses/{id}/notes",
    tag = "Registry",
    params(
        ("id" = String, Path, description = "Its id, `biz_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body = NoteInput,
    responses(
        (status = 201, description = "The note.", body = NoteBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn create_business_note(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<BusinessId>,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Review)?;
    let input: NoteInput = read_value(body.value)?;
    let text = Text::parse("note", &input.text)
        .map_err(|e| FieldErrors::one("/text", "invalid_value", e.to_string()))?;
    let registry = &state.services.registry;
    let work = async {
        let note = registry.add_note(id, &text, &author).await?;
        Ok((StatusCode::CREATED, Json(NoteBody::from(&note))).into_response())
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Delete a note
///
/// Scope: `review`.
#[utoipa::path(
    delete,
    path = "/v1/businesses/{id}/notes/{note_id}",
    tag = "Registry",
    params(("id" = String, Path, description = "The business, `biz_…`."), ("note_id" = String, Path, description = "The note, `note_…`.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is no such note.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["review"]))
)]
async fn delete_business_note(
    State(state): State<HttpState>,
    asking: Asking,
    IdsOf(id, note): IdsOf<BusinessId, NoteId>,
) -> Result<StatusCode, Problem> {
    let (_, author) = asking.writing(Scope::Review)?;
    state
        .services
        .registry
        .delete_note(id, note, &author)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
