//! Cells of a CSV file, one for each field of a registry line, both ways.
//!
//! A text stands as it is, a list is separated by `;` or `|`, pairs are `key:value`; what has more to say than fits so
//! (the label of a phone, opening hours, a catalogue) stands as its JSON. A cell that a spreadsheet would run as a
//! formula begins with an apostrophe, which reading takes off again.

use serde_json::Value;

use super::super::contract::{FieldErrors, read_json};

/// How a field stands in a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    List,
    /// Values, or JSON where one of them has more to say.
    Entries,
    Pairs,
    Json,
}

fn shape(field: &str) -> Shape {
    match field {
        "external_id" | "name" | "country" | "category" | "vertical" | "about" | "description"
        | "address" | "logo_url" | "parent" | "source" | "confirmed_at" => Shape::Text,
        "aliases" | "websites" | "emails" | "languages" => Shape::List,
        "phones" | "sender_ids" => Shape::Entries,
        "handles" | "coverage" => Shape::Pairs,
        _ => Shape::Json,
    }
}

/// A cell as the JSON of its field; none when it is blank.
pub(in crate::service) fn read(field: &str, cell: &str) -> Result<Option<Value>, FieldErrors> {
    let cell = without_guard(cell.trim());
    if cell.is_empty() {
        return Ok(None);
    }
    let json = cell.starts_with(['{', '[']);
    Ok(Some(match shape(field) {
        Shape::Json | Shape::Entries if json => read_json(cell.as_bytes()).map_err(|errors| {
            FieldErrors::one(format!("/{field}"), "invalid_json", errors.to_string())
        })?,
        Shape::Text | Shape::Json => Value::String(cell.to_owned()),
        Shape::List | Shape::Entries => list(cell).into_iter().map(Value::String).collect(),
        Shape::Pairs => pairs(field, cell)?,
    }))
}

/// The cell of a field's JSON.
pub(in crate::service) fn write(field: &str, value: &Value) -> String {
    let cell = match (shape(field), value) {
        (_, Value::String(text)) => text.clone(),
        (Shape::List, Value::Array(items)) => joined(items.iter().filter_map(Value::as_str)),
        (Shape::Entries, Value::Array(items)) => match items.iter().map(bare).collect() {
            Some(plain) => joined(Vec::into_iter(plain)),
            None => value.to_string(),
        },
        (Shape::Pairs, Value::Object(fields)) => {
            let pairs = fields.iter().flat_map(|(key, value)| {
                let values = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), Vec::as_slice);
                let texts = values.iter().filter_map(Value::as_str);
                texts.map(move |text| format!("{key}:{text}"))
            });
            let pairs: Vec<String> = pairs.collect();
            joined(pairs.iter().map(String::as_str))
        }
        _ => value.to_string(),
    };
    with_guard(cell)
}

/// The value of an entry that has nothing else to say.
fn bare(entry: &Value) -> Option<&str> {
    let fields = entry.as_object()?;
    fields.get("value")?.as_str().filter(|_| fields.len() == 1)
}

/// A list in one cell; separators within an item stand behind a backslash.
fn joined<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut cell = String::new();
    for item in items {
        if !cell.is_empty() {
            cell.push('|');
        }
        for c in item.chars() {
            if matches!(c, ';' | '|' | '\\') {
                cell.push('\\');
            }
            cell.push(c);
        }
    }
    cell
}

/// The items of a cell. A backslash counts only before a separator or another one.
fn list(cell: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = chars.next_if(|next| c == '\\' && matches!(next, ';' | '|' | '\\'));
        match (c, escaped, items.last_mut()) {
            (';' | '|', ..) => items.push(String::new()),
            (_, escaped, Some(item)) => item.push(escaped.unwrap_or(c)),
            (_, _, None) => {}
        }
    }
    items
        .into_iter()
        .map(|item| item.trim().to_owned())
        .filter(|item| !item.is_empty())
        .collect()
}

/// `key:value` pairs as an object; a key that comes twice has a list of values.
fn pairs(field: &str, cell: &str) -> Result<Value, FieldErrors> {
    let mut object = serde_json::Map::new();
    for item in list(cell) {
        let Some((key, value)) = item.split_once([':', '=']) else {
            let detail = format!("{item:?} must be written as key:value");
            return Err(FieldErrors::one(
                format!("/{field}"),
                "invalid_value",
                detail,
            ));
        };
        let value = Value::String(value.trim().to_owned());
        match object.entry(key.trim()) {
            serde_json::map::Entry::Vacant(free) => {
                free.insert(value);
            }
            serde_json::map::Entry::Occupied(mut taken) => match taken.get_mut() {
                Value::Array(values) => values.push(value),
                first => *first = Value::Array(vec![first.take(), value]),
            },
        }
    }
    Ok(Value::Object(object))
}

/// Whether a spreadsheet takes a text for a formula, apostrophes before it aside.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@'])
}

fn with_guard(cell: String) -> String {
    if is_formula(&cell) {
        format!("'{cell}")
    } else {
        cell
    }
}

fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(bare) if is_formula(bare) => bare,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_read_back_as_it_was_and_never_written_as_a_formula(text in "[=+@' \\-]{0,3}[a-z|;\\\\\\[{]{0,6}") {
            let value = json!(text.trim());
            let cell = write("name", &value);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
            prop_assert_eq!(read("name", &cell).unwrap(), Some(value).filter(|v| v != ""));
        }

        #[test]
        fn a_list_is_read_back_as_it_was(items in prop::collection::vec("[=+@'a-c|;\\\\\\[-]{1,6}", 1..5)) {
            let value = json!(items);
            prop_assert_eq!(read("aliases", &write("aliases", &value)).unwrap(), Some(value));
        }
    }

    #[test]
    fn entries_are_bare_values_until_one_has_more_to_say() {
        let plain = json!([{"value": "+441"}, {"value": "+442"}]);
        assert_eq!(write("phones", &plain), "'+441|+442");
        assert_eq!(
            read("phones", "'+441|+442"),
            Ok(Some(json!(["+441", "+442"])))
        );
        let full = json!([{"value": "+441", "label": "lost cards"}]);
        let cell = write("phones", &full);
        assert_eq!(read("phones", &cell), Ok(Some(full)));
        assert_eq!(read("hours", "9 to 5"), Ok(Some(json!("9 to 5"))));
        assert_eq!(read("name", "[solidcore]"), Ok(Some(json!("[solidcore]"))));
        let error = read("hours", "{\"days\":").unwrap_err();
        assert_eq!(error.0[0].pointer, "/hours");
    }

    #[test]
    fn pairs_gather_the_values_of_one_key() {
        let handles = json!({"instagram": ["acme"], "x": ["acme", "acmehelp"]});
        let cell = write("handles", &handles);
        assert_eq!(cell, "instagram:acme|x:acme|x:acmehelp");
        let read_back = json!({"instagram": "acme", "x": ["acme", "acmehelp"]});
        assert_eq!(read("handles", &cell), Ok(Some(read_back)));
        let error = read("coverage", "phone").unwrap_err();
        assert!(
            error
                .to_string()
                .contains("\"phone\" must be written as key:value")
        );
    }
}
