//! How many of the registered name's words are there.

use super::Signal;

pub(super) const SIGNAL: Signal = Signal {
    code: "found_words",
    bins: &[
        "all",
        "1 of 2",
        "1 of 3",
        "1 of more",
        "2 of 3",
        "2 of more",
        "3 of 4",
        "3 of more",
        "4 or more",
    ],
    bin: |e| {
        e.name().map_or(0, |c| match c.words {
            (found, all) if found == all => 0,
            (0 | 1, 2) => 1,
            (0 | 1, 3) => 2,
            (0 | 1, _) => 3,
            (2, 3) => 4,
            (2, _) => 5,
            (3, 4) => 6,
            (3, _) => 7,
            _ => 8,
        })
    },
    sentence: |_| None,
};
