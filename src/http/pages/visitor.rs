//! Who looks at a page, and what they send by a form.
//!
//! A form shows that it is meant in two ways, since a browser sends the cookie whoever makes it ask: by the session's token in
//! a hidden field (htmx sends it as a header), which no other site can read, and by its origin.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use subtle::ConstantTimeEq;

use super::flash::Flash;
use super::frame::Frame;
use crate::domain::{AnswerLanguage, Reason};
use crate::http::extract::{ONE, read_body};
use crate::http::language::wanted;
use crate::http::signed_in::{CSRF_TOKEN, From, require_same_origin};
use crate::http::site::OurCookie;
use crate::http::{HttpState, Problem};
use crate::service::access::{Caller, Scope};
use crate::service::author::Author;
use crate::service::people::{Device, Own};

/// Somebody who is signed in and looks at a page.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who it is, and where from.
    pub own: Own,
    /// The language to speak.
    pub language: AnswerLanguage,
    flash: Option<Flash>,
}

impl Visitor {
    /// The visitor, if it may do what needs a scope.
    pub fn with(self, scope: Scope) -> Result<Self, Problem> {
        self.caller().require(scope)?;
        Ok(self)
    }

    /// The visitor as who asks.
    pub fn caller(&self) -> Caller {
        self.own.person.caller()
    }

    /// The visitor as somebody who writes.
    pub fn author(&self) -> Author {
        self.author_because(None)
    }

    /// The visitor as somebody who writes and says why.
    pub fn author_because(&self, reason: Option<Reason>) -> Author {
        let request_id = self.own.device.request_id.clone();
        self.caller().author(reason, request_id)
    }

    /// The frame of a page for the visitor.
    pub fn frame(&self, title: impl std::fmt::Display, room: &'static str) -> Frame {
        Frame::of(self.language, &self.own.person, self.flash.clone()).titled(title, room)
    }

    /// Who sends a request, whether or not it is meant; nobody gets past without a session.
    async fn of(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let token = state.site.cookie(&parts.headers, OurCookie::Session);
        let person = match token {
            Some(token) => state.services.people.authenticate(&token).await?,
            None => None,
        };
        let Some(person) = person else {
            let detail = "Sign in first: this page is for people who are signed in.";
            let status = StatusCode::UNAUTHORIZED;
            return Err(Problem::new(status, "session_needed", detail));
        };
        let flash = Flash::of(state, &parts.headers);
        let Ok(From(device)) = From::from_request_parts(parts, state).await;
        Ok(Self {
            own: Own { person, device },
            language: wanted(&parts.headers),
            flash,
        })
    }
}

/// Only for pages that are read: whatever changes something takes [`Submitted`].
impl FromRequestParts<HttpState> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        if !parts.method.is_safe() {
            return Err(Problem::fault("a form was read as a page"));
        }
        Self::of(parts, state).await
    }
}

/// A form that somebody who is signed in sent, and meant to.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// Who it is.
    pub visitor: Visitor,
    /// What was sent.
    pub fields: Fields,
}

impl Submitted {
    /// The form, if its sender may do what needs a scope.
    pub fn with(self, scope: Scope) -> Result<Self, Problem> {
        self.visitor.caller().require(scope)?;
        Ok(self)
    }
}

impl FromRequest<HttpState> for Submitted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        require_same_origin(&parts, state)?;
        let visitor = Visitor::of(&mut parts, state).await?;
        let headers = parts.headers.clone();
        let fields = Fields::read(Request::from_parts(parts, body)).await?;
        let shown = headers.get(CSRF_TOKEN).map_or_else(
            || fields.text("csrf_token").as_bytes(),
            axum::http::HeaderValue::as_bytes,
        );
        let meant: bool = shown.ct_eq(visitor.own.person.csrf_token.as_bytes()).into();
        if !meant {
            let detail = "This form is from an earlier session. Go back, load the page anew and send it again.";
            return Err(Problem::new(StatusCode::FORBIDDEN, "csrf", detail));
        }
        Ok(Self { visitor, fields })
    }
}

/// A form of somebody who need not be signed in, from a page of ours.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// Where it is sent from.
    pub device: Device,
    /// What was sent.
    pub fields: Fields,
    /// The language to speak.
    pub language: AnswerLanguage,
    /// All that stands in the request's head.
    pub headers: HeaderMap,
}

impl FromRequest<HttpState> for Unknown {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        require_same_origin(&parts, state)?;
        let Ok(From(device)) = From::from_request_parts(&mut parts, state).await;
        let headers = parts.headers.clone();
        let fields = Fields::read(Request::from_parts(parts, body)).await?;
        Ok(Self {
            device,
            fields,
            language: wanted(&headers),
            headers,
        })
    }
}

/// The fields of a form, or of a query, as sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    async fn read(request: Request) -> Result<Self, Problem> {
        Ok(Self::parse(&read_body(request, ONE).await?))
    }

    /// Fields that were read otherwise.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Reads `name=value&…`.
    pub fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The text of a field, trimmed; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The text of a field just as typed.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// The text of a field that was filled in.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name).to_owned()).filter(|t| !t.is_empty())
    }

    /// Whether a value was sent under a name.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(n, v)| n == name && v == value)
    }

    /// Every value of a name, as ticked boxes send them.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(n, _)| n == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The same fields as a query, of those that were filled in; without one of them.
    pub fn query_without(&self, without: &str) -> String {
        let given = self.0.iter();
        let given = given.filter(|(n, v)| n != without && n != "csrf_token" && !v.is_empty());
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(given)
            .finish()
    }
}

/// The query of an address.
impl FromRequestParts<HttpState> for Fields {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(
            parts.uri.query().unwrap_or_default().as_bytes(),
        ))
    }
}

/// An address within this site that somebody is to be led to; none for what would lead elsewhere.
pub fn local_path(path: &str) -> Option<&str> {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let ours = path.starts_with('/') && !path.starts_with("//");
    (plain && ours && path.len() <= 1_000).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for path in ["/", "/console/businesses?q=a%20b&x=1", "/account#totp"] {
            assert_eq!(local_path(path), Some(path));
        }
        for path in [
            "",
            "console",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/a\r\nset-cookie: x=1",
            "/ a",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_path(path), None, "{path:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(1_000))), None);
    }

    #[test]
    fn fields_are_read_as_forms_send_them() {
        let fields = Fields::parse(b"scope=check&scope=admin&name=+A%20b+&empty=&csrf_token=x");
        assert_eq!(fields.all("scope").collect::<Vec<_>>(), ["check", "admin"]);
        assert_eq!((fields.text("name"), fields.raw("name")), ("A b", " A b "));
        assert_eq!(fields.given("empty"), None);
        assert_eq!(fields.query_without("scope"), "name=+A+b+");
    }
}
