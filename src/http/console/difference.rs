//! What changed, as a person reads it: each field that differs, with what went and what came.

use serde_json::Value;

use crate::http::pages::Shown;

/// Longest value that is shown, in code points.
const LONGEST: usize = 300;
/// Most values of one list that are shown on each side.
const MOST: usize = 12;

/// One field that differs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The field, such as `profile → name`.
    pub(super) field: String,
    /// What went.
    pub(super) went: Vec<String>,
    /// What came.
    pub(super) came: Vec<String>,
}

/// The fields that differ between two JSON values, in the order of their names; of lists, the entries that do.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    collect("", before, after, &mut found);
    found
}

/// The same of JSON text; what is no JSON says nothing.
pub(super) fn differences_of_text(before: Option<&str>, after: Option<&str>) -> Vec<Difference> {
    let read = |text: Option<&str>| {
        let value = text.and_then(|t| serde_json::from_str(t).ok());
        value.unwrap_or(Value::Null)
    };
    differences(&read(before), &read(after))
}

fn collect(field: &str, before: &Value, after: &Value, found: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    let (was, is) = (before.as_object(), after.as_object());
    let absent = |value: &Value| value.is_null();
    if (was.is_some() || absent(before)) && (is.is_some() || absent(after)) {
        let keys = was.into_iter().chain(is).flat_map(|object| object.keys());
        let mut keys: Vec<&String> = keys.collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let name = if field.is_empty() || field == "profile" {
                key.replace('_', " ")
            } else {
                format!("{field} → {}", key.replace('_', " "))
            };
            let of = |object: Option<&serde_json::Map<String, Value>>| {
                object.and_then(|o| o.get(key)).cloned().unwrap_or_default()
            };
            collect(&name, &of(was), &of(is), found);
        }
        return;
    }
    found.push(Difference {
        field: field.to_owned(),
        went: entries_only_in(before, after),
        came: entries_only_in(after, before),
    });
}

/// The entries of one side that the other has not; a value that is no list is a list of itself.
fn entries_only_in(side: &Value, other: &Value) -> Vec<String> {
    let entries = |value: &Value| match value {
        Value::Array(list) => list.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let others = entries(other);
    let mut only: Vec<String> = (entries(side).iter())
        .filter(|entry| !others.contains(entry))
        .map(plain)
        .collect();
    if only.len() > MOST {
        let more = only.len() - MOST;
        only.truncate(MOST);
        only.push(format!("… +{more}"));
    }
    only
}

/// A value without the marks of JSON.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(object) => {
            let values = object.iter().filter(|(_, v)| !v.is_null());
            let parts: Vec<String> = values
                .map(|(name, value)| match (name.as_str(), value) {
                    ("kind" | "value" | "name", value) => plain(value),
                    (name, Value::Bool(true)) => name.replace('_', " "),
                    (name, value) => format!("{}: {}", name.replace('_', " "), plain(value)),
                })
                .collect();
            parts.join(" · ")
        }
        Value::Array(list) => {
            let parts: Vec<String> = list.iter().map(plain).collect();
            parts.join(", ")
        }
        other => other.to_string(),
    };
    Shown::of(&text, LONGEST).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_field_is_told_with_what_went_and_what_came() {
        let before = json!({"profile": {"name": "A", "aliases": ["x", "y"]}, "badge": "none"});
        let after = json!({"profile": {"name": "B", "aliases": ["y", "z"],
            "channels": [{"kind": "phone", "value": "+491", "never_originates": true}]}, "badge": "none"});
        let found = differences(&before, &after);
        let found: Vec<_> = found
            .iter()
            .map(|d| (d.field.as_str(), d.went.join("|"), d.came.join("|")))
            .collect();
        assert_eq!(
            found,
            [
                ("aliases", "x".to_owned(), "z".to_owned()),
                (
                    "channels",
                    String::new(),
                    "phone · never originates · +491".to_owned()
                ),
                ("name", "A".to_owned(), "B".to_owned()),
            ]
        );
        let made = differences_of_text(None, Some(r#"{"name":"K","scopes":["check"]}"#));
        assert_eq!(made.len(), 2);
        assert_eq!(differences_of_text(Some("no json"), None), []);
    }
}
