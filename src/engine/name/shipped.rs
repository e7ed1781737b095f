//! The word tables that ship inside the binary, unpacked and read line by line.

use std::io::Read as _; // In-memory bytes only: the engine opens no file.

/// How often words occur.
pub(super) const WORD_FREQUENCY: &[u8] = include_bytes!("../../../data/word_frequency.tsv.gz");
/// What characters look like.
pub(super) const CONFUSABLES: &str = include_str!("../../../data/confusables.tsv");
/// Service words.
pub(super) const AFFIXES: &str = include_str!("../../../data/affixes.tsv");
/// Legal forms.
pub(super) const LEGAL_FORMS: &str = include_str!("../../../data/legal_forms.tsv");
/// Places.
pub(super) const PLACES: &str = include_str!("../../../data/places.tsv");
/// First and family names.
pub(super) const GIVEN_NAMES: &[u8] = include_bytes!("../../../data/given_names.tsv.gz");

/// The bytes of every table that bears on how a name is folded and weighed.
pub fn shipped_tables() -> [&'static [u8]; 6] {
    [
        WORD_FREQUENCY,
        CONFUSABLES.as_bytes(),
        AFFIXES.as_bytes(),
        LEGAL_FORMS.as_bytes(),
        PLACES.as_bytes(),
        GIVEN_NAMES,
    ]
}

/// Unpacks gzip bytes that ship with the crate.
pub(super) fn unpacked(gzip: &[u8]) -> String {
    let mut text = String::new();
    // A shipped file that cannot be unpacked would fail every test of this room; without it words are merely unknown.
    let _ = flate2::read::GzDecoder::new(gzip).read_to_string(&mut text);
    text
}

/// The rows of a table: fields by tab, comments and blank lines left out.
pub(super) fn rows(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_once('\t').unwrap_or((line, "")))
}
