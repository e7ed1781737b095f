//! The figures of one run, and how they are printed.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde_json::{Map, Value, json};

use super::calibration::{brier, expected_error, moved, wilson};
use super::results::{EvaluationError, Outcome, Results, Truth};

/// Families in which a person could be telling the truth: `suspicious` is their right answer.
const CONTEXT: [&str; 2] = ["employee", "other_brands_number"];

/// Shares of one family.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// How many cases.
    pub cases: usize,
    /// Called an impostor.
    pub hard: f64,
    /// Called suspicious or worse.
    pub soft: f64,
    /// Best match right; none where there is no right one.
    pub right_brand: Option<f64>,
}

/// What is printed of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    cases: Vec<(String, usize)>,
    shares: Vec<(&'static str, f64)>,
    fpr_interval: Option<[f64; 2]>,
    ranked: Vec<(&'static str, f64)>,
    families: BTreeMap<(String, String), Family>,
}

type Pair<'a> = (&'a Truth, &'a Outcome);

impl Figures {
    /// Measures results against labels; `prior` is the one at which the scores were made.
    pub fn of(truth: &[Truth], results: &Results, prior: f64) -> Result<Self, EvaluationError> {
        let mut pairs: Vec<Pair<'_>> = Vec::with_capacity(truth.len());
        let mut missing: Vec<&str> = Vec::new();
        for t in truth {
            match results.get(&t.id) {
                Some(outcome) => pairs.push((t, outcome)),
                None => missing.push(&t.id),
            }
        }
        if let Some(example) = missing.first() {
            return Err(EvaluationError::Missing {
                missing: missing.len(),
                cases: truth.len(),
                example: (*example).to_owned(),
            });
        }
        let mut cases: Vec<(String, usize)> = Vec::new();
        for (t, _) in &pairs {
            match cases.iter_mut().find(|(label, _)| *label == t.label) {
                Some((_, n)) => *n += 1,
                None => cases.push((t.label.clone(), 1)),
            }
        }
        let clean = labelled(&pairs, "clean");
        let flagged = clean.iter().filter(|(_, o)| o.hard()).count();
        Ok(Self {
            shares: shares(&pairs),
            fpr_interval: (!clean.is_empty()).then(|| wilson(flagged, clean.len())),
            ranked: ranked(&pairs, prior),
            families: families(&pairs),
            cases,
        })
    }

    /// A figure by its name; none where the set has no case for it.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.shares
            .iter()
            .chain(&self.ranked)
            .find(|(figure, _)| *figure == name)
            .map(|(_, value)| *value)
            .filter(|value| !value.is_nan())
    }

    /// Shares by label and family.
    pub fn families(&self) -> &BTreeMap<(String, String), Family> {
        &self.families
    }

    /// One line for each family.
    pub fn family_table(&self) -> String {
        let mut table = String::new();
        for ((label, family), f) in &self.families {
            let name = format!("{label}/{family}");
            let right = f
                .right_brand
                .map_or_else(String::new, |r| format!(" right_brand={r:.3}"));
            // Writing to a string cannot fail.
            let _ = writeln!(
                table,
                "{name:40} n={:5} hard={:.3} soft={:.3}{right}",
                f.cases, f.hard, f.soft
            );
        }
        table
    }

    /// Everything, for programs; a share of no case is null.
    pub fn to_json(&self) -> Value {
        let cases: Map<String, Value> = self
            .cases
            .iter()
            .map(|(label, n)| (label.clone(), json!(n)))
            .collect();
        let mut all = Map::from_iter([("cases".to_owned(), Value::Object(cases))]);
        for (name, value) in self.shares.iter().chain(&self.ranked) {
            all.insert((*name).to_owned(), json!(value));
        }
        if let Some(interval) = self.fpr_interval {
            all.insert("fpr_interval".to_owned(), json!(interval));
        }
        let families: Map<String, Value> = self
            .families
            .iter()
            .map(|((label, family), f)| {
                let value = json!({"n": f.cases, "hard": f.hard, "soft": f.soft, "right_brand": f.right_brand});
                (format!("{label}/{family}"), value)
            })
            .collect();
        all.insert("families".to_owned(), Value::Object(families));
        Value::Object(all)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cases: Vec<String> = self
            .cases
            .iter()
            .map(|(label, n)| format!("{label} {n}"))
            .collect();
        writeln!(f, "{:18} {}", "cases", cases.join(", "))?;
        for (name, value) in self.shares.iter().filter(|(_, v)| !v.is_nan()) {
            writeln!(f, "{name:18} {value:.4}")?;
        }
        if let Some([low, high]) = self.fpr_interval {
            writeln!(f, "{:18} [{low}, {high}]", "fpr_interval")?;
        }
        for (name, value) in self.ranked.iter().filter(|(_, v)| !v.is_nan()) {
            writeln!(f, "{name:18} {value:.4}")?;
        }
        Ok(())
    }
}

fn labelled<'a>(pairs: &[Pair<'a>], label: &str) -> Vec<Pair<'a>> {
    pairs
        .iter()
        .filter(|(t, _)| t.label == label)
        .copied()
        .collect()
}

/// The share for which `holds`; not a number of no case.
fn rate<'a>(pairs: &[Pair<'a>], holds: impl Fn(Pair<'a>) -> bool) -> f64 {
    let n = pairs.iter().filter(|pair| holds(**pair)).count();
    n as f64 / pairs.len() as f64
}

fn firm<'a>(impostors: &[Pair<'a>]) -> Vec<Pair<'a>> {
    impostors
        .iter()
        .filter(|(t, _)| !CONTEXT.contains(&t.family.as_str()))
        .copied()
        .collect()
}

fn shares(pairs: &[Pair<'_>]) -> Vec<(&'static str, f64)> {
    let impostors = labelled(pairs, "impostor");
    let [clean, own, carrying] = ["clean", "verified", "carrying"].map(|l| labelled(pairs, l));
    let firm = firm(&impostors);
    let flagged: Vec<_> = firm.iter().filter(|(_, o)| o.hard()).copied().collect();
    let hard = |(_, o): Pair<'_>| o.hard();
    let soft = |(_, o): Pair<'_>| o.soft();
    vec![
        ("recall", rate(&firm, hard)),
        ("recall_soft", rate(&impostors, soft)),
        (
            "right_brand",
            rate(&flagged, |(t, o)| o.first_in(&t.accept)),
        ),
        (
            "right_brand_top3",
            rate(&flagged, |(t, o)| o.any_in(&t.accept)),
        ),
        ("fpr", rate(&clean, hard)),
        ("fpr_soft", rate(&clean, soft)),
        (
            "verified",
            rate(&own, |(t, o)| {
                o.verdict == crate::domain::Verdict::Verified && o.first_in(&t.accept)
            }),
        ),
        ("fpr_verified", rate(&own, soft)),
        ("carrying_hard", rate(&carrying, hard)),
        ("carrying_soft", rate(&carrying, soft)),
    ]
}

/// The figures that rest on the score alone.
fn ranked(pairs: &[Pair<'_>], prior: f64) -> Vec<(&'static str, f64)> {
    let impostors = labelled(pairs, "impostor");
    let clean = labelled(pairs, "clean");
    let firm = firm(&impostors);
    let mut figures = Vec::new();
    let mut negatives: Vec<f64> = clean.iter().map(|(_, o)| o.score).collect();
    negatives.sort_unstable_by(|a, b| b.total_cmp(a));
    for (name, share) in [("recall@fpr=0.001", 0.001), ("recall@fpr=0.01", 0.01)] {
        if let Some(threshold) = negatives.get((negatives.len() as f64 * share) as usize) {
            let recall = rate(&firm, |(t, o)| {
                o.score > *threshold && o.first_in(&t.accept)
            });
            figures.push((name, recall));
        }
    }
    let share = impostors.len() as f64 / (impostors.len() + clean.len()).max(1) as f64;
    let scored: Vec<(f64, bool)> = impostors
        .iter()
        .map(|(_, o)| (moved(o.score, prior, share), true))
        .chain(
            clean
                .iter()
                .map(|(_, o)| (moved(o.score, prior, share), false)),
        )
        .collect();
    if !scored.is_empty() {
        figures.push(("ece", expected_error(&scored)));
        figures.push(("brier", brier(&scored)));
    }
    figures
}

fn families(pairs: &[Pair<'_>]) -> BTreeMap<(String, String), Family> {
    let mut groups: BTreeMap<(String, String), Vec<Pair<'_>>> = BTreeMap::new();
    for pair in pairs {
        let key = (pair.0.label.clone(), pair.0.family.clone());
        groups.entry(key).or_default().push(*pair);
    }
    groups
        .into_iter()
        .map(|(key, group)| {
            let has_right = !matches!(key.0.as_str(), "clean" | "carrying");
            let family = Family {
                cases: group.len(),
                hard: rate(&group, |(_, o)| o.hard()),
                soft: rate(&group, |(_, o)| o.soft()),
                right_brand: has_right.then(|| rate(&group, |(t, o)| o.first_in(&t.accept))),
            };
            (key, family)
        })
        .collect()
}
