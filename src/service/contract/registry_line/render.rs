//! From a business back to a line, for export.

use std::collections::BTreeMap;

use super::super::account::CatalogueItemInput;
use super::{HoursEntry, PhoneEntry, RegistryLine, SenderIdEntry, Texts};
use crate::domain::{
    Business, CatalogueItem, Channel, ChannelValue, E164, OpeningHours, Profile, Text, Website,
};

impl From<&Business> for RegistryLine {
    fn from(business: &Business) -> Self {
        Self::from(&business.profile)
    }
}

impl From<&Profile> for RegistryLine {
    /// Everything of the profile but the provenance of its channels, which a file cannot vouch for.
    fn from(profile: &Profile) -> Self {
        let mut line = Self {
            external_id: profile
                .external_id
                .as_ref()
                .map(|id| id.as_str().to_owned()),
            name: Some(profile.name.to_string()),
            aliases: profile.aliases.iter().map(ToString::to_string).collect(),
            country: profile.country.map(|c| c.to_string()),
            category: text(profile.category.as_ref()),
            vertical: profile.vertical.map(|v| v.to_string()),
            about: text(profile.about.as_ref()),
            description: text(profile.description.as_ref()),
            address: text(profile.address.as_ref()),
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
        for channel in &profile.channels {
            line.add(channel);
        }
        line.confirmed_at = shared_confirmation(&profile.channels);
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
        });
    }
}

/// The one time at which all channels were confirmed; a line has room for no more.
fn shared_confirmation(channels: &[Channel]) -> Option<String> {
    let (first, rest) = channels.split_first()?;
    let at = first.confirmed_at?;
    rest.iter()
        .all(|c| c.confirmed_at == Some(at))
        .then(|| at.to_string())
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
