//! What every request passes through: its id and trace, its time limit, counters, the writing of problems, headers.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tower::{Layer, Service};
use tracing::Instrument;

use super::HttpState;
use super::problem::Problem;
use super::trace_context::TraceParent;
use crate::domain::RequestId;
use crate::service::access::Allowance;

/// Names a request, in the header of request and answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How much a key may ask, and how much is left of it.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// See [`RATE_LIMIT_POLICY`].
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// Where people come who have no session yet.
const SIGN_IN_ROUTES: [&str; 3] = ["/v1/session", "/v1/password-resets", super::oidc::CALLBACK];

/// The id of a request, for whoever writes it down.
#[derive(Debug, Clone)]
pub struct RequestIdText(pub Arc<str>);

/// Where the extractor that lets a key in leaves what is left of its rate, to be told in the answer.
#[derive(Debug, Clone, Default)]
pub struct Spent(pub Arc<OnceLock<Allowance>>);

/// Lays [`Carry`] around a service.
#[derive(Debug, Clone)]
pub struct CarryLayer(pub HttpState);

impl<S> Layer<S> for CarryLayer {
    type Service = Carry<S>;

    fn layer(&self, inner: S) -> Carry<S> {
        Carry {
            inner,
            state: self.0.clone(),
        }
    }
}

/// Gives a request its id, a span and a time limit; counts it; and writes every error as a problem.
///
/// A service of its own, since axum's `from_fn` copies and boxes all services within for every request.
#[derive(Debug, Clone)]
pub struct Carry<S> {
    inner: S,
    state: HttpState,
}

impl<S> Service<Request> for Carry<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let asked = Asked::by(&request, &self.state);
        let headers = request.headers();
        let signed_in = headers.contains_key(header::COOKIE);
        let spent = headers
            .contains_key(header::AUTHORIZATION)
            .then(Spent::default);
        // Who is told of in the audit log: whoever has a key or a session, or is about to get one.
        if spent.is_some() || signed_in || SIGN_IN_ROUTES.contains(&asked.route()) {
            let id = RequestIdText(asked.id.as_str().into());
            request.extensions_mut().insert(id);
        }
        if let Some(spent) = &spent {
            request.extensions_mut().insert(spent.clone());
        }
        let work = self.inner.call(request);
        Box::pin(carried(work, asked, spent, self.state.clone()).map(Ok))
    }
}

/// The answer that `work` gives in time, as it leaves the server.
async fn carried(
    work: impl Future<Output = Result<Response, Infallible>>,
    asked: Asked,
    spent: Option<Spent>,
    state: HttpState,
) -> Response {
    let work = AssertUnwindSafe(work).catch_unwind();
    let answered = tokio::time::timeout(state.timeout, work.instrument(asked.span())).await;
    let mut response = match answered {
        Ok(Ok(Ok(response))) => response,
        // Its message is in the log by the panic hook, and never goes to the caller.
        Ok(Err(_)) => Problem::fault("a handler panicked").into_response(),
        Err(_) => too_slow(state.timeout),
    };
    let took = asked.at.elapsed();
    let problem = problem_of(&mut response);
    asked.log(response.status(), took, problem.as_ref());
    if let Some(problem) = problem {
        response = written(&problem, response, &asked.id);
    }
    (state.meters).count(asked.route(), asked.method, response.status(), took);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(asked.id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(allowance) = spent.as_ref().and_then(|s| s.0.get()) {
        tell_rate(headers, *allowance);
    }
    guard(headers);
    response
}

/// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): so many a minute, so many left now.
fn tell_rate(headers: &mut HeaderMap, allowance: Allowance) {
    let Allowance { per_minute, left } = allowance;
    // A request comes back every 60/n seconds, until the whole minute's worth is there again.
    let full_again =
        (u64::from(per_minute - left.min(per_minute)) * 60).div_ceil(per_minute.into());
    for (name, value) in [
        (RATE_LIMIT_POLICY, format!("\"minute\";q={per_minute};w=60")),
        (RATE_LIMIT, format!("\"minute\";r={left};t={full_again}")),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

/// What is told of a request wherever it stands in the log; of its trace, what the caller told.
struct Asked {
    at: Instant,
    id: String,
    method: &'static str,
    matched: Option<MatchedPath>,
    trace: Option<TraceParent<'static>>,
}

impl Asked {
    fn by(request: &Request, state: &HttpState) -> Self {
        Self {
            at: Instant::now(),
            id: request_id(request, state),
            method: method_name(request.method()),
            matched: request.extensions().get().cloned(),
            trace: TraceParent::of(request.headers()).map(TraceParent::into_owned),
        }
    }

    fn route(&self) -> &str {
        (self.matched.as_ref()).map_or("unmatched", MatchedPath::as_str)
    }

    /// The ids of the caller's trace and of its part of it.
    fn trace(&self) -> (Option<&str>, Option<&str>) {
        let trace = self.trace.as_ref();
        (trace.map(|t| &*t.trace_id), trace.map(|t| &*t.parent_id))
    }

    /// The context of whatever is logged meanwhile. It is made for those who look closer only: writing it down costs
    /// every request as much as reading its body, and [`Self::log`] names the request of every fault without it.
    fn span(&self) -> tracing::Span {
        let (id, method, route) = (&self.id, self.method, self.route());
        let (trace_id, parent_id) = self.trace();
        tracing::debug_span!("request", id, method, route, trace_id, parent_id)
    }

    /// The line of this request: an error where the fault is ours, otherwise for those who look closer.
    fn log(&self, status: StatusCode, took: Duration, problem: Option<&Problem>) {
        let (id, method, route) = (&self.id, self.method, self.route());
        let (trace_id, parent_id) = self.trace();
        let (status, ms) = (status.as_u16(), took.as_millis() as u64);
        let (code, cause) = (problem.map(|p| p.code), problem.and_then(Problem::cause));
        if status >= 500 && code != Some("overloaded") {
            tracing::error!(
                id, method, route, trace_id, parent_id, status, ms, code, cause, "answered"
            );
        } else {
            tracing::debug!(
                id, method, route, trace_id, parent_id, status, ms, code, "answered"
            );
        }
    }
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

/// The problem of an error, whoever made it; none where all is well, or where the error is a page for people.
fn problem_of(response: &mut Response) -> Option<Problem> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let given = response.extensions_mut().remove::<Problem>();
    given.or_else(|| (!is_page(response)).then(|| Problem::of_status(status)))
}

/// A problem as an answer, with those headers of the first answer that hold for it too.
fn written(problem: &Problem, mut response: Response, id: &str) -> Response {
    let mut rendered = problem.render(id);
    for name in [
        header::ALLOW,
        header::RETRY_AFTER,
        header::VARY,
        header::ACCEPT_ENCODING,
        header::SET_COOKIE,
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

/// Headers that tell a browser to trust nothing that this server did not mean.
const GUARDS: [(HeaderName, HeaderValue); 6] = {
    const fn says(value: &'static str) -> HeaderValue {
        HeaderValue::from_static(value)
    }
    [
        (header::X_CONTENT_TYPE_OPTIONS, says("nosniff")),
        (header::REFERRER_POLICY, says("no-referrer")),
        (header::X_FRAME_OPTIONS, says("DENY")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            says("same-origin"),
        ),
        (
            HeaderName::from_static("permissions-policy"),
            says("camera=(), geolocation=(), microphone=()"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            says("default-src 'none'; frame-ancestors 'none'"),
        ),
    ]
};

/// Sets the [`GUARDS`] that the handler did not set itself.
fn guard(headers: &mut HeaderMap) {
    for (name, value) in GUARDS {
        headers.entry(name).or_insert(value);
    }
}
