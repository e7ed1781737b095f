//! The HTTP edge: the API, its documentation, health, and the public page.

mod account;
pub mod api;
mod console;
mod docs;
mod extract;
mod health;
mod idempotent;
mod language;
mod layers;
mod meters;
mod no_store;
mod oidc;
mod only_with;
pub mod openapi;
mod pages;
mod paging;
mod problem;
mod public;
mod sign_in;
mod signed_in;
mod site;
mod trace_context;
mod whatsapp;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::decompression::RequestDecompressionLayer;

use layers::CarryLayer;
use meters::Meters;
pub use oidc::CALLBACK as OIDC_CALLBACK;
use only_with::OnlyWith;
pub use problem::{Problem, ProblemBody};
pub use site::{Site, ToldSetting};

use crate::service::Services;

/// What handlers share; a copy is a pointer.
#[derive(Debug, Clone)]
pub struct HttpState(Arc<Shared>);

/// See [`HttpState`].
#[derive(Debug)]
pub struct Shared {
    /// The use cases.
    pub services: Services,
    /// The metrics to show.
    pub metrics: PrometheusHandle,
    /// How long a request may take.
    pub timeout: Duration,
    /// How people reach this server.
    pub site: Site,
    meters: Meters,
}

impl HttpState {
    /// The state of a server.
    pub fn new(
        services: Services,
        metrics: PrometheusHandle,
        timeout: Duration,
        site: Site,
    ) -> Self {
        Self(Arc::new(Shared {
            services,
            metrics,
            timeout,
            site,
            meters: Meters::default(),
        }))
    }
}

impl Deref for HttpState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Answers shorter than this fit one packet, so that packing them saves nobody anything.
const PACKED_FROM: u16 = 1_400;

/// Everything that is served, on one port. `cors_origins` lists the web origins that may call the API.
pub fn router(state: HttpState, cors_origins: &[String]) -> Router {
    let (api, _) = api::routes().split_for_parts();
    // Packing runs on the thread that answers, where speed counts more than the last bytes.
    let packing = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(SizeAbove::new(PACKED_FROM)));
    // One `layer` for all: each call of it costs every request an allocation and a copy of the stack below.
    let layers = ServiceBuilder::new()
        .option_layer(cors(cors_origins))
        .layer(packing)
        .layer(CarryLayer(state.clone()))
        .layer(OnlyWith {
            header: header::CONTENT_ENCODING,
            layer: RequestDecompressionLayer::new(),
        });
    api.merge(openapi::routes())
        .merge(docs::routes())
        .merge(health::routes())
        .merge(public::routes())
        .merge(for_people(&state))
        .merge(whatsapp::routes())
        .fallback(pages::not_found.layer(from_fn_with_state(state.clone(), pages::carry)))
        .layer(layers)
        .with_state(state)
}

/// Pages whose errors are pages, too: for people who sign in, and for those who report or appeal.
fn for_people(state: &HttpState) -> Router<HttpState> {
    oidc::routes()
        .merge(sign_in::routes())
        .merge(account::routes())
        .merge(public::forms())
        .merge(console::routes())
        .layer(from_fn_with_state(state.clone(), pages::carry))
        .merge(pages::routes())
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
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            layers::REQUEST_ID,
            HeaderName::from_static("idempotency-key"),
            trace_context::TRACEPARENT,
            extract::REASON,
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            layers::REQUEST_ID,
            layers::RATE_LIMIT,
            layers::RATE_LIMIT_POLICY,
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
