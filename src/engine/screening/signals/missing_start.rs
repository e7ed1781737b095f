//! Whether the registered name lacks its first word: people shorten names at their end.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "missing_start",
    bins: &[
        "nothing is missing",
        "later words are missing",
        "the first word is missing",
        "the first and more are missing",
    ],
    bin: |e| {
        e.name()
            .map_or(0, |c| match (c.missing & 1, c.missing.count_ones()) {
                (_, 0) => 0,
                (0, _) => 1,
                (_, 1) => 2,
                _ => 3,
            })
    },
    sentence: |e| {
        let name = e.registered_name();
        (e.name()?.missing & 1 == 1).then(|| {
            say!(e.language;
                en: "It leaves out the word with which {name:?} begins; people rather shorten a name at its end.";
                zh: "名称里少了“{name}”开头的词；人们缩短名称时通常省略后面的词。")
        })
    },
};
