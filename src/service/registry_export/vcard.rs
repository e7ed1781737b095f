//! A registry line as a card, vCard 4.0 (RFC 6350, 9554); `registry_file::vcard` reads it back.
//!
//! Sender IDs, e-mail domains, opening hours, the catalogue, coverage and the source are no matter of address books and
//! are left out.

use calcard::vcard::{
    VCard, VCardEntry, VCardParameter, VCardParameterName, VCardParameterValue, VCardProperty,
    VCardValue, VCardValueType, VCardVersion,
};

use super::super::contract::{PhoneEntry, RegistryLine};

/// The card of a business.
pub(super) fn card(line: &RegistryLine) -> String {
    let mut entries = vec![entry(VCardProperty::Kind, "org")];
    let mut add = |property: VCardProperty, text: Option<&String>| {
        entries.extend(text.map(|text| entry(property, text)));
    };
    add(VCardProperty::Uid, line.external_id.as_ref());
    add(VCardProperty::Fn, line.name.as_ref());
    add(VCardProperty::Org, line.name.as_ref());
    for alias in &line.aliases {
        add(VCardProperty::Nickname, Some(alias));
    }
    let addresses = line.emails.iter().filter(|e| !e.starts_with('@'));
    for email in addresses {
        add(VCardProperty::Email, Some(email));
    }
    for site in &line.websites {
        add(VCardProperty::Url, Some(site));
    }
    add(VCardProperty::Logo, line.logo_url.as_ref());
    add(VCardProperty::Categories, line.category.as_ref());
    add(VCardProperty::Note, line.description.as_ref());
    for language in &line.languages {
        add(VCardProperty::Lang, Some(language));
    }
    for (i, phone) in line.phones.iter().enumerate() {
        entries.extend(telephone(i + 1, phone));
    }
    for (platform, handles) in &line.handles {
        entries.extend(handles.0.iter().map(|handle| {
            entry(VCardProperty::Socialprofile, handle)
                .with_param(parameter(VCardParameterName::ServiceType, platform))
                .with_param(VCardParameter {
                    name: VCardParameterName::Value,
                    value: VCardParameterValue::ValueType(VCardValueType::Text),
                })
        }));
    }
    entries.extend(address(line));
    let mut card = String::new();
    // Writing to a text cannot fail.
    let _ = VCard { entries }.write_to(&mut card, VCardVersion::V4_0);
    card
}

fn entry(property: VCardProperty, text: &str) -> VCardEntry {
    VCardEntry::new(property).with_value(VCardValue::Text(text.to_owned()))
}

fn parameter(name: VCardParameterName, text: &str) -> VCardParameter {
    VCardParameter {
        name,
        value: VCardParameterValue::Text(text.to_owned()),
    }
}

/// A number; its label stands beside it in one group, as address books write it.
fn telephone(number: usize, phone: &PhoneEntry) -> Vec<VCardEntry> {
    let mut tel = entry(VCardProperty::Tel, &phone.value);
    if phone.whatsapp {
        tel = tel.with_param(parameter(VCardParameterName::Type, "whatsapp"));
    }
    let Some(label) = &phone.label else {
        return vec![tel];
    };
    let group = Some(format!("item{number}"));
    let label = entry(VCardProperty::Other("X-ABLabel".to_owned()), label);
    vec![tel.with_group(group.clone()), label.with_group(group)]
}

/// The address, whose parts nobody has told apart, as the street; the country as a code beside it.
fn address(line: &RegistryLine) -> Option<VCardEntry> {
    if line.address.is_none() && line.country.is_none() {
        return None;
    }
    let street = line.address.clone().unwrap_or_default();
    let country = line.country.clone().unwrap_or_default();
    let parts = ["", "", &street, "", "", "", &country];
    let values = parts.map(|part| VCardValue::Text(part.to_owned())).to_vec();
    Some(VCardEntry::new(VCardProperty::Adr).with_values(values))
}
