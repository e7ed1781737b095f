//! `Idempotency-Key`: a request that is sent twice is done once.

use std::convert::Infallible;

use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{HttpState, Problem};
use crate::service::access::Caller;
use crate::service::idempotency::Claim;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Largest answer that is kept.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// What makes a request the one that it is, beside its body and who asks: its `Idempotency-Key`, if it has one, and where it goes.
#[derive(Debug)]
pub struct Repeatable {
    key: Option<HeaderValue>,
    target: String,
}

impl FromRequestParts<HttpState> for Repeatable {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Infallible> {
        Ok(Self {
            key: parts.headers.get(IDEMPOTENCY_KEY).cloned(),
            target: format!("{} {}\n", parts.method, parts.uri),
        })
    }
}

/// Does `work` unless the same request was done already; then gives the same answer again.
pub async fn once(
    state: &HttpState,
    caller: &Caller,
    request: &Repeatable,
    body: &[u8],
    work: impl Future<Output = Result<Response, Problem>>,
) -> Result<Response, Problem> {
    let Some(key) = &request.key else {
        return work.await;
    };
    let key = key.to_str().ok().filter(|k| (1..=255).contains(&k.len()));
    let key = key.ok_or_else(|| {
        let detail = "Idempotency-Key has 1 to 255 printable ASCII characters.";
        Problem::new(StatusCode::BAD_REQUEST, "invalid_idempotency_key", detail)
    })?;
    let idempotency = &state.services.idempotency;
    let request = [request.target.as_bytes(), body].concat();
    let (once, claim) = idempotency.claim(caller, key, &request).await?;
    match claim {
        Claim::Ours => {}
        Claim::Done { status, body } => return Ok(again(status, body)),
        Claim::InProgress => {
            let detail = "The same request is in progress.";
            return Err(Problem::new(StatusCode::CONFLICT, "in_progress", detail));
        }
        Claim::OtherRequest => {
            let detail = "This Idempotency-Key was used for another request.";
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Problem::new(status, "idempotency_key_reused", detail));
        }
    }
    match work.await {
        Ok(response) => {
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, MAX_ANSWER)
                .await
                .map_err(|_| Problem::internal())?;
            idempotency
                .finish(&once, parts.status.as_u16(), &bytes)
                .await?;
            Ok(Response::from_parts(parts, Body::from(bytes)))
        }
        Err(problem) => {
            idempotency.abandon(&once).await?;
            Err(problem)
        }
    }
}

fn again(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        HeaderName::from_static("idempotency-replayed"),
        HeaderValue::from_static("true"),
    );
    response
}
