//! Choosing a password by a link that an admin gave.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::said;
use crate::domain::say;
use crate::http::language::Spoken;
use crate::http::pages::{Door, Fields, Flash, Frame, Unknown, page, see_other};
use crate::http::{HttpState, Problem};

/// Where such a link leads; the token follows.
pub const LINK: &str = "/reset-password?token=";

pub(super) fn routes() -> Router<HttpState> {
    Router::new().route("/reset-password", get(show).post(choose))
}

#[derive(Debug, Template)]
#[template(path = "sign_in/reset.html", config = "src/http/pages/askama.toml")]
struct ResetPage {
    frame: Frame,
    token: String,
    error: Option<String>,
}

async fn show(Spoken(language): Spoken, fields: Fields) -> Response {
    let shown = ResetPage {
        frame: Door(language).frame("Choose a password", "设置密码", None),
        token: fields.text("token").to_owned(),
        error: None,
    };
    page(StatusCode::OK, language, &shown)
}

async fn choose(State(state): State<HttpState>, form: Unknown) -> Result<Response, Problem> {
    let Unknown {
        device,
        fields,
        language,
        ..
    } = form;
    let token = fields.text("token");
    let password = fields.raw("password").to_owned();
    let people = &state.services.people;
    let Err(error) = people.use_reset(token, password, device).await else {
        let done = say!(language;
            en: "Your password is chosen. Sign in with it.";
            zh: "密码已设置，请用它登录。");
        return Ok(Flash::good(done).on(&state, see_other("/sign-in")));
    };
    let Some(words) = said(&error, language) else {
        return Err(error.into());
    };
    let shown = ResetPage {
        frame: Door(language).frame("Choose a password", "设置密码", None),
        token: token.to_owned(),
        error: Some(words),
    };
    Ok(page(Problem::from(error).status(), language, &shown))
}
