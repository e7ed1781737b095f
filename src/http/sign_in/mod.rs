//! Signing in and out, and choosing a password by a link. All of it works without scripts.

pub(super) mod reset;
mod said;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};

pub(super) use self::said::said;
use super::language::Spoken;
use super::pages::{Door, Fields, Flash, Frame, Submitted, Unknown, local_path, page, see_other};
use super::site::OurCookie;
use super::{HttpState, Problem};
use crate::domain::{AnswerLanguage, say};
use crate::service::people::{Begin, LONGEST, Opened, PeopleError, STEP, SignIn};

/// Where people are sent who have signed in and wanted to go nowhere.
const HOME: &str = "/console";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/sign-in", get(show).post(take_password))
        .route("/sign-in/code", post(take_code))
        .route("/sign-out", post(sign_out))
        .merge(reset::routes())
}

#[derive(Debug, Template)]
#[template(path = "sign_in/sign_in.html", config = "src/http/pages/askama.toml")]
struct SignInPage {
    frame: Frame,
    /// Whether the password was right and the code is asked for.
    code: bool,
    /// Whether somebody who is signed in has to do it again.
    again: bool,
    email: String,
    next: String,
    error: Option<String>,
    oidc: bool,
}

impl SignInPage {
    fn of(state: &HttpState, language: AnswerLanguage, fields: &Fields) -> Self {
        let next = local_path(fields.text("next")).unwrap_or_default();
        Self {
            frame: Door(language).frame("Sign in", "登录", None),
            code: false,
            again: fields.text("again") == "1",
            email: fields.text("email").to_owned(),
            next: next.to_owned(),
            error: None,
            oidc: state.services.people.oidc().is_some(),
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        page(status, self.frame.language, self)
    }

    /// The address with which a sign-in at the provider begins.
    fn oidc_start(&self) -> String {
        let next: String = form_urlencoded::byte_serialize(self.next.as_bytes()).collect();
        format!("/auth/oidc/start?next={next}")
    }
}

async fn show(
    State(state): State<HttpState>,
    Spoken(language): Spoken,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut shown = SignInPage::of(&state, language, &fields);
    let token = state.site.cookie(&headers, OurCookie::Session);
    let person = match token {
        Some(token) => state.services.people.authenticate(&token).await?,
        None => None,
    };
    match person {
        Some(_) if !shown.again => return Ok(see_other(home(&shown.next))),
        Some(person) => shown.email = person.user.email.to_string(),
        None => shown.again = false,
    }
    shown.frame.flash = Flash::of(&state, &headers);
    Ok(shown.answer(StatusCode::OK))
}

async fn take_password(State(state): State<HttpState>, form: Unknown) -> Result<Response, Problem> {
    let typed = SignIn {
        email: form.fields.text("email").to_owned(),
        password: form.fields.raw("password").to_owned(),
        code: None,
    };
    let people = &state.services.people;
    let begun = people.begin_sign_in(typed, form.device.clone()).await;
    match begun {
        Ok(Begin::Opened(opened)) => Ok(opened_for(&state, &form, &opened)),
        Ok(Begin::CodeNeeded(step)) => {
            let mut shown = SignInPage::of(&state, form.language, &form.fields);
            shown.code = true;
            let mut response = shown.answer(StatusCode::OK);
            let (cookie, lives) = (OurCookie::SignInStep, STEP.as_secs());
            state.site.set_cookie(&mut response, cookie, &step, lives);
            Ok(response)
        }
        Err(error) => refused(&state, &form, error, false),
    }
}

async fn take_code(State(state): State<HttpState>, form: Unknown) -> Result<Response, Problem> {
    let step = state.site.cookie(&form.headers, OurCookie::SignInStep);
    let people = &state.services.people;
    let code = form.fields.text("code");
    let step = step.unwrap_or_default();
    let finished = people
        .finish_sign_in(&step, code, form.device.clone())
        .await;
    match finished {
        Ok(opened) => {
            let mut response = opened_for(&state, &form, &opened);
            // The step is used; the code of it would not count again.
            state
                .site
                .set_cookie(&mut response, OurCookie::SignInStep, "", 0);
            Ok(response)
        }
        Err(error) => {
            let asks_again = !matches!(error, PeopleError::StepLost);
            refused(&state, &form, error, asks_again)
        }
    }
}

/// The same page, with what is wrong; a fault of ours is no matter of the form.
fn refused(
    state: &HttpState,
    form: &Unknown,
    error: PeopleError,
    code: bool,
) -> Result<Response, Problem> {
    let Some(words) = said(&error, form.language) else {
        return Err(error.into());
    };
    let mut shown = SignInPage::of(state, form.language, &form.fields);
    shown.code = code;
    shown.error = Some(words);
    Ok(shown.answer(Problem::from(error).status()))
}

fn opened_for(state: &HttpState, form: &Unknown, opened: &Opened) -> Response {
    let next = local_path(form.fields.text("next")).unwrap_or_default();
    let mut response = see_other(home(next));
    let (cookie, lives) = (OurCookie::Session, LONGEST.as_secs());
    state
        .site
        .set_cookie(&mut response, cookie, &opened.token, lives);
    response
}

fn home(next: &str) -> &str {
    if next.is_empty() { HOME } else { next }
}

async fn sign_out(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let visitor = &form.visitor;
    let person = &visitor.own.person;
    let people = &state.services.people;
    people
        .end_session(person.user.id, person.session.id, &visitor.author())
        .await?;
    let done = say!(visitor.language; en: "You are signed out."; zh: "您已退出登录。");
    let mut response = Flash::good(done).on(&state, see_other("/sign-in"));
    state
        .site
        .set_cookie(&mut response, OurCookie::Session, "", 0);
    Ok(response)
}
