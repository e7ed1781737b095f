//! What every request passes through: its id, its time limit, counters, the writing of problems, headers.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::HttpState;
use super::problem::Problem;
use crate::domain::RequestId;

/// Names a request, in the header of request and answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, a span and a time limit; counts it; and writes every error as a problem.
pub async fn carry(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request, &state);
    let method = method_name(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id, method, route);
    let answered = tokio::time::timeout(state.timeout, next.run(request).instrument(span.clone()));
    let response = match answered.await {
        Ok(response) => response,
        Err(_) => too_slow(state.timeout),
    };
    let mut response = with_problem(response, &id);
    let status = response.status();
    let took = started.elapsed();
    log(&span, status, took);
    metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status.as_str().to_owned()).increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route)
        .record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A problem for a panic; its message goes to the log by the panic hook, never to the caller.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}

/// An id that the caller gave, if it is one that can stand in a log; otherwise a new one.
fn request_id(request: &Request, state: &HttpState) -> String {
    let given = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|v| v.to_str().ok());
    let fits = |id: &&str| {
        (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    match given.filter(fits) {
        Some(id) => id.to_owned(),
        None => RequestId::new(state.services.world.new_id()).to_string(),
    }
}

/// A closed set, since a label of a metric must not be chosen by a stranger.
fn method_name(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

fn too_slow(limit: Duration) -> Response {
    let detail = format!("The request took longer than {} seconds.", limit.as_secs());
    Problem::unavailable("timed_out", detail, 5).into_response()
}

fn with_problem(mut response: Response, id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_page(&response) => return response,
        None => Problem::of_status(status),
    };
    let mut rendered = problem.render(id);
    for name in [
        header::ALLOW,
        header::RETRY_AFTER,
        header::VARY,
        header::ACCEPT_ENCODING,
    ] {
        if let Some(value) = response.headers_mut().remove(&name) {
            rendered.headers_mut().entry(name).or_insert(value);
        }
    }
    rendered
}

/// Errors of pages for people are pages.
fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|v| v.as_bytes().starts_with(b"text/html"))
}

fn log(span: &tracing::Span, status: StatusCode, took: Duration) {
    let _in = span.enter();
    let (status, ms) = (status.as_u16(), took.as_millis() as u64);
    if status >= 500 {
        tracing::error!(status, ms, "answered");
    } else {
        tracing::debug!(status, ms, "answered");
    }
}

/// Headers that tell a browser to trust nothing that this server did not mean.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
