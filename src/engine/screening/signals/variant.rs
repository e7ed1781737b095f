//! Where a letter differs: is the account's word a word of its own?
//!
//! "Delia" beside a registered "Delta" is a given name; "Amazan" is nothing but a misspelt Amazon.

use super::{Signal, rank, say};
use crate::engine::name::lexicon::Meaning;

const BOUNDS: &[f32] = &[12.0, 15.0, 18.0, 21.0, 24.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "differing_word",
    bins: &[
        "none",
        "common word",
        "≤15 bits",
        "≤18",
        "≤21",
        "≤24",
        "unheard of",
        "person's name",
        "listed word",
    ],
    bin: |e| {
        let Some(c) = e.name() else { return 0 };
        let Some(bits) = c.variant_bits else { return 0 };
        if c.variant_meaning.has(Meaning::PERSON) {
            7
        } else if !c.variant_meaning.is_none() {
            8
        } else {
            1 + rank(bits, BOUNDS)
        }
    },
    sentence: |e| {
        let c = e.name()?;
        let bits = c.variant_bits?;
        if c.variant_meaning.has(Meaning::PERSON) {
            Some(say!(e.language;
                en: "The word that differs is a person's name in its own right.";
                zh: "写法不同的那个词本身就是人名。"))
        } else if bits <= 18.0 || !c.variant_meaning.is_none() {
            Some(say!(e.language;
                en: "The word that differs is a word of its own.";
                zh: "写法不同的那个词本身就有自己的意思。"))
        } else {
            Some(say!(e.language;
                en: "The word that differs is no word that people use.";
                zh: "写法不同的那个词并不是人们会用的词。"))
        }
    },
};
