//! Candidates: which registered names could stand inside an incoming one.
//!
//! Three nets, from sure to loose: every stretch of the incoming sound key that *is* a registered key; word
//! windows within one edit of one, by deletion neighbourhood; and rare grams shared with one, ranked by how much
//! of the registered name they cover.

use std::cell::RefCell;

use super::grams::{PostingKeys, Postings};
use super::hashing;
use super::segment::{DELETION_LENGTHS, GATES, Segment, deletion_hashes, gate, gram_hashes};
use crate::engine::name::{Folded, View};

/// Postings read for one query at most; rare grams come first, so that what is left out says least.
const GRAM_BUDGET: usize = 12_000;
/// Loosely found names kept for measuring.
const LOOSE: usize = 28;
/// Exactly found names kept for measuring.
const EXACT: usize = 24;
/// Names within one letter of a window kept for measuring, of each view.
const NEAR: usize = 24;
/// Letters of a key that are searched for stretches; longer names are cut, hostile ones most of all.
const SEARCHED: usize = 120;
/// Words joined at most when windows are tried for near misses.
const WINDOW_WORDS: usize = 4;

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

/// Finds the candidates of one segment, exact ones first.
pub(super) fn candidates(segment: &Segment, folded: &Folded, views: &[View]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::with_capacity(EXACT + LOOSE);
    let searched: Vec<Searched<'_>> = (0u8..)
        .zip(views)
        .map(|(at, view)| Searched {
            at,
            key: &view.key.chars[..view.key.chars.len().min(SEARCHED)],
            edges: word_edges(folded, view),
        })
        .collect();
    for view in &searched {
        exact_stretches(segment, view, &mut found);
    }
    found.sort_by_key(|c| std::cmp::Reverse(c.exact.map(|(from, to)| to - from)));
    found.truncate(EXACT);
    for view in &searched {
        near_windows(segment, view, &mut found);
    }
    by_grams(segment, &searched, &mut found);
    found
}

/// The key of a view as it is searched.
struct Searched<'a> {
    /// Index of the view.
    at: u8,
    /// Its sound key, cut to what is searched.
    key: &'a [char],
    /// For each letter and the end of the key, whether a word starts there.
    edges: Vec<bool>,
}

/// For each key position whether a word starts there; one more for the end.
fn word_edges(folded: &Folded, view: &View) -> Vec<bool> {
    let word = |i: usize| {
        let letter = usize::from(view.key.origin[i]);
        let unit = usize::from(view.origin.get(letter).copied().unwrap_or(0));
        folded.units.get(unit).map_or(0, |u| u.word)
    };
    let len = view.key.chars.len();
    let mut edges: Vec<bool> = (0..len).map(|i| i == 0 || word(i) != word(i - 1)).collect();
    edges.push(true);
    edges
}

fn exact_stretches(segment: &Segment, searched: &Searched<'_>, found: &mut Vec<Candidate>) {
    let Searched { at, key, edges } = searched;
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

fn near_windows(segment: &Segment, searched: &Searched<'_>, found: &mut Vec<Candidate>) {
    let Searched { at, key, edges } = searched;
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

/// Keys that are tallied at a time: what is counted of them fits the processor's own memory.
const BLOCK: usize = 1 << 15;

/// What the grams of one query say of the keys of one block, kept between queries.
struct Tally {
    /// Weight of shared grams, and the view in which the rarest was met.
    cells: Vec<(f32, u8)>,
    /// Keys with a weight.
    touched: Vec<u16>,
}

thread_local! {
    static TALLY: RefCell<Tally> = RefCell::new(Tally {
        cells: vec![(0.0, 0); BLOCK],
        touched: Vec::new(),
    });
}

impl Tally {
    #[inline]
    fn add(&mut self, key: usize, weight: f32, view: u8) {
        let cell = &mut self.cells[key % BLOCK];
        if cell.0 == 0.0 {
            cell.1 = view;
            self.touched.push((key % BLOCK) as u16);
        }
        cell.0 += weight;
    }

    /// Takes out what was counted, leaving the tally empty.
    fn drain(&mut self) -> impl Iterator<Item = (usize, f32, u8)> {
        let cells = &mut self.cells;
        self.touched.drain(..).map(|key| {
            let (weight, view) = std::mem::take(&mut cells[usize::from(key)]);
            (usize::from(key), weight, view)
        })
    }
}

/// A posting list that is being read.
struct Reading<'a> {
    keys: PostingKeys<'a>,
    next: Option<u32>,
    weight: f32,
    view: u8,
}

/// The posting lists of the rarest grams, as many as the budget allows.
fn rarest<'a>(segment: &'a Segment, searched: &[Searched<'_>]) -> Vec<Reading<'a>> {
    let mut grams: Vec<(u64, u8)> = Vec::with_capacity(128);
    for view in searched {
        let starts: Vec<u16> = (0..view.key.len())
            .filter(|&i| view.edges[i])
            .map(|i| i as u16)
            .collect();
        let hashes = gram_hashes(view.key, &starts, segment.gram_letters());
        grams.extend(hashes.map(|hash| (hash, view.at)));
    }
    grams.sort_unstable();
    grams.dedup_by_key(|gram| gram.0);
    let mut postings: Vec<(Postings<'_>, u8)> = (grams.iter())
        .filter_map(|&(hash, at)| Some((segment.grams.get(hash)?, at)))
        .collect();
    postings.sort_by_key(|(postings, _)| postings.len);
    let mut read = 0;
    (postings.into_iter())
        .take_while(|(postings, _)| {
            read += postings.len as usize;
            read <= GRAM_BUDGET
        })
        .map(|(postings, view)| {
            let mut keys = postings.keys();
            Reading {
                next: keys.next(),
                keys,
                weight: segment.gram_weight(postings.len),
                view,
            }
        })
        .collect()
}

fn by_grams(segment: &Segment, searched: &[Searched<'_>], found: &mut Vec<Candidate>) {
    let mut readings = rarest(segment, searched);
    let keys = segment.key_letters.len();
    let mut ranked: Vec<(f32, u32, u8)> = Vec::new();
    TALLY.with_borrow_mut(|tally| {
        while let Some(first) = readings.iter().filter_map(|r| r.next).min() {
            let from = first as usize / BLOCK * BLOCK;
            let end = (from + BLOCK).min(keys);
            if first as usize >= keys {
                // No list that this build writes leads there.
                break;
            }
            for reading in &mut readings {
                while let Some(key) = reading.next.filter(|&key| (key as usize) < end) {
                    tally.add(key as usize, reading.weight, reading.view);
                    reading.next = reading.keys.next();
                }
            }
            ranked.extend(tally.drain().filter_map(|(key, weight, at)| {
                let key = from + key;
                let whole = f32::from(segment.key_weights[key]) / 100.0;
                let covered = weight / whole.max(0.1);
                let name = segment.name_of(key as u32);
                (covered >= 0.22).then_some((weight * covered * covered, name, at))
            }));
        }
    });
    let order = |a: &(f32, u32, u8), b: &(f32, u32, u8)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    // A name with two keys, or one that is found already, takes no place of another.
    let most = LOOSE + found.len() + 4;
    if ranked.len() > most {
        ranked.select_nth_unstable_by(most, order);
        ranked.truncate(most);
    }
    ranked.sort_unstable_by(order);
    let mut kept = 0;
    for (_, name, view) in ranked {
        if kept >= LOOSE {
            break;
        }
        if !found.iter().any(|c| c.name == name) {
            found.push(Candidate {
                name,
                view,
                exact: None,
            });
            kept += 1;
        }
    }
}
