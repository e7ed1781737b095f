//! Whether the registered name that was met is but a part of what the business is called: "Clearwater" for the City of Clearwater is
//! first of all the name of the place, and initials are those of many.

use smallvec::SmallVec;

use super::{Evidence, Signal, say};
use crate::engine::name::Folded;
use crate::engine::name::lexicon;
use crate::engine::screening::evidence::NameEvidence;

pub(super) const SIGNAL: Signal = Signal {
    code: "goes_by",
    bins: &[
        "a name of its own",
        "the first words of its name",
        "the last words of its name",
        "what its name says that it is of",
        "initials of its name",
        "no name",
    ],
    bin: |e| e.name().map_or(5, |c| bin(e, c)),
    sentence: |e| {
        let name = e.registered_name();
        let whole = e.business().name.as_str();
        (bin(e, e.name()?) == OF).then(|| {
            say!(e.language;
                en: "{name:?} is short for {whole:?}, and is the name of more than that.";
                zh: "“{name}”是“{whole}”的简称，也可以指别的。")
        })
    },
};

const OF: usize = 3;

/// Most letters of initials.
const INITIALS: usize = 5;

type Letters = SmallVec<[char; 12]>;

fn bin(e: &Evidence<'_>, c: &NameEvidence) -> usize {
    let entry = &c.found.entry;
    let name = e.business().name.as_str();
    // What is as long is no part, and most aliases are: that is told without folding the name.
    let letters = entry.chars.len();
    let is_no_part = letters > INITIALS && letters >= name.chars().count();
    if entry.which == 0 || entry.is_variant() || is_no_part {
        return 0;
    }
    let whole: SmallVec<[Letters; 6]> = Folded::of(name)
        .words()
        .map(|word| word.iter().map(|u| u.ch).collect())
        .collect();
    let part: SmallVec<[&[char]; 6]> = entry.words().collect();
    relation(&part, &whole)
}

/// What a name of the business is of its first one.
fn relation(part: &[&[char]], whole: &[Letters]) -> usize {
    let is_at = |at: usize| part.iter().zip(&whole[at..]).all(|(a, b)| **a == b[..]);
    if let Some(more) = whole.len().checked_sub(part.len()).filter(|&more| more > 0) {
        if is_at(more) {
            return if lexicon::joins(&whole[more - 1]) {
                OF
            } else {
                2
            };
        }
        if is_at(0) {
            return 1;
        }
    }
    let letters: SmallVec<[char; 8]> = part.iter().flat_map(|word| word.iter().copied()).collect();
    let initials = whole.iter().filter_map(|word| word.first());
    let are_initials = (2..=INITIALS).contains(&letters.len()) && initials.eq(letters.iter());
    if are_initials { 4 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(part: &str, whole: &str) -> usize {
        let split = |name: &str| -> Vec<Letters> {
            (name.split(' ')).map(|w| w.chars().collect()).collect()
        };
        let (part, whole) = (split(part), split(whole));
        let part: Vec<&[char]> = part.iter().map(|w| &w[..]).collect();
        relation(&part, &whole)
    }

    #[test]
    fn a_part_of_the_name_is_told_by_its_place() {
        for (part, whole, bin) in [
            ("clearwater", "city of clearwater", OF),
            ("ulm", "stadt ulm", 2),
            ("hannaford", "hannaford supermarkets", 1),
            ("kmb", "kowloon motor bus", 4),
            ("mobily", "etihad etisalat", 0),
            ("equinor", "equinor", 0),
            ("equinor energy", "equinor", 0),
        ] {
            assert_eq!(told(part, whole), bin, "{part}");
        }
    }
}
