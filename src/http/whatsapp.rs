//! What WhatsApp sends: its subscription, and signed news. It is no part of the API, since no program of partners calls it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::extract::{QueryOf, read_body};
use super::{HttpState, Problem};

/// Where WhatsApp sends news to.
const PATH: &str = "/webhooks/whatsapp";
/// Largest body that is read: WhatsApp sends at most 3 MB.
const LARGEST: usize = 3 * 1024 * 1024;
const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature-256");

pub(super) fn routes() -> Router<HttpState> {
    Router::new().route(PATH, get(subscribe).post(take))
}

/// What WhatsApp asks when it subscribes.
#[derive(Debug, Deserialize)]
struct Subscription {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.verify_token")]
    token: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

async fn subscribe(
    State(state): State<HttpState>,
    QueryOf(asked): QueryOf<Subscription>,
) -> Result<Response, Problem> {
    let verification = &state.services.verification;
    let challenge = verification.whatsapp_challenge(
        asked.mode.as_deref(),
        asked.token.as_deref(),
        asked.challenge.as_deref(),
    );
    let challenge = challenge.ok_or_else(|| {
        let detail = "This is no subscription with the token that is set up here.";
        Problem::new(StatusCode::FORBIDDEN, "not_subscribed", detail)
    })?;
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, challenge.to_owned()).into_response())
}

async fn take(State(state): State<HttpState>, request: Request) -> Result<StatusCode, Problem> {
    let signature = request.headers().get(SIGNATURE);
    let signature = signature.map(|s| s.to_str().unwrap_or_default().to_owned());
    let body: Bytes = read_body(request, LARGEST).await?;
    let verification = &state.services.verification;
    match verification.whatsapp_signed(signature.as_deref(), &body) {
        None => {
            let detail = "Nobody has set up here what WhatsApp signs by.";
            return Err(Problem::not_found(detail));
        }
        Some(Err(fault)) => {
            let detail = format!("{fault}.");
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "invalid_signature",
                detail,
            ));
        }
        Some(Ok(())) => {}
    }
    let due = verification.take_whatsapp_news(&body).await?;
    if due > 0 {
        tracing::info!(due, "WhatsApp has news: claims are looked at again");
    }
    Ok(StatusCode::OK)
}
