//! Errors that point at a field.

use crate::domain::Invalid;

/// What is wrong with one field of a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = FieldError)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the field within the document.
    #[schema(example = "/default_region")]
    pub pointer: String,
    /// Stable code.
    #[schema(example = "invalid_value")]
    pub code: String,
    /// What is wrong, for a person.
    pub detail: String,
}

/// Every field of a document that is wrong; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.summary())]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// One field error.
    pub fn one(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self(vec![FieldError {
            pointer: pointer.into(),
            code: code.to_owned(),
            detail: detail.into(),
        }])
    }

    fn summary(&self) -> String {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|e| {
                if e.pointer.is_empty() {
                    e.detail.clone()
                } else {
                    format!("{}: {}", e.pointer, e.detail)
                }
            })
            .collect();
        lines.join("; ")
    }
}

/// Collects field errors while a document is parsed, so that all of them are told at once.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    errors: Vec<FieldError>,
}

impl Collector {
    /// Parses an optional field; an error is noted under `pointer`.
    pub(crate) fn parse<T>(
        &mut self,
        pointer: &str,
        value: Option<&String>,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        value.and_then(|value| self.note(pointer, parse(value)))
    }

    /// Keeps a value or notes why there is none.
    pub(crate) fn note<T>(&mut self, pointer: &str, result: Result<T, Invalid>) -> Option<T> {
        result
            .map_err(|invalid| self.push(pointer, "invalid_value", invalid.to_string()))
            .ok()
    }

    /// Notes an error.
    pub(crate) fn push(&mut self, pointer: &str, code: &str, detail: String) {
        self.errors.push(FieldError {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail,
        });
    }

    /// Gives the value if nothing was noted.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, FieldErrors> {
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(FieldErrors(self.errors))
        }
    }
}
