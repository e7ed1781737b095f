//! Whether the registered name stands as a word, or inside a longer one ("Shell" in "Shelly").

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "cut_word",
    bins: &[
        "stands as words",
        "glued to explained words",
        "one end inside a word",
        "both ends inside a word",
    ],
    bin: |e| {
        e.name().map_or(0, |c| match c.cuts {
            0 => 0,
            _ if c.glued => 1,
            ends => 1 + usize::from(ends),
        })
    },
    sentence: |e| {
        let c = e.name()?;
        let name = e.registered_name();
        (c.cuts > 0 && !c.glued).then(|| {
            say!(e.language;
                en: "{name:?} stands inside a longer word.";
                zh: "“{name}”出现在一个更长的词里面。")
        })
    },
};
