//! How much of the account's letters the registered name takes up.

use super::{Evidence, Signal, rank, say};

const BOUNDS: &[f32] = &[0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99];

/// A share that leaves most of the name to something else.
const SMALL: f32 = 0.3;

pub(super) const SIGNAL: Signal = Signal {
    code: "covered_share",
    bins: &[
        "≤0.2", "≤0.3", "≤0.4", "≤0.5", "≤0.6", "≤0.7", "≤0.8", "≤0.9", "≤0.99", "all",
    ],
    bin: |e| share(e).map_or(0, |share| rank(share, BOUNDS)),
    sentence: |e| {
        let name = e.registered_name();
        (share(e)? <= SMALL).then(|| {
            say!(e.language;
                en: "{name:?} takes up only a small part of the account's name.";
                zh: "“{name}”只占账号名称的一小部分。")
        })
    },
};

fn share(e: &Evidence<'_>) -> Option<f32> {
    let covered = &e.name()?.covered;
    let taken = covered.iter().filter(|unit| **unit).count();
    Some(taken as f32 / covered.len().max(1) as f32)
}
