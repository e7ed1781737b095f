//! A place beside the name: a branch, or a claim to be one.

use super::{Signal, say};
use crate::engine::screening::remainder::Explained;

pub(super) const SIGNAL: Signal = Signal {
    code: "place_words",
    bins: &["none", "one", "several"],
    bin: |e| {
        e.name()
            .map_or(0, |c| c.remainder.count(Explained::Place).min(2))
    },
    sentence: |e| {
        let words = e.name()?.remainder.texts(Explained::Place);
        (!words.is_empty()).then(|| {
            say!(e.language;
                en: "It adds the place {words:?}.";
                zh: "名称还加上了地名“{words}”。")
        })
    },
};
