//! Trees: what several signals say together beyond what each, and each pair, says alone.
//!
//! "Pioneer Foundation" and "Posti GmbH" hold a whole registered name and a word of form; which of the two imitates depends on how
//! rarely the name is written, how long it is, and which others are near, all at once. A tree asks for the bins of a few signals
//! in turn and ends in a weight. Each step moves the weight from what is usual before the question to what is usual after the
//! answer; that move is ascribed to the signal that was asked for, so that weights still sum and each has its sentence.

use std::num::NonZeroU16;

use smallvec::SmallVec;

use super::model::Bins;
use super::signals;

/// A place in a tree, in the order root, lower branch, upper branch. It takes 8 bytes, so that all trees stay at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// What names that come here weigh on the whole, in log-odds.
    pub weight: f32,
    /// Which way on; none at an end.
    pub fork: Option<Fork>,
}

const _: () = assert!(size_of::<Node>() == 8);

/// A question to one signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// Index of the signal.
    pub signal: u8,
    /// Bins below this go on at the next node.
    pub below: u8,
    /// Where the others go on, which is never the root.
    pub other: NonZeroU16,
}

/// A tree of questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// Most nodes of a tree.
    const LARGEST: usize = 1_000;

    /// A tree of nodes; none unless each fork leads on to later nodes and asks for bins that there are.
    pub fn of(nodes: Vec<Node>) -> Option<Self> {
        let leads_on = |(at, node): (usize, &Node)| {
            node.fork.is_none_or(|fork| {
                let other = usize::from(fork.other.get());
                let bins = (signals::ALL.get(usize::from(fork.signal))).map_or(0, |s| s.bins.len());
                other > at + 1 && other < nodes.len() && usize::from(fork.below) < bins
            })
        };
        let sound = !nodes.is_empty()
            && nodes.len() <= Self::LARGEST
            && nodes.iter().enumerate().all(leads_on);
        sound.then_some(Self { nodes })
    }

    /// Its weight for these bins.
    pub fn weight(&self, bins: &Bins) -> f64 {
        let mut node = &self.nodes[0];
        let mut at = 0;
        while let Some(fork) = node.fork {
            at = fork.next(at, bins);
            node = &self.nodes[at];
        }
        f64::from(node.weight)
    }

    /// Adds its weight, step by step, to those of the signals that it asks; what it weighs before any question to the first.
    pub fn ascribe(&self, bins: &Bins, weights: &mut [f64; signals::COUNT]) {
        let mut at = 0;
        weights[0] += f64::from(self.nodes[0].weight);
        while let Some(fork) = self.nodes[at].fork {
            let next = fork.next(at, bins);
            weights[usize::from(fork.signal)] +=
                f64::from(self.nodes[next].weight) - f64::from(self.nodes[at].weight);
            at = next;
        }
    }

    /// Stretches all its weights.
    pub fn stretch(&mut self, slope: f64) {
        for node in &mut self.nodes {
            node.weight = (f64::from(node.weight) * slope) as f32;
        }
    }

    /// Writes the nodes in order, each as `weight` or, where it asks, `signal<bin=weight`.
    pub fn render(&self) -> String {
        let node = |node: &Node| match node.fork {
            None => format!("{:.4}", node.weight),
            Some(fork) => {
                let code = signals::ALL[usize::from(fork.signal)].code;
                format!("{code}<{}={:.4}", fork.below, node.weight)
            }
        };
        self.nodes.iter().map(node).collect::<Vec<_>>().join("\t")
    }

    /// Reads what [`Tree::render`] wrote.
    pub fn parse(fields: &[&str]) -> Result<Self, String> {
        let mut nodes = Vec::with_capacity(fields.len());
        // Forks whose lower branch is not read to its end; the next node after it is where their others go on.
        let mut open: SmallVec<[usize; 16]> = SmallVec::new();
        for (at, field) in fields.iter().take(Self::LARGEST + 1).enumerate() {
            let node = read_node(field)?;
            let is_end = node.fork.is_none();
            nodes.push(node);
            if !is_end {
                open.push(at);
            } else if let Some(fork) = open.pop() {
                let other = NonZeroU16::new((at + 1) as u16).unwrap_or(NonZeroU16::MAX);
                if let Some(fork) = &mut nodes[fork].fork {
                    fork.other = other;
                }
            } else if at + 1 < fields.len() {
                return Err(format!("the tree ends at {field:?}, before its line does"));
            }
        }
        Self::of(nodes).ok_or_else(|| "the tree has too many nodes, or lacks some".to_owned())
    }
}

impl Fork {
    fn next(self, at: usize, bins: &Bins) -> usize {
        if bins[usize::from(self.signal)] < self.below {
            at + 1
        } else {
            usize::from(self.other.get())
        }
    }
}

fn read_node(field: &str) -> Result<Node, String> {
    let number = |text: &str| {
        let weight = text.parse().ok().filter(|w: &f32| w.is_finite());
        weight.ok_or_else(|| format!("{text:?} is no weight"))
    };
    let Some((question, weight)) = field.split_once('=') else {
        let weight = number(field)?;
        return Ok(Node { weight, fork: None });
    };
    let asked = question.split_once('<').and_then(|(code, below)| {
        let signal = signals::find(code)?;
        Some(Fork {
            signal: u8::try_from(signal).ok()?,
            below: below.parse().ok()?,
            // Known when the lower branch has been read.
            other: NonZeroU16::MAX,
        })
    });
    let fork = asked.ok_or_else(|| format!("{question:?} asks no signal for its bins"))?;
    Ok(Node {
        weight: number(weight)?,
        fork: Some(fork),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "name_edits<2=0.5000\tname_length<4=0.7500\t0.2500\t1.0000\t-1.5000";

    fn tree() -> Tree {
        let fields: Vec<&str> = WRITTEN.split('\t').collect();
        Tree::parse(&fields).expect("it is whole")
    }

    #[test]
    fn a_tree_is_read_as_it_is_written() {
        assert_eq!(tree().render(), WRITTEN);
    }

    #[test]
    fn the_weights_of_the_signals_that_were_asked_sum_to_that_of_the_end() {
        let (edits, length) = (signals::place("name_edits"), signals::place("name_length"));
        for (bins, end) in [([0, 3], 0.25), ([1, 4], 1.0), ([2, 0], -1.5)] {
            let mut all: Bins = [0; signals::COUNT];
            (all[edits], all[length]) = (bins[0], bins[1]);
            let mut weights = [0.0; signals::COUNT];
            tree().ascribe(&all, &mut weights);
            assert!((tree().weight(&all) - end).abs() < 1e-6);
            assert!((weights.iter().sum::<f64>() - end).abs() < 1e-6);
            let asked = if bins[0] < 2 { 0.25 } else { -2.0 };
            assert!((weights[edits] - asked).abs() < 1e-6, "{weights:?}");
        }
    }

    #[test]
    fn broken_trees_are_refused() {
        for broken in [
            "name_edits<2=0.5\t0.1",
            "0.1\t0.2",
            "name_edits<2=0.5\t0.1\t0.2\t0.3",
            "name_edits<99=0.5\t0.1\t0.2",
            "no_signal<2=0.5\t0.1\t0.2",
            "name_edits<2=NaN\t0.1\t0.2",
            "name_edits=0.5\t0.1\t0.2",
            "",
        ] {
            let fields: Vec<&str> = broken.split('\t').collect();
            assert!(Tree::parse(&fields).is_err(), "{broken}");
        }
    }
}
