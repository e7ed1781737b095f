//! A profile as the JSON document that stores keep: short, without empty fields.
//!
//! It is a format of its own, apart from the wire's, so that either can change. Reading parses every value
//! into its domain type again: a document that fails is a damaged database, not a panic.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    BusinessName, CatalogueItem, Channel, ChannelKind, ChannelValue, Country, Domain, E164, Email,
    ExternalId, Handle, Invalid, Language, OpeningHours, Price, Profile, SenderId, Text, Website,
};

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
    channels: Vec<ChannelDocument<'a>>,
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
struct ChannelDocument<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    value: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provenance: Str<'a>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    never_originates: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<i64>,
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
            channels: p.channels.iter().map(ChannelDocument::from).collect(),
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
            channels: self
                .channels
                .into_iter()
                .map(ChannelDocument::into_channel)
                .collect::<Result<_, _>>()?,
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
            catalogue: self
                .catalogue
                .into_iter()
                .map(ItemDocument::into_item)
                .collect::<Result<_, _>>()?,
            source: text("source", self.source.as_ref())?,
        })
    }
}

fn text<const MAX: usize>(
    kind: &'static str,
    value: Option<&Cow<'_, str>>,
) -> Result<Option<Text<MAX>>, Invalid> {
    value.map(|v| Text::parse(kind, v)).transpose()
}

impl<'a> From<&'a Channel> for ChannelDocument<'a> {
    fn from(c: &'a Channel) -> Self {
        let (value, country): (Cow<'a, str>, Str<'a>) = match &c.value {
            ChannelValue::SenderId(id, country) => (
                id.as_str().into(),
                country.as_ref().map(|c| c.as_str().into()),
            ),
            ChannelValue::Website(site) => (site.as_str().into(), None),
            other => (other.to_string().into(), None),
        };
        Self {
            kind: c.value.kind().as_str().into(),
            value,
            country,
            provenance: Some(c.provenance)
                .filter(|p| *p != crate::domain::Provenance::Listed)
                .map(|p| p.as_str().into()),
            never_originates: c.never_originates,
            label: c.label.as_deref().map(Cow::from),
            confirmed_at: c.confirmed_at.map(Timestamp::as_microsecond),
        }
    }
}

impl ChannelDocument<'_> {
    fn into_channel(self) -> Result<Channel, Invalid> {
        let value = match self.kind.parse()? {
            ChannelKind::Phone => ChannelValue::Phone(E164::parse(&self.value)?),
            ChannelKind::Whatsapp => ChannelValue::Whatsapp(E164::parse(&self.value)?),
            ChannelKind::SenderId => ChannelValue::SenderId(
                SenderId::parse(&self.value)?,
                self.country.map(|c| Country::parse(&c)).transpose()?,
            ),
            ChannelKind::Website => ChannelValue::Website(Website::parse(&self.value)?),
            ChannelKind::Email => match self.value.strip_prefix('@') {
                Some(domain) => ChannelValue::EmailDomain(Domain::parse(domain)?),
                None => ChannelValue::Email(Email::parse(&self.value)?),
            },
            ChannelKind::Handle => {
                let (platform, handle) = self.value.split_once(':').ok_or_else(|| {
                    Invalid::new("handle", &self.value, "its platform is missing")
                })?;
                ChannelValue::Handle(Handle::parse(platform.parse()?, handle)?)
            }
        };
        Ok(Channel {
            provenance: match self.provenance {
                Some(word) => word.parse()?,
                None => crate::domain::Provenance::Listed,
            },
            never_originates: self.never_originates,
            label: self.label.map(Cow::into_owned),
            confirmed_at: self.confirmed_at.map(instant).transpose()?,
            value,
        })
    }
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
