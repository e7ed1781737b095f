//! How checks and batches are read: straight from the text, without a tree of values in between.
//!
//! The fields of an account stand beside `keep`, `explain` or `id` in one object. Serde's `flatten` would copy all of
//! them first; [`Rest`] takes out what is not the account's while the account reads itself.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{ACCOUNT_FIELDS, AccountInput, FieldErrors};

/// The body of one check, or with `ITEM` an item of a batch.
pub(super) struct Check<const ITEM: bool> {
    pub(super) account: AccountInput,
    pub(super) beside: Beside,
}

/// The body of a batch, its items unread.
#[derive(Default)]
pub(super) struct Batch<'a> {
    pub(super) items: Option<Vec<&'a RawValue>>,
    pub(super) beside: Beside,
}

/// What stands beside the fields of an account, or beside the items of a batch.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) id: Option<String>,
    pub(super) keep: Option<bool>,
    pub(super) explain: Option<bool>,
    /// Names of fields that are not known, the first few.
    unknown: Vec<String>,
}

/// Unknown fields that are named at most.
const NAMED: usize = 20;

/// The name of a field, copied only where it holds an escape. Transparent, or else its path would not be followed.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// An id that a caller gave to an item.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ItemId(pub(super) String);

impl TryFrom<String> for ItemId {
    type Error = &'static str;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        if id.chars().count() <= 200 {
            Ok(Self(id))
        } else {
            Err("an id is a string of at most 200 characters")
        }
    }
}

impl Beside {
    /// Names every field that is not known, so that a typing error is found at the first try.
    pub(super) fn all_known(&self, known: &[&str], extra: &str) -> Result<(), FieldErrors> {
        let told = |name: &String| {
            let shown: String = name.chars().take(80).collect();
            let known = known.join(", ");
            let detail = format!("unknown field {shown:?}; known are {known}, {extra}");
            let pointer = format!("/{}", shown.replace('~', "~0").replace('/', "~1"));
            FieldErrors::one(pointer, "unknown_field", detail).0
        };
        let errors: Vec<_> = self.unknown.iter().flat_map(told).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(FieldErrors(errors))
        }
    }

    /// Reads fields of an object until one comes that is in `known`; `extra` are the fields that stand beside.
    fn until<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        known: &[&'static str],
        extra: &[&str],
    ) -> Result<Option<&'static str>, A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            if let Some(known) = known.iter().find(|k| **k == name) {
                return Ok(Some(known));
            }
            match extra.iter().find(|e| **e == name).copied() {
                Some("id") => self.id = Some(map.next_value::<ItemId>()?.0),
                Some("keep") => self.keep = Some(map.next_value()?),
                Some("explain") => self.explain = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    if self.unknown.len() < NAMED {
                        self.unknown.push(name.into_owned());
                    }
                }
            }
        }
        Ok(None)
    }
}

/// The fields of a check that are not the account's.
const FLAGS: &[&str] = &["keep", "explain"];

/// An object without the fields that stand beside the account.
struct Rest<'b, A> {
    map: A,
    beside: &'b mut Beside,
    extra: &'static [&'static str],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Rest<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let name = (self.beside).until(&mut self.map, &ACCOUNT_FIELDS, self.extra)?;
        let key = |name| seed.deserialize(BorrowedStrDeserializer::new(name));
        name.map(key).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

impl<'de, const ITEM: bool> Deserialize<'de> for Check<ITEM> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Object<const ITEM: bool>;
        impl<'de, const ITEM: bool> Visitor<'de> for Object<ITEM> {
            type Value = Check<ITEM>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let mut beside = Beside::default();
                let rest = Rest {
                    map,
                    beside: &mut beside,
                    extra: if ITEM { &["id"] } else { FLAGS },
                };
                let account = AccountInput::deserialize(MapAccessDeserializer::new(rest))?;
                Ok(Check { account, beside })
            }
        }
        reader.deserialize_map(Object)
    }
}

impl<'de> Deserialize<'de> for Batch<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Batch<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut batch = Batch::default();
                while batch.beside.until(&mut map, &["items"], FLAGS)?.is_some() {
                    batch.items = Some(map.next_value()?);
                }
                Ok(batch)
            }
        }
        reader.deserialize_map(Object)
    }
}
