//! The tables under `data/` that this crate can make again from `data/sources/`.
//!
//! Each test regenerates one file in memory and compares it with the committed one;
//! `UPDATE_GENERATED=1 cargo test --release generated` rewrites them. What Python scripts made is only checked for
//! its shape (`shapes`).

mod affixes;
mod confusables;
mod legal_forms;
mod shapes;

use std::io::Read;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(path)
}

/// The text of a file under `data/`, unpacked if its name ends in `.gz`.
fn read(path: &str) -> String {
    let bytes = std::fs::read(data(path)).unwrap_or_else(|error| panic!("data/{path}: {error}"));
    let mut text = String::new();
    if Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "gz")
    {
        flate2::read::GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .expect("gzip of UTF-8");
    } else {
        text = String::from_utf8(bytes).expect("UTF-8");
    }
    text.strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text)
}

/// The rows of a TSV source: comment and empty lines left out.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# ") && *line != "#")
        .map(|line| line.split('\t').collect())
}

/// Compares with the committed file, or rewrites it when `UPDATE_GENERATED` is set.
fn check(path: &str, generated: &str) {
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(data(path), generated).expect("data/ is writable");
        return;
    }
    let committed = read(path);
    let differing = committed
        .lines()
        .zip(generated.lines())
        .position(|(old, new)| old != new);
    assert!(
        committed == generated,
        "data/{path} is not what data/sources/ gives (first difference in line {:?}); \
         run UPDATE_GENERATED=1 cargo test --release generated",
        differing.map(|line| line + 1),
    );
}

/// NFKC, lower case, white space collapsed: the form of every word in the lexicon.
fn normalise(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
