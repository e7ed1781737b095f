//! The bodies of checks, batches and replays: accounts, and how to check them.

mod wire;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{ArrayBuilder, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::json::read_json;
use super::{AccountInput, FieldErrors};

/// An account to check, and how. The wire has the fields of [`AccountInput`] beside `keep` and `explain`.
#[derive(Debug, Clone)]
pub struct CheckInput {
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
    /// The caller's id of each account, and the account or what is wrong with it; pointers are within the item.
    pub items: Vec<(Option<String>, Result<AccountInput, FieldErrors>)>,
    /// Whether to keep digests of each and the coarse results.
    pub keep: bool,
    /// Whether sentences are wanted.
    pub explain: bool,
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
    pub fn read(body: &[u8]) -> Result<Self, FieldErrors> {
        let wire::Check::<false> { account, beside } = read_body(body)?;
        beside.all_known(&ACCOUNT_FIELDS, "keep, explain")?;
        Ok(Self {
            account,
            keep: beside.keep.unwrap_or(false),
            explain: beside.explain.unwrap_or(true),
        })
    }
}

impl BatchInput {
    /// Most accounts of one batch.
    pub const MAX: usize = 100;

    /// Reads the body of a batch.
    pub fn read(body: &[u8]) -> Result<Self, FieldErrors> {
        let wire::Batch { items, beside } = read_body(body)?;
        beside.all_known(&["items"], "keep, explain")?;
        let missing = || FieldErrors::one("/items", "missing_field", "items is missing");
        let items = items.ok_or_else(missing)?;
        if items.is_empty() || items.len() > Self::MAX {
            let detail = format!("a batch has 1 to {} items, not {}", Self::MAX, items.len());
            return Err(FieldErrors::one("/items", "wrong_length", detail));
        }
        Ok(Self {
            items: items.into_iter().map(read_item).collect(),
            keep: beside.keep.unwrap_or(false),
            explain: beside.explain.unwrap_or(true),
        })
    }
}

fn read_item(item: &RawValue) -> (Option<String>, Result<AccountInput, FieldErrors>) {
    #[derive(Deserialize)]
    struct IdOnly {
        id: wire::ItemId,
    }
    let item = item.get().as_bytes();
    match read_json::<wire::Check<true>>(item) {
        Ok(wire::Check { account, beside }) => {
            let known = beside.all_known(&ACCOUNT_FIELDS, "id");
            (beside.id, known.map(|()| account))
        }
        // Whatever is wrong with the rest, it is answered by its id.
        Err(errors) => {
            let id = serde_json::from_slice(item).ok();
            (id.map(|IdOnly { id }| id.0), Err(errors))
        }
    }
}

/// Reads a document; of one that is no JSON at all, nothing else is told.
fn read_body<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T, FieldErrors> {
    read_json(body).map_err(|errors| match read_json::<Value>(body) {
        Ok(_) => errors,
        Err(no_json) => no_json,
    })
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
