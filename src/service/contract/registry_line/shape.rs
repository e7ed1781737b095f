//! Lenient shapes of JSON: what importers write where the contract says a list, a text or an object.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// A phone number of a business.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhoneEntry {
    /// The number in any notation; national numbers are read in the line's country.
    #[schema(example = "+49 30 901820")]
    pub value: String,
    /// What people call it ("lost cards"), at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether it is on WhatsApp too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub whatsapp: bool,
    /// Inbound only: a call from it is forged.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub never_originates: bool,
    /// What it is for, such as `support` or `fraud`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// From when on it counts in checks; RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// Until when it counts in checks, after `valid_from`; RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a phone is a text, or an object of value, label, whatsapp, never_originates, purpose, valid_from, valid_until"
)]
enum PhoneShape {
    Text(String),
    Digits(u64),
    Full {
        value: String,
        #[serde(default)]
        label: Option<String>,
        #[serde(default)]
        whatsapp: bool,
        #[serde(default)]
        never_originates: bool,
        #[serde(default)]
        purpose: Option<String>,
        #[serde(default)]
        valid_from: Option<String>,
        #[serde(default)]
        valid_until: Option<String>,
    },
}

impl<'de> Deserialize<'de> for PhoneEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match PhoneShape::deserialize(deserializer)? {
            PhoneShape::Text(value) => Self::plain(value),
            PhoneShape::Digits(digits) => Self::plain(digits.to_string()),
            PhoneShape::Full {
                value,
                label,
                whatsapp,
                never_originates,
                purpose,
                valid_from,
                valid_until,
            } => Self {
                value,
                label,
                whatsapp,
                never_originates,
                purpose,
                valid_from,
                valid_until,
            },
        })
    }
}

impl PhoneEntry {
    /// A number without more to say of it.
    pub fn plain(value: String) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }
}

/// A sender ID of text messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SenderIdEntry {
    /// At most 11 characters.
    #[schema(example = "AMAZON")]
    pub value: String,
    /// Where it is registered; everywhere when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a sender ID is a text, or an object of value and country"
)]
enum SenderIdShape {
    Text(String),
    Full {
        value: String,
        #[serde(default)]
        country: Option<String>,
    },
}

impl<'de> Deserialize<'de> for SenderIdEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match SenderIdShape::deserialize(deserializer)? {
            SenderIdShape::Text(value) => Self {
                value,
                country: None,
            },
            SenderIdShape::Full { value, country } => Self { value, country },
        })
    }
}

/// Opening hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoursEntry {
    /// IANA time zone.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// Spans `HH:MM-HH:MM` by weekday: mon, tue, wed, thu, fri, sat, sun; a day that is missing is closed.
    pub days: BTreeMap<String, Vec<String>>,
    /// What stood there instead of the above.
    #[serde(skip)]
    #[schema(ignore)]
    pub free_text: Option<String>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "hours are an object of time_zone and days {mon: [\"09:00-17:00\"], …}"
)]
enum HoursShape {
    Text(String),
    Full {
        time_zone: String,
        days: BTreeMap<String, Texts>,
    },
}

impl<'de> Deserialize<'de> for HoursEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match HoursShape::deserialize(deserializer)? {
            HoursShape::Text(text) => Self {
                free_text: Some(text),
                ..Self::default()
            },
            HoursShape::Full { time_zone, days } => Self {
                time_zone,
                days: days
                    .into_iter()
                    .map(|(day, spans)| (day, spans.0))
                    .collect(),
                free_text: None,
            },
        })
    }
}

/// A list of texts, written as a list or as one text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        list(deserializer).map(Self)
    }
}

/// Reads a list; one value stands for a list of one, `null` for none.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_any(ListVisitor(PhantomData))
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Vec<T>, E> {
        T::deserialize(value.into_deserializer()).map(|one| vec![one])
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Vec<T>, E> {
        T::deserialize(value.into_deserializer()).map(|one| vec![one])
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Vec<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq))
    }
}

/// Reads an object as a map; `null` stands for none.
pub(super) fn map<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(Option::<BTreeMap<String, T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a text; a whole number, which spreadsheets make of ids and of names such as 76, stands for its digits.
pub(super) fn text<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a text")]
    enum Shape {
        Nothing(()),
        Text(String),
        Digits(u64),
    }
    Ok(match Shape::deserialize(deserializer)? {
        Shape::Nothing(()) => None,
        Shape::Text(text) => Some(text),
        Shape::Digits(digits) => Some(digits.to_string()),
    })
}
