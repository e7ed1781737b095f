//! From OpenAPI 3.1 to 3.0, for the parts of 3.1 that our document uses.
//!
//! 3.0 has no type lists (`nullable` instead), no `examples` in a schema (`example`), no `const`, nothing
//! beside a `$ref`, no licence identifier, no scopes of keys. A part that this does not know is left as it is; the test of the
//! document refuses what 3.0 would not understand.

use serde_json::{Map, Value, json};

/// The document as OpenAPI 3.0.3.
pub(super) fn to_3_0(mut document: Value) -> Value {
    document["openapi"] = json!("3.0.3");
    if let Some(license) = document["info"]["license"].as_object_mut()
        && license.remove("identifier").is_some()
    {
        license.insert(
            "url".to_owned(),
            json!("https://www.apache.org/licenses/LICENSE-2.0"),
        );
    }
    walk(&mut document, "");
    empty_requirements(&mut document);
    document
}

/// 3.0 knows scopes of OAuth only: what a key needs stands in the description there.
fn empty_requirements(document: &mut Value) {
    let paths = document["paths"].as_object_mut();
    let operations = paths
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut);
    for operation in operations {
        let Some(requirements) = operation["security"].as_array_mut() else {
            continue;
        };
        for scopes in requirements
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .flat_map(Map::values_mut)
        {
            *scopes = json!([]);
        }
        requirements.dedup();
    }
}

fn walk(value: &mut Value, name: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, "")),
        Value::Object(object) => {
            // Within these, names are ours and values may be anything.
            if matches!(name, "example" | "examples" | "default" | "enum") {
                return;
            }
            let names_are_ours = matches!(
                name,
                "properties" | "schemas" | "responses" | "headers" | "paths"
            );
            if !names_are_ours {
                schema(object);
            }
            for (child, value) in object.iter_mut() {
                walk(value, if names_are_ours { "" } else { child });
            }
        }
        _ => {}
    }
}

fn schema(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get("type") {
        let (nulls, mut rest): (Vec<_>, Vec<_>) = types.iter().cloned().partition(|t| t == "null");
        if rest.len() == 1 {
            object.insert("type".to_owned(), rest.remove(0));
        } else {
            object.remove("type");
        }
        if !nulls.is_empty() {
            object.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
    if let Some(Value::Array(examples)) = object.get("examples") {
        let first = examples.first().cloned();
        object.remove("examples");
        if let Some(first) = first {
            object.insert("example".to_owned(), first);
        }
    }
    if let Some(only) = object.remove("const") {
        object.insert("enum".to_owned(), json!([only]));
    }
    object.remove("propertyNames");
    if object.len() > 1
        && let Some(reference @ Value::String(_)) = object.remove("$ref")
    {
        object.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
}
