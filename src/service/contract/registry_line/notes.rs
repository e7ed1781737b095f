//! What is kept out of a line, noted while it is read.

use super::super::field::FieldError;
use super::Warning;
use crate::domain::{Invalid, Text};

/// What is kept out, noted while a line is read.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) warnings: Vec<Warning>,
}

impl Notes {
    pub(super) fn push(&mut self, pointer: &str, code: &str, detail: String) {
        self.warnings.push(Warning::KeptOut(FieldError {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail,
        }));
    }

    pub(super) fn note<T>(&mut self, pointer: &str, result: Result<T, Invalid>) -> Option<T> {
        result
            .map_err(|invalid| self.push(pointer, "invalid_value", invalid.to_string()))
            .ok()
    }

    /// Reads an optional value; a blank one is none.
    pub(super) fn field<T>(
        &mut self,
        pointer: &str,
        value: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = value.filter(|v| !v.trim().is_empty())?;
        self.note(pointer, parse(value))
    }

    pub(super) fn text<const MAX: usize>(
        &mut self,
        pointer: &str,
        value: Option<&str>,
    ) -> Option<Text<MAX>> {
        self.field(pointer, value, |v| Text::parse("text", v))
    }

    pub(super) fn list<T, U>(
        &mut self,
        pointer: &str,
        values: &[T],
        max: usize,
        parse: impl Fn(&T) -> Result<U, Invalid>,
    ) -> Vec<U> {
        if values.len() > max {
            self.push(
                pointer,
                "too_many",
                format!("only the first {max} of {} are kept", values.len()),
            );
        }
        values
            .iter()
            .take(max)
            .enumerate()
            .filter_map(|(i, value)| self.note(&format!("{pointer}/{i}"), parse(value)))
            .collect()
    }
}
