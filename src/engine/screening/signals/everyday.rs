//! Whether the registered name is made of words that people write every day: "Closed", "Palace", "Red Sea".

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[9.0, 12.0, 14.0, 15.5, 17.0, 18.5, 20.5, 23.0, 26.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "everyday_name",
    bins: &[
        "≤9 bits",
        "≤12",
        "≤14",
        "≤15.5",
        "≤17",
        "≤18.5",
        "≤20.5",
        "≤23",
        "≤26",
        "unheard of",
        "no name",
    ],
    bin: |e| e.name().map_or(10, |c| rank(c.found.entry.rarest, BOUNDS)),
    sentence: |e| {
        let everyday = e.name()?.found.entry.rarest <= 15.5;
        let name = e.registered_name();
        everyday.then(|| {
            say!(e.language;
                en: "{name:?} is made of everyday words.";
                zh: "“{name}”由日常用词组成。")
        })
    },
};
