//! By how much the best other registered business explains the account's name better or worse, in finer steps than `outranked`.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[
    -40.0, -30.0, -22.0, -16.0, -12.0, -8.0, -5.0, -3.0, -1.5, 0.0, 1.5, 3.0, 5.0, 8.0, 12.0, 20.0,
];

/// A lead of so many bits leaves no doubt whom the name means.
const FAR: f32 = -16.0;

pub(super) const SIGNAL: Signal = Signal {
    code: "lead",
    bins: &[
        "≤-40 bits",
        "≤-30",
        "≤-22",
        "≤-16",
        "≤-12",
        "≤-8",
        "≤-5",
        "≤-3",
        "≤-1.5",
        "≤0",
        "≤1.5",
        "≤3",
        "≤5",
        "≤8",
        "≤12",
        "≤20",
        "more",
    ],
    bin: |e| rank(e.standing.behind, BOUNDS),
    sentence: |e| {
        let far_ahead = e.name().is_some() && e.standing.behind <= FAR;
        far_ahead.then(|| {
            say!(e.language;
                en: "No other registered business fits the account's name nearly as well.";
                zh: "没有其他已登记的企业与账号的名称同样相符。")
        })
    },
};
