//! Candidates: which registered names could stand inside an incoming one.
//!
//! Five nets, from sure to loose: every stretch of the incoming sound key that *is* a registered key; neighbouring words that
//! are a registered name's in any order; word windows within one edit of a short one, by deletion neighbourhood; stretches within
//! two edits of a longer one, by its pieces; and rare grams shared with one, ranked by how much of the registered name they cover.

use std::ops::Range;

use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

use super::segment::{
    DELETION_LENGTHS, GATES, ORDERED_WORDS, Segment, deletion_hashes, gate, order_hash,
};
use super::{by_grams, by_pieces, hashing};
use crate::engine::name::lexicon::{self, Meaning};
use crate::engine::name::{Folded, Unit, View};

/// Exactly found names kept for measuring.
const EXACT: usize = 24;
/// Names within one letter of a window kept for measuring, of each view.
const NEAR: usize = 24;
/// The same of all views together: what was made to be within a letter of many names costs little more than what was not.
const NEAR_IN_ALL: usize = 48;
/// Names of neighbouring words in another order kept for measuring.
const ORDERED: usize = 12;
/// Words that are looked for in another order.
const ORDERED_SEARCHED: usize = 24;
/// Letters of a key that are searched for stretches; longer names are cut, hostile ones most of all.
const SEARCHED: usize = 120;
/// Words joined at most when windows are tried for near misses.
const WINDOW_WORDS: usize = 4;
/// Words of a phrase at most.
const PHRASE_WORDS: usize = 3;

/// A name to be measured against the query, and the view in which it was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Index of the name within the segment.
    pub name: u32,
    /// Index of the view.
    pub view: u8,
    /// The stretch of that view's key that is the name's key, if it is one exactly.
    pub exact: Option<(u16, u16)>,
}

/// The views of a name as they are searched: once for all segments.
pub(super) fn searched<'a>(folded: &Folded, views: &'a [View]) -> Vec<Searched<'a>> {
    let care = words_that_mean(folded, Meaning::CARE);
    let aside = words_that_mean(folded, Meaning::SERVICE | Meaning::FILLER);
    (0u8..)
        .zip(views)
        .map(|(at, view)| {
            let word = |letter: usize| word_of(folded, view, letter);
            let sounding = |i: usize| word(view.key.origin[i].into());
            let len = view.key.chars.len();
            let letters = &view.chars[..view.chars.len().min(SEARCHED)];
            let mut stretches: SmallVec<[Range<usize>; 3]> = smallvec![0..letters.len()];
            for words in [&care, &aside] {
                stretches.extend(without_ends(letters.len(), |i| words.contains(&word(i))));
            }
            stretches.dedup();
            Searched {
                at,
                key: &view.key.chars[..len.min(SEARCHED)],
                origin: &view.key.origin[..len.min(SEARCHED)],
                edges: word_edges(len, sounding),
                care: (0..len).map(|i| care.contains(&sounding(i))).collect(),
                letters,
                stretches,
            }
        })
        .collect()
}

/// Names of one segment that a stretch is exactly, longest first: the surest net.
pub(super) fn exact(segment: &Segment, searched: &[Searched<'_>]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::with_capacity(3 * EXACT);
    for view in searched {
        exact_stretches(segment, view, &mut found);
    }
    found.sort_by_key(|c| std::cmp::Reverse(c.exact.map(|(from, to)| to - from)));
    found.truncate(EXACT);
    found
}

/// Whether a name that was exactly found is the incoming one from end to end, letter by letter.
pub(super) fn is_whole(segment: &Segment, folded: &Folded, found: Candidate) -> bool {
    let letters = folded.units.len();
    let sounds_alike = found.view == 0 && found.exact.is_some_and(|(from, _)| from == 0);
    sounds_alike && {
        let entry = segment.entry(found.name);
        entry.chars.len() == letters && folded.units.iter().map(|u| u.ch).eq(entry.chars)
    }
}

/// The names of one segment that only the looser nets find, added to those that were found exactly.
pub(super) fn beyond(
    segment: &Segment,
    folded: &Folded,
    searched: &[Searched<'_>],
    found: &mut Vec<Candidate>,
) {
    reordered_words(segment, folded, found);
    let most = found.len() + NEAR_IN_ALL;
    for view in searched {
        near_windows(segment, view, most.min(found.len() + NEAR), found);
    }
    for near in by_pieces::names(segment, searched) {
        add(found, near.name, near.view);
    }
    let kept: FxHashSet<u32> = found.iter().map(|c| c.name).collect();
    let by_grams = by_grams::names(segment, searched).filter(|c| !kept.contains(&c.name));
    found.extend(by_grams);
}

/// The key of a view as it is searched.
pub(super) struct Searched<'a> {
    /// Index of the view.
    pub(super) at: u8,
    /// Its sound key, cut to what is searched.
    pub(super) key: &'a [char],
    /// For each letter of the key the one of the view that it is heard from.
    pub(super) origin: &'a [u16],
    /// For each letter and the end of the key, whether a word starts there.
    pub(super) edges: Vec<bool>,
    /// For each letter of the key whether it is in a word of customer care.
    pub(super) care: Vec<bool>,
    /// Its letters, cut to what is searched.
    pub(super) letters: &'a [char],
    /// Stretches of the letters that may be a whole name misspelt: all, and what is left without service words at either end.
    pub(super) stretches: SmallVec<[Range<usize>; 3]>,
}

/// The stretch of so many letters without those at either end that are `aside`; none where nothing is left.
fn without_ends(letters: usize, aside: impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let from = (0..letters).find(|&i| !aside(i))?;
    let last = (from..letters).rfind(|&i| !aside(i))?;
    Some(from..last + 1)
}

/// Words of the name that by themselves or as a phrase ("member services") mean any of `meaning`, by their numbers.
fn words_that_mean(folded: &Folded, meaning: Meaning) -> SmallVec<[u16; 8]> {
    let words: SmallVec<[&[Unit]; 16]> = folded.words().take(ORDERED_SEARCHED).collect();
    let mut found = SmallVec::new();
    for from in 0..words.len() {
        for to in from + 1..=words.len().min(from + PHRASE_WORDS) {
            let phrase = &words[from..to];
            let letters = phrase.iter().flat_map(|word| word.iter().map(|u| u.ch));
            if lexicon::meaning(letters).has(meaning) {
                found.extend(phrase.iter().map(|word| word[0].word));
            }
        }
    }
    found
}

/// The word in which a letter of a view stands.
fn word_of(folded: &Folded, view: &View, letter: usize) -> u16 {
    let unit = usize::from(view.origin.get(letter).copied().unwrap_or(0));
    folded.units.get(unit).map_or(0, |u| u.word)
}

/// For each key position whether a word starts there; one more for the end.
fn word_edges(len: usize, word: impl Fn(usize) -> u16) -> Vec<bool> {
    let mut edges: Vec<bool> = (0..len).map(|i| i == 0 || word(i) != word(i - 1)).collect();
    edges.push(true);
    edges
}

fn exact_stretches(segment: &Segment, searched: &Searched<'_>, found: &mut Vec<Candidate>) {
    let Searched { at, key, edges, .. } = searched;
    for from in 0..key.len() {
        let mut hash = hashing::EMPTY;
        for to in from + 1..=key.len() {
            hash = hashing::step(hash, key[to - 1]);
            if GATES.contains(&(to - from)) && !segment.filter.perhaps(gate(hash)) {
                // A key of just these letters has passed the filter by them, too.
                break;
            }
            // A short name inside a word is chance.
            let whole = edges[from] && edges[to];
            if !whole && to - from < 4 && key[from].is_ascii() {
                continue;
            }
            if !segment.filter.perhaps(hash) {
                continue;
            }
            let of_its_length =
                |key: &u32| usize::from(segment.key_letters[*key as usize]) == to - from;
            found.extend(
                segment
                    .exact
                    .get(hash)
                    .filter(of_its_length)
                    .take(EXACT)
                    .map(|key| Candidate {
                        name: segment.name_of(key),
                        view: *at,
                        exact: Some((from as u16, to as u16)),
                    }),
            );
        }
    }
}

fn reordered_words(segment: &Segment, folded: &Folded, found: &mut Vec<Candidate>) {
    let words: Vec<(u64, usize)> = (folded.words().take(ORDERED_SEARCHED))
        .map(|word| (hashing::of(word.iter().map(|u| u.ch)), word.len()))
        .collect();
    let most = found.len() + ORDERED;
    for from in 0..words.len() {
        for count in ORDERED_WORDS.take_while(|count| from + count <= words.len()) {
            let window = &words[from..from + count];
            // Letters that are set apart are no words.
            if window.iter().all(|&(_, letters)| letters == 1) {
                continue;
            }
            let hash = order_hash(window.iter().map(|&(hash, _)| hash));
            for name in segment.orders.get(hash) {
                if found.len() >= most {
                    return;
                }
                add(found, name, 0);
            }
        }
    }
}

/// Adds a name, unless it was found before.
fn add(found: &mut Vec<Candidate>, name: u32, view: u8) {
    if found.iter().all(|c| c.name != name) {
        found.push(Candidate {
            name,
            view,
            exact: None,
        });
    }
}

/// The hashes by which keys within one letter of this one are found: of the key, without any one of its letters, and without all that is
/// heard of one letter of the name, such as "ks" of an x.
fn slip_hashes<'a>(key: &'a [char], origin: &'a [u16]) -> impl Iterator<Item = u64> + 'a {
    let mut at = 0;
    let letters = origin.chunk_by(|a, b| a == b).map(move |heard| {
        at += heard.len();
        at - heard.len()..at
    });
    let without = letters.filter(|heard| heard.len() > 1).map(|heard| {
        let rest = key[..heard.start].iter().chain(&key[heard.end..]);
        hashing::of(rest.copied())
    });
    deletion_hashes(key).chain(without)
}

/// Adds names within one letter of a window of words, until so many are found in all.
fn near_windows(
    segment: &Segment,
    searched: &Searched<'_>,
    most: usize,
    found: &mut Vec<Candidate>,
) {
    let Searched {
        at,
        key,
        origin,
        edges,
        ..
    } = searched;
    let starts: Vec<usize> = (0..key.len()).filter(|&i| edges[i]).collect();
    let mut budget = 24usize;
    for (i, &from) in starts.iter().enumerate() {
        for to in starts[i + 1..]
            .iter()
            .copied()
            .chain([key.len()])
            .take(WINDOW_WORDS)
        {
            // A near key has up to one letter more or less; beyond one of three that tell as little as ASCII's, every other word.
            let letters = to - from;
            let tabled = DELETION_LENGTHS.contains(&letters)
                || DELETION_LENGTHS.contains(&(letters - 1))
                || (DELETION_LENGTHS.contains(&(letters + 1)) && !key[from].is_ascii());
            if !tabled || budget == 0 {
                continue;
            }
            budget -= 1;
            for hash in slip_hashes(&key[from..to], &origin[from..to]) {
                for key in segment.deletions.get(hash).take(16) {
                    if found.len() >= most {
                        return;
                    }
                    add(found, segment.name_of(key), *at);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::name::views;

    #[test]
    fn what_is_within_a_letter_of_many_names_brings_no_more_than_was_asked() {
        let segment = Segment::of_names(&["Rapid", "Ranid", "Rafid", "Ramid", "Ravid"]);
        let folded = Folded::of("Rabid");
        let views = views(&folded);
        let searched = searched(&folded, &views);
        for (most, kept) in [(3, 3), (5, 5), (NEAR, 5)] {
            let mut found = Vec::new();
            near_windows(&segment, &searched[0], most, &mut found);
            assert_eq!(found.len(), kept, "{most}");
        }
    }
}
