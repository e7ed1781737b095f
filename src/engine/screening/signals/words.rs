//! How many words the account's name has: a single word that resembles a brand says more than one of five.

use super::Signal;

pub(super) const SIGNAL: Signal = Signal {
    code: "account_words",
    bins: &["none", "1", "2", "3", "4", "5-6", "7+"],
    bin: |e| {
        e.query().map_or(0, |q| match q.words.len() {
            few @ 0..=4 => few,
            5..=6 => 5,
            _ => 6,
        })
    },
    sentence: |_| None,
};
