//! How far scores can be read as probabilities.

/// Equal-width bins of the expected calibration error.
const BINS: usize = 15;

/// A score at prior `prior` moved to the share of impostors of this set: the same evidence at another prior.
pub(super) fn moved(score: f64, prior: f64, share: f64) -> f64 {
    let unusable = share <= 0.0 || share >= 1.0 || score <= 0.0 || score >= 1.0;
    if unusable {
        return score.clamp(0.0, 1.0);
    }
    let x = logit(score) - logit(prior) + logit(share);
    1.0 / (1.0 + (-x.clamp(-60.0, 60.0)).exp())
}

fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

/// Expected calibration error of (score, is an impostor).
pub(super) fn expected_error(pairs: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0, 0.0); BINS];
    for (score, impostor) in pairs {
        let bin = &mut bins[((score * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += 1.0;
        bin.1 += score;
        bin.2 += f64::from(u8::from(*impostor));
    }
    let sum: f64 = bins
        .iter()
        .filter(|(n, ..)| *n > 0.0)
        .map(|(n, scores, impostors)| (scores / n - impostors / n).abs() * n)
        .sum();
    sum / pairs.len().max(1) as f64
}

/// Mean squared distance of score and truth.
pub(super) fn brier(pairs: &[(f64, bool)]) -> f64 {
    let sum: f64 = pairs
        .iter()
        .map(|(score, impostor)| (score - f64::from(u8::from(*impostor))).powi(2))
        .sum();
    sum / pairs.len() as f64
}

/// The 95 % Wilson interval of `k` of `n`, rounded to five places.
pub(super) fn wilson(hits: usize, cases: usize) -> [f64; 2] {
    const Z: f64 = 1.96;
    let n = cases as f64;
    let p = hits as f64 / n;
    let denominator = 1.0 + Z * Z / n;
    let middle = p + Z * Z / (2.0 * n);
    let width = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let round = |x: f64| (x * 1e5).round() / 1e5;
    [
        round(((middle - width) / denominator).max(0.0)),
        round((middle + width) / denominator),
    ]
}
