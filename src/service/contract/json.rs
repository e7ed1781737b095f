//! Reading JSON from outside, with errors that point at the field.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::field::FieldErrors;

/// Reads a document from text; what is wrong with it is told by JSON pointer.
///
/// Where in the document the reader stands is followed at a second reading, which only a wrong document needs.
pub fn read_json<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, FieldErrors> {
    serde_json::from_slice(bytes).or_else(|_| read_followed(bytes))
}

fn read_followed<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, FieldErrors> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
        let pointer = pointer(e.path());
        field_error(pointer, &e.into_inner())
    })?;
    reader.end().map_err(|e| field_error(String::new(), &e))?;
    Ok(value)
}

/// Reads a document from a JSON value.
pub fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, FieldErrors> {
    read_from(value, "invalid_type")
}

/// Reads a document from anything that serde reads from; `code` is that of an error without one of its own.
pub fn read_from<'de, T, R>(reader: R, code: &str) -> Result<T, FieldErrors>
where
    T: DeserializeOwned,
    R: serde::Deserializer<'de>,
    R::Error: std::fmt::Display,
{
    serde_path_to_error::deserialize(reader).map_err(|e| {
        let pointer = pointer(e.path());
        told(pointer, code, e.into_inner().to_string())
    })
}

/// Applies a merge patch (RFC 7396): null removes, objects merge, everything else replaces.
pub fn merge_patch(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(&name);
            } else {
                merge_patch(target.entry(name).or_insert(Value::Null), value);
            }
        }
    }
}

fn field_error(pointer: String, error: &serde_json::Error) -> FieldErrors {
    let code = match error.classify() {
        serde_json::error::Category::Data => "invalid_type",
        _ => "invalid_json",
    };
    told(pointer, code, error.to_string())
}

fn told(pointer: String, code: &str, mut detail: String) -> FieldErrors {
    let mut code = code;
    for (start, its_code) in [
        ("unknown field", "unknown_field"),
        ("missing field", "missing_field"),
    ] {
        if detail.starts_with(start) {
            code = its_code;
        }
    }
    // The parser quotes what it met; a quote of a megabyte helps nobody.
    if let Some((cut, _)) = detail.char_indices().nth(400) {
        detail.truncate(cut);
        detail.push('…');
    }
    FieldErrors::one(pointer, code, detail)
}

/// RFC 6901: `~` and `/` within a name are escaped.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
            Segment::Map { key } => {
                let key: String = key.chars().take(100).collect();
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}
