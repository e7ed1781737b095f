//! The audit log: filtered, with what each act changed, and exported.

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;

use super::More;
use super::actors::Actors;
use super::difference::{Difference, differences_of_text};
use crate::domain::say;
use crate::http::api::audit::AuditQuery;
use crate::http::pages::{Fields, Frame, Shown, Visitor, When, page, told};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::audit::{AuditEntry, AuditListing, AuditPage};
use crate::service::contract::{AuditBody, FieldErrors};

const PATH: &str = "/console/audit";
/// Entries that an export reads at once.
const STEP: u32 = 500;

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list))
        .route("/console/audit.jsonl", get(export))
}

#[derive(Debug, Template)]
#[template(
    path = "console/audit/list.html",
    config = "src/http/pages/askama.toml"
)]
struct AuditLogPage {
    frame: Frame,
    filters: Fields,
    filtered: bool,
    rows: Vec<Row>,
    more: Option<More>,
    head: String,
    error: Option<String>,
}

#[derive(Debug)]
struct Row {
    seq: u64,
    at: When,
    actor: String,
    by: Shown,
    action: String,
    subject: Option<String>,
    subject_path: Option<String>,
    reason: Option<String>,
    run: Option<String>,
    request: Option<String>,
    differences: Vec<Difference>,
}

impl Row {
    fn of(entry: &AuditEntry, actors: &Actors) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at.into(),
            by: Shown::name(&actors.name(&entry.actor)),
            actor: entry.actor.clone(),
            action: entry.action.clone(),
            subject_path: entry.subject.as_deref().and_then(place_of),
            subject: entry.subject.clone(),
            reason: entry.reason.clone(),
            run: entry.run.map(|run| run.to_string()),
            request: entry.request_id.clone(),
            differences: differences_of_text(entry.before.as_deref(), entry.after.as_deref()),
        }
    }
}

/// Where what was acted upon is shown, by the beginning of its id.
fn place_of(subject: &str) -> Option<String> {
    let (prefix, _) = subject.split_once('_')?;
    let room = match prefix {
        "biz" => "businesses",
        "case" => "cases",
        "user" => "users",
        "cfl" => "conflicts",
        "run" => "imports",
        _ => return None,
    };
    Some(format!("/console/{room}/{subject}"))
}

/// What the filters ask for: the same as the API's list, where fields left empty ask for nothing.
fn wanted(filters: &Fields) -> Result<AuditListing, FieldErrors> {
    let mut query = filters.query_without("since");
    if let Some(since) = filters.given("since") {
        // A day is meant from its first instant on.
        let instant = match since.len() {
            10 => format!("{since}T00:00:00Z"),
            _ => since,
        };
        query = form_urlencoded::Serializer::new(query)
            .append_pair("since", &instant)
            .finish();
    }
    let query: AuditQuery = serde_urlencoded::from_str(&query)
        .map_err(|e| FieldErrors::one("", "invalid_value", e.to_string()))?;
    query.parse()
}

async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    filters: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Admin)?;
    let audit = &state.services.audit;
    let (found, error) = match wanted(&filters) {
        Ok(listing) => (audit.list(&listing).await?, None),
        Err(errors) => {
            let nothing = AuditPage {
                entries: Vec::new(),
                next: None,
            };
            (nothing, Some(told(&errors.into(), visitor.language).into()))
        }
    };
    let actors = Actors::of(&state, found.entries.iter().map(|e| e.actor.as_str())).await?;
    let title = say!(visitor.language; en: "Audit log"; zh: "审计日志");
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = AuditLogPage {
        frame: visitor.frame(title, PATH),
        filtered: !filters.query_without("cursor").is_empty(),
        rows: (found.entries.iter())
            .map(|e| Row::of(e, &actors))
            .collect(),
        more: More::of(&filters, found.next.map(|seq| seq.to_string())),
        head: audit.head().await?.to_string(),
        filters,
        error,
    };
    Ok(page(status, visitor.language, &shown))
}

/// Every entry that the filters leave, a line each, as `bonafide audit export` writes it.
async fn export(
    State(state): State<HttpState>,
    visitor: Visitor,
    filters: Fields,
) -> Result<Response, Problem> {
    visitor.with(Scope::Admin)?;
    let listing = AuditListing {
        limit: STEP,
        newest_first: false,
        after: None,
        ..wanted(&filters)?
    };
    let body = stream::try_unfold(Some(listing), move |listing| {
        let audit = state.services.audit.clone();
        async move {
            let Some(mut listing) = listing else {
                return Ok(None);
            };
            let found = audit.list(&listing).await?;
            let mut lines = Vec::new();
            for entry in &found.entries {
                // An entry has only JSON's own types.
                let line = serde_json::to_vec(&AuditBody::from(entry)).unwrap_or_default();
                lines.extend(line);
                lines.push(b'\n');
            }
            listing.after = found.next;
            let next = found.next.map(|_| listing);
            Ok::<_, crate::service::StoreError>(Some((lines, next)))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.jsonl\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}
