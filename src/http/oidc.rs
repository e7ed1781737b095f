//! Signing in at an OpenID provider: two redirections of a browser. They are no part of the API, since no program
//! calls them.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::extract::QueryOf;
use super::pages::{Fields, local_path, see_other};
use super::signed_in::From;
use super::site::OurCookie;
use super::{HttpState, Problem};
use crate::service::people::LONGEST;
use crate::service::people::oidc::{FLOW, Finished, Returned};

/// Where the provider sends people back to.
pub const CALLBACK: &str = "/auth/oidc/callback";

/// Where people are sent who have signed in and wanted to go nowhere.
const HOME: &str = "/";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/auth/oidc/start", get(start))
        .route(CALLBACK, get(callback))
}

async fn start(
    State(state): State<HttpState>,
    From(device): From,
    query: Fields,
) -> Result<Response, Problem> {
    let next = local_path(query.text("next")).unwrap_or(HOME);
    let begun = state.services.people.begin_oidc(&device, next).await?;
    let mut response = see_other(&begun.url);
    state.site.set_cookie(
        &mut response,
        OurCookie::OidcFlow,
        &begun.flow,
        FLOW.as_secs(),
    );
    Ok(response)
}

async fn callback(
    State(state): State<HttpState>,
    From(device): From,
    headers: HeaderMap,
    QueryOf(returned): QueryOf<Returned>,
) -> Response {
    let flow = state.site.cookie(&headers, OurCookie::OidcFlow);
    let people = &state.services.people;
    let finished = people.finish_oidc(returned, flow.as_deref(), device).await;
    let mut response = match finished {
        Ok(Finished { opened, next }) => {
            let mut response = see_other(local_path(&next).unwrap_or(HOME));
            let (cookie, lives) = (OurCookie::Session, LONGEST.as_secs());
            state
                .site
                .set_cookie(&mut response, cookie, &opened.token, lives);
            response
        }
        Err(error) => Problem::from(error).into_response(),
    };
    // A flow is used once, whatever came of it.
    state
        .site
        .set_cookie(&mut response, OurCookie::OidcFlow, "", 0);
    response
}
