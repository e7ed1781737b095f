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
use super::text::with_text;

/// Bits of a word that nobody has counted: rarer than one in a hundred million.
const UNSEEN: f32 = 27.0;
/// Bits by tenths of the Zipf scale: 0 for a word that is every other word.
const BITS_PER_DECADE: f32 = std::f32::consts::LOG2_10;

/// Bits that an international word keeps at least.
const INTERNATIONAL_BITS: f32 = 20.0;

/// How often people write a word, and whether many languages do alike.
#[derive(Debug, Clone, Copy)]
struct Written {
    /// Tenths of the Zipf scale: 10 is once in a hundred million words.
    tenths: u8,
    spread: Spread,
}

/// Whether many languages use a word about as often: they do names ("netflix"), unlike words of their own ("closed").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spread {
    /// A word of one language, or of few.
    Local,
    /// Many languages use it, and it may be a dictionary word: "amazon", "pizza".
    International,
    /// Many languages use it and it is no dictionary word: "netflix", "lufthansa".
    Name,
}

static FREQUENCY: LazyLock<FxHashMap<Box<str>, Written>> = LazyLock::new(|| {
    let text = shipped::unpacked(shipped::WORD_FREQUENCY);
    shipped::rows(&text)
        .filter_map(|(word, rest)| {
            let (zipf, mark) = rest.split_once('\t').unwrap_or((rest, ""));
            let spread = match mark {
                "n" => Spread::Name,
                "i" => Spread::International,
                _ => Spread::Local,
            };
            let tenths = zipf.parse().ok()?;
            Some((word.into(), Written { tenths, spread }))
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

/// Tenths of the Zipf scale of a word of everyday language: once in three hundred thousand words.
const COMMON_TENTHS: u8 = 35;

/// Whether a folded word is one of everyday language: once in three hundred thousand words, or more often.
pub fn is_common(word: &[char]) -> bool {
    written(word).is_some_and(|w| w.tenths >= COMMON_TENTHS)
}

/// The words of everyday language.
pub(super) fn common_words() -> impl Iterator<Item = &'static str> {
    let common = FREQUENCY.iter().filter(|(_, w)| w.tenths >= COMMON_TENTHS);
    common.map(|(word, _)| &**word)
}

/// How often people write a folded word.
fn written(word: &[char]) -> Option<Written> {
    with_text(word.iter().copied(), |text| FREQUENCY.get(text).copied())
}

/// How rarely people write one folded word, in bits, whatever it means; 0–27.
pub fn background(word: &[char]) -> f32 {
    let bits = match written(word) {
        Some(w) => BITS_PER_DECADE * (9.0 - f32::from(w.tenths) / 10.0),
        None => unseen(word),
    };
    bits.clamp(0.0, UNSEEN)
}

/// Rarity of one folded word in bits, 0–27, less where it is known to mean something general.
pub fn bits(word: &[char]) -> f32 {
    let known = lexicon::meaning(word.iter().copied());
    background(word).min(most_bits(known))
}

/// What a word of a registered name identifies, in bits, 0–27: its rarity, but people write much about what is known all
/// over the world, which makes no everyday word of it. A name ("netflix") keeps all its bits.
///
/// So does that of a service by which people write to each other ("whatsapp"), where it is a business's: see [`but_general`].
pub fn identifying(word: &[char]) -> f32 {
    let known = lexicon::meaning(word.iter().copied());
    let lifted = lifted(word, known);
    if names_a_service(word, known) {
        lifted
    } else {
        lifted.min(most_bits(known))
    }
}

/// What a word tells that is known to mean something general and that no business goes by: no more than a service word if it
/// tells more than such words do, since it then names a service ("whatsapp").
pub fn but_general(identifying: f32) -> f32 {
    if identifying > FAMILY_BITS {
        SERVICE_BITS
    } else {
        identifying
    }
}

/// How rarely people write a word, in bits, 0–27, whatever general thing it means; as in [`identifying`], what is known all over
/// the world is no everyday word.
pub fn unfamiliar(word: &[char]) -> f32 {
    lifted(word, lexicon::meaning(word.iter().copied()))
}

fn lifted(word: &[char], known: Meaning) -> f32 {
    let bits = background(word);
    if known.is_none() || names_a_service(word, known) {
        bits.max(least_bits(word))
    } else {
        bits
    }
}

/// Most that words tell which mean something general: of service or legal form, of place or given name, of family.
const SERVICE_BITS: f32 = 9.0;
const PLACE_BITS: f32 = 13.0;
const FAMILY_BITS: f32 = 16.0;

/// What a word tells at most that means something general.
fn most_bits(known: Meaning) -> f32 {
    if known.has(Meaning::SERVICE) || known.has(Meaning::LEGAL) {
        SERVICE_BITS
    } else if known.has(Meaning::PLACE) || known.has(Meaning::GIVEN) {
        PLACE_BITS
    } else if known.has(Meaning::FAMILY) {
        FAMILY_BITS
    } else {
        UNSEEN
    }
}

/// Tenths of the Zipf scale from which on a word of many languages and some dictionary is an everyday one: mail, mobile.
const EVERYDAY_TENTHS: u8 = 45;

/// Whether a way to be reached is a service with a name of its own: no dictionary has it ("whatsapp"), or few write it in its
/// everyday meaning ("telegram").
fn names_a_service(word: &[char], known: Meaning) -> bool {
    let elsewhere = Meaning::PLACE | Meaning::LEGAL | Meaning::PERSON;
    known.has(Meaning::CHANNEL)
        && !known.has(elsewhere)
        && written(word).is_some_and(|w| match w.spread {
            Spread::Name => true,
            Spread::International => w.tenths < EVERYDAY_TENTHS,
            Spread::Local => false,
        })
}

/// What a word that means nothing general tells at least, however often it is written.
fn least_bits(word: &[char]) -> f32 {
    match written(word).map(|w| w.spread) {
        Some(Spread::Name) => UNSEEN,
        Some(Spread::International) => INTERNATIONAL_BITS,
        _ => 0.0,
    }
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
