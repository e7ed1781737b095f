//! Signals: what can be said of an account and a registered business, one file each.
//!
//! A signal reads the `Evidence` and sorts it into one of a few bins. The model gives every bin, and every
//! pair of bins of the pairs listed in [`PAIRS`], a weight in log-odds. So weights always sum, and each
//! can be explained by the sentence of its signal.

mod account_rarity;
mod badge;
mod beside;
mod chance;
mod channel;
mod copied;
mod coverage;
mod covered;
mod cut;
mod deception;
mod disguise;
mod disguise_kinds;
mod distinctive;
mod edits;
mod everyday;
mod fingers;
mod found_words;
mod goes_by;
mod kept_part;
mod lead;
mod legal_form;
mod legal_home;
mod length;
mod link;
mod missing;
mod missing_start;
mod named_by;
mod oddness;
mod outranked;
mod person;
mod place;
mod plainest;
mod position;
mod rest;
mod rivals;
mod script;
mod service;
mod service_rarity;
mod set_off;
mod shape;
mod similarity;
mod slip;
mod strength;
mod telling;
mod variant;
mod words;

pub(super) use disguise::told;

use super::evidence::Evidence;
use crate::domain::{Sentence, say};

/// One kind of evidence.
pub struct Signal {
    /// Stable code of the API.
    pub code: &'static str,
    /// What each bin holds; the number of bins is its length.
    pub bins: &'static [&'static str],
    /// Sorts the evidence into a bin.
    pub bin: fn(&Evidence<'_>) -> usize,
    /// One plain sentence about the evidence, by `say!` in the evidence's language; none where there is nothing to say.
    pub sentence: fn(&Evidence<'_>) -> Option<Sentence>,
}

/// Signals whose bins are steps of one scale, so that neighbours should weigh alike.
const SCALES: &[&str] = &[
    "name_similarity",
    "chance",
    "name_edits",
    "name_length",
    "name_strength",
    "name_coverage",
    "distinctive_words",
    "unexplained_share",
    "rivals",
    "account_words",
    "everyday_name",
    "outranked",
    "odd_letters",
    "missing_words",
    "telling_word",
    "plainest_word",
    "service_word_rarity",
    "words_beside",
    "rarest_account_word",
    "lead",
    "covered_share",
    "disguise_kinds",
];

impl Signal {
    /// How many of its first bins are steps of one scale; "no name" stands at the end and is none.
    pub fn ordered(&self) -> usize {
        let apart = ["no name", "no letter differs"];
        let unnamed = usize::from(self.bins.last().is_some_and(|last| apart.contains(last)));
        if SCALES.contains(&self.code) {
            self.bins.len() - unnamed
        } else {
            0
        }
    }
}

/// Where a signal stands in [`ALL`]; none of a code that no signal has.
pub const fn find(code: &str) -> Option<usize> {
    let mut at = 0;
    while at < ALL.len() {
        if same(ALL[at].code.as_bytes(), code.as_bytes()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Where a signal stands that this program knows by its code.
///
/// # Panics
///
/// If no signal has the code; a constant place then does not compile.
pub const fn place(code: &str) -> usize {
    find(code).expect("no signal has this code")
}

/// Whether two texts are equal, for constants.
const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// Every signal, in the order in which the model file names them.
pub const ALL: &[Signal] = &[
    similarity::SIGNAL,
    chance::SIGNAL,
    edits::SIGNAL,
    length::SIGNAL,
    strength::SIGNAL,
    coverage::SIGNAL,
    variant::SIGNAL,
    cut::SIGNAL,
    disguise::SIGNAL,
    distinctive::SIGNAL,
    rest::SIGNAL,
    service::SIGNAL,
    badge::SIGNAL,
    legal_form::SIGNAL,
    place::SIGNAL,
    person::SIGNAL,
    link::SIGNAL,
    position::SIGNAL,
    rivals::SIGNAL,
    script::SIGNAL,
    channel::SIGNAL,
    deception::SIGNAL,
    shape::SIGNAL,
    outranked::SIGNAL,
    slip::SIGNAL,
    words::SIGNAL,
    everyday::SIGNAL,
    set_off::SIGNAL,
    oddness::SIGNAL,
    found_words::SIGNAL,
    copied::SIGNAL,
    missing::SIGNAL,
    missing_start::SIGNAL,
    telling::SIGNAL,
    plainest::SIGNAL,
    service_rarity::SIGNAL,
    beside::SIGNAL,
    account_rarity::SIGNAL,
    lead::SIGNAL,
    covered::SIGNAL,
    disguise_kinds::SIGNAL,
    fingers::SIGNAL,
    kept_part::SIGNAL,
    named_by::SIGNAL,
    legal_home::SIGNAL,
    goes_by::SIGNAL,
];

/// The first bin of the signal `disguise` that is a change to the letters, not a respelling by sound.
pub const FIRST_WILFUL_DISGUISE: u8 = 4;

/// The first bin of the signal `disguise` that ordinary spelling never falls into: a split or a letter pair can be
/// a spelling of one's own, another alphabet's letters within a word cannot.
pub const FIRST_UNMISTAKABLE_DISGUISE: u8 = 7;

/// How many signals there are.
pub const COUNT: usize = ALL.len();

/// Pairs of signals whose bins are weighed together, by code.
pub const PAIRS: &[(&str, &str)] = &[
    ("name_similarity", "name_length"),
    ("name_similarity", "name_strength"),
    ("name_edits", "name_length"),
    ("name_edits", "differing_word"),
    ("name_similarity", "differing_word"),
    ("name_coverage", "name_strength"),
    ("name_coverage", "distinctive_words"),
    ("name_similarity", "unexplained_share"),
    ("distinctive_words", "name_strength"),
    ("unexplained_share", "name_strength"),
    ("unexplained_share", "name_length"),
    ("service_words", "name_strength"),
    ("service_words", "unexplained_share"),
    ("service_words", "name_similarity"),
    ("disguise", "name_strength"),
    ("disguise", "name_similarity"),
    ("disguise", "unexplained_share"),
    ("disguise", "name_length"),
    ("cut_word", "name_length"),
    ("cut_word", "unexplained_share"),
    ("cut_word", "name_similarity"),
    ("person_words", "name_strength"),
    ("person_words", "unexplained_share"),
    ("written_as_link", "cut_word"),
    ("written_as_link", "unexplained_share"),
    ("badge_symbols", "name_strength"),
    ("legal_form", "name_similarity"),
    ("name_strength", "name_length"),
    ("name_coverage", "name_length"),
    ("name_edits", "unexplained_share"),
    ("place_words", "unexplained_share"),
    ("chance", "distinctive_words"),
    ("chance", "unexplained_share"),
    ("chance", "name_coverage"),
    ("chance", "disguise"),
    ("chance", "service_words"),
    ("chance", "person_words"),
    ("chance", "cut_word"),
    ("chance", "differing_word"),
    ("chance", "rivals"),
    ("chance", "position"),
    ("chance", "script"),
    ("rivals", "unexplained_share"),
    ("position", "unexplained_share"),
    ("script", "name_length"),
    ("script", "unexplained_share"),
    ("script", "service_words"),
    ("script", "disguise"),
    ("disguise", "service_words"),
    ("deception", "unexplained_share"),
    ("deception", "chance"),
    ("deception", "name_length"),
    ("shape", "chance"),
    ("shape", "name_strength"),
    ("shape", "name_length"),
    ("shape", "disguise"),
    ("shape", "rivals"),
    ("shape", "outranked"),
    ("shape", "script"),
    ("shape", "differing_word"),
    ("shape", "account_words"),
    ("shape", "badge_symbols"),
    ("outranked", "chance"),
    ("slip", "name_length"),
    ("slip", "differing_word"),
    ("slip", "chance"),
    ("account_words", "chance"),
    ("set_off", "shape"),
    ("odd_letters", "name_length"),
    ("odd_letters", "shape"),
    ("odd_letters", "slip"),
    ("odd_letters", "differing_word"),
    ("odd_letters", "name_similarity"),
    ("found_words", "shape"),
    ("found_words", "chance"),
    ("found_words", "name_coverage"),
    ("found_words", "service_words"),
    ("written_as_link", "shape"),
    ("set_off", "chance"),
    ("everyday_name", "shape"),
    ("everyday_name", "name_length"),
    ("everyday_name", "disguise"),
    ("everyday_name", "account_words"),
    ("everyday_name", "name_similarity"),
    ("account_words", "person_words"),
    ("fingers", "name_length"),
    ("fingers", "chance"),
    ("kept_part", "chance"),
    ("kept_part", "service_words"),
    ("named_by", "shape"),
    ("named_by", "name_coverage"),
    ("legal_home", "name_edits"),
    ("legal_home", "name_strength"),
    ("goes_by", "shape"),
    ("goes_by", "name_length"),
];

/// The position of a value among ascending upper bounds: 0 when it is at most the first.
pub(super) fn rank(value: f32, bounds: &[f32]) -> usize {
    bounds
        .iter()
        .position(|&b| value <= b)
        .unwrap_or(bounds.len())
}
