//! How many pieces stand beside the registered name, whatever they are.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[0.0, 1.0, 2.0, 3.0, 4.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "words_beside",
    bins: &["none", "≤1", "≤2", "≤3", "≤4", "more"],
    bin: |e| {
        e.name()
            .map_or(0, |c| rank(c.remainder.pieces.len() as f32, BOUNDS))
    },
    sentence: |e| {
        let pieces = e.name()?.remainder.pieces.len();
        (pieces > 2).then(|| {
            say!(e.language;
                en: "{pieces} other words stand beside the name.";
                zh: "名称旁边还有 {pieces} 个其他的词。")
        })
    },
};
