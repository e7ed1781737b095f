//! The HTTP edge: the API, its documentation, health, and the public page.

pub mod api;
mod docs;
mod extract;
mod health;
mod idempotent;
mod language;
mod layers;
pub mod openapi;
mod problem;
mod public;

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::decompression::RequestDecompressionLayer;

pub use problem::{Problem, ProblemBody};

use crate::service::Services;

/// What handlers share.
#[derive(Debug, Clone)]
pub struct HttpState {
    /// The use cases.
    pub services: Services,
    /// The metrics to show.
    pub metrics: PrometheusHandle,
    /// How long a request may take.
    pub timeout: Duration,
}

/// Everything that is served, on one port. `cors_origins` lists the web origins that may call the API.
pub fn router(state: HttpState, cors_origins: &[String]) -> Router {
    let (api, _) = api::routes().split_for_parts();
    let served = api
        .merge(openapi::routes())
        .merge(docs::routes())
        .merge(health::routes())
        .merge(public::routes())
        .fallback(|| async { axum::http::StatusCode::NOT_FOUND.into_response() })
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(RequestDecompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), layers::carry))
        .layer(from_fn(layers::guard))
        .layer(CompressionLayer::new());
    let served = match cors(cors_origins) {
        Some(cors) => served.layer(cors),
        None => served,
    };
    served.with_state(state)
}

fn cors(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let allowed = if origins.iter().any(|o| o == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|o| HeaderValue::from_str(o).ok()))
    };
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            layers::REQUEST_ID,
            HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            layers::REQUEST_ID,
        ]);
    Some(layer)
}

/// A file that is part of the program.
fn embedded(kind: &'static str, content: &'static str) -> axum::routing::MethodRouter<HttpState> {
    get(move || async move {
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "public, max-age=300"),
        ];
        (headers, content)
    })
}
