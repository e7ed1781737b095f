//! What every page passes through: an error becomes a page, and a missing session leads to where one signs in.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::frame::{Door, Frame};
use super::{HX_REQUEST, page, see_other, told};
use crate::domain::AnswerLanguage;
use crate::http::language::wanted;
use crate::http::site::OurCookie;
use crate::http::{HttpState, Problem};

const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
/// Where one signs in.
pub const SIGN_IN: &str = "/sign-in";
/// Where one shows the second factor, or sets it up.
pub const SECOND_FACTOR: &str = "/account/second-factor";

#[derive(Debug, Template)]
#[template(path = "pages/error.html", config = "src/http/pages/askama.toml")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    says: &'static str,
    detail: String,
}

/// What is remembered of a request for the case that it fails.
struct Asked {
    headers: HeaderMap,
    /// Where to come back to after signing in.
    back: String,
    by_htmx: bool,
}

/// Turns problems into pages, for those who want pages.
pub async fn carry(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let mut response = next.run(request).await;
    if is_page(&response) && !asked.by_htmx {
        forget_flash(&state, &asked.headers, &mut response);
    }
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || is_page(&response) || !(asked.by_htmx || wants_page(&asked.headers)) {
        return response;
    }
    let given = response.extensions_mut().remove::<Problem>();
    let problem = given.unwrap_or_else(|| Problem::of_status(status));
    let mut answer = answer(&state, &asked, problem).await;
    for name in [header::SET_COOKIE, header::ALLOW] {
        for value in response.headers().get_all(&name) {
            answer.headers_mut().append(&name, value.clone());
        }
    }
    answer
}

/// What stands at no address.
pub async fn not_found() -> Problem {
    Problem::not_found("There is nothing at this address.")
}

impl Asked {
    fn of(request: &Request) -> Self {
        let headers = request.headers().clone();
        let path = request.uri().path_and_query();
        // A form cannot be sent anew after signing in; its page can be looked at again.
        let back = if request.method().is_safe() {
            path.map_or("/", |p| p.as_str()).to_owned()
        } else {
            let from = headers.get(header::REFERER).and_then(|v| v.to_str().ok());
            let from = from.and_then(|url| url.split_once("://")?.1.split_once('/'));
            from.map_or_else(|| "/console".to_owned(), |(_, path)| format!("/{path}"))
        };
        Self {
            by_htmx: headers.contains_key(HX_REQUEST),
            headers,
            back,
        }
    }
}

async fn answer(state: &HttpState, asked: &Asked, problem: Problem) -> Response {
    let next = form_urlencoded::byte_serialize(asked.back.as_bytes()).collect::<String>();
    let leads_to = match problem.code {
        "session_needed" | "key_needed" => Some(format!("{SIGN_IN}?next={next}")),
        "fresh_sign_in_needed" => Some(format!("{SIGN_IN}?again=1&next={next}")),
        "totp_needed" => Some(format!("{SECOND_FACTOR}?next={next}")),
        _ => None,
    };
    if let Some(path) = leads_to {
        if asked.by_htmx {
            let path = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static(SIGN_IN));
            return (StatusCode::NO_CONTENT, [(HX_REDIRECT, path)]).into_response();
        }
        return see_other(&path);
    }
    let status = problem.status();
    let language = wanted(&asked.headers);
    let frame = frame_for(state, &asked.headers, language).await;
    let says = summary(status, language);
    let template = ErrorPage {
        frame: Frame {
            title: says.to_owned(),
            ..frame
        },
        status: status.as_u16(),
        says,
        detail: told(&problem, language).into(),
    };
    let mut response = page(status, language, &template);
    if let Some(seconds) = problem.retry_after() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(cause) = problem.cause() {
        tracing::error!(cause, code = problem.code, "a page could not be shown");
    }
    response
}

/// The frame of an error: with the rooms for somebody who is signed in.
async fn frame_for(state: &HttpState, headers: &HeaderMap, language: AnswerLanguage) -> Frame {
    let person = match state.site.cookie(headers, OurCookie::Session) {
        Some(token) => state.services.people.authenticate(&token).await.ok(),
        None => None,
    };
    match person.flatten() {
        Some(person) => Frame::of(language, &person, None),
        None => Door(language).frame("", "", None),
    }
}

fn summary(status: StatusCode, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match status.as_u16() {
        403 => ("You may not do this", "您没有权限执行此操作"),
        404 => ("This page does not exist", "页面不存在"),
        405 => ("This address does not take that", "此地址不支持这种请求"),
        409 => ("This is not possible now", "现在无法执行此操作"),
        412 => (
            "Somebody else changed this meanwhile",
            "其他人已修改了此内容",
        ),
        413 => ("This is too large", "提交的内容太大"),
        429 => ("Too many tries", "尝试次数过多"),
        503 => ("We cannot answer just now", "暂时无法响应"),
        500.. => ("Something went wrong on our side", "我们这边出了问题"),
        _ => ("This cannot be done as asked", "无法按要求处理"),
    };
    crate::domain::Bilingual { en, zh }.of(language)
}

/// A page has said what was to be said once.
fn forget_flash(state: &HttpState, headers: &HeaderMap, response: &mut Response) {
    if state.site.cookie(headers, OurCookie::Flash).is_some() {
        state.site.set_cookie(response, OurCookie::Flash, "", 0);
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|v| v.as_bytes().starts_with(b"text/html"))
}

/// Whether whoever asks reads pages: browsers say so, programs do not.
fn wants_page(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    accepted.any(|v| v.to_str().is_ok_and(|v| v.contains("text/html")))
}
