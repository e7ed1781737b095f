//! What a card says, as a line of the contract.

use std::collections::{HashMap, HashSet};

use calcard::common::IanaType;
use calcard::vcard::{
    VCard, VCardEntry, VCardKind, VCardParameterName, VCardProperty, VCardType, VCardValue,
};

use super::super::super::contract::{FieldErrors, PhoneEntry, RegistryLine};
use super::super::nsi::{add_handle, add_link};
use crate::domain::{Handle, Platform};

/// The registry line of an organisation's card.
pub(super) fn line(card: &VCard) -> Result<RegistryLine, FieldErrors> {
    let full_names = texts(card, &VCardProperty::Fn);
    let organisations: Vec<String> = card
        .properties(&VCardProperty::Org)
        .filter_map(|entry| entry.values.first().and_then(text))
        .collect();
    must_be_organisation(card, &full_names, &organisations)?;
    let mut names = full_names
        .into_iter()
        .chain(organisations)
        .chain(texts(card, &VCardProperty::Nickname));
    let name = names.next();
    let mut line = RegistryLine {
        external_id: texts(card, &VCardProperty::Uid)
            .into_iter()
            .next()
            .or_else(|| name.as_deref().map(id_of_name)),
        aliases: names.filter(|other| Some(other) != name.as_ref()).collect(),
        name,
        emails: texts(card, &VCardProperty::Email),
        category: texts(card, &VCardProperty::Categories).into_iter().next(),
        description: texts(card, &VCardProperty::Note).into_iter().next(),
        languages: texts(card, &VCardProperty::Lang),
        logo_url: texts(card, &VCardProperty::Logo)
            .into_iter()
            .find(|logo| logo.starts_with("http")),
        ..RegistryLine::default()
    };
    let labels = labels(card);
    for entry in &card.entries {
        match &entry.name {
            VCardProperty::Tel => add_phone(&mut line, &labels, entry),
            VCardProperty::Url => {
                for link in entry.values.iter().filter_map(text) {
                    add_link(&mut line, &link);
                }
            }
            VCardProperty::Impp | VCardProperty::Socialprofile => add_profile(&mut line, entry),
            VCardProperty::Other(name) if name.eq_ignore_ascii_case("X-SOCIALPROFILE") => {
                add_profile(&mut line, entry);
            }
            VCardProperty::Adr if line.address.is_none() => add_address(&mut line, entry),
            _ => {}
        }
    }
    Ok(line)
}

/// Only organisations are businesses: by `KIND`, by Apple's mark of a company, or by having no name of a person.
fn must_be_organisation(
    card: &VCard,
    full_names: &[String],
    organisations: &[String],
) -> Result<(), FieldErrors> {
    let refuse = |detail: String| Err(FieldErrors::one("", "not_an_organisation", detail));
    let kind = card.property(&VCardProperty::Kind);
    match kind.and_then(|entry| entry.values.first()) {
        Some(VCardValue::Kind(VCardKind::Org)) => return Ok(()),
        Some(other) => {
            let kind = match other {
                VCardValue::Kind(VCardKind::Individual) => "a person".to_owned(),
                VCardValue::Kind(VCardKind::Group) => "a group of cards".to_owned(),
                other => format!("something else ({})", text(other).unwrap_or_default()),
            };
            return refuse(format!(
                "KIND says that the card is of {kind}, not of an organisation"
            ));
        }
        None => {}
    }
    let company = card.entries.iter().any(|entry| {
        is_other(entry, "X-ABSHOWAS")
            && entry
                .values
                .iter()
                .filter_map(text)
                .any(|v| v.eq_ignore_ascii_case("COMPANY"))
    });
    let person: Option<String> = card
        .property(&VCardProperty::N)
        .map(|entry| {
            entry
                .values
                .iter()
                .filter_map(text)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|name| !name.is_empty());
    let full_names: HashSet<String> = full_names.iter().map(|name| name.to_lowercase()).collect();
    let named_alike = organisations
        .iter()
        .any(|org| full_names.contains(&org.to_lowercase()));
    match person {
        Some(person) if !company && !named_alike => refuse(format!(
            "it is a person's card: it has the name N ({person}), no KIND:org, and FN is not ORG"
        )),
        _ => Ok(()),
    }
}

fn add_phone(line: &mut RegistryLine, labels: &HashMap<String, String>, entry: &VCardEntry) {
    let group = entry.group.as_ref().map(|group| group.to_lowercase());
    let label = group
        .and_then(|group| labels.get(&group))
        .filter(|label| !label.is_empty());
    let named = |word: &str| {
        label.as_ref().is_some_and(|l| l.eq_ignore_ascii_case(word))
            || types(entry).any(|t| t == word)
    };
    // Cards that WhatsApp itself writes give the account's number in `waid`.
    let whatsapp = named("whatsapp") || parameter(entry, "waid").is_some();
    let is_fax = entry
        .parameters(&VCardParameterName::Type)
        .any(|value| matches!(value.as_type(), Some(IanaType::Iana(VCardType::Fax))));
    for value in entry.values.iter().filter_map(text) {
        line.phones.push(PhoneEntry {
            label: label
                .cloned()
                .or_else(|| is_fax.then(|| "fax".to_owned()))
                .filter(|l| !l.eq_ignore_ascii_case("whatsapp")),
            whatsapp,
            ..PhoneEntry::plain(value)
        });
    }
}

/// A profile on a platform, or a chat address: `IMPP:whatsapp:+44…`, `SOCIALPROFILE;SERVICE-TYPE=Instagram:https://…`,
/// `X-SOCIALPROFILE;type=twitter:…`.
fn add_profile(line: &mut RegistryLine, entry: &VCardEntry) {
    let service = entry
        .parameters(&VCardParameterName::ServiceType)
        .find_map(|value| value.as_text())
        .map(str::to_lowercase)
        .or_else(|| parameter(entry, "x-service-type").map(str::to_lowercase));
    let user = entry
        .parameters(&VCardParameterName::Username)
        .find_map(|value| value.as_text())
        .or_else(|| parameter(entry, "x-user"));
    for value in entry.values.iter().filter_map(text) {
        let (scheme, bare) = match value.split_once(':') {
            Some((scheme, rest)) if !rest.starts_with("//") => (Some(scheme.to_lowercase()), rest),
            _ => (None, &*value),
        };
        let own = types(entry).chain(scheme).filter(|word| word != "x-apple");
        let words: Vec<String> = service.clone().into_iter().chain(own).collect();
        if words.iter().any(|word| word == "whatsapp") || value.contains("//wa.me/") {
            line.phones.push(PhoneEntry {
                whatsapp: true,
                ..PhoneEntry::plain(bare.to_owned())
            });
            continue;
        }
        let platform = words.iter().find_map(|word| platform(word));
        let handle =
            Handle::of_link(&value).or_else(|| Handle::parse(platform?, user.unwrap_or(bare)).ok());
        if let Some(handle) = handle {
            add_handle(line, &handle);
        } else if let Some(word) = words.into_iter().next() {
            // Kept out with a warning that names the platform.
            line.handles.entry(word).or_default().0.push(value);
        }
    }
}

/// The address in one text; its country where that is given as a code.
fn add_address(line: &mut RegistryLine, entry: &VCardEntry) {
    let parts: Vec<String> = entry
        .values
        .iter()
        .map(|part| text(part).unwrap_or_default())
        .collect();
    let get = |i: usize| parts.get(i).map(String::as_str).unwrap_or_default();
    let is_code = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    let code = entry
        .parameters(&VCardParameterName::Cc)
        .find_map(|value| value.as_text())
        .or(Some(get(6)))
        .filter(|code| is_code(code));
    line.country = code.map(str::to_owned);
    let town = format!("{} {}", get(5), get(3));
    let country = Some(get(6)).filter(|country| !is_code(country));
    let shown: Vec<&str> = [get(0), get(1), get(2), town.trim(), get(4)]
        .into_iter()
        .chain(country)
        .filter(|part| !part.is_empty())
        .collect();
    line.address = Some(shown.join(", ")).filter(|address| !address.is_empty());
}

/// What people call the entries of a group, by its name in lower case: `item1.TEL` and `item1.X-ABLabel`.
fn labels(card: &VCard) -> HashMap<String, String> {
    let mut labels = HashMap::new();
    for entry in card.entries.iter().filter(|e| is_other(e, "X-ABLABEL")) {
        if let Some((group, label)) = entry
            .group
            .as_ref()
            .zip(entry.values.first().and_then(text))
        {
            // Labels that the address book has in every language are marked so.
            let bare = label.trim_start_matches("_$!<").trim_end_matches(">!$_");
            labels.insert(group.to_lowercase(), bare.to_owned());
        }
    }
    labels
}

fn is_other(entry: &VCardEntry, name: &str) -> bool {
    matches!(&entry.name, VCardProperty::Other(other) if other.eq_ignore_ascii_case(name))
}

/// The types of an entry that no standard knows, lower case.
fn types(entry: &VCardEntry) -> impl Iterator<Item = String> {
    entry
        .parameters(&VCardParameterName::Type)
        .filter_map(|value| match value.as_type() {
            Some(IanaType::Other(word)) => Some(word.to_lowercase()),
            _ => None,
        })
}

/// A parameter that no standard knows.
fn parameter<'a>(entry: &'a VCardEntry, wanted: &str) -> Option<&'a str> {
    entry
        .params
        .iter()
        .find(|p| matches!(&p.name, VCardParameterName::Other(name) if name.eq_ignore_ascii_case(wanted)))
        .and_then(|p| p.value.as_text())
}

fn platform(word: &str) -> Option<Platform> {
    match word {
        "twitter" => Some(Platform::X),
        "tg" => Some(Platform::Telegram),
        _ => word.parse().ok(),
    }
}

/// Every value of a property that is a text and not blank.
fn texts(card: &VCard, property: &VCardProperty) -> Vec<String> {
    card.properties(property)
        .flat_map(|entry| &entry.values)
        .filter_map(text)
        .collect()
}

fn text(value: &VCardValue) -> Option<String> {
    let text = match value {
        VCardValue::Component(parts) => parts.join(", "),
        other => other.as_text()?.to_owned(),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The id of a card without `UID`: the same for the same name, whatever its case.
fn id_of_name(name: &str) -> String {
    let hash = blake3::hash(name.trim().to_lowercase().as_bytes());
    format!("vcard:{}", &hash.to_hex()[..32])
}
