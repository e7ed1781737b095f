//! What kind of slip the one differing letter is: fingers slip within a word, names that are merely alike differ at its ends.

use super::Signal;
use crate::engine::screening::comparison::Slip;

pub(super) const SIGNAL: Signal = Signal {
    code: "slip",
    bins: &[
        "none or several",
        "neighbours swapped",
        "doubled or undoubled",
        "left out",
        "put in",
        "vowel for vowel",
        "another letter",
        "first letter",
        "last letter",
    ],
    bin: |e| {
        e.name().map_or(0, |c| match c.slip {
            Slip::None => 0,
            Slip::Swapped => 1,
            Slip::Doubled => 2,
            Slip::Dropped => 3,
            Slip::Inserted => 4,
            Slip::Vowel => 5,
            Slip::Changed => 6,
            Slip::First => 7,
            Slip::Last => 8,
        })
    },
    sentence: |_| None,
};
