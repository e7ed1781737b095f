//! A profile as the JSON document that stores keep: short, without empty fields.
//!
//! It is a format of its own, apart from the wire's, so that either can change. Reading parses every value
//! into its domain type again: a document that fails is a damaged database, not a panic.

mod channel;
mod parts;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    BusinessName, CatalogueItem, ChannelValue, Country, ExternalId, Invalid, Language,
    OpeningHours, Price, Profile, Text, Website,
};

use channel::ChannelDocument;
use parts::{AddressDocument, NameDocument, ProtectedDocument, RepresentativeDocument};

type Str<'a> = Option<Cow<'a, str>>;

/// The document; borrowed when written.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ProfileDocument<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Str<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names: Vec<NameDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    protected_names: Vec<ProtectedDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<ChannelDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    representatives: Vec<RepresentativeDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    coverage: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Str<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Str<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vertical: Str<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Str<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Str<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Str<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<HoursDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    languages: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Str<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    catalogue: Vec<ItemDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Str<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
struct HoursDocument<'a> {
    #[serde(borrow)]
    zone: Cow<'a, str>,
    days: [Vec<String>; 7],
}

#[derive(Debug, Serialize, Deserialize)]
struct ItemDocument<'a> {
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<(u64, Cow<'a, str>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image_url: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Str<'a>,
}

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum DocumentError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Value(#[from] Invalid),
}

/// Writes a profile.
pub(super) fn write(profile: &Profile) -> String {
    serde_json::to_string(&ProfileDocument::from(profile))
        .expect("a document has only strings, numbers, lists and maps with string keys")
}

/// Reads a profile.
pub(super) fn read(json: &str) -> Result<Profile, DocumentError> {
    let document: ProfileDocument<'_> = serde_json::from_str(json)?;
    Ok(document.into_profile()?)
}

/// The kind of a channel and the value by which it is looked up.
pub(super) fn channel_key(value: &ChannelValue) -> (&'static str, String) {
    let key = match value {
        ChannelValue::Phone(n) | ChannelValue::Whatsapp(n) => n.to_string(),
        ChannelValue::SenderId(id, _) => id.key(),
        ChannelValue::Website(site) => site.domain().to_string(),
        ChannelValue::Email(email) => email.key(),
        ChannelValue::EmailDomain(domain) => format!("@{domain}"),
        ChannelValue::Handle(handle) => format!("{}:{}", handle.platform(), handle.key()),
    };
    (value.kind().as_str(), key)
}

impl<'a> From<&'a Profile> for ProfileDocument<'a> {
    fn from(p: &'a Profile) -> Self {
        Self {
            name: p.name.as_str().into(),
            external_id: p.external_id.as_ref().map(|e| e.as_str().into()),
            aliases: p.aliases.iter().map(|a| a.as_str().into()).collect(),
            names: p.names.iter().map(NameDocument::from).collect(),
            protected_names: (p.protected_names.iter())
                .map(ProtectedDocument::from)
                .collect(),
            channels: p.channels.iter().map(ChannelDocument::from).collect(),
            representatives: (p.representatives.iter())
                .map(RepresentativeDocument::from)
                .collect(),
            parent: p.parent.map(|id| id.to_string()),
            coverage: p
                .coverage
                .iter()
                .map(|(kind, coverage)| (kind.as_str().into(), coverage.as_str().into()))
                .collect(),
            country: p.country.as_ref().map(|c| c.as_str().into()),
            category: p.category.as_ref().map(|t| t.as_str().into()),
            vertical: p.vertical.map(|v| v.as_str().into()),
            about: p.about.as_ref().map(|t| t.as_str().into()),
            description: p.description.as_ref().map(|t| t.as_str().into()),
            address: p.address.as_ref().map(|t| t.as_str().into()),
            addresses: p.addresses.iter().map(AddressDocument::from).collect(),
            hours: p.hours.as_ref().map(HoursDocument::from),
            languages: p.languages.iter().map(|l| l.as_str().into()).collect(),
            logo_url: p.logo_url.as_ref().map(|w| w.as_str().into()),
            catalogue: p.catalogue.iter().map(ItemDocument::from).collect(),
            source: p.source.as_ref().map(|t| t.as_str().into()),
        }
    }
}

impl ProfileDocument<'_> {
    fn into_profile(self) -> Result<Profile, Invalid> {
        Ok(Profile {
            external_id: self
                .external_id
                .map(|e| ExternalId::parse(&e))
                .transpose()?,
            name: BusinessName::parse(&self.name)?,
            aliases: self
                .aliases
                .iter()
                .map(|n| BusinessName::parse(n))
                .collect::<Result<_, _>>()?,
            names: each(self.names, NameDocument::into_name)?,
            protected_names: each(self.protected_names, ProtectedDocument::into_name)?,
            channels: each(self.channels, ChannelDocument::into_channel)?,
            representatives: each(
                self.representatives,
                RepresentativeDocument::into_representative,
            )?,
            parent: self.parent.map(|id| id.parse()).transpose()?,
            coverage: self
                .coverage
                .iter()
                .map(|(kind, coverage)| Ok((kind.parse()?, coverage.parse()?)))
                .collect::<Result<_, Invalid>>()?,
            country: self.country.map(|c| Country::parse(&c)).transpose()?,
            category: text("category", self.category.as_ref())?,
            vertical: self.vertical.map(|v| v.parse()).transpose()?,
            about: text("about text", self.about.as_ref())?,
            description: text("description", self.description.as_ref())?,
            address: text("address", self.address.as_ref())?,
            addresses: each(self.addresses, AddressDocument::into_address)?,
            hours: self
                .hours
                .map(|h| OpeningHours::parse(&h.zone, h.days))
                .transpose()?,
            languages: self
                .languages
                .iter()
                .map(|l| Language::parse(l))
                .collect::<Result<_, _>>()?,
            logo_url: self.logo_url.map(|w| Website::parse(&w)).transpose()?,
            catalogue: each(self.catalogue, ItemDocument::into_item)?,
            source: text("source", self.source.as_ref())?,
        })
    }
}

fn each<D, T>(
    documents: Vec<D>,
    read: impl Fn(D) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    documents.into_iter().map(read).collect()
}

fn text<const MAX: usize>(
    kind: &'static str,
    value: Option<&Cow<'_, str>>,
) -> Result<Option<Text<MAX>>, Invalid> {
    value.map(|v| Text::parse(kind, v)).transpose()
}

/// An instant from microseconds since 1970.
pub(super) fn instant(micros: i64) -> Result<Timestamp, Invalid> {
    Timestamp::from_microsecond(micros).map_err(|e| Invalid::new("instant", &micros.to_string(), e))
}

impl<'a> From<&'a OpeningHours> for HoursDocument<'a> {
    fn from(h: &'a OpeningHours) -> Self {
        Self {
            zone: h.time_zone().into(),
            days: h
                .days()
                .each_ref()
                .map(|spans| spans.iter().map(ToString::to_string).collect()),
        }
    }
}

impl<'a> From<&'a CatalogueItem> for ItemDocument<'a> {
    fn from(item: &'a CatalogueItem) -> Self {
        Self {
            title: item.title.as_str().into(),
            price: item
                .price
                .as_ref()
                .map(|p| (p.minor_units, p.currency.as_str().into())),
            image_url: item.image_url.as_ref().map(|w| w.as_str().into()),
            link: item.link.as_ref().map(|w| w.as_str().into()),
        }
    }
}

impl ItemDocument<'_> {
    fn into_item(self) -> Result<CatalogueItem, Invalid> {
        Ok(CatalogueItem {
            title: Text::parse("title", &self.title)?,
            price: self
                .price
                .map(|(minor_units, currency)| Price::parse(minor_units, &currency))
                .transpose()?,
            image_url: self.image_url.map(|w| Website::parse(&w)).transpose()?,
            link: self.link.map(|w| Website::parse(&w)).transpose()?,
        })
    }
}
