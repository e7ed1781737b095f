//! What was kept out of a registry file, counted so that each thing is told once.

use std::collections::BTreeMap;
use std::fmt;

use super::super::contract::Warning;

/// Counts warnings over a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    unknown_fields: BTreeMap<String, u64>,
    unknown_platforms: BTreeMap<String, u64>,
    kept_out: u64,
    first: Vec<String>,
}

impl Tally {
    /// How many single values are quoted in full.
    const QUOTED: usize = 3;
    /// How many different unknown names are told apart; a file of random keys must not fill the memory.
    const NAMES: usize = 1_000;

    /// Adds a warning of the entry on `line`.
    pub fn add(&mut self, line: u64, warning: &Warning) {
        let (names, name) = match warning {
            Warning::UnknownField(name) => (&mut self.unknown_fields, name),
            Warning::UnknownPlatform(name) => (&mut self.unknown_platforms, name),
            Warning::KeptOut(error) => {
                self.kept_out += 1;
                if self.first.len() < Self::QUOTED {
                    self.first
                        .push(format!("line {line}: {}: {}", error.pointer, error.detail));
                }
                return;
            }
        };
        if let Some(count) = names.get_mut(name) {
            *count += 1;
        } else if names.len() < Self::NAMES {
            names.insert(name.clone(), 1);
        }
    }

    /// Adds a column of a CSV header that is not read.
    pub fn add_column(&mut self, column: &str) {
        self.unknown_fields.insert(column.to_owned(), 0);
    }

    /// How many single values were kept out.
    pub fn kept_out(&self) -> u64 {
        self.kept_out
    }

    /// Whether nothing was kept out.
    pub fn is_empty(&self) -> bool {
        self.kept_out == 0 && self.unknown_fields.is_empty() && self.unknown_platforms.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        for (what, names) in [
            ("unknown fields", &self.unknown_fields),
            ("unknown platforms of handles", &self.unknown_platforms),
        ] {
            if !names.is_empty() {
                lines.push(format!("{what} were kept out: {}", listing(names)));
            }
        }
        if self.kept_out > 0 {
            let values = if self.kept_out == 1 {
                "value"
            } else {
                "values"
            };
            lines.push(format!(
                "{} {values} that cannot be used kept out, the rest of those businesses kept:",
                self.kept_out
            ));
            lines.extend(self.first.iter().map(|first| format!("  {first}")));
            let more = self.kept_out - self.first.len() as u64;
            if more > 0 {
                lines.push(format!("  … and {more} more"));
            }
        }
        f.write_str(&lines.join("\n"))
    }
}

fn listing(names: &BTreeMap<String, u64>) -> String {
    const SHOWN: usize = 12;
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|(name, count)| {
            let name: String = name.chars().take(40).collect();
            match count {
                0 => name,
                1 => format!("{name} (once)"),
                _ => format!("{name} ({count} times)"),
            }
        })
        .collect();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join(", ")
}
