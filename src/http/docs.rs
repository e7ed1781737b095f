//! `/docs`: the interactive documentation, part of the program, under a strict content policy.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa_swagger_ui::{Config, serve};

use super::HttpState;
use super::extract::PathText;

/// Scripts and styles of this server only; `data:` pictures, which Swagger UI draws its arrows with.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TITLE: &str = "<title>Bonafide API</title>\n    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";

pub(super) fn routes() -> Router<HttpState> {
    let config = Arc::new(
        Config::from("/openapi.json")
            .display_request_duration(true)
            .persist_authorization(false)
            .default_models_expand_depth(0)
            .use_base_layout()
            .validator_url("none"),
    );
    let index = Arc::clone(&config);
    Router::new()
        .route("/docs", get(|| async { Redirect::permanent("/docs/") }))
        .route("/docs/", get(move || async move { file("", index) }))
        .route(
            "/docs/{*path}",
            get(move |PathText(path): PathText| async move { file(&path, config) }),
        )
}

fn file(path: &str, config: Arc<Config<'static>>) -> Response {
    match serve(path, config) {
        Ok(Some(file)) => {
            let kind = HeaderValue::from_str(&file.content_type);
            let mut bytes = file.bytes.into_owned();
            if file.content_type.starts_with("text/html") {
                let html = String::from_utf8_lossy(&bytes);
                bytes = html
                    .replace("<title>Swagger UI</title>", TITLE)
                    .into_bytes();
            }
            let mut response = bytes.into_response();
            let headers = response.headers_mut();
            if let Ok(kind) = kind {
                headers.insert(header::CONTENT_TYPE, kind);
            }
            headers.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(POLICY),
            );
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=300"),
            );
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a file of the documentation cannot be served");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
