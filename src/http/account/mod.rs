//! The own account: password, second factor, recovery codes, sessions.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, and pass all by reference"
)]

mod device;
mod second_factor;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use self::device::device_name;
use super::extract::IdOf;
use super::pages::{Flash, Frame, Submitted, Visitor, When, page, see_other};
use super::sign_in::said;
use super::{HttpState, Problem};
use crate::domain::{SessionId, say};
use crate::service::people::{PeopleError, SessionRecord, TotpState};

const PATH: &str = "/account";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(show))
        .route("/account/password", post(change_password))
        .route("/account/sessions/{id}/end", post(end_session))
        .route("/account/sessions/end-others", post(end_others))
        .merge(second_factor::routes())
}

#[derive(Debug, Template)]
#[template(path = "account/account.html", config = "src/http/pages/askama.toml")]
struct AccountPage {
    frame: Frame,
    email: String,
    organisation: Option<String>,
    has_password: bool,
    totp_on: bool,
    totp_needed: bool,
    recovery_codes: u64,
    sessions: Vec<SessionRow>,
    error: Option<String>,
}

#[derive(Debug)]
struct SessionRow {
    id: String,
    device: String,
    since: When,
    seen: When,
    current: bool,
    second_factor: bool,
}

impl SessionRow {
    fn of(session: &SessionRecord, current: SessionId) -> Self {
        Self {
            id: session.id.to_string(),
            device: device_name(session.user_agent.as_deref().unwrap_or_default()),
            since: session.created_at.into(),
            seen: session.last_seen_at.into(),
            current: session.id == current,
            second_factor: session.second_factor,
        }
    }
}

impl AccountPage {
    async fn of(state: &HttpState, visitor: &Visitor) -> Result<Self, Problem> {
        let person = &visitor.own.person;
        let people = &state.services.people;
        let sessions = people.sessions(person.user.id).await?;
        let organisation = match person.user.organisation {
            Some(id) => Some(state.services.registry.get_organisation(id).await?.name),
            None => None,
        };
        let title = say!(visitor.language; en: "Your account"; zh: "我的账户");
        Ok(Self {
            frame: visitor.frame(title, PATH),
            email: person.user.email.to_string(),
            organisation,
            has_password: person.user.password_hash.is_some(),
            totp_on: TotpState::of(&person.user) == TotpState::On,
            totp_needed: people.needs_totp(person.user.role),
            recovery_codes: people.recovery_codes_left(&visitor.own).await?,
            sessions: (sessions.iter())
                .map(|s| SessionRow::of(s, person.session.id))
                .collect(),
            error: None,
        })
    }
}

async fn show(State(state): State<HttpState>, visitor: Visitor) -> Result<Response, Problem> {
    let shown = AccountPage::of(&state, &visitor).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn change_password(
    State(state): State<HttpState>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form;
    let current = fields.raw("current_password");
    let new = fields.raw("password").to_owned();
    let people = &state.services.people;
    let Err(error) = people.change_password(&visitor.own, current, new).await else {
        let done = say!(visitor.language;
            en: "The password is changed. Every other session has ended.";
            zh: "密码已更改，其他会话已全部结束。");
        return Ok(Flash::good(done).on(&state, see_other(PATH)));
    };
    let Some(words) = said(&error, visitor.language) else {
        return Err(error.into());
    };
    let mut shown = AccountPage::of(&state, &visitor).await?;
    shown.error = Some(words);
    let status = Problem::from(error).status();
    Ok(page(status, visitor.language, &shown))
}

async fn end_session(
    State(state): State<HttpState>,
    IdOf(id): IdOf<SessionId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let visitor = &form.visitor;
    let user = visitor.own.person.user.id;
    let people = &state.services.people;
    people.end_session(user, id, &visitor.author()).await?;
    let done = say!(visitor.language; en: "That session has ended."; zh: "该会话已结束。");
    Ok(Flash::good(done).on(&state, see_other(PATH)))
}

async fn end_others(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let visitor = &form.visitor;
    let person = &visitor.own.person;
    let people = &state.services.people;
    let ended = people
        .end_other_sessions(person.user.id, person.session.id, &visitor.author())
        .await?;
    let done = say!(visitor.language;
        en: "Sessions ended: {ended}. This one goes on."; zh: "已结束 {ended} 个会话，当前会话继续。");
    Ok(Flash::good(done).on(&state, see_other(PATH)))
}

/// What a refusal leads to where there is no form to show it in: said once, on the account's page.
fn refused_on_account(
    state: &HttpState,
    visitor: &Visitor,
    error: PeopleError,
) -> Result<Response, Problem> {
    let Some(words) = said(&error, visitor.language) else {
        return Err(error.into());
    };
    let flash = Flash {
        tone: super::pages::Tone::Bad,
        text: words,
    };
    Ok(flash.on(state, see_other(PATH)))
}
