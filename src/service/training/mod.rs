//! Training: labelled cases to a model file.
//!
//! Every case gives one row for each business that its name is weighed against: the bins of its signals, and whether
//! the account imitates that business. The fit is additive (see [`boosting`]); the thresholds of the verdicts are chosen
//! on scores of folds that the fit had not seen, for the false-positive rates of the design.

pub mod boosting;
mod growing;
mod thresholds;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::{Account, BusinessId, Coverage};
use crate::engine::index::Index;
use crate::engine::screening::{Bins, Model, Options, weighed_bins};
use boosting::{fit, gather};
pub use thresholds::Thresholds;

/// Whether a labelled case is an impostor, and of which businesses (by external id).
#[derive(Debug, Clone)]
pub struct Labelled {
    /// The case.
    pub account: Account,
    /// Impostor, or clean.
    pub impostor: bool,
    /// External ids of the imitated business and of those that share the imitated name.
    pub accept: Vec<String>,
}

/// What a fit gives besides the model.
#[derive(Debug)]
pub struct Trained {
    /// The model, thresholds included.
    pub model: Model,
    /// How the thresholds did on held-out folds.
    pub thresholds: Thresholds,
    /// Rows that were fitted.
    pub rows: usize,
}

/// Held-out parts of the training cases, for thresholds and calibration.
const FOLDS: usize = 3;
/// Weight of a business that an impostor's name resembles besides the one it imitates.
const BYSTANDER: f64 = 0.3;

/// Weights of what the channels say, in log-odds: stated, not fitted, since every labelled case is screened under
/// complete coverage and none of its numbers is a neighbour. The first three are none given, not among all
/// that the business has (the reference), not among those we know; then its own, another business's, a neighbour.
const CHANNEL_WEIGHTS: [f64; 6] = [-0.5, 0.0, -0.5, -6.0, -1.0, 1.0];

/// Weights of further copied elements (none, one, more), stated: labelled cases show a name only. Two independent copies are what
/// platforms ask for before they speak of impersonation.
const COPIED_WEIGHTS: [f64; 3] = [0.0, 1.5, 2.5];

struct Case {
    impostor: bool,
    rows: Vec<(bool, Bins)>,
}

/// Fits a model. Deterministic for the same cases, registry and build.
pub fn train(index: &Arc<Index>, cases: &[Labelled], version: &str) -> Trained {
    let external: HashMap<BusinessId, String> = index
        .businesses()
        .filter_map(|b| Some((b.id, b.external_id?.as_str().to_owned())))
        .collect();
    let options = Options {
        assume_coverage: Some(Coverage::Complete),
        explain: false,
        ..Options::default()
    };
    let cases: Vec<Case> = cases
        .par_iter()
        .map(|case| Case {
            impostor: case.impostor,
            rows: weighed_bins(index, &case.account, &options)
                .into_iter()
                .map(|(id, bins)| (id, Model::without_channel(bins)))
                .map(|(id, bins)| {
                    let target = external
                        .get(&id)
                        .is_some_and(|e| case.accept.iter().any(|a| a == e));
                    (case.impostor && target, bins)
                })
                .collect(),
        })
        .collect();
    let held_out: Vec<(bool, f64)> = (0..FOLDS)
        .into_par_iter()
        .flat_map(|fold| {
            let model = fitted(
                cases
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| i % FOLDS != fold)
                    .map(|(_, c)| c),
            );
            (cases.iter().enumerate())
                .filter(|(i, _)| i % FOLDS == fold)
                .map(|(_, case)| (case.impostor, top_score(&model, case)))
                .collect::<Vec<_>>()
        })
        .collect();
    let thresholds = Thresholds::choose(&held_out);
    let mut model = fitted(cases.iter());
    thresholds.apply(&mut model);
    version.clone_into(&mut model.version);
    Trained {
        rows: cases.iter().map(|c| c.rows.len()).sum(),
        model,
        thresholds,
    }
}

/// What no candidate at all scores, before calibration.
const NO_MATCH: f64 = -9.0;

fn top_score(model: &Model, case: &Case) -> f64 {
    case.rows
        .iter()
        .map(|(_, bins)| model.judged(*bins).log_odds)
        .fold(NO_MATCH, f64::max)
}

fn fitted<'c>(cases: impl Iterator<Item = &'c Case>) -> Model {
    let rows = cases.flat_map(|case| {
        case.rows.iter().map(move |&(target, bins)| {
            let weight = if case.impostor && !target {
                BYSTANDER
            } else {
                1.0
            };
            (bins, target, weight)
        })
    });
    let mut model = fit(&gather(rows.collect()));
    model.state("channel", &CHANNEL_WEIGHTS);
    model.state("copied_elements", &COPIED_WEIGHTS);
    model
}
