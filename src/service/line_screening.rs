//! Screening by lines: one JSON object in, one out, with the same `id` (DESIGN §4).
//!
//! A line that cannot be used is answered by an error in its place, so that a stream of millions never stops.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::Value;

use super::check::digest::Digests;
use super::check::screen_ruled;
use super::contract::{AccountInput, AssessmentBody, FieldErrors, read_json};
use super::lines::RawLine;
use super::live::Impostors;
use crate::domain::{Account, AnswerLanguage, Assessment, Coverage};
use crate::engine::index::Index;
use crate::engine::screening::{Options, model_version, screen};

/// Screens lines, or single accounts, against one state of the registry.
#[derive(Debug, Clone)]
pub struct LineScreener {
    index: Arc<Index>,
    options: Options,
    registry_seq: u64,
    ruled: Option<(Arc<Impostors>, Digests)>,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    detail: String,
}

impl LineScreener {
    /// Longest line of an account, in bytes.
    pub const MAX_BYTES: usize = 1024 * 1024;

    /// Screens against `index`; `assume_coverage` overrides what businesses say of themselves.
    pub fn new(index: Arc<Index>, assume_coverage: Option<Coverage>, registry_seq: u64) -> Self {
        let options = Options {
            assume_coverage,
            ..Options::default()
        };
        Self {
            index,
            options,
            registry_seq,
            ruled: None,
        }
    }

    /// The same, with what reviewers ruled on accounts in a database of a secret.
    #[must_use]
    pub fn with_rulings(mut self, impostors: Arc<Impostors>, secret: &[u8; 32]) -> Self {
        self.ruled = Some((impostors, Digests::new(secret)));
        self
    }

    /// The same, telling in a language.
    #[must_use]
    pub fn telling_in(mut self, language: AnswerLanguage) -> Self {
        self.options.language = language;
        self
    }

    /// The same, asked for an instant: channels that are registered for another time do not count.
    #[must_use]
    pub fn as_of(mut self, at: Timestamp) -> Self {
        self.options.at = Some(at);
        self
    }

    /// The index that is asked.
    pub fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// How many businesses are asked.
    pub fn businesses(&self) -> usize {
        self.index.len()
    }

    /// Screens one account.
    pub fn screen(&self, account: &Account) -> Assessment {
        match &self.ruled {
            Some((impostors, digests)) => {
                screen_ruled(&self.index, impostors, *digests, account, &self.options)
            }
            None => screen(&self.index, account, &self.options),
        }
    }

    /// The answer as JSON, with advice and without an id.
    pub fn render(&self, assessment: Assessment) -> AssessmentBody {
        AssessmentBody::of(assessment, model_version(), self.registry_seq)
    }

    /// Names the model that scores.
    pub fn model() -> &'static str {
        model_version()
    }

    /// The id of a line, even of one that is broken behind it; a text or a whole number, as it stands.
    pub fn read_id(line: &RawLine) -> Option<Value> {
        let text = String::from_utf8_lossy(&line.bytes);
        let mut found = None;
        // The outcome is in `found`: the rest of the line may well be broken, or is not worth reading.
        let _ = serde_json::Deserializer::from_str(&text).deserialize_map(IdProbe(&mut found));
        found.filter(|id| match id {
            Value::String(text) => text.len() <= 1_000,
            Value::Number(number) => number.is_u64() || number.is_i64(),
            _ => false,
        })
    }

    /// Appends the answer to one line, line break included; nothing for a blank line.
    pub fn screen_line(&self, line: &RawLine, out: &mut Vec<u8>) {
        if line.is_blank() {
            return;
        }
        let id = Self::read_id(line);
        let answer = match self.answer(line, id.as_ref()) {
            Ok(body) => with_id(id.as_ref(), &body, out),
            Err(errors) => write_error(line.number, id, &errors, out),
        };
        // Writing to memory fails for no value of ours: keys are strings and numbers finite.
        if answer.is_ok() {
            out.push(b'\n');
        }
    }

    /// Screens the account on one line.
    pub fn assess(&self, line: &RawLine) -> Result<Assessment, FieldErrors> {
        if line.too_long {
            let detail = "the line is longer than 1 MiB";
            return Err(FieldErrors::one("", "line_too_long", detail));
        }
        Ok(self.screen(&read_account(&line.bytes)?.parse()?))
    }

    fn answer(&self, line: &RawLine, id: Option<&Value>) -> Result<AssessmentBody, FieldErrors> {
        let assessment = self.assess(line)?;
        if id.is_none() {
            let detail = "a line needs an id, a text or a whole number, to be answered by";
            return Err(FieldErrors::one("/id", "id_missing", detail));
        }
        let mut body = self.render(assessment);
        body.advice = None;
        Ok(body)
    }
}

fn read_account(line: &[u8]) -> Result<AccountInput, FieldErrors> {
    std::str::from_utf8(line).map_err(|e| {
        let detail = format!("it is not UTF-8 (byte {})", e.valid_up_to() + 1);
        FieldErrors::one("", "invalid_utf8", detail)
    })?;
    read_json(line)
}

/// Writes the answer with the id first, so that a reader of the stream sees it before anything else.
fn with_id(
    id: Option<&Value>,
    body: &AssessmentBody,
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    #[derive(Serialize)]
    struct Answer<'a> {
        id: Option<&'a Value>,
        #[serde(flatten)]
        body: &'a AssessmentBody,
    }
    serde_json::to_writer(out, &Answer { id, body })
}

fn write_error(
    number: u64,
    id: Option<Value>,
    errors: &FieldErrors,
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    let code = errors
        .0
        .first()
        .map_or("invalid_value", |e| e.code.as_str());
    let detail = if id.is_some() {
        errors.to_string()
    } else {
        format!("line {number}: {errors}")
    };
    let error = ErrorBody { code, detail };
    serde_json::to_writer(out, &ErrorLine { id, error })
}

/// Reads an object up to its `id` and no further.
struct IdProbe<'a>(&'a mut Option<Value>);

impl<'de> Visitor<'de> for IdProbe<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "id" {
                *self.0 = Some(map.next_value()?);
                return Err(A::Error::custom("found"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(line: &[u8]) -> Option<Value> {
        let screener = LineScreener::new(Arc::default(), None, 7);
        let line = RawLine {
            number: 3,
            bytes: line.to_vec(),
            too_long: line.len() > LineScreener::MAX_BYTES,
        };
        let mut out = Vec::new();
        screener.screen_line(&line, &mut out);
        let text = String::from_utf8(out).unwrap();
        assert!(text.is_empty() || text.ends_with("}\n"), "{text}");
        (!text.is_empty()).then(|| serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn an_answer_carries_the_id_as_it_was_and_no_advice() {
        for id in [r#""a-1""#, "17"] {
            let line = format!(r#"{{"display_name":"Ann","id":{id},"nickname":"x"}}"#);
            let answer = answer(line.as_bytes()).unwrap();
            assert_eq!(answer["id"].to_string(), id);
            assert_eq!(answer["verdict"], "unknown");
            assert_eq!(answer["registry_seq"], 7);
            assert!(answer.get("advice").is_none());
        }
    }

    #[test]
    fn a_line_that_cannot_be_used_is_answered_by_an_error_with_its_id() {
        let long_name = format!(r#"{{"id":"x","display_name":"{}"}}"#, "a".repeat(500_000));
        let deep = format!(r#"{{"id":"x","a":{}"#, "[".repeat(100_000));
        for (line, code, part) in [
            (&br#"{"id":"x","phone":"1"#[..], "invalid_json", ""),
            (
                b"{\"id\":\"x\",\"display_name\":\"\xff\"}",
                "invalid_utf8",
                "byte 27",
            ),
            (
                br#"{"id":"x","display_name":7}"#,
                "invalid_type",
                "/display_name",
            ),
            (
                br#"{"id":"x","handle":{"platform":1}}"#,
                "invalid_type",
                "/handle/platform",
            ),
            (
                br#"{"id":"x","handle":{"platform":"icq","value":"a"}}"#,
                "invalid_value",
                "/handle/platform",
            ),
            (
                br#"{"id":"x","default_region":"Germany"}"#,
                "invalid_value",
                "/default_region",
            ),
            (br#"{"id":"x"}"#, "empty_account", "at least one of phone"),
            (
                br#"{"id":"x","display_name":"a"} {}"#,
                "invalid_json",
                "trailing",
            ),
            (long_name.as_bytes(), "invalid_value", "/display_name"),
            (deep.as_bytes(), "invalid_json", ""),
        ] {
            let answer = answer(line).unwrap();
            assert_eq!(answer["id"], "x");
            assert_eq!(answer["error"]["code"], code, "{answer}");
            let detail = answer["error"]["detail"].as_str().unwrap();
            assert!(detail.contains(part) && detail.len() < 1_000, "{detail}");
        }
    }

    #[test]
    fn a_line_without_an_id_is_named_by_its_number() {
        for line in [
            &br#"{"display_name":"Ann"}"#[..],
            br#"{"id":null,"display_name":"Ann"}"#,
            b"[]",
            b"\xff",
        ] {
            let answer = answer(line).unwrap();
            assert!(answer.get("id").is_none());
            assert!(
                answer["error"]["detail"]
                    .as_str()
                    .unwrap()
                    .starts_with("line 3: ")
            );
        }
        assert_eq!(answer(b" \t"), None);
    }

    #[test]
    fn a_line_over_one_mebibyte_is_refused_by_name() {
        let line = format!(
            r#"{{"id":"x","about":"{}"}}"#,
            "a".repeat(LineScreener::MAX_BYTES)
        );
        assert_eq!(
            answer(line.as_bytes()).unwrap()["error"]["code"],
            "line_too_long"
        );
    }
}
