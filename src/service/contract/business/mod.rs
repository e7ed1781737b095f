//! A business as JSON: what partners write and what they read.

mod coverage;
mod hours;
mod parts;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CatalogueItemInput;
use super::channel::ChannelBody;
use super::field::{Collector, FieldErrors};
use super::words;
use crate::domain::{
    Business, BusinessId, BusinessName, CatalogueItem, Channel, ChannelValue, Country, ExternalId,
    Invalid, Language, Profile, Text, Website,
};

pub use coverage::CoverageBody;
pub use hours::HoursBody;
pub use parts::{AddressBody, NameBody, ProtectedNameBody, RepresentativeBody};

/// A business's profile, as it is created and changed. Only `name` is needed.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BusinessProfile)]
pub struct ProfileBody {
    /// The name it trades under; 1–200 characters.
    #[schema(example = "Kaffeehaus Morgenrot", max_length = 200)]
    pub name: String,
    /// Your own id of it; unique in the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "crm-4711", max_length = 200)]
    pub external_id: Option<String>,
    /// Other names: short, legal, former, in other scripts. At most 200.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["Morgenrot"]))]
    pub aliases: Vec<String>,
    /// Further names with what is known of them. At most 200. Checks know them as they know aliases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<NameBody>,
    /// Names that others may not bear: blocked spellings, and people whom impostors name. At most 200.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub protected_names: Vec<ProtectedNameBody>,
    /// Every known way to reach it. At most 1,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelBody>,
    /// Who may speak for it on channels of their own. At most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<RepresentativeBody>,
    /// The id of the business at the head of its group. That one and all that name it here are a group, in which a channel
    /// of one member counts as a channel of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    pub parent: Option<String>,
    /// How much of each kind of channel is known; `unknown` where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub coverage: Option<CoverageBody>,
    /// Where it is at home, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "DE")]
    pub country: Option<String>,
    /// Free category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "amenity/cafe")]
    pub category: Option<String>,
    /// WhatsApp vertical, such as `RETAIL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "RESTAURANT")]
    pub vertical: Option<String>,
    /// Short self-description, at most 139 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub about: Option<String>,
    /// Long self-description, at most 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// Postal address, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<String>,
    /// Postal addresses in parts. At most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<AddressBody>,
    /// Opening hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hours: Option<HoursBody>,
    /// Languages it serves in, BCP 47.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub logo_url: Option<String>,
    /// What it offers. At most 500 items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catalogue: Vec<CatalogueItemInput>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source: Option<String>,
}

impl ProfileBody {
    /// Parses every field; all that is wrong is told at once. `of` is the business whose profile it becomes, where there
    /// is one already: a writer can keep its proofs, not make any, and it cannot be its own parent.
    pub fn parse(&self, of: Option<&Business>) -> Result<Profile, FieldErrors> {
        let mut errors = Collector::default();
        let proved = of.map_or(&[][..], |b| &b.profile.channels);
        let represented = of.map_or(&[][..], |b| &b.profile.representatives);
        let e = &mut errors;
        let country = e.parse("/country", self.country.as_ref(), Country::parse);
        let name = e.note("/name", BusinessName::parse(&self.name));
        let mut profile = Profile {
            aliases: each(e, "/aliases", &self.aliases, |a| BusinessName::parse(a)),
            names: each(e, "/names", &self.names, NameBody::parse),
            protected_names: each(
                e,
                "/protected_names",
                &self.protected_names,
                ProtectedNameBody::parse,
            ),
            channels: each(e, "/channels", &self.channels, |c| c.parse(country, proved)),
            representatives: each(e, "/representatives", &self.representatives, |r| {
                r.parse(country, represented)
            }),
            parent: e.parse("/parent", self.parent.as_ref(), |id| {
                parent(id, of.map(|b| b.id))
            }),
            addresses: each(e, "/addresses", &self.addresses, AddressBody::parse),
            languages: each(e, "/languages", &self.languages, |l| Language::parse(l)),
            catalogue: each(e, "/catalogue", &self.catalogue, CatalogueItemInput::parse),
            external_id: e.parse("/external_id", self.external_id.as_ref(), ExternalId::parse),
            category: e.parse("/category", self.category.as_ref(), |v| {
                Text::parse("category", v)
            }),
            vertical: e.parse("/vertical", self.vertical.as_ref(), str::parse),
            about: e.parse("/about", self.about.as_ref(), |v| {
                Text::parse("about text", v)
            }),
            description: e.parse("/description", self.description.as_ref(), |v| {
                Text::parse("description", v)
            }),
            address: e.parse("/address", self.address.as_ref(), |v| {
                Text::parse("address", v)
            }),
            hours: self
                .hours
                .as_ref()
                .and_then(|h| e.note("/hours", h.parse())),
            logo_url: e.parse("/logo_url", self.logo_url.as_ref(), Website::parse),
            source: e.parse("/source", self.source.as_ref(), |v| {
                Text::parse("source", v)
            }),
            country,
            ..Profile::named(name.unwrap_or_else(placeholder))
        };
        for (kind, stated) in self.coverage.iter().flat_map(CoverageBody::slots) {
            let pointer = format!("/coverage/{kind}");
            if let Some(coverage) = e.parse(&pointer, stated, str::parse) {
                profile.coverage.insert(kind, coverage);
            }
        }
        e.note("", profile.validate());
        drop_repeated(&mut profile.channels);
        errors.finish(profile)
    }

    /// The profile as JSON.
    pub fn of(profile: &Profile) -> Self {
        let text = |t: Option<&str>| t.map(str::to_owned);
        Self {
            name: profile.name.to_string(),
            external_id: text(profile.external_id.as_ref().map(ExternalId::as_str)),
            aliases: profile.aliases.iter().map(ToString::to_string).collect(),
            names: profile.names.iter().map(NameBody::of).collect(),
            protected_names: (profile.protected_names.iter())
                .map(ProtectedNameBody::of)
                .collect(),
            channels: profile.channels.iter().map(ChannelBody::of).collect(),
            representatives: (profile.representatives.iter())
                .map(RepresentativeBody::of)
                .collect(),
            parent: profile.parent.map(|id| id.to_string()),
            coverage: CoverageBody::of(profile),
            country: profile.country.map(|c| c.to_string()),
            category: text(profile.category.as_ref().map(Text::as_str)),
            vertical: profile.vertical.map(|v| v.to_string()),
            about: text(profile.about.as_ref().map(Text::as_str)),
            description: text(profile.description.as_ref().map(Text::as_str)),
            address: text(profile.address.as_ref().map(Text::as_str)),
            addresses: profile.addresses.iter().map(AddressBody::of).collect(),
            hours: profile.hours.as_ref().map(HoursBody::of),
            languages: profile
                .languages
                .iter()
                .map(|l| l.as_str().to_owned())
                .collect(),
            logo_url: text(profile.logo_url.as_ref().map(Website::as_str)),
            catalogue: profile.catalogue.iter().map(item).collect(),
            source: text(profile.source.as_ref().map(Text::as_str)),
        }
    }
}

/// Parses a list, noting each item that is wrong under its own pointer.
fn each<T, U>(
    errors: &mut Collector,
    pointer: &str,
    items: &[T],
    parse: impl Fn(&T) -> Result<U, Invalid>,
) -> Vec<U> {
    let numbered = items.iter().enumerate();
    numbered
        .filter_map(|(i, item)| errors.note(&format!("{pointer}/{i}"), parse(item)))
        .collect()
}

/// The head of a group; `own` is the id of the business that names it.
fn parent(id: &str, own: Option<BusinessId>) -> Result<BusinessId, Invalid> {
    let parent = id.parse()?;
    if Some(parent) == own {
        let reason = "a business cannot be its own parent";
        return Err(Invalid::new("parent", id, reason));
    }
    Ok(parent)
}

/// Stands for a refused name until the errors are told; it never leaves `parse`.
fn placeholder() -> BusinessName {
    BusinessName::parse("-").expect("one printable character is a name")
}

/// Keeps the first of channels with the same address.
fn drop_repeated(channels: &mut Vec<Channel>) {
    let mut seen: std::collections::HashSet<ChannelValue> = std::collections::HashSet::new();
    channels.retain(|c| seen.insert(c.value.clone()));
}

fn item(item: &CatalogueItem) -> CatalogueItemInput {
    CatalogueItemInput {
        title: item.title.as_str().to_owned(),
        price_minor_units: item.price.as_ref().map(|p| p.minor_units),
        currency: item.price.as_ref().map(|p| p.currency.clone()),
        image_url: item.image_url.as_ref().map(|w| w.as_str().to_owned()),
        link: item.link.as_ref().map(|w| w.as_str().to_owned()),
    }
}

/// A registered business.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Business)]
pub struct BusinessBody {
    /// Its id in this registry.
    #[schema(example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    pub id: String,
    /// What it says of itself or sources say of it.
    pub profile: ProfileBody,
    /// Whether it is open at the time of this answer; left out where no hours are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub open_now: Option<bool>,
    /// What it has earned.
    #[schema(value_type = words::Badge)]
    pub badge: String,
    /// Whether that counts now.
    #[schema(value_type = words::BadgeState)]
    pub badge_state: String,
    /// The organisation that may change it, `org_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organisation_id: Option<String>,
    /// Channels of it that others claim, too, until a reviewer has looked at them; told of one business, not in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contested: Vec<ContestedBody>,
    /// RFC 3339, UTC.
    #[schema(example = "2026-01-31T12:00:00Z")]
    pub created_at: String,
    /// RFC 3339, UTC.
    #[schema(example = "2026-01-31T12:00:00Z")]
    pub updated_at: String,
    /// Counts changes, from 1; the `ETag` is this number in quotes.
    pub version: u64,
}

/// A channel that others claim, too.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContestedChannel)]
pub struct ContestedBody {
    /// The kind of channel.
    #[schema(value_type = words::ChannelKind)]
    pub kind: String,
    /// The channel.
    #[schema(example = "+4930123456")]
    pub value: String,
}

impl BusinessBody {
    /// A business as JSON, as it is at an instant.
    pub fn of(b: &Business, now: Timestamp) -> Self {
        Self {
            id: b.id.to_string(),
            profile: ProfileBody::of(&b.profile),
            open_now: b.profile.hours.as_ref().map(|h| h.is_open(now)),
            badge: b.badge.to_string(),
            badge_state: b.badge_state.to_string(),
            organisation_id: b.organisation.map(|id| id.to_string()),
            contested: Vec::new(),
            created_at: b.created_at.to_string(),
            updated_at: b.updated_at.to_string(),
            version: b.version,
        }
    }
}
