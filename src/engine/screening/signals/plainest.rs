//! How often people write the plainest word of the registered name: "Sun Store" is two everyday words, "Prima Banka" is none.

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
        e.name().map_or(11, |c| {
            let words = c.found.entry.words().map(rarity::background);
            rank(words.fold(f32::INFINITY, f32::min), BOUNDS)
        })
    },
    sentence: |e| {
        let words = &e.name()?.found.entry;
        let rarity = |word: &&[char]| rarity::background(word);
        let plainest = words
            .words()
            .min_by(|a, b| rarity(a).total_cmp(&rarity(b)))?;
        let is_told = words.starts.len() > 1 && rarity(&plainest) <= EVERYDAY;
        is_told.then(|| {
            let (name, word) = (e.registered_name(), plainest.iter().collect::<String>());
            say!(e.language;
                en: "{word:?} in {name:?} is a word that people write every day.";
                zh: "“{name}”中的“{word}”是日常用词。")
        })
    },
};
