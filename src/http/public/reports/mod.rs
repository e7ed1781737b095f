//! Reporting an account: what happened, files as evidence, and a token by which the reporter follows it. Works without scripts.
//!
//! Tokens travel in forms, never in an address, so that they stand in no history or log.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, and pass all by reference"
)]

mod follow;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};

use super::form::CheckForm;
use super::said::Refused;
use super::upload::Upload;
use crate::domain::{AnswerLanguage, FileKind, Harm, Medium, Sentence, say};
use crate::http::language::Spoken;
use crate::http::pages::{Door, Fields, Frame, Shown, page, words};
use crate::http::{HttpState, Problem};
use crate::service::author::Author;
use crate::service::contract::AccountInput;
use crate::service::review::{From, ReportInput, ReviewError};

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/report", get(show).post(take))
        .route("/report/status", get(follow::ask).post(follow::tell))
        .route("/report/files", post(follow::add_files))
}

#[derive(Debug, Template)]
#[template(
    path = "public/reports/form.html",
    config = "src/http/pages/askama.toml"
)]
struct ReportPage {
    frame: Frame,
    typed: Fields,
    error: Option<Sentence>,
}

/// The page that tells the token, once.
#[derive(Debug, Template)]
#[template(
    path = "public/reports/kept.html",
    config = "src/http/pages/askama.toml"
)]
struct KeptPage {
    frame: Frame,
    token: String,
    files: Vec<FileDone>,
}

/// What became of a file.
#[derive(Debug)]
struct FileDone {
    name: Shown,
    /// Why it was not taken.
    refused: Option<Sentence>,
}

impl ReportPage {
    fn of(language: AnswerLanguage, typed: Fields) -> Self {
        Self {
            frame: Door(language).frame("Report an account", "举报账号", None),
            typed,
            error: None,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        page(status, self.frame.language, self)
    }

    fn harm_name(&self, harm: &Harm) -> &'static str {
        words::harm(*harm, self.frame.language)
    }

    fn medium_name(&self, medium: &Medium) -> &'static str {
        words::medium(*medium, self.frame.language)
    }
}

async fn show(Spoken(language): Spoken) -> Response {
    ReportPage::of(language, Fields::default()).answer(StatusCode::OK)
}

async fn take(State(state): State<HttpState>, mut form: Upload) -> Result<Response, Problem> {
    let language = form.language;
    let mut shown = ReportPage::of(language, form.fields.clone());
    if form.fields.text("step") == "fill" {
        // From the answer of a check: what was typed there need not be typed again.
        return Ok(shown.answer(StatusCode::OK));
    }
    match report(&state, &form).await {
        Ok(token) => {
            let files = keep_files(&state, &token, &mut form).await?;
            let kept = KeptPage {
                frame: Door(language).frame("Your report is kept", "举报已收到", None),
                token,
                files,
            };
            Ok(page(StatusCode::CREATED, language, &kept))
        }
        Err(error) => {
            form.finish().await;
            let refused = Refused::of(error, language)?;
            shown.error = Some(refused.words.clone());
            Ok(refused.answer(|status| shown.answer(status)))
        }
    }
}

/// Takes the report in; gives its token.
async fn report(state: &HttpState, form: &Upload) -> Result<String, ReviewError> {
    let review = &state.services.review;
    review.admit(form.device.network)?;
    let input = ReportInput {
        account: account(&form.fields, &form.headers),
        what_happened: form.fields.text("what_happened").to_owned(),
        harm: form.fields.given("harm"),
        contact: form.fields.given("contact"),
        reporter: None,
    };
    let from = From {
        author: Author::server(),
        network: form.device.network,
    };
    Ok(review.report(&input, &from).await?.token)
}

/// The account that a form names.
pub(super) fn account(fields: &Fields, headers: &HeaderMap) -> AccountInput {
    let typed = CheckForm {
        phone: fields.text("phone").to_owned(),
        name: fields.text("name").to_owned(),
        link: fields.text("link").to_owned(),
    };
    AccountInput {
        medium: fields.given("medium"),
        ..typed.input(headers)
    }
}

/// Adds the files of a form to a report; each is taken or refused by itself.
async fn keep_files(
    state: &HttpState,
    token: &str,
    form: &mut Upload,
) -> Result<Vec<FileDone>, Problem> {
    let language = form.language;
    let review = &state.services.review;
    let mut done = Vec::new();
    while let Some(sent) = form.next_file().await? {
        if done.len() == FileKind::MAX_FILES {
            form.finish().await;
            break;
        }
        let declared = sent.declared.as_deref();
        let refused = match &sent.bytes {
            None => Some(say!(language; en: "It is larger than 5 MB."; zh: "文件超过 5 MB。")),
            Some(bytes) => match review.add_file(token, &sent.name, declared, bytes).await {
                Ok(_) => None,
                Err(error) => Some(Refused::of(error, language)?.words),
            },
        };
        let name = Shown::of(&sent.name, 60);
        done.push(FileDone { name, refused });
    }
    Ok(done)
}
