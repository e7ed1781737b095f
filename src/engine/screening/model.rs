//! The model: a generalised additive model with pairwise terms, and small trees for what several signals say together.
//!
//! Every signal sorts the evidence into a bin; every bin, every pair of bins of the listed pairs, and every end of a tree has a
//! weight in log-odds, each ascribed to a signal. A score is the logistic of prior and weights, nothing else, so that it can be
//! read, checked by hand and replayed. The weights are data (`data/model.tsv`), fitted by `bonafide train`.

use std::sync::LazyLock;

use super::evidence::Evidence;
use super::signals;
use super::trees::Tree;

/// The model that ships with this build.
pub static SHIPPED: LazyLock<Model> = LazyLock::new(|| {
    Model::parse(include_str!("../../../data/model.tsv"))
        .unwrap_or_else(|reason| unreachable!("the shipped model is tested: {reason}"))
});

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Names this fit; every check carries it.
    pub version: String,
    /// Weight of a named match before its signals; added to that of the first signal.
    pub base: f64,
    /// Log-odds added when no registered name or channel was met at all.
    pub no_match: f64,
    /// Log-odds, at a prior of 1 %, from which on an account is a likely impostor.
    pub likely: f64,
    /// Log-odds, at a prior of 1 %, from which on an account is suspicious.
    pub suspicious: f64,
    /// For each signal the weights of its bins.
    pub mains: Vec<Vec<f64>>,
    /// For each pair the weights of its bins, row by row.
    pub pairs: Vec<Pair>,
    /// Log-odds of bins and pairs, whatever the channel, from which on the trees are asked: what they put below is settled.
    pub in_question: f64,
    /// What signals say together beyond that.
    pub trees: Vec<Tree>,
}

/// The weights of a pair of signals.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Index of the first signal, to which the weight is ascribed.
    pub first: usize,
    /// Index of the second.
    pub second: usize,
    /// Weight of bin `i` of the first with bin `j` of the second at `i * bins(second) + j`.
    pub weights: Vec<f64>,
}

/// The bins of one piece of evidence, one for each signal.
pub type Bins = [u8; signals::COUNT];

/// Sorts evidence into the bins of every signal.
pub fn bins(evidence: &Evidence<'_>) -> Bins {
    std::array::from_fn(|i| {
        let signal = &signals::ALL[i];
        (signal.bin)(evidence).min(signal.bins.len() - 1) as u8
    })
}

/// By what an account is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The bins that count.
    pub bins: Bins,
    /// What is added to the weight of the disguise.
    pub added: f64,
    /// The sum of all weights, in log-odds.
    pub log_odds: f64,
}

/// Least log-odds that an unmistakable disguise of a registered name adds: stated, not fitted. Honest accounts wear one by whim, but hardly ever
/// on a name that is a registered one underneath.
pub const DISGUISE_FLOOR: f64 = 2.0;

/// Most that a letter pair or a split, which may be honest spelling, takes away.
pub const SPELLING_FLOOR: f64 = -1.5;

/// The places of the signals that are known by name here.
const CHANNEL: usize = signals::place("channel");
const DISGUISE: usize = signals::place("disguise");
const DECEPTION: usize = signals::place("deception");
const EDITS: usize = signals::place("name_edits");
const CUT: usize = signals::place("cut_word");

impl Model {
    /// A model of the right shape with all weights zero.
    pub fn blank(version: &str) -> Self {
        let size = |i: usize| signals::ALL[i].bins.len();
        Self {
            version: version.to_owned(),
            base: 0.0,
            no_match: 0.0,
            likely: 0.0,
            suspicious: 0.0,
            mains: (0..signals::ALL.len())
                .map(|i| vec![0.0; size(i)])
                .collect(),
            pairs: signals::PAIRS
                .iter()
                .map(|(a, b)| (signals::place(a), signals::place(b)))
                .map(|(first, second)| Pair {
                    first,
                    second,
                    weights: vec![0.0; size(first) * size(second)],
                })
                .collect(),
            in_question: 0.0,
            trees: Vec::new(),
        }
    }

    /// The bins by which an account is judged, what is added to the weight of its disguise, and the sum.
    ///
    /// An unmistakable disguise speaks against an account, never for it, however few of its kind the fit has seen: the
    /// name weighs at least as much as without, and one that is a registered name letter by letter at least
    /// `DISGUISE_FLOOR` more. A split or a letter pair takes away no more than `SPELLING_FLOOR`.
    pub fn judged(&self, bins: Bins) -> Judged {
        let log_odds = self.log_odds(&bins);
        let as_it_is = Judged {
            bins,
            added: 0.0,
            log_odds,
        };
        if bins[DISGUISE] < signals::FIRST_WILFUL_DISGUISE {
            return as_it_is;
        }
        let mut plain = bins;
        plain[DISGUISE] = 0;
        plain[DECEPTION] = u8::from(bins[DECEPTION] > 2);
        let exact = bins[EDITS] == 0 && bins[CUT] == 0;
        let floor = if bins[DISGUISE] < signals::FIRST_UNMISTAKABLE_DISGUISE {
            SPELLING_FLOOR
        } else if exact {
            DISGUISE_FLOOR
        } else {
            0.0
        };
        let floored = Judged {
            bins: plain,
            added: floor,
            log_odds: self.log_odds(&plain) + floor,
        };
        if floored.log_odds > log_odds {
            floored
        } else {
            as_it_is
        }
    }

    /// Evidence as it would be under complete coverage and an unlisted channel: the reference of the channel's weights.
    pub fn without_channel(mut bins: Bins) -> Bins {
        bins[CHANNEL] = 1;
        bins
    }

    /// Sets the weights of a signal that are stated, not fitted.
    pub fn state(&mut self, code: &str, weights: &[f64]) {
        self.mains[signals::place(code)].copy_from_slice(weights);
    }

    /// The weight of every signal, in the order of [`signals::ALL`].
    pub fn weights(&self, bins: &Bins) -> [f64; signals::COUNT] {
        let mut weights = [0.0; signals::COUNT];
        for ((weight, table), &bin) in weights.iter_mut().zip(&self.mains).zip(bins) {
            *weight = table[usize::from(bin)];
        }
        for pair in &self.pairs {
            weights[pair.first] += pair.weights[self.cell(pair, bins)];
        }
        weights[0] += self.base;
        if self.is_in_question(self.additive(bins), bins) {
            for tree in &self.trees {
                tree.ascribe(bins, &mut weights);
            }
        }
        weights
    }

    /// The sum of the weights.
    pub fn log_odds(&self, bins: &Bins) -> f64 {
        let additive = self.additive(bins);
        if self.is_in_question(additive, bins) {
            let trees = self.trees.iter().map(|tree| tree.weight(bins));
            additive + trees.sum::<f64>()
        } else {
            additive
        }
    }

    /// Whether the trees are asked about bins that weigh so much: the channel's weight, which is stated, does not decide it. They
    /// know of names alone, so that of a business that only a channel names they are not asked.
    fn is_in_question(&self, additive: f64, bins: &Bins) -> bool {
        let is_named = usize::from(bins[0]) + 1 < self.mains[0].len();
        is_named && additive - self.mains[CHANNEL][usize::from(bins[CHANNEL])] >= self.in_question
    }

    /// The weights of the bins and the pairs.
    fn additive(&self, bins: &Bins) -> f64 {
        let mains: f64 = self
            .mains
            .iter()
            .zip(bins)
            .map(|(t, &b)| t[usize::from(b)])
            .sum();
        let pairs: f64 = self
            .pairs
            .iter()
            .map(|p| p.weights[self.cell(p, bins)])
            .sum();
        self.base + mains + pairs
    }

    /// Where a pair's weight for these bins stands.
    pub fn cell(&self, pair: &Pair, bins: &Bins) -> usize {
        usize::from(bins[pair.first]) * self.mains[pair.second].len()
            + usize::from(bins[pair.second])
    }

    /// Writes the model file.
    pub fn render(&self, comment: &str) -> String {
        let row = |weights: &[f64]| {
            weights
                .iter()
                .map(|w| format!("{w:.4}"))
                .collect::<Vec<_>>()
                .join("\t")
        };
        let mut lines: Vec<String> = comment.lines().map(|line| format!("# {line}")).collect();
        lines.push(format!("version\t{}", self.version));
        for (name, weight) in [
            ("base", self.base),
            ("no_match", self.no_match),
            ("likely", self.likely),
            ("suspicious", self.suspicious),
            ("in_question", self.in_question),
        ] {
            lines.push(format!("{name}\t{weight:.4}"));
        }
        for (signal, weights) in signals::ALL.iter().zip(&self.mains) {
            lines.push(format!("signal\t{}\t{}", signal.code, row(weights)));
        }
        for pair in &self.pairs {
            let (a, b) = (
                signals::ALL[pair.first].code,
                signals::ALL[pair.second].code,
            );
            lines.push(format!("pair\t{a}\t{b}\t{}", row(&pair.weights)));
        }
        let trees = self.trees.iter().map(Tree::render);
        lines.extend(trees.map(|tree| format!("tree\t{tree}")));
        lines.push(String::new());
        lines.join("\n")
    }

    /// Reads a model file; an error names the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut model = Self::blank("");
        for (number, line) in (1..)
            .zip(text.lines())
            .filter(|(_, l)| !l.starts_with('#') && !l.is_empty())
        {
            model
                .read(line)
                .map_err(|reason| format!("line {number} of the model: {reason}"))?;
        }
        if model.version.is_empty() {
            return Err("the model names no version".to_owned());
        }
        Ok(model)
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let weights = |from: usize, count: usize| -> Result<Vec<f64>, String> {
            let weights: Option<Vec<f64>> = fields[from.min(fields.len())..]
                .iter()
                .map(|f| f.parse().ok().filter(|w: &f64| w.is_finite()))
                .collect();
            let weights = weights.ok_or("a weight is not a number")?;
            if weights.len() == count {
                Ok(weights)
            } else {
                Err(format!("{count} weights expected, {} found", weights.len()))
            }
        };
        let place = |code: &str| signals::find(code).ok_or(format!("there is no signal {code:?}"));
        match fields.as_slice() {
            ["version", version] => (*version).clone_into(&mut self.version),
            ["base", ..] => self.base = weights(1, 1)?[0],
            ["no_match", ..] => self.no_match = weights(1, 1)?[0],
            ["likely", ..] => self.likely = weights(1, 1)?[0],
            ["suspicious", ..] => self.suspicious = weights(1, 1)?[0],
            ["in_question", ..] => self.in_question = weights(1, 1)?[0],
            ["tree", nodes @ ..] => self.trees.push(Tree::parse(nodes)?),
            ["signal", code, ..] => {
                let at = place(code)?;
                self.mains[at] = weights(2, self.mains[at].len())?;
            }
            ["pair", a, b, ..] => {
                let (first, second) = (place(a)?, place(b)?);
                let pair = self
                    .pairs
                    .iter_mut()
                    .find(|p| (p.first, p.second) == (first, second));
                let pair = pair.ok_or(format!("{a} and {b} are no pair of this version"))?;
                pair.weights = weights(3, pair.weights.len())?;
            }
            _ => {
                return Err(format!(
                    "it starts with {:?}, which means nothing",
                    fields[0]
                ));
            }
        }
        Ok(())
    }
}
