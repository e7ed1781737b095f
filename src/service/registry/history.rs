//! Who changed what of a business, and how it was before.

use serde_json::{Map, Value};

/// The parts of two JSON objects that differ, at any depth of objects; lists are compared as a whole.
pub(super) fn differing(before: Value, after: Value) -> (Value, Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(mut after)) => {
            let (mut was, mut is) = (Map::new(), Map::new());
            for (name, old) in before {
                match after.remove(&name) {
                    None => {
                        was.insert(name, old);
                    }
                    Some(new) if new == old => {}
                    Some(new) => {
                        let (old, new) = differing(old, new);
                        was.insert(name.clone(), old);
                        is.insert(name, new);
                    }
                }
            }
            is.extend(after);
            (was.into(), is.into())
        }
        both => both,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let before =
            json!({"profile": {"name": "A", "about": "x", "aliases": ["a", "b"]}, "badge": "none"});
        let after =
            json!({"profile": {"name": "B", "aliases": ["a"], "country": "DE"}, "badge": "none"});
        let (was, is) = differing(before, after);
        assert_eq!(
            was,
            json!({"profile": {"name": "A", "about": "x", "aliases": ["a", "b"]}})
        );
        assert_eq!(
            is,
            json!({"profile": {"name": "B", "aliases": ["a"], "country": "DE"}})
        );
    }
}
