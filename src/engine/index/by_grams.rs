//! Names by the rare grams that they share with the incoming one.
//!
//! Posting lists are read block by block of keys, so that what is counted fits the processor's own memory. What one list says
//! of most keys is too little for a place among the best: those are passed over without a look at the key itself, which would
//! cost more than all else.

use std::cell::RefCell;
use std::ops::Range;

use super::candidates::{Candidate, Searched};
use super::grams::{PostingKeys, Postings};
use super::segment::{Segment, gram_hashes};

/// Postings read for one query at most; rare grams come first, so that what is left out says least.
const BUDGET: usize = 5_000;
/// Names kept that the incoming one holds most of.
const HELD: usize = 24;
/// Names kept that are most like the whole incoming one: for short names that many longer ones hold by chance.
const ALIKE: usize = 6;
/// The least share of a name, by weight, that counts.
const LEAST_HELD: f32 = 0.22;
/// Keys that are tallied at a time.
const BLOCK: usize = 1 << 15;
/// Parts of one in which weights are tallied.
const PARTS: f32 = 1_024.0;
/// Bits of a cell that hold the view.
const VIEW_BITS: u32 = 3;

/// What the grams of one query say of the keys of one block, kept between queries.
struct Tally {
    /// Weight of shared grams, and in the lowest bits the view in which the rarest was met.
    cells: Box<[u32; BLOCK]>,
    /// Keys with a weight, the first `met`; there is room for all, and for one that is written before it is known to be no new one.
    touched: Box<[u16; BLOCK + 1]>,
    met: usize,
    /// Keys that may be among the best, each with its cell.
    hopeful: Vec<(u16, u32)>,
    /// The weights of those keys.
    wholes: Vec<u16>,
}

thread_local! {
    static TALLY: RefCell<Tally> = RefCell::new(Tally {
        cells: Box::new([0; BLOCK]),
        touched: Box::new([0; BLOCK + 1]),
        met: 0,
        hopeful: Vec::new(),
        wholes: Vec::new(),
    });
}

impl Tally {
    /// Adds the keys of a list up to `end`. Whether a key is met for the first time nobody foresees, so that nothing branches on it.
    fn read(&mut self, reading: &mut Reading<'_>, end: u32) {
        let Reading {
            keys,
            next,
            weight,
            view,
        } = reading;
        let (mut at_hand, mut key, mut met) = (keys.clone(), *next, self.met);
        while key < end {
            let at = key as usize % BLOCK;
            let cell = self.cells[at];
            let is_new = cell == 0;
            self.touched[met] = at as u16;
            met += usize::from(is_new);
            self.cells[at] = if is_new { u32::from(*view) } else { cell } + *weight;
            key = at_hand.next().unwrap_or(END);
        }
        (*keys, *next, self.met) = (at_hand, key, met);
    }

    /// Takes out what was counted, leaving the tally empty: each key that is not hopeless, the weight of what is shared, that of
    /// the whole key in hundredths, and the view. `weights` are those of the keys of the block.
    fn drain(
        &mut self,
        weights: &[u16],
        is_hopeless: impl Fn(f32) -> bool,
    ) -> impl Iterator<Item = (usize, f32, u16, u8)> {
        self.hopeful.clear();
        let met = std::mem::take(&mut self.met);
        for &key in &self.touched[..met] {
            let cell = std::mem::take(&mut self.cells[usize::from(key)]);
            if !is_hopeless(weight_of(cell)) {
                self.hopeful.push((key, cell));
            }
        }
        // One after the other and nothing else between, so that the processor waits for many of them at once.
        self.wholes.clear();
        let wholes = self.hopeful.iter();
        (self.wholes).extend(wholes.map(|&(key, _)| weights[usize::from(key)]));
        (self.hopeful.iter().zip(&self.wholes)).map(|(&(key, cell), &whole)| {
            let view = (cell & ((1 << VIEW_BITS) - 1)) as u8;
            (usize::from(key), weight_of(cell), whole, view)
        })
    }
}

/// The weight in a cell.
fn weight_of(cell: u32) -> f32 {
    (cell >> VIEW_BITS) as f32 / PARTS
}

/// A posting list that is being read.
struct Reading<'a> {
    keys: PostingKeys<'a>,
    next: u32,
    /// As a cell takes it.
    weight: u32,
    view: u8,
}

/// No key: the end of a list.
const END: u32 = u32::MAX;

/// The stretches of a key between words of customer care; all of it where there is nothing else. They say nothing of whose it is,
/// and names that share their grams would crowd out those of which only a word is left.
fn asked_parts(view: &Searched<'_>) -> impl Iterator<Item = Range<usize>> {
    let care = &view.care[..view.key.len()];
    let all = care.iter().all(|&c| c);
    let mut at = 0;
    let runs = care.chunk_by(move |a, b| all || a == b);
    runs.filter_map(move |run| {
        let part = at..at + run.len();
        at = part.end;
        (all || !run[0]).then_some(part)
    })
}

/// The posting lists of the rarest grams, as many as the budget allows, and the weight of all grams of the plain view.
fn rarest<'a>(segment: &'a Segment, searched: &[Searched<'_>]) -> (Vec<Reading<'a>>, f32) {
    let mut grams: Vec<(u64, u8)> = Vec::with_capacity(128);
    let mut starts: Vec<u16> = Vec::new();
    for view in searched {
        for part in asked_parts(view) {
            starts.clear();
            let words = part.clone().filter(|&i| view.edges[i]);
            starts.extend(words.map(|i| (i - part.start) as u16));
            let hashes = gram_hashes(&view.key[part], &starts, segment.gram_letters());
            grams.extend(hashes.map(|hash| (hash, view.at)));
        }
    }
    grams.sort_unstable();
    grams.dedup_by_key(|gram| gram.0);
    segment.grams.lists.warm(grams.iter().map(|gram| gram.0));
    let mut whole = 0.0;
    let mut postings: Vec<(Postings<'_>, u8)> = Vec::with_capacity(grams.len());
    for &(hash, at) in &grams {
        let list = segment.grams.get(hash);
        if at == 0 {
            whole += segment.gram_weight(list.map_or(0, |p| p.len));
        }
        postings.extend(list.map(|list| (list, at)));
    }
    postings.sort_by_key(|(postings, _)| postings.len);
    let mut read = 0;
    let readings = (postings.into_iter())
        .take_while(|(postings, _)| {
            read += postings.len as usize;
            read <= BUDGET
        })
        .map(|(postings, view)| {
            let mut keys = postings.keys();
            Reading {
                next: keys.next().unwrap_or(END),
                keys,
                weight: ((segment.gram_weight(postings.len) * PARTS) as u32).max(1) << VIEW_BITS,
                view,
            }
        })
        .collect();
    (readings, whole)
}

/// The best of what is offered, by a rank.
struct Best {
    most: usize,
    kept: Vec<(f32, u32, u8)>,
    /// What ranks below is not among the best.
    floor: f32,
}

impl Best {
    fn of(most: usize) -> Self {
        Self {
            most,
            kept: Vec::with_capacity(4 * most),
            floor: 0.0,
        }
    }

    #[inline]
    fn offer(&mut self, rank: f32, name: u32, view: u8) {
        if rank < self.floor {
            return;
        }
        self.kept.push((rank, name, view));
        if self.kept.len() == 4 * self.most {
            self.kept.select_nth_unstable_by(self.most, Self::order);
            self.kept.truncate(self.most + 1);
            self.floor = self.kept[self.most].0;
        }
    }

    /// The best first; of those that rank the same the one that was registered first.
    fn order(a: &(f32, u32, u8), b: &(f32, u32, u8)) -> std::cmp::Ordering {
        b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
    }

    fn finish(mut self) -> Vec<(f32, u32, u8)> {
        self.kept.sort_unstable_by(Self::order);
        self.kept.truncate(self.most);
        self.kept
    }
}

/// The names that share most, those that the incoming name holds most of first.
pub(super) fn names(
    segment: &Segment,
    searched: &[Searched<'_>],
) -> impl Iterator<Item = Candidate> {
    let (mut readings, asked) = rarest(segment, searched);
    let keys = segment.key_letters.len();
    // A name with two keys takes two places.
    let (mut held, mut alike) = (Best::of(HELD), Best::of(ALIKE));
    TALLY.with_borrow_mut(|tally| {
        while let Some(first) = readings.iter().map(|r| r.next).min() {
            if first as usize >= keys {
                // All is read; or no list that this build writes leads there.
                break;
            }
            let from = first as usize / BLOCK * BLOCK;
            let end = (from + BLOCK).min(keys) as u32;
            for reading in &mut readings {
                tally.read(reading, end);
            }
            // No name weighs less than what is shared of it: so much is its rank at most.
            let (held_floor, alike_floor) = (held.floor, alike.floor);
            let is_hopeless =
                |weight| weight < held_floor && weight / (weight + asked) < alike_floor;
            let weights = &segment.key_weights[from..];
            for (key, weight, whole, view) in tally.drain(weights, is_hopeless) {
                let key = from + key;
                let whole = (f32::from(whole) / 100.0).max(weight);
                let share = weight / whole;
                if share >= LEAST_HELD {
                    let name = segment.name_of(key as u32);
                    held.offer(weight * share * share, name, view);
                    alike.offer(weight / (whole + asked), name, view);
                }
            }
        }
    });
    let mut kept: Vec<(f32, u32, u8)> = held.finish();
    for found in alike.finish() {
        if kept.iter().all(|k| k.1 != found.1) {
            kept.push(found);
        }
    }
    kept.into_iter().map(|(_, name, view)| Candidate {
        name,
        view,
        exact: None,
    })
}
