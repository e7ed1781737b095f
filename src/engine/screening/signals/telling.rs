//! How much the most telling word identifies of those of the registered name that are there.
//!
//! "Columbia Sportswear" without its first word holds nothing that names it, however much of it is there.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[9.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0, 26.0];

/// Most bits of words that many businesses bear.
const TELLS_LITTLE: f32 = 12.0;

pub(super) const SIGNAL: Signal = Signal {
    code: "telling_word",
    bins: &[
        "≤9 bits",
        "≤12",
        "≤14",
        "≤16",
        "≤18",
        "≤20",
        "≤22",
        "≤24",
        "≤26",
        "more",
        "no name",
    ],
    bin: |e| e.name().map_or(10, |c| rank(c.best_found(), BOUNDS)),
    sentence: |e| {
        let c = e.name()?;
        let name = e.registered_name();
        (c.missing != 0 && c.best_found() <= TELLS_LITTLE).then(|| {
            say!(e.language;
                en: "What it holds of {name:?} is common words, which do not tell who it is.";
                zh: "名称里属于“{name}”的部分都是常见的词，无法说明它是谁。")
        })
    },
};
