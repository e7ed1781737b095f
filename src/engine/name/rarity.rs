//! How much a word tells: its rarity in bits.
//!
//! "bank" stands in thousands of names and says little; "netflix" stands in one. The background is how often people
//! write a word at all (`data/word_frequency.tsv.gz`, Zipf scale), lowered for words that are known to mean something
//! general: service words, legal forms, places, given names.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::fold::is_han_or_kana;
use super::lexicon::{self, Meaning};
use super::shipped;

/// Bits of a word that nobody has counted: rarer than one in a hundred million.
const UNSEEN: f32 = 27.0;
/// Bits by tenths of the Zipf scale: 0 for a word that is every other word.
const BITS_PER_DECADE: f32 = std::f32::consts::LOG2_10;

/// Marks a word that many languages use about as often.
const INTERNATIONAL: u8 = 0x80;

static FREQUENCY: LazyLock<FxHashMap<Box<str>, u8>> = LazyLock::new(|| {
    let text = shipped::unpacked(include_bytes!("../../../data/word_frequency.tsv.gz"));
    shipped::rows(&text)
        .filter_map(|(word, rest)| {
            let (zipf, mark) = rest.split_once('\t').unwrap_or((rest, ""));
            let tenths: u8 = zipf.parse().ok()?;
            Some((
                word.into(),
                tenths | if mark == "i" { INTERNATIONAL } else { 0 },
            ))
        })
        .collect()
});

/// Every word of the table.
pub(super) fn written_words() -> impl Iterator<Item = &'static str> {
    FREQUENCY.keys().map(|word| &**word)
}

/// Whether people write this folded word, as far as the table knows.
pub fn is_written(word: &[char]) -> bool {
    written(word).is_some()
}

/// Whether a folded word is one of everyday language: once in three hundred thousand words, or more often.
pub fn is_common(word: &[char]) -> bool {
    written(word).is_some_and(|tenths| tenths >= 35)
}

/// How often people write a folded word: tenths of the Zipf scale (10 is once in a hundred million words).
fn written(word: &[char]) -> Option<u8> {
    let text: String = word.iter().collect();
    FREQUENCY
        .get(text.as_str())
        .map(|tenths| tenths & !INTERNATIONAL)
}

/// Whether many languages use a word about as often, as they do the names of well-known businesses ("amazon") and
/// unlike words of their own ("closed").
pub fn is_international(word: &[char]) -> bool {
    let text: String = word.iter().collect();
    let marked = |tenths: &u8| tenths & INTERNATIONAL != 0;
    FREQUENCY.get(text.as_str()).is_some_and(marked)
}

/// How rarely people write one folded word, in bits, whatever it means; 0–27.
pub fn background(word: &[char]) -> f32 {
    let bits = match written(word) {
        Some(tenths) => BITS_PER_DECADE * (9.0 - f32::from(tenths) / 10.0),
        None => unseen(word),
    };
    bits.clamp(0.0, UNSEEN)
}

/// Rarity of one folded word in bits, 0–27, less where it is known to mean something general.
pub fn bits(word: &[char]) -> f32 {
    let known = lexicon::meaning(word.iter().copied());
    let cap = if known.has(Meaning::SERVICE) || known.has(Meaning::LEGAL) {
        9.0
    } else if known.has(Meaning::PLACE) || known.has(Meaning::GIVEN) {
        13.0
    } else if known.has(Meaning::FAMILY) {
        16.0
    } else {
        UNSEEN
    };
    background(word).min(cap)
}

/// A word that is not in the table: short ones are codes that collide, numbers tell by their digits.
fn unseen(word: &[char]) -> f32 {
    let letters = word.len() as f32;
    if word.iter().all(|c| c.is_numeric()) {
        return (letters * BITS_PER_DECADE).min(16.0);
    }
    if word.iter().any(|&c| is_han_or_kana(c)) {
        return (letters * 7.0).min(UNSEEN);
    }
    (letters * 4.7 + 2.0).min(UNSEEN)
}
