//! Names, addresses and representatives within the document.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::channel::ChannelDocument;
use super::{Str, text};
use crate::domain::{
    Address, BusinessName, Channel, Country, Invalid, KindedName, Language, ProtectedName,
    Representative, Text,
};

/// A further name.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NameDocument<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Str<'a>,
}

/// A protected name.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ProtectedDocument<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    kind: Cow<'a, str>,
}

/// An address in parts.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AddressDocument<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    label: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    street: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postcode: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    city: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Str<'a>,
}

/// Somebody who may speak for the business.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RepresentativeDocument<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    channels: Vec<ChannelDocument<'a>>,
}

impl<'a> From<&'a KindedName> for NameDocument<'a> {
    fn from(n: &'a KindedName) -> Self {
        Self {
            name: n.name.as_str().into(),
            kind: n.kind.as_str().into(),
            language: n.language.as_ref().map(|l| l.as_str().into()),
        }
    }
}

impl NameDocument<'_> {
    pub(super) fn into_name(self) -> Result<KindedName, Invalid> {
        Ok(KindedName {
            name: BusinessName::parse(&self.name)?,
            kind: self.kind.parse()?,
            language: self.language.map(|l| Language::parse(&l)).transpose()?,
        })
    }
}

impl<'a> From<&'a ProtectedName> for ProtectedDocument<'a> {
    fn from(p: &'a ProtectedName) -> Self {
        Self {
            name: p.name.as_str().into(),
            kind: p.kind.as_str().into(),
        }
    }
}

impl ProtectedDocument<'_> {
    pub(super) fn into_name(self) -> Result<ProtectedName, Invalid> {
        Ok(ProtectedName {
            name: BusinessName::parse(&self.name)?,
            kind: self.kind.parse()?,
        })
    }
}

fn part<const MAX: usize>(text: Option<&Text<MAX>>) -> Str<'_> {
    text.map(|t| t.as_str().into())
}

impl<'a> From<&'a Address> for AddressDocument<'a> {
    fn from(a: &'a Address) -> Self {
        Self {
            label: part(a.label.as_ref()),
            street: part(a.street.as_ref()),
            postcode: part(a.postcode.as_ref()),
            city: part(a.city.as_ref()),
            region: part(a.region.as_ref()),
            country: a.country.as_ref().map(|c| c.as_str().into()),
        }
    }
}

impl AddressDocument<'_> {
    pub(super) fn into_address(self) -> Result<Address, Invalid> {
        Ok(Address {
            label: text("label", self.label.as_ref())?,
            street: text("street", self.street.as_ref())?,
            postcode: text("postcode", self.postcode.as_ref())?,
            city: text("city", self.city.as_ref())?,
            region: text("region", self.region.as_ref())?,
            country: self.country.map(|c| Country::parse(&c)).transpose()?,
        })
    }
}

impl<'a> From<&'a Representative> for RepresentativeDocument<'a> {
    fn from(r: &'a Representative) -> Self {
        Self {
            name: r.name.as_str().into(),
            kind: r.kind.as_str().into(),
            channels: r.channels.iter().map(ChannelDocument::from).collect(),
        }
    }
}

impl RepresentativeDocument<'_> {
    pub(super) fn into_representative(self) -> Result<Representative, Invalid> {
        let channels = self.channels.into_iter();
        Ok(Representative {
            name: BusinessName::parse(&self.name)?,
            kind: self.kind.parse()?,
            channels: channels
                .map(ChannelDocument::into_channel)
                .collect::<Result<Vec<Channel>, _>>()?,
        })
    }
}
