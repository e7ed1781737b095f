//! Whether the letters that differ make a run that no language has: then a finger slipped, or somebody made it slip.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[-6.0, -3.0, -1.0, 1.0, 2.5, 4.0, 6.0, 9.0, 13.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "odd_letters",
    bins: &[
        "much more usual",
        "more usual",
        "a little more usual",
        "as usual",
        "a little odder",
        "≤4 bits odder",
        "≤6",
        "≤9",
        "≤13",
        "much odder",
        "no letter differs",
    ],
    bin: |e| {
        e.name()
            .and_then(|c| c.oddness)
            .map_or(10, |bits| rank(bits, BOUNDS))
    },
    sentence: |e| {
        let odd = e.name()?.oddness? > 6.0;
        odd.then(|| {
            say!(e.language;
                en: "The letters that differ make a run that hardly any word has, as slips do.";
                zh: "写法不同的字母连成了几乎没有词会有的组合，像是打字失误。")
        })
    },
};
