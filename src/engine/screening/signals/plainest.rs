//! How plain the plainest word of the registered name is: "Sun Store" is two everyday words, "Prima Banka" is none.
//!
//! What the word identifies counts, not how often it is written: people write of Amazon every day, which makes no plain word of it.

use super::{Signal, rank, say};
use crate::engine::name::rarity;

const BOUNDS: &[f32] = &[5.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 23.0, 26.0];

/// Most bits of a word that everybody writes, such as "bank" or "city".
const EVERYDAY: f32 = 12.0;

pub(super) const SIGNAL: Signal = Signal {
    code: "plainest_word",
    bins: &[
        "≤5 bits",
        "≤8",
        "≤10",
        "≤12",
        "≤14",
        "≤16",
        "≤18",
        "≤20",
        "≤23",
        "≤26",
        "more",
        "no name",
    ],
    bin: |e| {
        e.name()
            .map_or(11, |c| rank(c.found.entry.plainest, BOUNDS))
    },
    sentence: |e| {
        let words = &e.name()?.found.entry;
        let told = |word: &[char]| rarity::identifying(word);
        let plainest = words.words().min_by(|a, b| told(a).total_cmp(&told(b)))?;
        // A word that means something general need not be one that people write.
        let everyday = told(plainest).max(rarity::background(plainest)) <= EVERYDAY;
        let is_told = words.starts.len() > 1 && everyday;
        is_told.then(|| {
            let (name, word) = (e.registered_name(), plainest.iter().collect::<String>());
            say!(e.language;
                en: "{word:?} in {name:?} is a word that people write every day.";
                zh: "“{name}”中的“{word}”是日常用词。")
        })
    },
};
