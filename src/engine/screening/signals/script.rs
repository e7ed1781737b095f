//! The script of the registered name: Han names are short and share few characters.

use super::Signal;
use crate::engine::name::is_han_or_kana;

pub(super) const SIGNAL: Signal = Signal {
    code: "script",
    bins: &[
        "Latin",
        "Han",
        "kana or Hangul",
        "Cyrillic or Greek",
        "other",
    ],
    bin: |e| {
        e.name().map_or(0, |c| {
            let letters = &c.found.entry.chars;
            let any = |test: fn(char) -> bool| letters.iter().any(|&l| test(l));
            if any(|l| matches!(l as u32, 0x3041..=0x30FF | 0xAC00..=0xD7AF)) {
                2
            } else if any(is_han_or_kana) {
                1
            } else if any(|l| matches!(l as u32, 0x370..=0x52F)) {
                3
            } else {
                usize::from(any(|l| !l.is_ascii())) * 4
            }
        })
    },
    sentence: |_| None,
};
