//! How much of the registered name is there, and in which order.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[0.5, 0.6, 0.7, 0.8, 0.9, 0.98];

pub(super) const SIGNAL: Signal = Signal {
    code: "name_coverage",
    bins: &[
        "≤50%",
        "≤60%",
        "≤70%",
        "≤80%",
        "≤90%",
        "≤98%",
        "all words, apart",
        "all words, reordered",
        "in one piece",
        "no name",
    ],
    bin: |e| {
        e.name().map_or(9, |c| match rank(c.coverage, BOUNDS) {
            6 if c.in_one_piece => 8,
            6 if c.reordered => 7,
            other => other,
        })
    },
    sentence: |e| {
        let (c, name) = (e.name()?, e.registered_name());
        if c.coverage <= 0.98 {
            Some(say!(e.language;
                en: "It holds only a part of {name:?}.";
                zh: "名称里只有“{name}”的一部分。"))
        } else if c.reordered {
            Some(say!(e.language;
                en: "It holds the words of {name:?} in another order.";
                zh: "名称里有“{name}”的各个词，但顺序不同。"))
        } else {
            None
        }
    },
};
