//! How much of the registered name is there, and in which order.

use super::{Signal, rank};

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
        let c = e.name()?;
        if c.coverage <= 0.98 {
            Some(format!(
                "It holds only a part of {:?}.",
                e.registered_name()
            ))
        } else if c.reordered {
            Some(format!(
                "It holds the words of {:?} in another order.",
                e.registered_name()
            ))
        } else {
            None
        }
    },
};
