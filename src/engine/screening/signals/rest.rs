//! How much of the account's name the registered name leaves unexplained.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[0.0, 0.12, 0.25, 0.38, 0.5, 0.65];

pub(super) const SIGNAL: Signal = Signal {
    code: "unexplained_share",
    bins: &["nothing", "≤12%", "≤25%", "≤38%", "≤50%", "≤65%", "more"],
    bin: |e| {
        e.name().map_or(0, |c| {
            let letters = e.query().map_or(1, |q| q.letters().max(1));
            rank(
                c.remainder.distinctive_letters() as f32 / letters as f32,
                BOUNDS,
            )
        })
    },
    sentence: |e| {
        let left = e.name()?.remainder.distinctive_letters();
        (left == 0).then(|| {
            say!(e.language;
                en: "Nothing in the account's name speaks for another business.";
                zh: "账号的名称里没有任何内容表明它是另一家企业。")
        })
    },
};
