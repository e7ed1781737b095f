//! In how many ways the name is disguised: the signal `disguise` tells the strongest only.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "disguise_kinds",
    bins: &["none", "one", "two", "three or more"],
    bin: |e| e.name().map_or(0, |c| (c.disguise.count() as usize).min(3)),
    sentence: |e| {
        let kinds = e.name()?.disguise.count();
        (kinds > 1).then(|| {
            say!(e.language;
                en: "The name is disguised in {kinds} ways at once.";
                zh: "名称同时用了 {kinds} 种伪装手法。")
        })
    },
};
