//! The badge log as a file.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Keep;
use crate::http::{HttpState, Problem};
use crate::service::badge_log::BadgeLogExport;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(export_badge_log))
}

/// Export the badge log
///
/// All of it, streamed, as JSON lines: `{"event":{…}}` for each event in its order (a `BadgeEvent`), then `{"head":{…}}`, the signed head
/// of exactly these events (a `BadgeLogHead`). `bonafide verify-log` reads it. An export that breaks off has no head. Needs no key.
#[utoipa::path(
    get,
    path = "/v1/badge-log/export",
    tag = "Badge log",
    responses((status = 200, description = "The log.", content((String = "application/x-ndjson")))),
    security(())
)]
async fn export_badge_log(State(state): State<HttpState>) -> Result<Response, Problem> {
    let export = state.services.badge_log.export().await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-ndjson"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"badge-log.jsonl\""),
        ),
        Keep::Briefly.header(),
    ];
    let body = Body::from_stream(try_unfold(export, next));
    Ok((headers, body).into_response())
}

async fn next(mut export: BadgeLogExport) -> io::Result<Option<(Bytes, BadgeLogExport)>> {
    let lines = export.next().await;
    let lines = lines.map_err(|e| io::Error::other(e.to_string()))?;
    Ok(lines.map(|lines| (lines.into(), export)))
}
