//! Candidates: which registered names could stand inside an incoming one.
//!
//! Four nets, from sure to loose: every stretch of the incoming sound key that *is* a registered key; neighbouring words that
//! are a registered name's in any order; word windows within one edit of one, by deletion neighbourhood; and rare grams shared
//! with one, ranked by how much of the registered name they cover.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::segment::{
    DELETION_LENGTHS, GATES, ORDERED_WORDS, Segment, deletion_hashes, gate, order_hash,
};
use super::{by_grams, hashing};
use crate::engine::name::lexicon::{self, Meaning};
use crate::engine::name::{Folded, Unit, View};

/// Exactly found names kept for measuring.
const EXACT: usize = 24;
/// Names within one letter of a window kept for measuring, of each view.
const NEAR: usize = 24;
/// Names of neighbouring words in another order kept for measuring.
const ORDERED: usize = 12;
/// Words that are looked for in another order.
const ORDERED_SEARCHED: usize = 24;
/// Letters of a key that are searched for stretches; longer names are cut, hostile ones most of all.
const SEARCHED: usize = 120;
/// Words joined at most when windows are tried for near misses.
const WINDOW_WORDS: usize = 4;
/// Words of a phrase of customer care at most.
const CARE_WORDS: usize = 3;

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
    let care = care_words(folded);
    (0u8..)
        .zip(views)
        .map(|(at, view)| {
            let word = word_of(folded, view);
            let len = view.key.chars.len();
            let care = |i: usize| care.contains(&word(i));
            Searched {
                at,
                key: &view.key.chars[..len.min(SEARCHED)],
                edges: word_edges(len, &word),
                care: (0..len).map(care).collect(),
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
    for view in searched {
        near_windows(segment, view, found);
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
    /// For each letter and the end of the key, whether a word starts there.
    pub(super) edges: Vec<bool>,
    /// For each letter of the key whether it is in a word of customer care.
    pub(super) care: Vec<bool>,
}

/// Words of the name that only say that somebody cares for customers ("support", "member services"), by their numbers.
fn care_words(folded: &Folded) -> SmallVec<[u16; 8]> {
    let words: SmallVec<[&[Unit]; 16]> = folded.words().take(ORDERED_SEARCHED).collect();
    let mut found = SmallVec::new();
    for from in 0..words.len() {
        for to in from + 1..=words.len().min(from + CARE_WORDS) {
            let phrase = &words[from..to];
            let letters = phrase.iter().flat_map(|word| word.iter().map(|u| u.ch));
            if lexicon::meaning(letters).has(Meaning::CARE) {
                found.extend(phrase.iter().map(|word| word[0].word));
            }
        }
    }
    found
}

/// The word in which each letter of a view's key stands.
fn word_of<'a>(folded: &'a Folded, view: &'a View) -> impl Fn(usize) -> u16 + 'a {
    |i| {
        let letter = usize::from(view.key.origin[i]);
        let unit = usize::from(view.origin.get(letter).copied().unwrap_or(0));
        folded.units.get(unit).map_or(0, |u| u.word)
    }
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
                if !found.iter().any(|c| c.name == name) {
                    found.push(Candidate {
                        name,
                        view: 0,
                        exact: None,
                    });
                }
            }
        }
    }
}

fn near_windows(segment: &Segment, searched: &Searched<'_>, found: &mut Vec<Candidate>) {
    let Searched { at, key, edges, .. } = searched;
    let starts: Vec<usize> = (0..key.len()).filter(|&i| edges[i]).collect();
    let mut budget = 24usize;
    let most = found.len() + NEAR;
    for (i, &from) in starts.iter().enumerate() {
        for to in starts[i + 1..]
            .iter()
            .copied()
            .chain([key.len()])
            .take(WINDOW_WORDS)
        {
            // A near key has up to one letter more or less.
            let letters = to - from;
            let tabled =
                DELETION_LENGTHS.contains(&letters) || DELETION_LENGTHS.contains(&(letters - 1));
            if !tabled || budget == 0 || found.len() >= most {
                continue;
            }
            budget -= 1;
            for hash in deletion_hashes(&key[from..to]) {
                for key in segment.deletions.get(hash).take(16) {
                    let name = segment.name_of(key);
                    if !found.iter().any(|c| c.name == name) {
                        found.push(Candidate {
                            name,
                            view: *at,
                            exact: None,
                        });
                    }
                }
            }
        }
    }
}
