//! How rare the account's rarest word is, whatever it means: names of real businesses hold everyday words, too.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[10.0, 13.0, 15.0, 17.0, 19.0, 21.0, 23.0, 25.0, 26.9];

/// Most bits of a word that everybody writes.
const EVERYDAY: f32 = 13.0;

pub(super) const SIGNAL: Signal = Signal {
    code: "rarest_account_word",
    bins: &[
        "≤10 bits",
        "≤13",
        "≤15",
        "≤17",
        "≤19",
        "≤21",
        "≤23",
        "≤25",
        "≤26.9",
        "more",
    ],
    bin: |e| e.query().map_or(0, |q| rank(q.rarest, BOUNDS)),
    sentence: |e| {
        let query = e.query()?;
        // Single letters are torn from a word.
        let everyday = query.rarest <= EVERYDAY && query.words.iter().all(|w| w.letters.len() > 1);
        everyday.then(|| {
            say!(e.language;
                en: "Every word of the account's name is one that people write every day.";
                zh: "账号名称里的每个词都是日常用词。")
        })
    },
};
