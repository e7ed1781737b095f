//! What the account's name is made of: how the registered name stands in it, and what stands beside.
//!
//! Taken alone, neither says much: "Hypop GmbH" and "Hypop Gardens" hold the same name, "Delta Support" and "Delia Support"
//! add the same word. Together they are the kind of thing that a person sees at a glance.

use super::{Evidence, Signal};
use crate::engine::name::lexicon::Meaning;
use crate::engine::screening::evidence::NameEvidence;
use crate::engine::screening::remainder::Explained;

pub(super) const SIGNAL: Signal = Signal {
    code: "shape",
    bins: &[
        "the name",
        "the name, with an outright claim to serve",
        "the name, with a word of service",
        "the name, with another service word",
        "the name, with a legal form",
        "the name, with a place or digits",
        "the name, with a person",
        "the name, with an everyday word",
        "the name, with a word of its own",
        "the name glued",
        "the name glued, with an outright claim to serve",
        "the name glued, with a word of service",
        "the name glued, with another service word",
        "the name glued, with a legal form",
        "the name glued, with a place or digits",
        "the name glued, with a person",
        "the name glued, with an everyday word",
        "the name glued, with a word of its own",
        "misspelt",
        "misspelt, with an outright claim to serve",
        "misspelt, with a word of service",
        "misspelt, with another service word",
        "misspelt, with a legal form",
        "misspelt, with a place or digits",
        "misspelt, with a person",
        "misspelt, with an everyday word",
        "misspelt, with a word of its own",
        "much misspelt",
        "much misspelt, with an outright claim to serve",
        "much misspelt, with a word of service",
        "much misspelt, with another service word",
        "much misspelt, with a legal form",
        "much misspelt, with a place or digits",
        "much misspelt, with a person",
        "much misspelt, with an everyday word",
        "much misspelt, with a word of its own",
        "by sound",
        "by sound, with an outright claim to serve",
        "by sound, with a word of service",
        "by sound, with another service word",
        "by sound, with a legal form",
        "by sound, with a place or digits",
        "by sound, with a person",
        "by sound, with an everyday word",
        "by sound, with a word of its own",
        "its words",
        "its words, with an outright claim to serve",
        "its words, with a word of service",
        "its words, with another service word",
        "its words, with a legal form",
        "its words, with a place or digits",
        "its words, with a person",
        "its words, with an everyday word",
        "its words, with a word of its own",
        "a part",
        "a part, with an outright claim to serve",
        "a part, with a word of service",
        "a part, with another service word",
        "a part, with a legal form",
        "a part, with a place or digits",
        "a part, with a person",
        "a part, with an everyday word",
        "a part, with a word of its own",
        "no name",
    ],
    bin: |e| e.name().map_or(63, |c| 9 * stands(c) + beside(c)),
    sentence: |_: &Evidence<'_>| None,
};

/// How the registered name stands in the account's.
fn stands(c: &NameEvidence) -> usize {
    if c.coverage <= 0.98 {
        6
    } else if c.by_sound {
        4
    } else if !c.in_one_piece {
        5
    } else {
        match c.edits {
            0 if c.cuts == 0 => 0,
            0 => 1,
            1 => 2,
            _ => 3,
        }
    }
}

/// Everyday words tell at most this much.
const EVERYDAY_BITS: f32 = 17.0;

/// What stands beside it; the weightiest first.
fn beside(c: &NameEvidence) -> usize {
    let rest = &c.remainder;
    if rest.distinctive_bits() > EVERYDAY_BITS {
        8
    } else if rest.holds(Explained::Distinctive) {
        7
    } else if rest.holds(Explained::Person) {
        6
    } else if rest.claims_outright() {
        1
    } else if rest.means(Meaning::CARE | Meaning::CLAIM | Meaning::MONEY) {
        2
    } else if rest.holds(Explained::Service) {
        3
    } else if rest.holds(Explained::LegalForm) {
        4
    } else if rest.holds(Explained::Place) || rest.holds(Explained::Digits) {
        5
    } else {
        0
    }
}
