//! The caller's trace, from `traceparent` (W3C Trace Context, <https://www.w3.org/TR/trace-context/>, §3.2).
//!
//! It stands in every log line of the request, so that ours are found by the id under which the caller knows the call.
//! A header that is not as it should be counts as none, as the recommendation wants it.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName};

/// The header.
pub(super) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Which call of which trace asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TraceParent<'a> {
    /// Names the trace: 32 hexadecimal digits.
    pub(super) trace_id: Cow<'a, str>,
    /// Names the caller's own part of it: 16 hexadecimal digits.
    pub(super) parent_id: Cow<'a, str>,
}

impl<'a> TraceParent<'a> {
    /// Reads the header; none where it is absent, sent twice, or malformed.
    pub(super) fn of(headers: &'a HeaderMap) -> Option<Self> {
        let mut all = headers.get_all(TRACEPARENT).iter();
        let (first, second) = (all.next()?, all.next());
        if second.is_some() {
            return None;
        }
        Self::parse(first.to_str().ok()?)
    }

    /// Reads `00-<trace id>-<parent id>-<flags>`; a later version may have more behind.
    fn parse(value: &'a str) -> Option<Self> {
        let mut parts = value.splitn(5, '-');
        let version = hex(parts.next()?, 2)?;
        let trace_id = hex(parts.next()?, 32).filter(|id| !is_zero(id))?;
        let parent_id = hex(parts.next()?, 16).filter(|id| !is_zero(id))?;
        hex(parts.next()?, 2)?;
        let more = parts.next().is_some();
        (version != "ff" && !(version == "00" && more)).then_some(Self {
            trace_id: trace_id.into(),
            parent_id: parent_id.into(),
        })
    }

    /// The same, without the headers that it was read from.
    pub(super) fn into_owned(self) -> TraceParent<'static> {
        TraceParent {
            trace_id: Cow::Owned(self.trace_id.into_owned()),
            parent_id: Cow::Owned(self.parent_id.into_owned()),
        }
    }
}

/// So many hexadecimal digits, in lower case as the recommendation has them.
fn hex(text: &str, digits: usize) -> Option<&str> {
    let fits = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (text.len() == digits && text.bytes().all(fits)).then_some(text)
}

fn is_zero(id: &str) -> bool {
    id.bytes().all(|b| b == b'0')
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    #[test]
    fn a_trace_is_read_from_what_the_recommendation_allows_and_from_nothing_else() {
        let good = TraceParent {
            trace_id: TRACE.into(),
            parent_id: PARENT.into(),
        };
        for (value, read) in [
            (format!("00-{TRACE}-{PARENT}-01"), true),
            (format!("00-{TRACE}-{PARENT}-00"), true),
            // A later version may say more, of which we know nothing.
            (format!("cc-{TRACE}-{PARENT}-01"), true),
            (
                format!("cc-{TRACE}-{PARENT}-01-what-the-future-brings"),
                true,
            ),
            (format!("00-{TRACE}-{PARENT}-01-more"), false),
            (format!("00-{TRACE}-{PARENT}-01-"), false),
            (format!("cc-{TRACE}-{PARENT}-01.more"), false),
            (format!("ff-{TRACE}-{PARENT}-01"), false),
            (format!("00-{}-{PARENT}-01", "0".repeat(32)), false),
            (format!("00-{TRACE}-{}-01", "0".repeat(16)), false),
            (format!("00-{}-{PARENT}-01", TRACE.to_uppercase()), false),
            (format!("00-{TRACE}-{PARENT}"), false),
            (format!("00-{TRACE}-{PARENT}-1"), false),
            (format!("0-{TRACE}-{PARENT}-01"), false),
            (format!("00-{TRACE}0-{PARENT}-01"), false),
            (format!("00-{}-{PARENT}-01", "g".repeat(32)), false),
            (format!(" 00-{TRACE}-{PARENT}-01"), false),
            (String::new(), false),
        ] {
            let parsed = TraceParent::parse(&value);
            assert_eq!(parsed, read.then(|| good.clone()), "{value:?}");
        }
    }

    #[test]
    fn a_header_that_is_sent_twice_counts_as_none() {
        let mut headers = HeaderMap::new();
        assert_eq!(TraceParent::of(&headers), None);
        let value = HeaderValue::from_str(&format!("00-{TRACE}-{PARENT}-01")).unwrap();
        headers.append(TRACEPARENT, value.clone());
        assert_eq!(TraceParent::of(&headers).unwrap().trace_id, TRACE);
        headers.append(TRACEPARENT, value);
        assert_eq!(TraceParent::of(&headers), None);
    }
}
