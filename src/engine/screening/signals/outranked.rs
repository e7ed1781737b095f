//! Whether another registered business explains the account's name better, or none does nearly as well.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[-12.0, -5.0, -1.5, 1.5, 5.0, 12.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "outranked",
    bins: &[
        "far ahead of any other",
        "ahead of any other",
        "a little ahead",
        "level with another",
        "a little behind another",
        "behind another",
        "far behind another",
    ],
    bin: |e| rank(e.standing.behind, BOUNDS),
    sentence: |e| {
        (e.standing.behind > 5.0).then(|| {
            say!(e.language;
                en: "Another registered business fits the account's name better.";
                zh: "另一家已登记的企业与账号的名称更相符。")
        })
    },
};
