//! Whether the registered name stands as a word, or inside a longer one ("Shell" in "Shelly").

use super::Signal;

pub(super) const SIGNAL: Signal = Signal {
    code: "cut_word",
    bins: &[
        "stands as words",
        "one end inside a word",
        "both ends inside a word",
    ],
    bin: |e| e.name().map_or(0, |c| usize::from(c.cuts)),
    sentence: |e| {
        let c = e.name()?;
        (c.cuts > 0).then(|| format!("{:?} stands inside a longer word.", e.registered_name()))
    },
};
