//! The language of an answer, chosen by `Accept-Language` (RFC 9110 §12.5.4).
//!
//! The header is read here because no crate reads it well: `fluent-langneg` 0.14 ignores weights, `accept-language` 3.1
//! matches whole tags only, takes `q=0` for a wish and sorts by an order that `q=NaN` breaks.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::IntoParams;

use super::Problem;
use crate::domain::AnswerLanguage;

/// The language in which a request is to be answered.
#[derive(Debug, Clone, Copy)]
pub struct Spoken(pub AnswerLanguage);

impl<S: Sync> FromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(wanted(&parts.headers)))
    }
}

/// An answer that says in which language it is, and that it depends on the one asked for.
#[derive(Debug)]
pub struct InLanguage<T>(pub AnswerLanguage, pub T);

/// Room for most answers, so that the text is not moved while it grows.
const ANSWER_BYTES: usize = 4_096;

/// Room for the headers of an answer and of the layers that it passes.
const HEADERS: usize = 16;

impl<T: Serialize> IntoResponse for InLanguage<T> {
    fn into_response(self) -> Response {
        let mut text = Vec::with_capacity(ANSWER_BYTES);
        if let Err(error) = serde_json::to_writer(&mut text, &self.1) {
            return Problem::fault(format!("an answer could not be written: {error}"))
                .into_response();
        }
        let mut response = Response::new(Body::from(text));
        let headers = response.headers_mut();
        headers.reserve(HEADERS);
        let kind = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, kind);
        mark(headers, self.0);
        response
    }
}

/// `Accept-Language` and `Content-Language` as the OpenAPI document describes them.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct AcceptLanguage {
    /// The language of sentences and advice: `en` or `zh-Hans` (also `zh`, `zh-CN`, `zh-SG`); English where none of these is asked for.
    #[param(
        rename = "Accept-Language",
        nullable = false,
        example = "zh-CN,zh;q=0.9,en;q=0.8"
    )]
    #[expect(
        dead_code,
        reason = "it only describes the header, which `Spoken` reads"
    )]
    accept_language: Option<String>,
}

impl AcceptLanguage {
    /// The name of the header, by which an operation that has it is known.
    pub const NAME: &'static str = "Accept-Language";
    /// What the header `Content-Language` of its answer says.
    pub const ANSWERED: &'static str = "The language of the sentences: `en` or `zh-Hans`.";
}

/// Sets `Content-Language`, and adds to `Vary`.
pub fn mark(headers: &mut HeaderMap, language: AnswerLanguage) {
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.tag()),
    );
    headers.append(header::VARY, HeaderValue::from_static("accept-language"));
}

/// The language that the headers ask for; the default where they ask for none that is spoken.
pub fn wanted(headers: &HeaderMap) -> AnswerLanguage {
    if !headers.contains_key(header::ACCEPT_LANGUAGE) {
        return AnswerLanguage::default();
    }
    let ranges: Vec<Range> = headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(Range::read)
        .collect();
    let mut best: Option<(Wish, AnswerLanguage)> = None;
    for &language in AnswerLanguage::ALL {
        let Some(wish) = wish(&ranges, language).filter(|w| w.weight > 0) else {
            continue;
        };
        // On a tie what was named first is wanted more, and the default where neither was.
        let better = |(other, _): &(Wish, AnswerLanguage)| {
            wish.weight > other.weight || (wish.weight == other.weight && wish.place < other.place)
        };
        if best.as_ref().is_none_or(better) {
            best = Some((wish, language));
        }
    }
    best.map_or_else(AnswerLanguage::default, |(_, language)| language)
}

/// One range of the header that means something here.
struct Range {
    /// None for `*`, which stands for all that no other range names.
    language: Option<AnswerLanguage>,
    /// In thousandths.
    weight: u16,
}

impl Range {
    /// Reads `zh-CN;q=0.8`; none for a language that is not spoken, or for what is no range.
    fn read(item: &str) -> Option<Self> {
        let (tag, parameter) = match item.split_once(';') {
            Some((tag, parameter)) => (tag.trim(), Some(parameter)),
            None => (item.trim(), None),
        };
        let language = match tag {
            "*" => None,
            tag => Some(AnswerLanguage::of_tag(tag)?),
        };
        let weight = parameter.map_or(Some(1000), weight)?;
        Some(Self { language, weight })
    }
}

/// A weight in thousandths: `q=` and 0 to 1 with at most three decimals (RFC 9110 §12.4.2), nothing else.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.trim().split_once('=')?;
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    if !name.eq_ignore_ascii_case("q") || !digits || !matches!(whole, "0" | "1") {
        return None;
    }
    let thousandths: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

/// How much a language is wanted, and where that is said.
struct Wish {
    weight: u16,
    place: usize,
}

fn wish(ranges: &[Range], language: AnswerLanguage) -> Option<Wish> {
    let heaviest = |wanted: Option<AnswerLanguage>| {
        let (place, range) = (ranges.iter().enumerate())
            .filter(|(_, range)| range.language == wanted)
            // The last of equals is given by `max_by_key`, hence from behind.
            .rev()
            .max_by_key(|(_, range)| range.weight)?;
        let weight = range.weight;
        Some(Wish { weight, place })
    };
    heaviest(Some(language)).or_else(|| heaviest(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_most_wanted_of_those_spoken_is_chosen() {
        let (en, zh) = (AnswerLanguage::English, AnswerLanguage::SimplifiedChinese);
        for (asked, language) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", zh),
            ("en-GB,en;q=0.9,zh-CN;q=0.8", en),
            ("en;q=0.8, zh;q=0.9", zh),
            ("de, fr;q=0.9, zh-Hans;q=0.1", zh),
            ("ZH-hans-SG", zh),
            // Taiwan's browsers: traditional first, but any Chinese before English.
            ("zh-TW,zh;q=0.9,en;q=0.8", zh),
            ("zh-TW,en;q=0.8", en),
            ("zh-Hant", en),
            // A tie goes to what was named first.
            ("zh, en", zh),
            ("en, zh", en),
            ("zh;q=0.5, en;q=0.5", zh),
            // A star is all that is not named; of those the default comes first.
            ("*", en),
            ("de, *;q=0.1", en),
            ("zh, *;q=0.5", zh),
            ("zh;q=0.3, *;q=0.5", en),
            ("en;q=0, *", zh),
            ("zh;q=0, *", en),
            // What is refused is not given while anything else is to be had.
            ("en;q=0, zh;q=0.001", zh),
            ("en;q=0", en),
            ("*;q=0", en),
            ("en-US;q=0.1, en;q=0.9, zh;q=0.5", en),
            // What is no range is passed over, and what is no weight with it.
            ("", en),
            (",,;;,=,", en),
            ("zh;q=2, en;q=0.1", en),
            ("zh;q=1.001", en),
            ("zh;q=-1", en),
            ("zh;q=NaN", en),
            ("zh;q=0.1234", en),
            ("zh;q=", en),
            ("zh;level=1", en),
            ("zh ; Q=1.000 , en;q=0.999", zh),
            ("zh;q=1.", zh),
            ("zh_CN", en),
            ("中文", en),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(
                header::ACCEPT_LANGUAGE,
                HeaderValue::from_bytes(asked.as_bytes()).unwrap(),
            );
            assert_eq!(wanted(&headers), language, "{asked}");
        }
        assert_eq!(wanted(&HeaderMap::new()), en);
    }

    #[test]
    fn headers_given_twice_are_one_list() {
        let mut headers = HeaderMap::new();
        for part in ["en;q=0.5", "zh"] {
            headers.append(header::ACCEPT_LANGUAGE, HeaderValue::from_static(part));
        }
        assert_eq!(wanted(&headers), AnswerLanguage::SimplifiedChinese);
    }
}
