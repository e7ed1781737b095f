//! What the words of the registered name tell that are not there: "Hang Seng" for Hang Seng Bank lacks nothing that identifies.

use super::{Signal, rank, say};
use crate::engine::name::lexicon::{self, Meaning};

const BOUNDS: &[f32] = &[9.0, 13.0, 17.0, 20.0, 23.0, 26.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "missing_words",
    bins: &[
        "none",
        "general words",
        "≤9 bits",
        "≤13",
        "≤17",
        "≤20",
        "≤23",
        "≤26",
        "more",
    ],
    bin: |e| {
        let Some(c) = e.name() else { return 0 };
        let mut bin = 0;
        for (word, bits) in c.missing_words() {
            let meaning = lexicon::meaning(word.iter().copied());
            let general =
                meaning.has(Meaning::SERVICE | Meaning::LEGAL | Meaning::PLACE | Meaning::FILLER);
            bin = bin.max(if general { 1 } else { 2 + rank(bits, BOUNDS) });
        }
        bin
    },
    sentence: |e| {
        let words: Vec<String> = (e.name()?.missing_words())
            .map(|(word, _)| word.iter().collect())
            .collect();
        let missing = words.join(" ");
        (!missing.is_empty()).then(|| {
            let name = e.registered_name();
            say!(e.language;
                en: "Of {name:?} it leaves out {missing:?}.";
                zh: "与“{name}”相比，名称里少了“{missing}”。")
        })
    },
};
