//! Whether the process lives, whether it is ready, and its metrics.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use super::{HttpState, Problem};
use crate::service::check::model;

/// Routes of this room; they are for operators and stand outside the OpenAPI document.
pub fn routes() -> Router<HttpState> {
    Router::new()
        .route("/healthz", get(|| async { Json(json!({"status": "ok"})) }))
        .route("/readyz", get(get_readiness))
        .route("/metrics", get(get_metrics))
}

/// Ready when the database answers and the index is at most some seconds of changes behind.
async fn get_readiness(State(state): State<HttpState>) -> Response {
    let live = &state.services.live;
    let snapshot = live.snapshot();
    match live.lag().await {
        Ok(lag) => Json(json!({
            "status": "ready",
            "registry_seq": snapshot.registry_seq,
            "lag": lag.behind(),
            "epoch": snapshot.epoch.simple().to_string(),
            "businesses": snapshot.index.len(),
            "model": model(),
        }))
        .into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let detail = "The database does not answer; checks go on with the registry in memory.";
            Problem::unavailable("not_ready", detail, 5).into_response()
        }
    }
}

async fn get_metrics(State(state): State<HttpState>) -> Response {
    let snapshot = state.services.live.snapshot();
    metrics::gauge!("bonafide_businesses").set(snapshot.index.len() as f64);
    metrics::gauge!("bonafide_registry_seq").set(snapshot.registry_seq as f64);
    state.metrics.run_upkeep();
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, state.metrics.render()).into_response()
}
