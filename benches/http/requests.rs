//! What is asked: registered numbers, and registered names as impostors write them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};

use crate::Fallible;

/// Different requests of each kind; enough that no cache of the processor holds what they touch.
const REQUESTS: usize = 500;

/// A part of a registry file, and what can be asked of it.
pub(crate) struct Registry {
    pub(crate) lines: Vec<String>,
    pub(crate) businesses: usize,
    pub(crate) names: usize,
    own_names: Vec<String>,
    numbers: Vec<(String, Option<String>)>,
}

impl Registry {
    /// Reads the businesses that have the first so many names.
    pub(crate) fn read(path: Option<&Path>, names: Option<u32>) -> Fallible<Self> {
        let sample =
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/sample_registry.jsonl.gz");
        let path = path.map_or_else(sample, Path::to_owned);
        let file = File::open(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let stream: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
            Box::new(MultiGzDecoder::new(file))
        } else {
            Box::new(file)
        };
        let mut registry = Self {
            lines: Vec::new(),
            businesses: 0,
            names: 0,
            own_names: Vec::new(),
            numbers: Vec::new(),
        };
        let most = names.map_or(usize::MAX, |n| n as usize);
        for line in BufReader::new(stream).lines() {
            let line = line?;
            let business: Value = serde_json::from_str(&line)?;
            let aliases = business["aliases"].as_array().map_or(0, Vec::len);
            if registry.names + 1 + aliases > most {
                break;
            }
            registry.names += 1 + aliases;
            registry.businesses += 1;
            registry.take(&business);
            registry.lines.push(line);
        }
        Ok(registry)
    }

    fn take(&mut self, business: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.own_names.extend(text(&business["name"]));
        let numbers = business["phones"].as_array().into_iter().flatten();
        let country = text(&business["country"]);
        self.numbers
            .extend(numbers.filter_map(text).map(|n| (n, country.clone())));
    }

    /// Checks of registered numbers.
    pub(crate) fn exact(&self) -> Vec<String> {
        let body = |(number, country): &(String, Option<String>)| {
            let mut body = json!({"phone": number, "medium": "voice"});
            if let Some(country) = country.as_ref().filter(|_| !number.starts_with('+')) {
                body["default_region"] = json!(country);
            }
            body.to_string()
        };
        spread(&self.numbers).map(body).collect()
    }

    /// Checks of names that are written as impostors do, on a number of nobody (from Ofcom's range for drama).
    pub(crate) fn fuzzy(&self) -> Vec<String> {
        let body = |(at, name): (usize, &String)| {
            json!({"display_name": disguised(name, at), "phone": "+44 20 7946 0123", "medium": "whatsapp"}).to_string()
        };
        spread(&self.own_names).enumerate().map(body).collect()
    }
}

/// Checks of accounts from a file that show a name, without their ids.
pub(crate) fn cases(path: &Path) -> Fallible<Vec<String>> {
    let mut bodies = Vec::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let mut account: Value = serde_json::from_str(&line?)?;
        if account.get("display_name").is_some() {
            account.as_object_mut().map(|fields| fields.remove("id"));
            bodies.push(account.to_string());
        }
    }
    Ok(spread(&bodies).cloned().collect())
}

fn spread<T>(all: &[T]) -> impl Iterator<Item = &T> {
    all.iter().step_by(all.len().div_ceil(REQUESTS).max(1))
}

/// Four tactics by turns: service words, digits for letters, a letter left out, letters set apart.
fn disguised(name: &str, at: usize) -> String {
    match at % 4 {
        0 => format!("{name} Customer Support ✅"),
        1 => name
            .chars()
            .map(|c| match c {
                'o' | 'O' => '0',
                'i' | 'l' => '1',
                'e' => '3',
                c => c,
            })
            .collect(),
        2 => {
            let middle = name.chars().count() / 2;
            let kept = name.chars().enumerate().filter(|(i, _)| *i != middle);
            kept.map(|(_, c)| c).chain(" Official".chars()).collect()
        }
        _ => name.chars().flat_map(|c| [c, ' ']).collect(),
    }
}

/// Those that are answered by the registered channel.
pub(crate) fn verified(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let is_verified = |answer: &str| {
        serde_json::from_str::<Value>(answer).is_ok_and(|body| body["verdict"] == "verified")
    };
    pairs.into_iter().filter(|(_, a)| is_verified(a)).collect()
}
