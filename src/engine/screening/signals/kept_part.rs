//! Which part of the registered name is left: people shorten a name at its end, or leave out what holds it together ("Banco
//! Nordeste" for Banco do Nordeste); words picked from it here and there are another name.

use super::{Signal, say};
use crate::engine::name::lexicon;
use crate::engine::screening::evidence::NameEvidence;

pub(super) const SIGNAL: Signal = Signal {
    code: "kept_part",
    bins: &[
        "all of it",
        "all but function words",
        "its first word",
        "its first words",
        "its last word",
        "its last words",
        "both ends",
        "other words",
    ],
    bin: |e| e.name().map_or(0, bin),
    sentence: |e| {
        let name = e.registered_name();
        (bin(e.name()?) == 1).then(|| {
            say!(e.language;
                en: "Of {name:?} it leaves out only what holds its words together.";
                zh: "与“{name}”相比，名称里只少了连接用的虚词。")
        })
    },
};

fn bin(c: &NameEvidence) -> usize {
    if c.missing == 0 {
        return 0;
    }
    if c.missing_words().all(|(word, _)| lexicon::joins(word)) {
        return 1;
    }
    let words = c.found.entry.starts.len().min(64) as u32;
    kept(c.missing, words)
}

/// The same of so many words, of which those of the set are missing and some are left.
fn kept(missing: u64, words: u32) -> usize {
    let first = (!missing).trailing_zeros();
    let last = (0..words).rev().find(|place| missing >> place & 1 == 0);
    let last = last.unwrap_or(first);
    let in_one = (first..=last).all(|place| missing >> place & 1 == 0);
    let several = usize::from(last > first);
    match (first == 0, last + 1 == words, in_one) {
        (true, false, true) => 2 + several,
        (false, true, true) => 4 + several,
        (true, true, _) => 6,
        _ => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_by_where_it_stands() {
        for (missing, words, part) in [
            (0b10, 2, 2),
            (0b100, 3, 3),
            (0b01, 2, 4),
            (0b001, 3, 5),
            (0b010, 3, 6),
            (0b101, 3, 7),
            (0b1010, 4, 7),
        ] {
            assert_eq!(kept(missing, words), part, "{missing:b} of {words}");
        }
    }
}
