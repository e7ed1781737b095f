//! How a registry file is written, told from its name and its first bytes.

use std::path::Path;

use super::gleif;

/// How a registry file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-, semicolon- or tab-separated values under a header.
    Csv,
    /// LEI records of GLEIF's Golden Copy, as CSV.
    Gleif,
    /// Cards of organisations, vCard 3.0 or 4.0.
    Vcard,
    /// The name-suggestion-index of OpenStreetMap: one JSON document.
    Nsi,
}

/// How to read a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// How it is written; found out by its extension and first bytes when nobody says.
    pub format: Option<Format>,
    /// What its extension says.
    pub extension: Option<Format>,
    /// Whether LEI records of entities that are not in force are wanted too.
    pub include_inactive: bool,
}

impl Reading {
    /// A file by its name, nothing else being known.
    pub fn of_path(path: &Path) -> Self {
        Self {
            extension: Format::of_path(path),
            ..Self::default()
        }
    }

    /// The format of a file that begins so.
    pub(super) fn format_of(self, head: &[u8]) -> Format {
        self.format
            .unwrap_or_else(|| Format::detect(head, self.extension))
    }
}

impl From<Format> for Reading {
    fn from(format: Format) -> Self {
        Some(format).into()
    }
}

impl From<Option<Format>> for Reading {
    fn from(format: Option<Format>) -> Self {
        Self {
            format,
            ..Self::default()
        }
    }
}

impl Format {
    /// Guesses by the file's extension, `.gz` and `.zip` aside; none where that says nothing, as `.json` does.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let bare = [".gz", ".zip"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        match bare.unwrap_or(&name).rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            "vcf" | "vcard" => Some(Self::Vcard),
            _ => None,
        }
    }

    /// Decides by the first bytes where these cannot mean anything else, else by the extension, else by the first
    /// character.
    fn detect(head: &[u8], extension: Option<Self>) -> Self {
        let head = String::from_utf8_lossy(head);
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let object = head.starts_with('{');
        let card = head
            .get(..11)
            .is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCARD"));
        match extension {
            Some(Self::Csv) | None if gleif::Columns::begin(head) => Self::Gleif,
            None if object && is_index(head) => Self::Nsi,
            None if card => Self::Vcard,
            None if object || head.starts_with('[') || head.is_empty() => Self::Jsonl,
            None => Self::Csv,
            Some(said) => said,
        }
    }
}

/// Whether a JSON document begins with a key that the name-suggestion-index begins with.
fn is_index(head: &str) -> bool {
    let key = head.trim_start_matches('{').trim_start();
    let alone = head.lines().next().is_some_and(|line| line.trim() == "{");
    key.starts_with("\"_meta\"")
        || key.starts_with("\"nsi\"")
        || (alone && key.starts_with("\"properties\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(path: &str, head: &str) -> Format {
        Reading::of_path(Path::new(path)).format_of(head.as_bytes())
    }

    #[test]
    fn first_bytes_tell_where_they_can_mean_one_thing_only() {
        let lei = "LEI,Entity.LegalName,Entity.LegalName.xmllang\n";
        let quoted = "\u{feff}\"LEI\",\"Entity.LegalName\"\r\n";
        for (path, head, format) in [
            ("a.csv.zip", lei, Format::Gleif),
            ("-", quoted, Format::Gleif),
            ("a.csv", "external_id,name,LEI\n", Format::Csv),
            ("a.jsonl", lei, Format::Jsonl),
            ("-", "begin:vcard\r\n", Format::Vcard),
            ("a.vcf", "\n", Format::Vcard),
            ("a.json", "{\"external_id\":\"a\"}", Format::Jsonl),
            ("a.json", "{\n  \"_meta\": {", Format::Nsi),
            ("nsi.min.json", "{\"_meta\":{}", Format::Nsi),
            ("bank.json", "{\n  \"properties\": {", Format::Nsi),
            ("a.jsonl", "{\"_meta\":{}", Format::Jsonl),
            ("-", "", Format::Jsonl),
            ("-", "name;external_id", Format::Csv),
        ] {
            assert_eq!(detected(path, head), format, "{path} {head}");
        }
    }

    #[test]
    fn what_somebody_says_counts_whatever_the_file_looks_like() {
        let said = Reading {
            format: Some(Format::Csv),
            ..Reading::of_path(Path::new("a.vcf"))
        };
        assert_eq!(said.format_of(b"BEGIN:VCARD"), Format::Csv);
    }
}
