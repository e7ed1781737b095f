//! One business as a line of a registry file (DESIGN §4): the contract of `import` and of `--registry FILE`.
//!
//! Importers are many and their data is uneven, so that reading is lenient in shape (a lone value for a list,
//! a number for a text, `null` for nothing) and in parts: a channel that cannot be read is kept out with a
//! [`Warning`], the rest of the business stays. Only a line that cannot be named is refused.

mod notes;
mod parse;
mod render;
mod shape;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::account::CatalogueItemInput;
use super::business::{AddressBody, NameBody, ProtectedNameBody, RepresentativeBody};
use super::channel::ChannelBody;
use super::field::{FieldError, FieldErrors};
use super::json::{read_json, read_value};

pub use shape::{HoursEntry, PhoneEntry, SenderIdEntry, Texts};

/// One business of a registry file. `external_id` and `name` are needed; fields that are not known are kept out.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RegistryLine {
    /// The importer's id of the business, 1–200 characters; importing it again updates the business.
    #[serde(
        deserialize_with = "shape::text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(example = "Q3884")]
    pub external_id: Option<String>,
    /// The name it trades under, 1–200 characters.
    #[serde(
        deserialize_with = "shape::text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(example = "Amazon")]
    pub name: Option<String>,
    /// Other names: short, legal, former, in other scripts; at most 200.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub aliases: Vec<String>,
    /// Further names with what is known of them; at most 200.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub names: Vec<NameBody>,
    /// Names that others may not bear; at most 200.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub protected_names: Vec<ProtectedNameBody>,
    /// Numbers in any notation; a plain string stands for an entry with only a `value`.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub phones: Vec<PhoneEntry>,
    /// Web addresses.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub websites: Vec<String>,
    /// E-mail addresses, or `@domain` for every address under a domain of its own.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub emails: Vec<String>,
    /// Handles by platform; a plain string stands for a list of one.
    #[serde(
        deserialize_with = "shape::map",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    #[schema(value_type = BTreeMap<String, Vec<String>>)]
    pub handles: BTreeMap<String, Texts>,
    /// Sender IDs of text messages; a plain string stands for an entry without a country.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub sender_ids: Vec<SenderIdEntry>,
    /// Channels in full form, for those of which more is to be said than fits the fields above.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub channels: Vec<ChannelBody>,
    /// Who may speak for the business on channels of their own; at most 100.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub representatives: Vec<RepresentativeBody>,
    /// The id (`biz_…`) of the business at the head of its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// ISO 3166-1 alpha-2; also where national numbers of the line are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "DE")]
    pub country: Option<String>,
    /// Free category of the source, at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The WhatsApp Business profile's vertical, such as `FINANCE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertical: Option<String>,
    /// Short self-description, at most 139 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Long self-description, at most 512 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Postal address in one text, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Postal addresses in parts; at most 50.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub addresses: Vec<AddressBody>,
    /// Opening hours per weekday; a free text is kept out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<HoursEntry>,
    /// Languages it serves in, BCP 47; at most 50.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub languages: Vec<String>,
    /// Its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// What it offers; at most 500 items.
    #[serde(
        deserialize_with = "shape::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub catalogue: Vec<CatalogueItemInput>,
    /// How much of each kind of channel this line gives: `unknown` (default), `partial` or `complete`.
    #[serde(
        deserialize_with = "shape::map",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub coverage: BTreeMap<String, String>,
    /// The importer's or data set's name, at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// RFC 3339; when the source last said that the channels of this line are right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<String>,
}

/// Something that was kept out of an otherwise usable line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A field that the contract does not know; worth naming once in a run.
    UnknownField(String),
    /// A handle's platform that the registry does not know; worth naming once in a run.
    UnknownPlatform(String),
    /// One value that cannot be used.
    KeptOut(FieldError),
}

impl Warning {
    /// The warning as an error that points at the field, for callers that refuse what an import forgives.
    pub fn field_error(&self) -> FieldError {
        match self {
            Self::UnknownField(field) => FieldError {
                pointer: format!("/{field}"),
                code: "unknown_field".to_owned(),
                detail: format!("{field} is not a field of a business"),
            },
            Self::UnknownPlatform(platform) => FieldError {
                pointer: format!("/handles/{platform}"),
                code: "unknown_platform".to_owned(),
                detail: format!("{platform} is not a platform of this registry"),
            },
            Self::KeptOut(error) => error.clone(),
        }
    }
}

impl RegistryLine {
    /// Longest line of a registry file, in bytes.
    pub const MAX_BYTES: usize = 1024 * 1024;

    /// Every field of the contract, in the order in which it is documented.
    pub const FIELDS: [&'static str; 27] = [
        "external_id",
        "name",
        "aliases",
        "names",
        "protected_names",
        "phones",
        "websites",
        "emails",
        "handles",
        "sender_ids",
        "channels",
        "representatives",
        "parent",
        "country",
        "category",
        "vertical",
        "about",
        "description",
        "address",
        "addresses",
        "hours",
        "languages",
        "logo_url",
        "catalogue",
        "coverage",
        "source",
        "confirmed_at",
    ];

    /// Reads one JSON object; fields that are not known are taken out and named in the warnings.
    pub fn from_json(line: &[u8]) -> Result<(Self, Vec<Warning>), FieldErrors> {
        if line.len() > Self::MAX_BYTES {
            return Err(FieldErrors::one(
                "",
                "line_too_long",
                "the line is longer than 1 MiB",
            ));
        }
        std::str::from_utf8(line).map_err(|e| {
            let detail = format!("it is not UTF-8 (byte {} of the line)", e.valid_up_to() + 1);
            FieldErrors::one("", "invalid_utf8", detail)
        })?;
        let mut fields: Map<String, Value> = read_json(line)?;
        let mut warnings = Vec::new();
        fields.retain(|field, _| {
            let known = Self::FIELDS.contains(&field.as_str());
            if !known {
                warnings.push(Warning::UnknownField(field.clone()));
            }
            known
        });
        let parsed = read_value(Value::Object(fields))?;
        Ok((parsed, warnings))
    }
}
