//! From a business back to a line, for export.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::account::CatalogueItemInput;
use super::super::business::{AddressBody, NameBody, ProtectedNameBody, RepresentativeBody};
use super::super::channel::ChannelBody;
use super::{HoursEntry, PhoneEntry, RegistryLine, SenderIdEntry, Texts};
use crate::domain::{
    Business, CatalogueItem, Channel, ChannelValue, E164, OpeningHours, Profile, Provenance,
    Representative, Text, Website,
};

impl From<&Business> for RegistryLine {
    fn from(business: &Business) -> Self {
        Self::from(&business.profile)
    }
}

impl From<&Profile> for RegistryLine {
    /// Everything of the profile but the provenance of its channels, which a file cannot vouch for, and their order.
    fn from(profile: &Profile) -> Self {
        let mut line = Self {
            external_id: profile
                .external_id
                .as_ref()
                .map(|id| id.as_str().to_owned()),
            name: Some(profile.name.to_string()),
            aliases: profile.aliases.iter().map(ToString::to_string).collect(),
            names: profile.names.iter().map(NameBody::of).collect(),
            protected_names: (profile.protected_names.iter())
                .map(ProtectedNameBody::of)
                .collect(),
            representatives: (profile.representatives.iter())
                .map(unvouched_representative)
                .collect(),
            parent: profile.parent.map(|id| id.to_string()),
            country: profile.country.map(|c| c.to_string()),
            category: text(profile.category.as_ref()),
            vertical: profile.vertical.map(|v| v.to_string()),
            about: text(profile.about.as_ref()),
            description: text(profile.description.as_ref()),
            address: text(profile.address.as_ref()),
            addresses: profile.addresses.iter().map(AddressBody::of).collect(),
            hours: profile.hours.as_ref().map(HoursEntry::from),
            languages: profile
                .languages
                .iter()
                .map(|l| l.as_str().to_owned())
                .collect(),
            logo_url: profile.logo_url.as_ref().map(|u| u.as_str().to_owned()),
            catalogue: profile
                .catalogue
                .iter()
                .map(CatalogueItemInput::from)
                .collect(),
            coverage: profile
                .coverage
                .iter()
                .map(|(kind, coverage)| (kind.to_string(), coverage.to_string()))
                .collect(),
            source: text(profile.source.as_ref()),
            ..Self::default()
        };
        let confirmed_at = shared_confirmation(&profile.channels);
        for channel in &profile.channels {
            if channel.confirmed_at == confirmed_at && is_short(channel, &profile.channels) {
                line.add(channel);
            } else {
                line.channels.push(unvouched(ChannelBody::of(channel)));
            }
        }
        line.confirmed_at = confirmed_at.map(|at| at.to_string());
        line
    }
}

impl RegistryLine {
    fn add(&mut self, channel: &Channel) {
        match &channel.value {
            ChannelValue::Phone(number) => self.add_phone(*number, channel, false),
            ChannelValue::Whatsapp(number) => self.add_phone(*number, channel, true),
            ChannelValue::SenderId(id, country) => self.sender_ids.push(SenderIdEntry {
                value: id.as_str().to_owned(),
                country: country.map(|c| c.to_string()),
            }),
            ChannelValue::Website(site) => self.websites.push(site.as_str().to_owned()),
            ChannelValue::Email(_) | ChannelValue::EmailDomain(_) => {
                self.emails.push(channel.value.to_string());
            }
            ChannelValue::Handle(handle) => {
                let Texts(handles) = self
                    .handles
                    .entry(handle.platform().to_string())
                    .or_default();
                handles.push(handle.value().to_owned());
            }
        }
    }

    fn add_phone(&mut self, number: E164, channel: &Channel, whatsapp: bool) {
        let value = number.to_string();
        if let Some(entry) = self.phones.iter_mut().find(|e| e.value == value) {
            entry.whatsapp |= whatsapp;
            return;
        }
        self.phones.push(PhoneEntry {
            value,
            label: channel.label.clone(),
            whatsapp,
            never_originates: channel.never_originates,
            purpose: channel.purpose.map(|p| p.to_string()),
            valid_from: channel.validity.from().map(|t| t.to_string()),
            valid_until: channel.validity.until().map(|t| t.to_string()),
        });
    }
}

/// Whether the fields for one kind of channel hold all that is known of it: a number's entry stands for a phone, and for
/// WhatsApp only beside the same phone.
fn is_short(channel: &Channel, all: &[Channel]) -> bool {
    match &channel.value {
        ChannelValue::Phone(_) => true,
        ChannelValue::Whatsapp(number) => {
            let phone = Channel {
                value: ChannelValue::Phone(*number),
                ..channel.clone()
            };
            (all.iter()).any(|c| c.value == phone.value && said(c) == said(&phone))
        }
        _ => {
            said(channel)
                == said(&Channel::listed(
                    channel.value.clone(),
                    channel.confirmed_at,
                ))
        }
    }
}

/// A channel without its provenance, for comparison.
fn said(channel: &Channel) -> Channel {
    Channel {
        provenance: Provenance::Listed,
        ..channel.clone()
    }
}

fn unvouched(channel: ChannelBody) -> ChannelBody {
    ChannelBody {
        provenance: None,
        ..channel
    }
}

fn unvouched_representative(representative: &Representative) -> RepresentativeBody {
    let body = RepresentativeBody::of(representative);
    RepresentativeBody {
        channels: body.channels.into_iter().map(unvouched).collect(),
        ..body
    }
}

/// The one time at which all channels were confirmed; a line has room for no more.
fn shared_confirmation(channels: &[Channel]) -> Option<Timestamp> {
    let (first, rest) = channels.split_first()?;
    let at = first.confirmed_at?;
    rest.iter()
        .all(|c| c.confirmed_at == Some(at))
        .then_some(at)
}

fn text<const MAX: usize>(text: Option<&Text<MAX>>) -> Option<String> {
    text.map(|t| t.as_str().to_owned())
}

impl From<&OpeningHours> for HoursEntry {
    fn from(hours: &OpeningHours) -> Self {
        let days: BTreeMap<String, Vec<String>> = OpeningHours::DAYS
            .iter()
            .zip(hours.days())
            .filter(|(_, spans)| !spans.is_empty())
            .map(|(day, spans)| {
                let spans = spans.iter().map(ToString::to_string).collect();
                ((*day).to_owned(), spans)
            })
            .collect();
        Self {
            time_zone: hours.time_zone().to_owned(),
            days,
            free_text: None,
        }
    }
}

impl From<&CatalogueItem> for CatalogueItemInput {
    fn from(item: &CatalogueItem) -> Self {
        let url = |u: &Website| u.as_str().to_owned();
        Self {
            title: item.title.as_str().to_owned(),
            price_minor_units: item.price.as_ref().map(|p| p.minor_units),
            currency: item.price.as_ref().map(|p| p.currency.clone()),
            image_url: item.image_url.as_ref().map(url),
            link: item.link.as_ref().map(url),
        }
    }
}
