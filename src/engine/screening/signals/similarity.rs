//! How close the letters are, for their number.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[0.0, 0.055, 0.085, 0.115, 0.145, 0.17, 0.21, 0.26, 0.34];

pub(super) const SIGNAL: Signal = Signal {
    code: "name_similarity",
    bins: &[
        "same", "≤5.5%", "≤8.5%", "≤11.5%", "≤14.5%", "≤17%", "≤21%", "≤26%", "≤34%", "more",
        "no name",
    ],
    bin: |e| e.name().map_or(10, |c| rank(c.edit_ratio(), BOUNDS)),
    sentence: |e| {
        let c = e.name()?;
        let name = e.registered_name();
        Some(match (c.edits, c.by_sound) {
            _ if e.bears_variant() => say!(e.language;
                en: "The account's name holds {name:?}.";
                zh: "账号的名称里有“{name}”。"),
            (0, false) if c.coverage > 0.999 => say!(e.language;
                en: "The account's name holds the registered name {name:?}.";
                zh: "账号的名称里有登记名称“{name}”。"),
            (0, false) => say!(e.language;
                en: "The account's name holds words of the registered name {name:?}.";
                zh: "账号的名称里有登记名称“{name}”中的词。"),
            (_, true) => say!(e.language;
                en: "The account's name sounds like the registered name {name:?}.";
                zh: "账号的名称读起来像登记名称“{name}”。"),
            (1, _) => say!(e.language;
                en: "The account's name holds {name:?} but for one letter.";
                zh: "账号的名称里有“{name}”，只差一个字符。"),
            (n, _) => say!(e.language;
                en: "The account's name holds {name:?} but for {n} letters.";
                zh: "账号的名称里有“{name}”，但有 {n} 个字符不同。"),
        })
    },
};
