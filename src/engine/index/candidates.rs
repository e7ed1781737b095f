//! Candidates: which registered names could stand inside an incoming one.
//!
//! Three nets, from sure to loose: every stretch of the incoming sound key that *is* a registered key; word
//! windows within one edit of one, by deletion neighbourhood; and rare grams shared with one, ranked by how much
//! of the registered name they cover.

use std::cell::RefCell;

use super::hashing;
use super::segment::{DELETION_LENGTHS, GATE, Segment, deletion_hashes, gram_hashes};
use crate::engine::name::{Folded, View};

/// Postings read for one query at most; rare grams come first, so that what is left out says least.
const GRAM_BUDGET: usize = 12_000;
/// Loosely found names kept for measuring.
const LOOSE: usize = 28;
/// Exactly found names kept for measuring.
const EXACT: usize = 24;
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
        let mut longest = key.len();
        for to in from + 1..=key.len() {
            hash = hashing::step(hash, key[to - 1]);
            if to - from == GATE.min(key.len() - from) && to - from == GATE {
                match segment.gate.get(&hash) {
                    Some(&len) => longest = longest.min(from + usize::from(len)),
                    None => break,
                }
            }
            if to > longest {
                break;
            }
            // A short name inside a word is chance.
            let whole = edges[from] && edges[to];
            if !whole && to - from < 4 && key[from].is_ascii() {
                continue;
            }
            for &k in segment.exact.get(hash) {
                let entry = segment.keys[k as usize];
                if usize::from(entry.len) == to - from {
                    found.push(Candidate {
                        name: entry.name,
                        view: *at,
                        exact: Some((from as u16, to as u16)),
                    });
                }
            }
        }
    }
}

fn near_windows(segment: &Segment, searched: &Searched<'_>, found: &mut Vec<Candidate>) {
    let Searched { at, key, edges } = searched;
    let starts: Vec<usize> = (0..key.len()).filter(|&i| edges[i]).collect();
    let mut budget = 24usize;
    for (i, &from) in starts.iter().enumerate() {
        for to in starts[i + 1..]
            .iter()
            .copied()
            .chain([key.len()])
            .take(WINDOW_WORDS)
        {
            if !DELETION_LENGTHS.contains(&(to - from)) || budget == 0 {
                continue;
            }
            budget -= 1;
            for hash in deletion_hashes(&key[from..to]) {
                for &k in segment.deletions.get(hash).iter().take(16) {
                    let name = segment.keys[k as usize].name;
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

/// What the grams of one query say of every key, kept between queries: a hash map of thousands of keys took half the time.
#[derive(Default)]
struct Tally {
    /// Weight of shared grams, by key.
    weights: Vec<f32>,
    /// The view in which the rarest was met, by key.
    views: Vec<u8>,
    /// Keys with a weight.
    touched: Vec<u32>,
}

thread_local! {
    static TALLY: RefCell<Tally> = RefCell::default();
}

impl Tally {
    fn add(&mut self, key: u32, weight: f32, view: u8) {
        let slot = &mut self.weights[key as usize];
        if *slot == 0.0 {
            self.views[key as usize] = view;
            self.touched.push(key);
        }
        *slot += weight;
    }

    /// Takes out what was counted, leaving the tally empty.
    fn drain(&mut self) -> impl Iterator<Item = (u32, f32, u8)> {
        let (weights, views) = (&mut self.weights, &self.views);
        self.touched.drain(..).map(|key| {
            let weight = std::mem::take(&mut weights[key as usize]);
            (key, weight, views[key as usize])
        })
    }
}

fn by_grams(segment: &Segment, searched: &[Searched<'_>], found: &mut Vec<Candidate>) {
    let mut grams: Vec<(u64, u8)> = Vec::with_capacity(128);
    for view in searched {
        let starts: Vec<u16> = (0..view.key.len())
            .filter(|&i| view.edges[i])
            .map(|i| i as u16)
            .collect();
        grams.extend(gram_hashes(view.key, &starts).map(|hash| (hash, view.at)));
    }
    grams.sort_unstable();
    grams.dedup_by_key(|gram| gram.0);
    let mut postings: Vec<(&[u32], u8)> = (grams.iter())
        .map(|&(hash, at)| (segment.grams.get(hash), at))
        .filter(|(keys, _)| !keys.is_empty())
        .collect();
    postings.sort_by_key(|(keys, _)| keys.len());
    let mut ranked: Vec<(f32, u32, u8)> = TALLY.with_borrow_mut(|tally| {
        if tally.weights.len() < segment.keys.len() {
            tally.weights.resize(segment.keys.len(), 0.0);
            tally.views.resize(segment.keys.len(), 0);
        }
        let mut read = 0;
        for (keys, at) in postings {
            read += keys.len();
            if read > GRAM_BUDGET {
                break;
            }
            let weight = segment.gram_weight(keys.len());
            for &key in keys {
                tally.add(key, weight, at);
            }
        }
        tally
            .drain()
            .filter_map(|(key, weight, at)| {
                let covered = weight / segment.key_weights[key as usize].max(0.1);
                let name = |key: u32| segment.keys[key as usize].name;
                (covered >= 0.22).then(|| (weight * covered * covered, name(key), at))
            })
            .collect()
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
