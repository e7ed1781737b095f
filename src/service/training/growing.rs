//! The growth of the model's trees, by Newton boosting on bins (Friedman 2001, "Greedy function approximation"; leaf by leaf as in
//! LightGBM, Ke et al. 2017).
//!
//! They start from what bins and pairs weigh already, so that they learn only what these cannot say. Each tree sees a share of
//! the rows and of the signals, drawn by a fixed mixing of numbers: two fits of the same cases are the same.

use std::num::NonZeroU16;

use rayon::prelude::*;

use super::boosting::Row;
use crate::engine::screening::signals;
use crate::engine::screening::trees::{Fork, Node, Tree};

/// Trees of a model. On held-out training cases more of them gain little, and each costs time; their number was stretched from 140 at a
/// rate of 0.13, which was chosen there.
const TREES: u64 = 180;
/// Ends of a tree.
const ENDS: usize = 31;
/// Share of a Newton step that an end takes.
const RATE: f64 = 0.10;
/// Damping of the steps, in units of second derivative.
const RIDGE: f64 = 5.0;
/// Least second derivative and least cases on either side of a fork.
const LEAST_CURVATURE: f64 = 0.5;
const LEAST_CASES: f64 = 10.0;
/// Shares of signals and rows that a tree sees, in 256ths.
const SIGNALS_SEEN: u64 = 128;
const ROWS_SEEN: u64 = 205;
/// Most bins of a signal.
const BINS: usize = 256;

/// Gradient, second derivative and cases of rows.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    gradient: f64,
    curvature: f64,
    cases: f64,
}

impl Sum {
    fn plus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            curvature: self.curvature + other.curvature,
            cases: self.cases + other.cases,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            curvature: self.curvature - other.curvature,
            cases: self.cases - other.cases,
        }
    }

    /// What a step to its own weight gains.
    fn gain(self) -> f64 {
        self.gradient * self.gradient / (self.curvature + RIDGE)
    }

    fn weight(self) -> f64 {
        RATE * self.gradient / (self.curvature + RIDGE)
    }

    fn is_enough(self) -> bool {
        self.curvature >= LEAST_CURVATURE && self.cases >= LEAST_CASES
    }
}

/// The best fork of some rows.
#[derive(Debug, Clone, Copy)]
struct Split {
    gain: f64,
    signal: usize,
    below: usize,
}

/// An end of a growing tree.
struct End {
    /// Its node.
    at: usize,
    /// The rows that come here, by their places.
    rows: Vec<u32>,
    sum: Sum,
    split: Option<Split>,
}

/// A node of a growing tree: its weight, and signal, bin and places of the branches of its fork.
struct Grown {
    weight: f64,
    fork: Option<(usize, usize, usize, usize)>,
}

/// Grows the trees of a model; `scores` are what the rows weigh already, in log-odds.
pub(super) fn grow(rows: &[Row], scores: &mut [f64]) -> Vec<Tree> {
    (0..TREES)
        .filter_map(|number| {
            let sums = sums(rows, scores);
            let tree = tree(number, rows, &sums)?;
            (scores.par_iter_mut().zip(rows))
                .for_each(|(score, row)| *score += tree.weight(&row.bins));
            Some(tree)
        })
        .collect()
}

fn sums(rows: &[Row], scores: &[f64]) -> Vec<Sum> {
    (rows.par_iter().zip(scores))
        .map(|(row, score)| {
            let p = 1.0 / (1.0 + (-score).exp());
            let cases = row.positive + row.negative;
            Sum {
                gradient: row.positive - cases * p,
                curvature: cases * p * (1.0 - p),
                cases,
            }
        })
        .collect()
}

/// Grows one tree, the end that gains most first; none if nothing is to be gained.
fn tree(number: u64, rows: &[Row], sums: &[Sum]) -> Option<Tree> {
    let drawn: Vec<usize> = (0..signals::COUNT)
        .filter(|&s| is_drawn(number, s as u64, SIGNALS_SEEN))
        .collect();
    let seen: Vec<u32> = (0..rows.len() as u32)
        .filter(|&row| is_drawn(!number, u64::from(row), ROWS_SEEN))
        .collect();
    let root = End::new(0, seen, rows, sums, &drawn);
    let mut grown = vec![Grown {
        weight: root.sum.weight(),
        fork: None,
    }];
    let mut ends = vec![root];
    while ends.len() < ENDS {
        let gain = |end: &End| end.split.map_or(0.0, |split| split.gain);
        let best = (0..ends.len()).max_by(|&a, &b| gain(&ends[a]).total_cmp(&gain(&ends[b])))?;
        let Some(split) = ends[best].split else { break };
        let end = ends.swap_remove(best);
        let (lower, upper): (Vec<u32>, Vec<u32>) = (end.rows.iter())
            .partition(|&&row| usize::from(rows[row as usize].bins[split.signal]) < split.below);
        grown[end.at].fork = Some((split.signal, split.below, grown.len(), grown.len() + 1));
        for branch in [lower, upper] {
            let end = End::new(grown.len(), branch, rows, sums, &drawn);
            grown.push(Grown {
                weight: end.sum.weight(),
                fork: None,
            });
            ends.push(end);
        }
    }
    let mut nodes = Vec::with_capacity(grown.len());
    in_order(&grown, 0, &mut nodes);
    (nodes.len() > 1).then(|| Tree::of(nodes)).flatten()
}

impl End {
    fn new(at: usize, rows: Vec<u32>, all: &[Row], sums: &[Sum], drawn: &[usize]) -> Self {
        let sum = (rows.iter()).fold(Sum::default(), |sum, &row| sum.plus(sums[row as usize]));
        // The best of each signal, then the best of all in their order, so that threads change nothing.
        let best: Vec<Option<Split>> = (drawn.par_iter())
            .map(|&signal| best_of(signal, &rows, sum, all, sums))
            .collect();
        let split = (best.into_iter().flatten()).reduce(|a, b| if b.gain > a.gain { b } else { a });
        Self {
            at,
            rows,
            sum,
            split,
        }
    }
}

/// The best place to fork by one signal.
fn best_of(signal: usize, rows: &[u32], sum: Sum, all: &[Row], sums: &[Sum]) -> Option<Split> {
    let mut bins = [Sum::default(); BINS];
    for &row in rows {
        let slot = &mut bins[usize::from(all[row as usize].bins[signal])];
        *slot = slot.plus(sums[row as usize]);
    }
    let mut lower = Sum::default();
    let mut best: Option<Split> = None;
    for below in 1..signals::ALL[signal].bins.len() {
        lower = lower.plus(bins[below - 1]);
        let upper = sum.minus(lower);
        let gain = lower.gain() + upper.gain() - sum.gain();
        let is_better = gain > best.map_or(1e-6, |b| b.gain);
        if is_better && lower.is_enough() && upper.is_enough() {
            best = Some(Split {
                gain,
                signal,
                below,
            });
        }
    }
    best
}

/// Writes a grown tree root first, then its lower, then its upper branch.
fn in_order(grown: &[Grown], at: usize, nodes: &mut Vec<Node>) {
    let here = nodes.len();
    nodes.push(Node {
        weight: grown[at].weight as f32,
        fork: None,
    });
    let Some((signal, below, lower, upper)) = grown[at].fork else {
        return;
    };
    in_order(grown, lower, nodes);
    nodes[here].fork = Some(Fork {
        signal: signal as u8,
        below: below as u8,
        other: NonZeroU16::new(nodes.len() as u16).unwrap_or(NonZeroU16::MAX),
    });
    in_order(grown, upper, nodes);
}

/// Whether a number is among those that a tree sees: a fixed mixing (the finaliser of SplitMix64), the same in every run.
fn is_drawn(tree: u64, number: u64, share: u64) -> bool {
    let mut mixed =
        tree.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number.wrapping_mul(0xD1B5_4A32_D192_ED03);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) & 0xFF < share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bins: [u8; 2], positive: f64, negative: f64) -> Row {
        let mut all = [0; signals::COUNT];
        all[..2].copy_from_slice(&bins);
        Row {
            bins: all,
            positive,
            negative,
        }
    }

    #[test]
    fn trees_tell_what_two_signals_say_together_only() {
        // Neither signal alone says anything: it is their agreement that counts.
        let rows: Vec<Row> = (0..400_u16)
            .map(|n| ((n % 2) as u8, (n / 2 % 2) as u8))
            .map(|(a, b)| {
                if a == b {
                    row([a, b], 9.0, 1.0)
                } else {
                    row([a, b], 1.0, 9.0)
                }
            })
            .collect();
        let mut scores = vec![0.0; rows.len()];
        let trees = grow(&rows, &mut scores);
        let told = |a: u8, b: u8| -> f64 {
            trees
                .iter()
                .map(|t| t.weight(&row([a, b], 0.0, 0.0).bins))
                .sum()
        };
        assert!(
            told(0, 0) > 1.0 && told(1, 1) > 1.0,
            "{} {}",
            told(0, 0),
            told(1, 1)
        );
        assert!(
            told(0, 1) < -1.0 && told(1, 0) < -1.0,
            "{} {}",
            told(0, 1),
            told(1, 0)
        );
        assert_eq!(trees, grow(&rows, &mut vec![0.0; rows.len()]));
    }

    #[test]
    fn nothing_grows_where_nothing_is_to_be_gained() {
        let rows = vec![row([0, 0], 5.0, 5.0); 50];
        assert!(grow(&rows, &mut vec![0.0; 50]).is_empty());
        assert!(grow(&[], &mut []).is_empty());
    }
}
