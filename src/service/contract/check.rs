//! The bodies of checks, batches and replays: accounts, and how to check them.

use serde_json::{Map, Value};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{ArrayBuilder, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::json::read_value;
use super::{AccountInput, FieldErrors};

/// An account to check, and how. The wire has the fields of [`AccountInput`] beside `keep` and `explain`.
#[derive(Debug, Clone)]
pub struct CheckInput {
    /// The caller's id of it, within a batch.
    pub id: Option<String>,
    /// What is being checked.
    pub account: AccountInput,
    /// Whether to keep digests of it and the coarse result.
    pub keep: bool,
    /// Whether sentences are wanted.
    pub explain: bool,
}

/// Up to [`BatchInput::MAX`] accounts. An item that cannot be used spoils no other.
#[derive(Debug, Clone)]
pub struct BatchInput {
    /// Each check, or what is wrong with it; pointers are within the item.
    pub items: Vec<(Option<String>, Result<CheckInput, FieldErrors>)>,
}

const ACCOUNT_FIELDS: [&str; 12] = [
    "phone",
    "display_name",
    "default_region",
    "medium",
    "handle",
    "website",
    "email",
    "sender_id",
    "about",
    "claimed_badge",
    "catalogue",
    "language",
];

impl CheckInput {
    /// Reads the body of one check.
    pub fn read(body: Value) -> Result<Self, FieldErrors> {
        Self::take(object(body)?, true, true)
    }

    fn take(mut body: Map<String, Value>, explain: bool, top: bool) -> Result<Self, FieldErrors> {
        let keep = top && flag(&mut body, "keep", false)?;
        let explain = if top {
            flag(&mut body, "explain", explain)?
        } else {
            explain
        };
        refuse_unknown(
            &body,
            &ACCOUNT_FIELDS,
            if top { "keep, explain" } else { "id" },
        )?;
        Ok(Self {
            id: None,
            account: read_value(Value::Object(body))?,
            keep,
            explain,
        })
    }
}

impl BatchInput {
    /// Most accounts of one batch.
    pub const MAX: usize = 100;

    /// Reads the body of a batch.
    pub fn read(body: Value) -> Result<Self, FieldErrors> {
        let mut body = object(body)?;
        let keep = flag(&mut body, "keep", false)?;
        let explain = flag(&mut body, "explain", true)?;
        refuse_unknown(&body, &["items"], "keep, explain")?;
        let items = match body.remove("items") {
            Some(Value::Array(items)) => items,
            Some(_) => {
                return Err(FieldErrors::one(
                    "/items",
                    "invalid_type",
                    "a list is expected",
                ));
            }
            None => {
                return Err(FieldErrors::one(
                    "/items",
                    "missing_field",
                    "items is missing",
                ));
            }
        };
        if items.is_empty() || items.len() > Self::MAX {
            let detail = format!("a batch has 1 to {} items, not {}", Self::MAX, items.len());
            return Err(FieldErrors::one("/items", "wrong_length", detail));
        }
        let items = items.into_iter().map(|item| {
            let read = |mut item: Map<String, Value>| {
                let id = match item.remove("id") {
                    None => None,
                    Some(Value::String(id)) if id.chars().count() <= 200 => Some(id),
                    Some(_) => {
                        let detail = "an id is a string of at most 200 characters";
                        return (None, Err(FieldErrors::one("/id", "invalid_type", detail)));
                    }
                };
                let check =
                    CheckInput::take(item, explain, false).map(|c| CheckInput { keep, ..c });
                (id, check)
            };
            object(item).map_or_else(|errors| (None, Err(errors)), read)
        });
        Ok(Self {
            items: items.collect(),
        })
    }
}

fn object(value: Value) -> Result<Map<String, Value>, FieldErrors> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(FieldErrors::one(
            "",
            "invalid_type",
            "a JSON object is expected",
        )),
    }
}

fn flag(body: &mut Map<String, Value>, name: &str, default: bool) -> Result<bool, FieldErrors> {
    match body.remove(name) {
        None => Ok(default),
        Some(Value::Bool(value)) => Ok(value),
        Some(_) => {
            let pointer = format!("/{name}");
            Err(FieldErrors::one(
                pointer,
                "invalid_type",
                format!("{name} is true or false"),
            ))
        }
    }
}

/// Names every field that is not known, so that a typing error is found at the first try.
fn refuse_unknown(
    body: &Map<String, Value>,
    known: &[&str],
    besides: &str,
) -> Result<(), FieldErrors> {
    let unknown = body
        .keys()
        .filter(|k| !known.contains(&k.as_str()))
        .take(20);
    let errors: Vec<_> = unknown
        .flat_map(|name| {
            let shown: String = name.chars().take(80).collect();
            let detail = format!(
                "unknown field {shown:?}; known are {}, {besides}",
                known.join(", ")
            );
            let pointer = format!("/{}", shown.replace('~', "~0").replace('/', "~1"));
            FieldErrors::one(pointer, "unknown_field", detail).0
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(FieldErrors(errors))
    }
}

fn flag_schema(description: &str, default: bool) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .description(Some(description))
        .default(Some(default.into()))
}

/// The properties of an account, as the start of a schema with more beside them.
fn account_properties() -> ObjectBuilder {
    match AccountInput::schema() {
        RefOr::T(Schema::Object(object)) => ObjectBuilder::from(object),
        _ => ObjectBuilder::new(),
    }
}

const KEEP: &str = "Keeps the check: keyed digests of the account and the coarse result, for 30 days, never the values themselves. The answer then has an `id`, by which it can be replayed.";
const EXPLAIN: &str = "Whether `signals` and sentences are wanted; the score is the same without.";

impl PartialSchema for CheckInput {
    fn schema() -> RefOr<Schema> {
        account_properties()
            .description(Some("An account to check: whatever is known of it. At least one of `phone`, `display_name`, `handle`, `website`, `email`, `sender_id` is needed. Unknown fields are refused."))
            .property("keep", flag_schema(KEEP, false))
            .property("explain", flag_schema(EXPLAIN, true))
            .examples([serde_json::json!({
                "phone": "+44 7400 123456", "display_name": "Amaz0n Customer Support ✅", "medium": "whatsapp"
            })])
            .into()
    }
}

impl ToSchema for CheckInput {
    fn name() -> std::borrow::Cow<'static, str> {
        "CheckRequest".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <AccountInput as ToSchema>::schemas(schemas);
    }
}

impl PartialSchema for BatchInput {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name("BatchItem"))
            .min_items(Some(1))
            .max_items(Some(Self::MAX));
        ObjectBuilder::new()
            .description(Some("Accounts to check together."))
            .property("items", items)
            .required("items")
            .property("keep", flag_schema(KEEP, false))
            .property("explain", flag_schema(EXPLAIN, true))
            .examples([serde_json::json!({"items": [
                {"id": "a", "phone": "+44 7400 123456"}, {"id": "b", "display_name": "Delivery Hero"}
            ]})])
            .into()
    }
}

impl ToSchema for BatchInput {
    fn name() -> std::borrow::Cow<'static, str> {
        "BatchRequest".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let id = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(None::<SchemaFormat>)
            .max_length(Some(200))
            .description(Some("Your id of it, given back with its result."));
        let item = account_properties()
            .description(Some("One account of a batch."))
            .property("id", id);
        schemas.push(("BatchItem".to_owned(), item.into()));
        <AccountInput as ToSchema>::schemas(schemas);
    }
}
