//! The name-suggestion-index of OpenStreetMap: `{"nsi": {path: {"items": [item …]}}}`, or one file of its sources,
//! `{"properties": {"path"}, "items": [item …]}`.
//!
//! A brand has an item for each of its trades and countries (a bank and its cash machines), which share its Wikidata
//! id. They are one business here: the later items add names and websites. So the file is read whole, at most
//! [`MAX_BYTES`] of it (the published one has some 20 MB).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::contract::{FieldErrors, RegistryLine, Texts, read_json};
use super::RegistryFileError;
use crate::domain::Handle;

/// Largest document, in bytes.
pub(super) const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Tags that hold a name, alone or with a language (`name:ja`); lists in them are separated by `;`.
const NAMES: [&str; 5] = ["name", "brand", "official_name", "short_name", "alt_name"];

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default)]
    nsi: BTreeMap<String, &'a RawValue>,
    #[serde(borrow, default)]
    items: Vec<&'a RawValue>,
    #[serde(default)]
    properties: Properties,
}

#[derive(Deserialize, Default)]
struct Properties {
    #[serde(default)]
    path: String,
}

/// What stands under a path; in older files it is the bare list.
#[derive(Deserialize)]
struct Category<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    location_set: LocationSet,
    #[serde(default)]
    match_names: Vec<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
struct LocationSet {
    #[serde(default)]
    include: Vec<serde_json::Value>,
}

/// The items of one business, or one item that cannot be read.
#[derive(Debug)]
pub(super) struct Brand {
    line: u64,
    /// The first item, as it stands in the file.
    original: String,
    path: String,
    items: Result<Vec<Item>, FieldErrors>,
}

/// Reads a document; gives its businesses in the order of their first items.
pub(super) fn read(stream: impl Read) -> Result<Vec<Brand>, RegistryFileError> {
    let mut text = String::new();
    stream.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(RegistryFileError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}');
    let document: Document<'_> = serde_json::from_str(text)?;
    let mut items: Vec<(usize, &str, &str)> = Vec::new();
    // Parts of the document are slices of the text, so that their addresses tell their places in it.
    let place = |part: &str| (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    for (path, category) in &document.nsi {
        let category: &RawValue = category;
        let raw: Vec<&RawValue> = if category.get().starts_with('[') {
            serde_json::from_str(category.get())?
        } else {
            serde_json::from_str::<Category<'_>>(category.get())?.items
        };
        items.extend(
            raw.iter()
                .map(|item| (place(item.get()), &**path, item.get())),
        );
    }
    let path = &*document.properties.path;
    items.extend(
        document
            .items
            .iter()
            .map(|item| (place(item.get()), path, item.get())),
    );
    items.sort_unstable();
    let mut brands = Brands::default();
    let (mut read, mut line) = (0, 1);
    for (place, path, item) in items {
        let between = text.get(read..place).unwrap_or_default();
        line += between.matches('\n').count() as u64;
        read = place;
        brands.add(path, item, line);
    }
    Ok(brands.list)
}

#[derive(Default)]
struct Brands {
    list: Vec<Brand>,
    by_id: HashMap<String, usize>,
}

impl Brands {
    fn add(&mut self, path: &str, raw: &str, line: u64) {
        let item = read_json::<Item>(raw.as_bytes());
        let id = item
            .as_ref()
            .ok()
            .and_then(Item::wikidata)
            .map(str::to_owned);
        let known = id.as_ref().and_then(|id| self.by_id.get(id));
        let brand = known.and_then(|&at| self.list.get_mut(at));
        let items = match (item, brand) {
            (
                Ok(item),
                Some(Brand {
                    items: Ok(items), ..
                }),
            ) => return items.push(item),
            (item, _) => item.map(|item| vec![item]),
        };
        if let Some(id) = id {
            self.by_id.insert(id, self.list.len());
        }
        self.list.push(Brand {
            line,
            original: raw.to_owned(),
            path: path.to_owned(),
            items,
        });
    }
}

impl Brand {
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn original(&self) -> &str {
        &self.original
    }

    /// The brand as a line of the contract; none for what is no business.
    pub(super) fn to_line(&self) -> Result<Option<RegistryLine>, FieldErrors> {
        let items = self.items.as_ref().map_err(Clone::clone)?;
        // The tree of national flags.
        if self.path.starts_with("flags/") {
            return Ok(None);
        }
        let mut line = RegistryLine {
            external_id: items.first().and_then(Item::external_id),
            category: Some(self.path.clone()).filter(|path| !path.is_empty()),
            country: same(items.iter().map(Item::country)),
            source: Some("nsi".to_owned()),
            ..RegistryLine::default()
        };
        let mut seen = HashSet::new();
        for item in items {
            for name in item.names().into_iter().filter(|name| seen.insert(*name)) {
                if line.name.is_none() {
                    line.name = Some(name.to_owned());
                } else {
                    line.aliases.push(name.to_owned());
                }
            }
            for tag in ["website", "contact:website", "brand:website"] {
                if let Some(link) = item.tags.get(tag) {
                    add_link(&mut line, link);
                }
            }
        }
        Ok(Some(line))
    }
}

/// Adds a website, or the handle whose page it is: a page on a platform is no site of its own. One that is there
/// already is read once, like any other of a line.
pub(super) fn add_link(line: &mut RegistryLine, link: &str) {
    match Handle::of_link(link) {
        Some(handle) => add_handle(line, &handle),
        None => line.websites.push(link.to_owned()),
    }
}

/// Adds a handle.
pub(super) fn add_handle(line: &mut RegistryLine, handle: &Handle) {
    let platform = handle.platform().to_string();
    let Texts(handles) = line.handles.entry(platform).or_default();
    handles.push(handle.value().to_owned());
}

impl Item {
    /// The Wikidata id of the brand, where there is exactly one.
    fn wikidata(&self) -> Option<&str> {
        let id = self.tags.get("brand:wikidata")?;
        let digits = id.strip_prefix('Q')?;
        let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        good.then_some(id.as_str())
    }

    fn external_id(&self) -> Option<String> {
        match self.wikidata() {
            Some(id) => Some(id.to_owned()),
            None => Some(format!("nsi:{}", self.id)).filter(|_| !self.id.is_empty()),
        }
    }

    /// The name that it shows, then every other; the name in the index itself only where there is no other, since
    /// that says which of several it is ("Agribank (USA)").
    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for kind in NAMES {
            names.extend(self.tags.get(kind).into_iter().flat_map(|v| v.split(';')));
        }
        for (tag, value) in &self.tags {
            let named = tag
                .split_once(':')
                .is_some_and(|(kind, language)| NAMES.contains(&kind) && is_language(language));
            if named {
                names.extend(value.split(';'));
            }
        }
        names.extend(self.match_names.iter().map(String::as_str));
        names.retain(|name| !name.trim().is_empty());
        if names.is_empty() {
            names.push(&self.display_name);
        }
        names.into_iter().map(str::trim).collect()
    }

    /// The one country in which it is found, if it is one; a part of a country (`de-by.geojson`) is in that country.
    fn country(&self) -> Option<String> {
        same(self.location_set.include.iter().map(|place| {
            let place = place.as_str()?.to_ascii_lowercase();
            let (country, part) = place.split_at_checked(2)?;
            let whole = part.is_empty() || part.starts_with('-');
            // Groups of countries have codes of two letters too, and Britain has a second one.
            match country {
                "eu" | "un" => None,
                "uk" if whole => Some("GB".to_owned()),
                _ if whole && country.bytes().all(|b| b.is_ascii_alphabetic()) => {
                    Some(country.to_ascii_uppercase())
                }
                _ => None,
            }
        }))
    }
}

/// Whether what follows a tag's colon is a language, not `etymology` or `wikidata`.
fn is_language(text: &str) -> bool {
    let first = text.split(['-', '_']).next().unwrap_or_default();
    (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase())
}

/// The value that all of them are, if they are all one.
fn same(mut values: impl Iterator<Item = Option<String>>) -> Option<String> {
    let first = values.next()??;
    values
        .all(|value| value.as_deref() == Some(&first))
        .then_some(first)
}
