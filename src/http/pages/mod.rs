//! What every page for people who sign in shares: the frame around it, its assets, forms, errors.
//!
//! Pages work without scripts; with them they have keys, a palette and lists that follow what one types. The policy lets no
//! script or style run that is not a file of ours. htmx is <https://htmx.org> 2.0.11, as its package has it.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, and pass all by reference"
)]

mod carry;
mod flash;
mod frame;
pub mod qr;
mod shown;
mod told;
mod visitor;
pub mod words;

use askama::Template;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub use carry::{carry, not_found};
pub use flash::{Flash, Tone};
pub use frame::{Door, Frame};
pub use shown::{Shown, When};
pub use told::{told, wrong_fields};
pub use visitor::{Fields, Submitted, Unknown, Visitor, local_path};

use super::language::mark;
use super::{HttpState, Problem, embedded};
use crate::domain::AnswerLanguage;

/// What a page may load and do. `data:` is for nothing, and neither is inline.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Set by htmx on each of its requests.
pub const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");

pub(super) fn routes() -> Router<HttpState> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    Router::new()
        .route(
            "/assets/pages.css",
            embedded("text/css; charset=utf-8", include_str!("assets/pages.css")),
        )
        .route(
            "/assets/pages.js",
            embedded(SCRIPT, include_str!("assets/pages.js")),
        )
        .route(
            "/assets/htmx.min.js",
            embedded(SCRIPT, include_str!("assets/htmx.min.js")),
        )
}

/// A page as an answer. Pages hold what only the one who asks may see, so that nobody keeps them.
pub fn page(status: StatusCode, language: AnswerLanguage, template: &impl Template) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            return Problem::fault(format!("a page was not written: {error}")).into_response();
        }
    };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        // With `no-referrer` a browser posts our own forms with `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    mark(headers, language);
    response
}

/// Leads a browser on after a form.
pub fn see_other(path: &str) -> Response {
    let headers = [
        (header::LOCATION, path),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
