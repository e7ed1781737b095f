//! From a line to a profile: what can be used is used, what cannot is named.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::business::{AddressBody, NameBody, ProtectedNameBody};
use super::super::channel::{ChannelBody, instant};
use super::super::field::{FieldError, FieldErrors};
use super::notes::Notes;
use super::{HoursEntry, PhoneEntry, RegistryLine, SenderIdEntry, Warning};
use crate::domain::hosts;
use crate::domain::{
    BusinessName, Channel, ChannelKind, ChannelValue, Country, Coverage, Domain, Email, ExternalId,
    Handle, Invalid, Language, OpeningHours, Platform, Profile, Purpose, SenderId, Validity,
    Website,
};
use crate::engine::phone;

impl RegistryLine {
    /// The profile of the line, and what was kept out of it.
    ///
    /// Refused are only lines without a usable `external_id` or `name`. Every channel is `listed`.
    pub fn parse(&self) -> Result<(Profile, Vec<Warning>), FieldErrors> {
        let (external_id, name) = self.parse_identity()?;
        let mut notes = Notes::default();
        let country = notes.field("/country", self.country.as_deref(), Country::parse);
        let profile = Profile {
            external_id: Some(external_id),
            aliases: self.parse_aliases(&name, &mut notes),
            names: notes.list("/names", &self.names, Profile::MAX_NAMES, NameBody::parse),
            protected_names: notes.list(
                "/protected_names",
                &self.protected_names,
                Profile::MAX_PROTECTED,
                ProtectedNameBody::parse,
            ),
            channels: self.parse_channels(country, &mut notes),
            representatives: notes.list(
                "/representatives",
                &self.representatives,
                Profile::MAX_REPRESENTATIVES,
                |r| r.parse(country, &[]),
            ),
            parent: notes.field("/parent", self.parent.as_deref(), |v| v.trim().parse()),
            coverage: self.parse_coverage(&mut notes),
            country,
            category: notes.text("/category", self.category.as_deref()),
            vertical: notes.field("/vertical", self.vertical.as_deref(), |v| {
                v.trim().to_ascii_uppercase().parse()
            }),
            about: notes.text("/about", self.about.as_deref()),
            description: notes.text("/description", self.description.as_deref()),
            address: notes.text("/address", self.address.as_deref()),
            addresses: notes.list(
                "/addresses",
                &self.addresses,
                Profile::MAX_ADDRESSES,
                AddressBody::parse,
            ),
            hours: self
                .hours
                .as_ref()
                .and_then(|hours| parse_hours(hours, &mut notes)),
            languages: notes.list("/languages", &self.languages, 50, |v| Language::parse(v)),
            logo_url: notes.field("/logo_url", self.logo_url.as_deref(), Website::parse),
            catalogue: notes.list(
                "/catalogue",
                &self.catalogue,
                Profile::MAX_CATALOGUE,
                super::CatalogueItemInput::parse,
            ),
            source: notes.text("/source", self.source.as_deref()),
            name,
        };
        Ok((profile, notes.warnings))
    }

    fn parse_identity(&self) -> Result<(ExternalId, BusinessName), FieldErrors> {
        let mut errors = Vec::new();
        let external_id = required(
            "external_id",
            self.external_id.as_deref(),
            &mut errors,
            ExternalId::parse,
        );
        let name = required(
            "name",
            self.name.as_deref(),
            &mut errors,
            BusinessName::parse,
        );
        external_id.zip(name).ok_or(FieldErrors(errors))
    }

    fn parse_aliases(&self, name: &BusinessName, notes: &mut Notes) -> Vec<BusinessName> {
        let mut seen = std::collections::HashSet::from([name.clone()]);
        let mut aliases = notes.list("/aliases", &self.aliases, Profile::MAX_ALIASES, |v| {
            BusinessName::parse(v)
        });
        aliases.retain(|alias| seen.insert(alias.clone()));
        aliases
    }

    fn parse_channels(&self, country: Option<Country>, notes: &mut Notes) -> Vec<Channel> {
        let confirmed_at: Option<Timestamp> =
            notes.field("/confirmed_at", self.confirmed_at.as_deref(), |v| {
                v.trim()
                    .parse()
                    .map_err(|e| Invalid::new("time of RFC 3339", v, e))
            });
        let mut found: Vec<Channel> = Vec::new();
        for (i, entry) in self.phones.iter().enumerate() {
            found.extend(parse_phone(i, entry, country, notes));
        }
        let mut values: Vec<ChannelValue> = Vec::new();
        for (i, site) in self.websites.iter().enumerate() {
            let at = format!("/websites/{i}");
            values.extend(
                notes
                    .note(&at, Website::parse(site))
                    .map(ChannelValue::Website),
            );
        }
        for (i, email) in self.emails.iter().enumerate() {
            values.extend(notes.note(&format!("/emails/{i}"), parse_email(email)));
        }
        for (i, entry) in self.sender_ids.iter().enumerate() {
            values.extend(parse_sender_id(i, entry, notes));
        }
        self.parse_handles(&mut values, notes);
        found.extend(values.into_iter().map(|v| Channel::listed(v, None)));
        let max = Profile::MAX_CHANNELS;
        found.extend(notes.list("/channels", &self.channels, max, |c| full(c, country)));
        let mut seen = std::collections::HashSet::new();
        found.retain(|channel| seen.insert(channel.value.clone()));
        if found.len() > Profile::MAX_CHANNELS {
            notes.push(
                "",
                "too_many",
                format!(
                    "only the first {} of {} channels are kept",
                    Profile::MAX_CHANNELS,
                    found.len()
                ),
            );
            found.truncate(Profile::MAX_CHANNELS);
        }
        for channel in &mut found {
            channel.confirmed_at = channel.confirmed_at.or(confirmed_at);
        }
        found
    }

    fn parse_handles(&self, values: &mut Vec<ChannelValue>, notes: &mut Notes) {
        for (name, handles) in &self.handles {
            let Ok(platform) = name.trim().to_ascii_lowercase().parse::<Platform>() else {
                notes.warnings.push(Warning::UnknownPlatform(name.clone()));
                continue;
            };
            for handle in &handles.0 {
                let at = format!("/handles/{name}");
                values.extend(
                    notes
                        .note(&at, Handle::parse(platform, handle))
                        .map(ChannelValue::Handle),
                );
            }
        }
    }

    fn parse_coverage(&self, notes: &mut Notes) -> BTreeMap<ChannelKind, Coverage> {
        self.coverage
            .iter()
            .filter_map(|(kind, coverage)| {
                let at = format!("/coverage/{kind}");
                let kind = notes.note(&at, kind.parse::<ChannelKind>())?;
                let coverage = notes.note(&at, coverage.parse::<Coverage>())?;
                Some((kind, coverage))
            })
            .collect()
    }
}

fn required<T>(
    field: &'static str,
    value: Option<&str>,
    errors: &mut Vec<FieldError>,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Option<T> {
    let (code, detail) = match value.map(str::trim) {
        None | Some("") => ("required", format!("a business needs its {field}")),
        Some(value) => match parse(value) {
            Ok(parsed) => return Some(parsed),
            Err(invalid) => ("invalid_value", invalid.to_string()),
        },
    };
    errors.push(FieldError {
        pointer: format!("/{field}"),
        code: code.to_owned(),
        detail,
    });
    None
}

fn parse_phone(
    i: usize,
    entry: &PhoneEntry,
    country: Option<Country>,
    notes: &mut Notes,
) -> Vec<Channel> {
    let reading = phone::read(&entry.value, country);
    let Some(number) = reading.number else {
        let (code, detail) = reading.error.map_or_else(
            || {
                let detail = format!(
                    "{:?} is a {}, not a number that can be dialled from everywhere",
                    entry.value, reading.kind
                );
                ("not_a_number".to_owned(), detail)
            },
            |(code, detail)| (code.to_string(), detail.en),
        );
        notes.push(&format!("/phones/{i}"), &code, detail);
        return Vec::new();
    };
    let label = notes
        .text::<100>(&format!("/phones/{i}/label"), entry.label.as_deref())
        .map(|label| label.as_str().to_owned());
    // A number whose time cannot be read must not count at every time, so that it goes with its time.
    let Some((purpose, validity)) = notes.note(&format!("/phones/{i}"), purpose_and_time(entry))
    else {
        return Vec::new();
    };
    let channel = |value| Channel {
        never_originates: entry.never_originates,
        label: label.clone(),
        purpose,
        validity,
        ..Channel::listed(value, None)
    };
    let mut channels = vec![channel(ChannelValue::Phone(number.e164))];
    if entry.whatsapp {
        channels.push(channel(ChannelValue::Whatsapp(number.e164)));
    }
    channels
}

fn purpose_and_time(entry: &PhoneEntry) -> Result<(Option<Purpose>, Validity), Invalid> {
    Ok((
        entry.purpose.as_deref().map(str::parse).transpose()?,
        Validity::new(
            instant("valid_from", entry.valid_from.as_ref())?,
            instant("valid_until", entry.valid_until.as_ref())?,
        )?,
    ))
}

/// A channel in full form.
fn full(body: &ChannelBody, country: Option<Country>) -> Result<Channel, Invalid> {
    let channel = body.parse(country, &[])?;
    if let ChannelValue::EmailDomain(domain) = &channel.value {
        refuse_open_mail(domain, &body.value)?;
    }
    Ok(channel)
}

fn refuse_open_mail(domain: &Domain, value: &str) -> Result<(), Invalid> {
    if hosts::is_mail_provider(domain.registrable()) {
        return Err(Invalid::new(
            "e-mail domain",
            value,
            "anybody gets an address there; give the whole address",
        ));
    }
    Ok(())
}

fn parse_email(value: &str) -> Result<ChannelValue, Invalid> {
    let Some(domain) = value.trim().strip_prefix('@') else {
        return Email::parse(value).map(ChannelValue::Email);
    };
    let domain = Domain::parse(domain)?;
    refuse_open_mail(&domain, value)?;
    Ok(ChannelValue::EmailDomain(domain))
}

fn parse_sender_id(i: usize, entry: &SenderIdEntry, notes: &mut Notes) -> Option<ChannelValue> {
    let id = notes.note(&format!("/sender_ids/{i}"), SenderId::parse(&entry.value))?;
    // An ID whose country cannot be read must not count in every country, so that it goes with its country.
    let country = match entry.country.as_deref() {
        Some(country) => {
            Some(notes.note(&format!("/sender_ids/{i}/country"), Country::parse(country))?)
        }
        None => None,
    };
    Some(ChannelValue::SenderId(id, country))
}

fn parse_hours(hours: &HoursEntry, notes: &mut Notes) -> Option<OpeningHours> {
    if hours.free_text.is_some() {
        notes.push(
            "/hours",
            "free_text",
            "opening hours in free text are kept out; give time_zone and days".to_owned(),
        );
        return None;
    }
    let mut days: [Vec<String>; 7] = Default::default();
    for (day, spans) in &hours.days {
        let Some(i) = OpeningHours::DAYS.iter().position(|d| d == day) else {
            notes.push(
                "/hours/days",
                "invalid_value",
                format!("{day:?} is none of {}", OpeningHours::DAYS.join(", ")),
            );
            return None;
        };
        days[i].clone_from(spans);
    }
    notes.note("/hours", OpeningHours::parse(&hours.time_zone, days))
}
