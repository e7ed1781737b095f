//! Who is signed in, by the cookie of a session; and that a request by cookie is meant (CSRF).
//!
//! A browser sends the cookie whoever makes it ask. So an unsafe request has to show the session's token of
//! `GET /v1/session`, which no other site can read, and must not say that it comes from another origin.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use subtle::ConstantTimeEq;

use super::layers::RequestIdText;
use super::site::OurCookie;
use super::{HttpState, Problem};
use crate::service::author::Author;
use crate::service::people::{Device, Network, Own, Person};

/// Shows that a request by cookie is meant.
pub const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// Who is signed in, if anybody is; refused only when the request may be another site's.
pub async fn person_of(parts: &Parts, state: &HttpState) -> Result<Option<Person>, Problem> {
    let Some(token) = state.site.cookie(&parts.headers, OurCookie::Session) else {
        return Ok(None);
    };
    let person = state.services.people.authenticate(&token).await?;
    if let Some(person) = &person
        && !parts.method.is_safe()
    {
        let shown = parts.headers.get(CSRF_TOKEN);
        let shown = shown.map_or(&[][..], |value| value.as_bytes());
        let same: bool = shown.ct_eq(person.csrf_token.as_bytes()).into();
        if !same {
            let detail =
                "A request by cookie needs X-CSRF-Token with the csrf_token of GET /v1/session.";
            return Err(Problem::new(StatusCode::FORBIDDEN, "csrf", detail));
        }
        require_same_origin(parts, state)?;
    }
    Ok(person)
}

/// Refuses what a browser says to come from a page of another origin.
pub fn require_same_origin(parts: &Parts, state: &HttpState) -> Result<(), Problem> {
    if state.site.is_same_origin(&parts.headers) {
        return Ok(());
    }
    let detail = "The browser says that another website makes this request.";
    Err(Problem::new(StatusCode::FORBIDDEN, "csrf", detail))
}

fn network(address: IpAddr) -> Network {
    Network::of(match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    })
}

/// Where a request comes from.
pub struct From(pub Device);

impl FromRequestParts<HttpState> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Infallible> {
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let connection = connection.map(|ConnectInfo(address)| address.ip());
        let user_agent = parts.headers.get(header::USER_AGENT);
        let request_id = parts.extensions.get::<RequestIdText>();
        Ok(Self(Device {
            network: state.site.client(connection, &parts.headers).map(network),
            user_agent: user_agent.and_then(|v| v.to_str().ok()).map(str::to_owned),
            request_id: request_id.map(|id| id.0.to_string()),
        }))
    }
}

/// The same, of a request that must not be another website's although nobody is signed in yet.
pub struct FromOurPage(pub Device);

impl FromRequestParts<HttpState> for FromOurPage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        require_same_origin(parts, state)?;
        let Ok(From(device)) = From::from_request_parts(parts, state).await;
        Ok(Self(device))
    }
}

/// Somebody who is signed in, for what is about the own account.
pub struct SignedIn(pub Own);

impl SignedIn {
    /// The person as somebody who writes.
    pub fn author(&self) -> Author {
        let request_id = self.0.device.request_id.clone();
        self.0.person.caller().author(None, request_id)
    }
}

impl FromRequestParts<HttpState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let Some(person) = person_of(parts, state).await? else {
            let detail = "Sign in first (POST /v1/session): this is about your own account, which no API key has.";
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "session_needed",
                detail,
            ));
        };
        let Ok(From(device)) = From::from_request_parts(parts, state).await;
        Ok(Self(Own { person, device }))
    }
}
