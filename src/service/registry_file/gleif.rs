//! LEI records of GLEIF's Golden Copy, "LEI-CDF" version 3 as CSV: one legal entity a row, some 340 columns.
//!
//! Columns are named by the path of their element, several of a kind end in a number:
//! `Entity.OtherEntityNames.OtherEntityName.1`. Columns that a file lacks are read as blank, but for those of
//! [`NEEDED`].

use csv::ByteRecord;

use super::super::contract::{FieldErrors, RegistryLine};
use crate::domain::Lei;

/// Columns without which a row says nothing that could be used.
pub(super) const NEEDED: [&str; 4] = [
    "LEI",
    "Entity.LegalName",
    "Entity.EntityStatus",
    "Registration.RegistrationStatus",
];

/// Where other names stand, without their numbers.
const OTHER_NAMES: [&str; 2] = [
    "Entity.OtherEntityNames.OtherEntityName.",
    "Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.",
];

/// Longest address of a profile, in characters.
const ADDRESS: usize = 256;

/// Where in a row each field stands.
#[derive(Debug)]
pub(super) struct Columns {
    lei: usize,
    name: usize,
    entity_status: usize,
    registration_status: usize,
    other_names: Vec<usize>,
    category: Option<usize>,
    street: Option<usize>,
    more_street: Vec<usize>,
    city: Option<usize>,
    region: Option<usize>,
    country: Option<usize>,
    postcode: Option<usize>,
}

impl Columns {
    /// Whether the start of a file is a header of LEI records.
    pub(super) fn begin(head: &str) -> bool {
        let line = head.lines().next().unwrap_or_default();
        let has = |wanted: &str| {
            line.split([',', ';', '\t'])
                .any(|cell| cell.trim_matches(['"', ' ']) == wanted)
        };
        has("LEI") && has("Entity.LegalName")
    }

    /// Finds the columns; none where one of [`NEEDED`] is missing.
    pub(super) fn find(header: &[String]) -> Option<Self> {
        let at = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
        let address = |part: &str| at(&format!("Entity.LegalAddress.{part}"));
        let numbered = |start: &str| -> Vec<usize> {
            (1..100).map_while(|n| at(&format!("{start}{n}"))).collect()
        };
        let [lei, name, entity_status, registration_status] = NEEDED.map(at);
        Some(Self {
            lei: lei?,
            name: name?,
            entity_status: entity_status?,
            registration_status: registration_status?,
            other_names: OTHER_NAMES.into_iter().flat_map(numbered).collect(),
            category: at("Entity.EntityCategory"),
            street: address("FirstAddressLine"),
            more_street: numbered("Entity.LegalAddress.AdditionalAddressLine."),
            city: address("City"),
            region: address("Region"),
            country: address("Country"),
            postcode: address("PostalCode"),
        })
    }

    /// The record as a registry line; none for an entity that is not active or whose registration is not kept up,
    /// unless those are wanted too.
    pub(super) fn line(
        &self,
        record: &ByteRecord,
        include_inactive: bool,
    ) -> Result<Option<RegistryLine>, FieldErrors> {
        let is = |column: usize, word: &[u8]| {
            let cell = record.get(column).unwrap_or_default();
            cell.trim_ascii().eq_ignore_ascii_case(word)
        };
        let in_force = is(self.entity_status, b"ACTIVE") && is(self.registration_status, b"ISSUED");
        if !in_force && !include_inactive {
            return Ok(None);
        }
        let cells = Cells(record);
        let lei = Lei::parse(cells.needed(self.lei, "LEI")?)
            .map_err(|invalid| FieldErrors::one("/LEI", "invalid_value", invalid.to_string()))?;
        let mut aliases = Vec::new();
        for &column in &self.other_names {
            aliases.extend(cells.text(Some(column), "OtherEntityName")?);
        }
        Ok(Some(RegistryLine {
            external_id: Some(format!("lei:{lei}")),
            name: cells.text(Some(self.name), "Entity.LegalName")?,
            aliases,
            country: cells.text(self.country, "Entity.LegalAddress.Country")?,
            category: cells.text(self.category, "Entity.EntityCategory")?,
            address: self.address(cells)?,
            source: Some("gleif".to_owned()),
            ..RegistryLine::default()
        }))
    }

    /// The legal address in one text; its further lines go where it would be too long.
    fn address(&self, cells: Cells<'_>) -> Result<Option<String>, FieldErrors> {
        let part = |column| cells.text(column, "Entity.LegalAddress");
        let town: Vec<String> = [part(self.postcode)?, part(self.city)?]
            .into_iter()
            .flatten()
            .collect();
        let town = Some(town.join(" ")).filter(|town| !town.is_empty());
        let mut more = Vec::new();
        for &column in &self.more_street {
            more.extend(part(Some(column))?);
        }
        let (street, region, country) =
            (part(self.street)?, part(self.region)?, part(self.country)?);
        let rest: Vec<String> = [town, region, country].into_iter().flatten().collect();
        let whole = |more: Vec<String>| {
            let parts = street.iter().cloned().chain(more).chain(rest.clone());
            parts.collect::<Vec<_>>().join(", ")
        };
        let mut text = whole(more);
        if text.chars().count() > ADDRESS {
            text = whole(Vec::new());
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

/// The cells of a row as texts.
#[derive(Clone, Copy)]
struct Cells<'a>(&'a ByteRecord);

impl<'a> Cells<'a> {
    fn text(self, column: Option<usize>, name: &str) -> Result<Option<String>, FieldErrors> {
        match column {
            None => Ok(None),
            Some(column) => {
                let text = self.needed(column, name)?;
                Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
            }
        }
    }

    fn needed(self, column: usize, name: &str) -> Result<&'a str, FieldErrors> {
        std::str::from_utf8(self.0.get(column).unwrap_or_default())
            .map(str::trim)
            .map_err(|_| FieldErrors::one(format!("/{name}"), "invalid_utf8", "it is not UTF-8"))
    }
}
