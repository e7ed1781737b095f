//! The word tables that ship inside the binary, unpacked and read line by line.

use std::io::Read as _; // In-memory bytes only: the engine opens no file.

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
