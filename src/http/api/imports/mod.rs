//! Imports: many businesses in one request, and undoing them.

mod body;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::body::{ImportBody, ImportPage, ImportQuery, ImportResult, Parsed, UndoBody};
use crate::domain::RunId;
use crate::http::extract::{Asking, IdOf, QueryOf, read_body};
use crate::http::idempotent::{Repeatable, once};
use crate::http::paging::PageQuery;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::{Caller, Scope};
use crate::service::author::Author;
use crate::service::registry::{ImportRun, RegistryError};
use crate::service::registry_file::Format;

/// Largest body of an import, unpacked.
const MAX_BODY: usize = 16 * 1024 * 1024;
/// Businesses of one transaction.
const BATCH: usize = 1_000;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, create_import))
        .routes(routes!(get_import))
        .routes(routes!(undo_import))
}

/// Import businesses
///
/// A file of businesses as the body, at most 16 MiB: JSON lines (`application/x-ndjson`, one `RegistryLine` a line) or CSV
/// (`text/csv`, with the field names as its header), also packed (`Content-Encoding: gzip`). Businesses are known by their
/// `external_id`: new ones are added, known ones become what the file says. What cannot be used is told with its line and reason,
/// and nothing else is lost for it. The import is one unit: `POST /v1/imports/{id}/undo` takes it back. Larger files go through
/// `bonafide import`, or in parts. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/imports",
    tag = "Registry",
    params(
        ImportQuery,
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    request_body(content(
        (String = "application/x-ndjson", example = "{\"external_id\":\"1\",\"name\":\"Kaffeehaus Morgenrot\",\"phones\":[\"+4930123456\"]}\n"),
        (String = "text/csv", example = "external_id,name,phones\n1,Kaffeehaus Morgenrot,+4930123456\n"),
    )),
    responses(
        (status = 201, description = "What the import did.", body = ImportResult),
        (status = 409, description = "The same request is in progress.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn create_import(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<ImportQuery>,
    repeatable: Repeatable,
    request: Request,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    let format = format_of(request.headers())?;
    let bytes = read_body(request, MAX_BODY).await?;
    let source = query.source()?;
    let work = async {
        let result = import(&state, bytes.clone(), format, &source, &author).await?;
        Ok((StatusCode::CREATED, Json(result)).into_response())
    };
    once(&state, &caller, &repeatable, &bytes, work).await
}

async fn import(
    state: &HttpState,
    bytes: Bytes,
    format: Format,
    source: &str,
    author: &Author,
) -> Result<ImportResult, Problem> {
    let registry = &state.services.registry;
    // Numbers are read and names checked: work for a core, not for the thread that answers others.
    let parsed = tokio::task::spawn_blocking(move || Parsed::of(&bytes, format)).await;
    let parsed = parsed.map_err(|e| Problem::fault(e.to_string()))??;
    let run = registry.begin_import(source, author).await?;
    let mut refused = 0;
    for batch in parsed.profiles.chunks(BATCH) {
        let counts = registry
            .write_batch(batch.to_vec(), Some(run.id), author)
            .await?;
        refused += counts.refused;
    }
    let rejected = parsed.rejects.len() as u64 + refused;
    let run = registry.finish_import(run.id, rejected, author).await?;
    Ok(ImportResult::of(&run, parsed, refused))
}

fn format_of(headers: &HeaderMap) -> Result<Format, Problem> {
    let stated = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let essence = stated.and_then(|v| v.split(';').next()).unwrap_or_default();
    match essence.trim().to_ascii_lowercase().as_str() {
        "application/x-ndjson" | "application/jsonl" | "application/json-lines" => {
            Ok(Format::Jsonl)
        }
        "text/csv" => Ok(Format::Csv),
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body must be application/x-ndjson (JSON lines) or text/csv, as the Content-Type header must say.",
        )),
    }
}

/// List imports
///
/// Newest first; without the scope `admin`, your own. Scope: `registry:write`.
#[utoipa::path(
    get,
    path = "/v1/imports",
    tag = "Registry",
    params(PageQuery),
    responses((status = 200, description = "A page of imports.", body = ImportPage)),
    security(("key" = ["registry:write"]))
)]
async fn list_imports(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<ImportPage>, Problem> {
    let caller = asking.with(Scope::RegistryWrite)?;
    let (before, limit) = query.parse()?;
    let own = (!caller.may(Scope::Admin)).then(|| caller.actor().to_string());
    let registry = &state.services.registry;
    let page = registry.list_imports(before, own.as_deref(), limit).await?;
    Ok(Json(page.into()))
}

/// Get an import
///
/// Your own, or with the scope `admin` any. Scope: `registry:write`.
#[utoipa::path(
    get,
    path = "/v1/imports/{id}",
    tag = "Registry",
    params(("id" = String, Path, description = "Its id, `run_…`.")),
    responses(
        (status = 200, description = "The import.", body = ImportBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn get_import(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<RunId>,
) -> Result<Json<ImportBody>, Problem> {
    let caller = asking.with(Scope::RegistryWrite)?;
    let run = own_import(&state, &caller, id).await?;
    Ok(Json(ImportBody::from(&run)))
}

/// Undo an import
///
/// Businesses that it added are deleted, those that it changed are as they were before. What somebody has changed since is left
/// alone and counted. Your own, or with the scope `admin` any. Scope: `registry:write`.
#[utoipa::path(
    post,
    path = "/v1/imports/{id}/undo",
    tag = "Registry",
    params(
        ("id" = String, Path, description = "Its id, `run_…`."),
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again."),
    ),
    responses(
        (status = 200, description = "What undoing it did.", body = UndoBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It has been undone already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["registry:write"]))
)]
async fn undo_import(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<RunId>,
    repeatable: Repeatable,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::RegistryWrite)?;
    own_import(&state, &caller, id).await?;
    let registry = &state.services.registry;
    let work = async {
        let report = registry.undo_import(id, &author).await;
        let report = report.map_err(|error: RegistryError| Problem::from(error))?;
        Ok(Json(UndoBody::from(report)).into_response())
    };
    once(&state, &caller, &repeatable, &[], work).await
}

/// An import of the caller, or any for an administrator; others' are not there.
pub(in crate::http) async fn own_import(
    state: &HttpState,
    caller: &Caller,
    id: RunId,
) -> Result<ImportRun, Problem> {
    let run = state.services.registry.get_import(id).await?;
    if caller.may(Scope::Admin) || run.actor == caller.actor().to_string() {
        return Ok(run);
    }
    Err(Problem::not_found(format!("There is no import {id}.")))
}
