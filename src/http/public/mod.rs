//! The public page: one form, one answer in plain words. It works without scripts.
//!
//! The form is posted, so that the number that somebody asks about stands in no address, history or log.

mod appeals;
mod form;
mod reports;
mod said;
mod upload;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::form::CheckForm;
use self::view::{Answer, Page};
use super::extract::{ONE, read_body};
use super::language::{Spoken, mark};
use super::problem::Problem;
use super::{HttpState, embedded};
use crate::domain::{AnswerLanguage, Sentence, say};
use crate::service::check::How;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/", get(show_page).post(check_on_page))
        .route(
            "/assets/public.css",
            embedded("text/css; charset=utf-8", include_str!("public.css")),
        )
        .route(
            "/assets/icon.svg",
            embedded("image/svg+xml", include_str!("icon.svg")),
        )
        .route(
            "/favicon.ico",
            get(|| async { axum::response::Redirect::permanent("/assets/icon.svg") }),
        )
}

/// Reports and appeals, whose errors are pages, too.
pub(super) fn forms() -> Router<HttpState> {
    reports::routes().merge(appeals::routes())
}

async fn show_page(State(state): State<HttpState>, Spoken(language): Spoken) -> Response {
    let page = Page::of(&state, CheckForm::default(), language);
    render(StatusCode::OK, &page)
}

async fn check_on_page(
    State(state): State<HttpState>,
    Spoken(language): Spoken,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let read = read_body(request, ONE).await;
    let parsed = read
        .map_err(|problem| (CheckForm::default(), unreadable(&problem, language)))
        .and_then(|body| {
            let form = CheckForm::read(&body);
            match form.account(&headers, language) {
                Ok(account) => Ok((form, account)),
                Err(errors) => Err((form, errors)),
            }
        });
    let (form, account) = match parsed {
        Ok(both) => both,
        Err((form, error)) => {
            let page = Page {
                error: Some(error.into()),
                ..Page::of(&state, form, language)
            };
            return render(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let how = How {
        keep: false,
        explain: true,
        language,
        caller: None,
    };
    let checked = state.services.checks.check(vec![account], how).await;
    let page = Page::of(&state, form, language);
    match checked.map(|done| done.into_iter().next()) {
        Ok(Some(body)) => {
            let page = Page {
                answer: Some(Answer::of(body, language)),
                ..page
            };
            render(StatusCode::OK, &page)
        }
        Ok(None) => render_error(
            page,
            say!(language;
                en: "Something went wrong on our side. Please try again.";
                zh: "我们这边出了问题，请再试一次。"),
        ),
        Err(error) => {
            tracing::warn!(%error, "a check of the public page failed");
            render_error(
                page,
                say!(language;
                    en: "We cannot answer just now. Please try again in a moment.";
                    zh: "暂时无法给出结果，请稍后再试。"),
            )
        }
    }
}

fn unreadable(problem: &Problem, language: AnswerLanguage) -> Sentence {
    say!(language; en: "{}", problem.detail; zh: "提交的内容太大，或没有完整收到。")
}

fn render_error(page: Page, error: Sentence) -> Response {
    let page = Page {
        error: Some(error.into()),
        ..page
    };
    render(StatusCode::SERVICE_UNAVAILABLE, &page)
}

fn render(status: StatusCode, page: &Page) -> Response {
    let Ok(html) = page.render() else {
        return Problem::internal().into_response();
    };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        // With `no-referrer` a browser posts the form of a report with `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    mark(headers, page.language);
    response
}
