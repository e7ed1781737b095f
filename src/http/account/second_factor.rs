//! Setting the second factor up, showing it for a session, replacing recovery codes, taking it off.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::{PATH, refused_on_account};
use crate::domain::say;
use crate::http::pages::{
    Fields, Flash, Frame, Submitted, Visitor, local_path, page, qr, see_other,
};
use crate::http::sign_in::said;
use crate::http::{HttpState, Problem};
use crate::service::people::TotpState;

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/account/second-factor", get(show))
        .route("/account/second-factor/start", post(start))
        .route("/account/second-factor/confirm", post(confirm))
        .route("/account/second-factor/remove", post(remove))
        .route("/account/recovery-codes", post(renew_codes))
}

/// What the page asks for.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// To begin.
    Offer,
    /// To scan the code and type what the app shows.
    Scan { uri: String, drawing: String },
    /// To type what the app shows, since the session has not seen a second factor.
    Show,
}

#[derive(Debug, Template)]
#[template(
    path = "account/second_factor.html",
    config = "src/http/pages/askama.toml"
)]
struct SecondFactorPage {
    frame: Frame,
    step: Step,
    needed: bool,
    next: String,
    error: Option<String>,
}

#[derive(Debug, Template)]
#[template(
    path = "account/recovery_codes.html",
    config = "src/http/pages/askama.toml"
)]
struct RecoveryCodesPage {
    frame: Frame,
    codes: Vec<String>,
    next: String,
}

impl SecondFactorPage {
    fn of(state: &HttpState, visitor: &Visitor, next: &str, step: Step) -> Self {
        let title = say!(visitor.language; en: "Second factor"; zh: "双重验证");
        Self {
            frame: visitor.frame(title, PATH),
            step,
            needed: !visitor.own.person.withheld.is_empty()
                || state
                    .services
                    .people
                    .needs_totp(visitor.own.person.user.role),
            next: local_path(next).unwrap_or_default().to_owned(),
            error: None,
        }
    }

    /// The secret in base 32, for those who cannot scan.
    fn secret(uri: &str) -> &str {
        let query = uri.split_once('?').map_or("", |(_, query)| query);
        let found = query.split('&').find_map(|p| p.strip_prefix("secret="));
        found.unwrap_or_default()
    }
}

async fn show(State(state): State<HttpState>, visitor: Visitor, query: Fields) -> Response {
    let person = &visitor.own.person;
    let step = match TotpState::of(&person.user) {
        TotpState::On if person.session.second_factor => return see_other(PATH),
        TotpState::On => Step::Show,
        TotpState::Off | TotpState::Pending => Step::Offer,
    };
    let shown = SecondFactorPage::of(&state, &visitor, query.text("next"), step);
    page(StatusCode::OK, visitor.language, &shown)
}

async fn start(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form;
    let new = match state.services.people.start_totp(&visitor.own).await {
        Ok(new) => new,
        Err(error) => return refused_on_account(&state, &visitor, error),
    };
    let step = scan(new.uri)?;
    let shown = SecondFactorPage::of(&state, &visitor, fields.text("next"), step);
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

fn scan(uri: String) -> Result<Step, Problem> {
    let drawing = qr::drawn(&uri).ok_or_else(|| Problem::fault("a QR code was not drawn"))?;
    Ok(Step::Scan { uri, drawing })
}

async fn confirm(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form;
    let people = &state.services.people;
    let next = local_path(fields.text("next")).unwrap_or_default();
    let confirmed = people.confirm_totp(&visitor.own, fields.text("code")).await;
    let error = match confirmed {
        Ok(codes) if codes.is_empty() => {
            return Ok(see_other(if next.is_empty() { "/console" } else { next }));
        }
        Ok(codes) => return Ok(codes_page(&visitor, codes, next)),
        Err(error) => error,
    };
    let Some(words) = said(&error, visitor.language) else {
        return Err(error.into());
    };
    // The secret is told once, by the page itself: it comes back with the code that did not fit.
    let step = match fields.given("uri") {
        Some(uri) if uri.starts_with("otpauth://totp/") && uri.len() <= 512 => scan(uri)?,
        _ => Step::Show,
    };
    let mut shown = SecondFactorPage::of(&state, &visitor, next, step);
    shown.error = Some(words);
    let status = Problem::from(error).status();
    Ok(page(status, visitor.language, &shown))
}

fn codes_page(visitor: &Visitor, codes: Vec<String>, next: &str) -> Response {
    let title = say!(visitor.language; en: "Recovery codes"; zh: "恢复代码");
    let shown = RecoveryCodesPage {
        frame: visitor.frame(title, PATH),
        codes,
        next: if next.is_empty() { PATH } else { next }.to_owned(),
    };
    page(StatusCode::OK, visitor.language, &shown)
}

async fn renew_codes(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let visitor = &form.visitor;
    let renewed = state
        .services
        .people
        .renew_recovery_codes(&visitor.own)
        .await;
    match renewed {
        Ok(codes) => Ok(codes_page(visitor, codes, "")),
        Err(error) => refused_on_account(&state, visitor, error),
    }
}

async fn remove(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let visitor = &form.visitor;
    if let Err(error) = state.services.people.remove_totp(&visitor.own).await {
        return refused_on_account(&state, visitor, error);
    }
    let done = say!(visitor.language;
        en: "The second factor is off, and its recovery codes are gone.";
        zh: "双重验证已关闭，恢复代码已作废。");
    Ok(Flash::good(done).on(&state, see_other(PATH)))
}
