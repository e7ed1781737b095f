//! How much the registered name identifies: "bank" says little, "netflix" much.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[
    8.0, 11.0, 13.0, 15.0, 17.0, 19.0, 21.5, 24.0, 27.0, 32.0, 40.0, 55.0,
];

pub(super) const SIGNAL: Signal = Signal {
    code: "name_strength",
    bins: &[
        "≤8 bits",
        "≤11",
        "≤13",
        "≤15",
        "≤17",
        "≤19",
        "≤21.5",
        "≤24",
        "≤27",
        "≤32",
        "≤40",
        "≤55",
        "more",
        "no name",
    ],
    bin: |e| e.name().map_or(13, |c| rank(c.strength, BOUNDS)),
    sentence: |e| {
        let c = e.name()?;
        let name = e.registered_name();
        if c.strength <= 15.0 {
            Some(say!(e.language;
                en: "{name:?} is made of common words, which others use too.";
                zh: "“{name}”由常见的词组成，别人也会使用。"))
        } else if c.strength >= 24.0 {
            Some(say!(e.language;
                en: "{name:?} is a distinctive name, unlikely to occur by chance.";
                zh: "“{name}”很有辨识度，不太可能碰巧出现。"))
        } else {
            None
        }
    },
};
