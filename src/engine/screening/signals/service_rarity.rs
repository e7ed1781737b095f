//! How rare the rarest service word is: "service" stands in names of many businesses, "helpdesk" hardly in any.
//!
//! A phrase ("customer care") counts as one word that nobody writes glued.

use super::{Evidence, Signal, rank, say};
use crate::engine::name::rarity;
use crate::engine::screening::remainder::Explained;

const BOUNDS: &[f32] = &[0.0, 9.0, 11.0, 13.0, 15.0, 17.0, 19.0, 21.0, 24.0, 26.5];

/// Fewest bits of a word that hardly anybody writes.
const SELDOM: f32 = 19.0;

pub(super) const SIGNAL: Signal = Signal {
    code: "service_word_rarity",
    bins: &[
        "none, or everyday",
        "≤9",
        "≤11",
        "≤13",
        "≤15",
        "≤17",
        "≤19",
        "≤21",
        "≤24",
        "≤26.5",
        "more",
    ],
    bin: |e| rank(rarest(e).map_or(0.0, |(bits, _)| bits), BOUNDS),
    sentence: |e| {
        let (bits, word) = rarest(e)?;
        (bits > SELDOM && !word.contains(' ')).then(|| {
            say!(e.language;
                en: "{word:?} is a service word that stands in hardly any name.";
                zh: "“{word}”是名称中很少出现的服务类用语。")
        })
    },
};

/// The rarest service word beside the name, with its rarity in writing.
fn rarest<'e>(e: &'e Evidence<'_>) -> Option<(f32, &'e str)> {
    let pieces = e.name()?.remainder.pieces.iter();
    (pieces.filter(|p| p.explained == Explained::Service))
        .map(|p| {
            let letters: Vec<char> = p.text.chars().filter(|l| *l != ' ').collect();
            (rarity::background(&letters), p.text.as_str())
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
}
