//! Names within two letters of the incoming one, however common their words are.
//!
//! A name cut in three keeps one piece whole through any two edits, at about the same place and in a name of about the same
//! length (Pass-Join: Li, Deng, Wang and Feng, "Pass-Join: a partition-based method for similarity joins", 2011). Few names have
//! the same piece, place and length in common, so that each of them is measured.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use smallvec::SmallVec;

use super::candidates::{Candidate, Searched};
use super::hashing;
use super::segment::Segment;
use crate::engine::name::bits::{MOST_LETTERS, Places};

/// Letters of names that are tabled by their pieces: shorter ones by their deletions, and pieces of two letters tell nothing.
pub(super) const PIECED_LENGTHS: RangeInclusive<usize> = 9..=MOST_LETTERS;
/// Names that one piece is kept for at most: what more have in common tells too little to be worth a place.
pub(super) const OF_ONE_PIECE: usize = 128;
/// Edits that leave one of the pieces whole.
const EDITS: usize = 2;
/// Pieces of a name.
pub(super) const PIECES: usize = EDITS + 1;
/// Names that are measured at most.
const MEASURED: usize = 192;
/// Names kept, the nearest first.
const KEPT: usize = 16;

/// Where the pieces of a name of so many letters stand: of one length, or one letter longer.
fn pieces(letters: usize) -> [Range<usize>; PIECES] {
    let (second, third) = (letters / 3, letters / 3 + (letters + 1) / 3);
    [0..second, second..third, third..letters]
}

/// What a piece is tabled by: its letters, which of the pieces it is, and how long the name is.
fn piece_hash(piece: &[char], which: usize, letters: usize) -> u64 {
    let place = (letters * PIECES + which) as u64;
    hashing::of(piece.iter().copied()) ^ hashing::seal(place)
}

/// The hashes of the pieces of a registered name; none of one that is not tabled by them.
pub(super) fn piece_hashes(name: &[char]) -> impl Iterator<Item = u64> {
    let tabled = PIECED_LENGTHS.contains(&name.len());
    let pieces = tabled.then(|| pieces(name.len())).into_iter().flatten();
    pieces
        .enumerate()
        .map(|(which, piece)| piece_hash(&name[piece], which, name.len()))
}

/// The hashes under which a name within two edits of `text` has at least one piece.
///
/// A piece has moved by as many letters as were added before it, and the rest of the name must make up for what is left of the
/// difference in length: the "multi-match-aware" choice of the paper.
fn asked_hashes(text: &[char]) -> impl Iterator<Item = u64> {
    let lengths = text.len().saturating_sub(EDITS)..=text.len() + EDITS;
    let lengths = lengths.filter(|letters| PIECED_LENGTHS.contains(letters));
    lengths.flat_map(move |letters| {
        let longer = text.len().cast_signed() - letters.cast_signed();
        (0isize..)
            .zip(pieces(letters))
            .flat_map(move |(which, piece)| {
                let after = PIECES.cast_signed() - 1 - which;
                let least = (-which).max(longer - after);
                let most = which.min(longer + after);
                (least..=most).filter_map(move |moved| {
                    let from = piece.start.checked_add_signed(moved)?;
                    let there = text.get(from..from + piece.len())?;
                    Some(piece_hash(there, which.cast_unsigned(), letters))
                })
            })
    })
}

thread_local! {
    static PLACES: RefCell<Places> = RefCell::default();
}

/// The names of one segment that a stretch of a view is but for two letters at most, the nearest first.
pub(super) fn names(segment: &Segment, searched: &[Searched<'_>]) -> Vec<Candidate> {
    let mut near: Vec<(usize, Candidate)> = Vec::new();
    PLACES.with_borrow_mut(|places| {
        let mut left = MEASURED;
        for view in searched {
            for stretch in &view.stretches {
                let text = &view.letters[stretch.clone()];
                let hashes: SmallVec<[u64; 24]> = asked_hashes(text).collect();
                segment.pieces.warm(hashes.iter().copied());
                // Rare pieces first.
                let mut kept: SmallVec<[(usize, u64); 24]> = (hashes.iter())
                    .map(|&hash| (segment.pieces.get(hash).count(), hash))
                    .collect();
                kept.sort_unstable();
                let mut names: SmallVec<[u32; 128]> = (kept.iter())
                    .flat_map(|&(_, hash)| segment.pieces.get(hash))
                    .take(left)
                    .collect();
                left -= names.len();
                names.sort_unstable();
                names.dedup();
                if names.is_empty() || !places.take(text) {
                    continue;
                }
                segment.warm(names.iter().copied());
                near.extend(names.iter().filter_map(|&name| {
                    let edits = places.distance(&segment.entry(name).chars);
                    let found = Candidate {
                        name,
                        view: view.at,
                        exact: None,
                    };
                    (edits <= EDITS).then_some((edits, found))
                }));
            }
        }
    });
    near.sort_by_key(|&(edits, found)| (found.name, edits));
    near.dedup_by_key(|(_, found)| found.name);
    near.sort_by_key(|&(edits, _)| edits);
    near.truncate(KEPT);
    near.into_iter().map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::super::candidates;
    use super::*;
    use crate::engine::name::{Folded, views};

    #[test]
    fn pieces_cover_a_name_and_differ_by_a_letter_at_most() {
        for letters in PIECED_LENGTHS {
            let [first, second, third] = pieces(letters);
            assert_eq!((first.start, third.end), (0, letters));
            assert_eq!((first.end, second.end), (second.start, third.start));
            assert!(third.len() - first.len() <= 1 && second.len() - first.len() <= 1);
        }
    }

    /// Which of the registered names the net finds.
    fn found<'r>(registered: &[&'r str], name: &str) -> Vec<&'r str> {
        let segment = Segment::of_names(registered);
        let folded = Folded::of(name);
        let views = views(&folded);
        let found = names(&segment, &candidates::searched(&folded, &views));
        found.iter().map(|c| registered[c.name as usize]).collect()
    }

    #[test]
    fn a_long_name_is_found_with_two_wrong_letters_and_service_words_beside_it() {
        let registered = [
            "Information Operations State",
            "Information Stations",
            "St Ives",
        ];
        for name in [
            "Information Operatons Stste",
            "Informatoin Operations State",
            "Customer Support for Inforrmation Operations Statee Helpdesk",
        ] {
            assert_eq!(found(&registered, name), [registered[0]], "{name}");
        }
        assert!(found(&registered, "Infrmtion Operatons Stste").is_empty());
    }

    #[test]
    fn the_nearest_come_first() {
        let registered = ["Wellington Shore", "Wellingtom Shore", "Wellington Store"];
        let near = found(&registered, "Wellington Stored");
        assert_eq!(near.first(), Some(&"Wellington Store"));
        assert_eq!(near.len(), 2);
    }

    fn a_name() -> impl Strategy<Value = Vec<char>> {
        let letters = prop::sample::select(vec!['a', 'b', 'c', '银']);
        prop::collection::vec(letters, PIECED_LENGTHS)
    }

    fn is_found(name: &[char], text: &[char]) -> bool {
        let tabled: HashSet<u64> = piece_hashes(name).collect();
        asked_hashes(text).any(|hash| tabled.contains(&hash))
    }

    proptest! {
        #[test]
        fn two_edits_leave_a_piece_by_which_the_name_is_found(
            name in a_name(),
            edits in prop::collection::vec((0..3, any::<prop::sample::Index>()), 0..=2),
        ) {
            let mut text = name.clone();
            for (kind, at) in edits {
                let at = at.index(text.len());
                match kind {
                    0 => text.insert(at, 'x'),
                    1 => drop(text.remove(at)),
                    _ => text[at] = 'x',
                }
            }
            prop_assert!(is_found(&name, &text));
        }

        #[test]
        fn two_neighbours_that_changed_places_leave_a_piece_too(
            name in a_name(),
            at in any::<prop::sample::Index>(),
        ) {
            let mut text = name.clone();
            let at = at.index(text.len() - 1);
            text.swap(at, at + 1);
            prop_assert!(is_found(&name, &text));
        }
    }
}
