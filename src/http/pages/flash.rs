//! What a page says once, after a form led to it: kept in a cookie between the two.

use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::told;
use crate::domain::{AnswerLanguage, Sentence};
use crate::http::site::OurCookie;
use crate::http::{HttpState, Problem};

/// Longest text, in characters, so that the cookie fits every browser.
const LONGEST: usize = 600;
/// How long it waits for its page, in seconds.
const WAITS: i64 = 60;

/// How something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Good,
    /// It was not.
    Bad,
}

impl Tone {
    /// Names the style.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }

    /// For those who do not see the colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "!",
        }
    }
}

/// Something to say once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// How.
    pub tone: Tone,
    /// What.
    pub text: String,
}

impl Flash {
    /// Something was done.
    pub fn good(text: Sentence) -> Self {
        Self {
            tone: Tone::Good,
            text: text.into(),
        }
    }

    /// Something went wrong.
    pub fn bad(problem: &Problem, language: AnswerLanguage) -> Self {
        Self {
            tone: Tone::Bad,
            text: told(problem, language).into(),
        }
    }

    /// Lets the next page say it.
    pub fn on(&self, state: &HttpState, mut response: Response) -> Response {
        let text: String = self.text.chars().take(LONGEST).collect();
        let sign = match self.tone {
            Tone::Good => 'g',
            Tone::Bad => 'b',
        };
        let value = URL_SAFE_NO_PAD.encode(format!("{sign}{text}"));
        state
            .site
            .set_cookie(&mut response, OurCookie::Flash, &value, WAITS);
        response
    }

    /// What the page before left, if anything.
    pub fn of(state: &HttpState, headers: &HeaderMap) -> Option<Self> {
        let value = state.site.cookie(headers, OurCookie::Flash)?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
        let (tone, text) = match (text.strip_prefix('g'), text.strip_prefix('b')) {
            (Some(text), _) => (Tone::Good, text),
            (_, Some(text)) => (Tone::Bad, text),
            _ => return None,
        };
        Some(Self {
            tone,
            text: text.chars().take(LONGEST).collect(),
        })
    }
}
