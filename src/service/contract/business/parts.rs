//! Names, addresses and representatives as JSON, the same in the API and in registry lines.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::channel::ChannelBody;
use super::super::words;
use crate::domain::{
    Address, BusinessName, Channel, Country, Invalid, KindedName, Language, ProtectedName,
    Representative, Text,
};

/// A further name of a business, of which more is known than of an alias.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KindedName)]
pub struct NameBody {
    /// The name; 1–200 characters.
    #[schema(example = "Kaffeehaus Morgenrot GmbH", max_length = 200)]
    pub name: String,
    /// What it is.
    #[schema(value_type = words::NameKind)]
    pub kind: String,
    /// The language in which it is written, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "de")]
    pub language: Option<String>,
}

impl NameBody {
    /// Parses it.
    pub(in super::super) fn parse(&self) -> Result<KindedName, Invalid> {
        Ok(KindedName {
            name: BusinessName::parse(&self.name)?,
            kind: self.kind.parse()?,
            language: self.language.as_deref().map(Language::parse).transpose()?,
        })
    }

    /// A name as JSON.
    pub(in super::super) fn of(name: &KindedName) -> Self {
        Self {
            name: name.name.to_string(),
            kind: name.kind.to_string(),
            language: name.language.as_ref().map(|l| l.as_str().to_owned()),
        }
    }
}

/// A name that others may not bear. An account that bears a `variant` imitates the business; the name of a `person` counts
/// only where the account bears the business's name as well.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProtectedName)]
pub struct ProtectedNameBody {
    /// The name; 1–200 characters.
    #[schema(example = "Kaffeehaus Morgenroth", max_length = 200)]
    pub name: String,
    /// What it is.
    #[schema(value_type = words::ProtectedKind)]
    pub kind: String,
}

impl ProtectedNameBody {
    /// Parses it.
    pub(in super::super) fn parse(&self) -> Result<ProtectedName, Invalid> {
        Ok(ProtectedName {
            name: BusinessName::parse(&self.name)?,
            kind: self.kind.parse()?,
        })
    }

    /// A protected name as JSON.
    pub(in super::super) fn of(name: &ProtectedName) -> Self {
        Self {
            name: name.name.to_string(),
            kind: name.kind.to_string(),
        }
    }
}

/// A postal address in parts, at least one of them besides the label.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Address)]
pub struct AddressBody {
    /// What people call the place; at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "head office", max_length = 100)]
    pub label: Option<String>,
    /// Street and house, in lines; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Musterstr. 1", max_length = 256)]
    pub street: Option<String>,
    /// Postal code; at most 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "10115", max_length = 20)]
    pub postcode: Option<String>,
    /// Town; at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Berlin", max_length = 100)]
    pub city: Option<String>,
    /// State, province or county; at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "DE")]
    pub country: Option<String>,
}

impl AddressBody {
    /// Parses it.
    pub(in super::super) fn parse(&self) -> Result<Address, Invalid> {
        let address = Address {
            label: part("label", self.label.as_ref())?,
            street: part("street", self.street.as_ref())?,
            postcode: part("postcode", self.postcode.as_ref())?,
            city: part("city", self.city.as_ref())?,
            region: part("region", self.region.as_ref())?,
            country: self.country.as_deref().map(Country::parse).transpose()?,
        };
        address.validate()?;
        Ok(address)
    }

    /// An address as JSON.
    pub(in super::super) fn of(address: &Address) -> Self {
        Self {
            label: shown(address.label.as_ref()),
            street: shown(address.street.as_ref()),
            postcode: shown(address.postcode.as_ref()),
            city: shown(address.city.as_ref()),
            region: shown(address.region.as_ref()),
            country: address.country.map(|c| c.to_string()),
        }
    }
}

fn part<const MAX: usize>(
    kind: &'static str,
    value: Option<&String>,
) -> Result<Option<Text<MAX>>, Invalid> {
    value.map(|v| Text::parse(kind, v)).transpose()
}

fn shown<const MAX: usize>(text: Option<&Text<MAX>>) -> Option<String> {
    text.map(|t| t.as_str().to_owned())
}

/// Somebody who may speak for a business on channels of their own: there, under their own name or the business's, they are
/// no impostor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Representative)]
pub struct RepresentativeBody {
    /// The name by which they go; 1–200 characters.
    #[schema(example = "Rösterei Nord", max_length = 200)]
    pub name: String,
    /// In which part they speak for the business.
    #[schema(value_type = words::RepresentativeKind)]
    pub kind: String,
    /// Their own channels. At most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelBody>,
}

impl RepresentativeBody {
    /// Parses it; national numbers are read in `home`, and channels are proved only where those of the same representative
    /// among `known` are.
    pub(in super::super) fn parse(
        &self,
        home: Option<Country>,
        known: &[Representative],
    ) -> Result<Representative, Invalid> {
        let name = BusinessName::parse(&self.name)?;
        let proved: Vec<Channel> = (known.iter())
            .filter(|r| r.name == name)
            .flat_map(|r| r.channels.iter().cloned())
            .collect();
        let channels = self.channels.iter().map(|c| c.parse(home, &proved));
        let mut representative = Representative {
            name,
            kind: self.kind.parse()?,
            channels: channels.collect::<Result<_, _>>()?,
        };
        representative.validate()?;
        super::drop_repeated(&mut representative.channels);
        Ok(representative)
    }

    /// A representative as JSON.
    pub(in super::super) fn of(representative: &Representative) -> Self {
        Self {
            name: representative.name.to_string(),
            kind: representative.kind.to_string(),
            channels: (representative.channels.iter())
                .map(ChannelBody::of)
                .collect(),
        }
    }
}
