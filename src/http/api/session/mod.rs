//! Signing in and out, and the sessions of one's devices.

mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{DevicesBody, EndedBody, SessionBody, SignInBody};
use crate::domain::SessionId;
use crate::http::extract::{IdOf, JsonBody, ONE};
use crate::http::no_store::NoStore;
use crate::http::signed_in::{FromOurPage, SignedIn};
use crate::http::site::OurCookie;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::contract::read_value;
use crate::service::people::LONGEST;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(create_session, get_session, delete_session))
        .routes(routes!(list_sessions, delete_other_sessions))
        .routes(routes!(delete_one_session))
}

/// Sign in
///
/// Sets the cookie of a session: 12 hours without use, 7 days at most. Whatever is wrong, the answer is the same
/// (`sign_in_refused`); only after the right password is a missing code told (`code_needed`). Ten refusals in a row
/// lock the account for 15 minutes.
#[utoipa::path(
    post,
    path = "/v1/session",
    tag = "Own account",
    request_body = SignInBody,
    responses(
        (status = 200, description = "Who is signed in.", body = SessionBody,
            headers(("Set-Cookie" = String, description = "The session."))),
        (status = 401, description = "Refused (`sign_in_refused`), or a code is needed too (`code_needed`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 429, description = "Too many sign-ins from this address.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn create_session(
    State(state): State<HttpState>,
    FromOurPage(device): FromOurPage,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let typed = read_value::<SignInBody>(body.value)?;
    let people = &state.services.people;
    let opened = people.sign_in(typed.into(), device).await?;
    let mut response = NoStore(SessionBody::of(&opened.person, people)).into_response();
    let (cookie, lives) = (OurCookie::Session, LONGEST.as_secs());
    state
        .site
        .set_cookie(&mut response, cookie, &opened.token, lives);
    Ok(response)
}

/// Get the own session
///
/// Who is signed in, what is allowed, and the token that unsafe methods need.
#[utoipa::path(
    get,
    path = "/v1/session",
    tag = "Own account",
    responses((status = 200, description = "Who is signed in.", body = SessionBody)),
    security(("session" = []))
)]
async fn get_session(
    State(state): State<HttpState>,
    SignedIn(own): SignedIn,
) -> NoStore<SessionBody> {
    NoStore(SessionBody::of(&own.person, &state.services.people))
}

/// Sign out
///
/// Ends this session, in every process at once.
#[utoipa::path(
    delete,
    path = "/v1/session",
    tag = "Own account",
    responses((status = 204, description = "Signed out.")),
    security(("session" = []))
)]
async fn delete_session(
    State(state): State<HttpState>,
    signed_in: SignedIn,
) -> Result<Response, Problem> {
    let author = signed_in.author();
    let person = &signed_in.0.person;
    let people = &state.services.people;
    people
        .end_session(person.user.id, person.session.id, &author)
        .await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    state
        .site
        .set_cookie(&mut response, OurCookie::Session, "", 0);
    Ok(response)
}

/// List the own sessions
///
/// One for each device on which the person is signed in.
#[utoipa::path(
    get,
    path = "/v1/sessions",
    tag = "Own account",
    responses((status = 200, description = "The sessions.", body = DevicesBody)),
    security(("session" = []))
)]
async fn list_sessions(
    State(state): State<HttpState>,
    SignedIn(own): SignedIn,
) -> Result<NoStore<DevicesBody>, Problem> {
    let sessions = state.services.people.sessions(own.person.user.id).await?;
    Ok(NoStore(DevicesBody::of(&sessions, own.person.session.id)))
}

/// End one of the own sessions
///
/// On a device that was lost, say.
#[utoipa::path(
    delete,
    path = "/v1/sessions/{id}",
    tag = "Own account",
    params(("id" = String, Path, description = "Its id, `ses_…`.", example = "ses_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")),
    responses(
        (status = 204, description = "It is ended."),
        (status = 404, description = "The person has none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
async fn delete_one_session(
    State(state): State<HttpState>,
    signed_in: SignedIn,
    IdOf(id): IdOf<SessionId>,
) -> Result<StatusCode, Problem> {
    let author = signed_in.author();
    let user = signed_in.0.person.user.id;
    state.services.people.end_session(user, id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all other own sessions
///
/// The one that asks goes on.
#[utoipa::path(
    delete,
    path = "/v1/sessions",
    tag = "Own account",
    responses((status = 200, description = "How many were ended.", body = EndedBody)),
    security(("session" = []))
)]
async fn delete_other_sessions(
    State(state): State<HttpState>,
    signed_in: SignedIn,
) -> Result<Json<EndedBody>, Problem> {
    let author = signed_in.author();
    let person = &signed_in.0.person;
    let people = &state.services.people;
    let ended = people
        .end_other_sessions(person.user.id, person.session.id, &author)
        .await?;
    Ok(Json(EndedBody { ended }))
}
