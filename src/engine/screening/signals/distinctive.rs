//! Words beside the name that no list explains, and that may make it another business.

use super::{Signal, rank, say};
use crate::engine::screening::remainder::Explained;

const BOUNDS: &[f32] = &[0.0, 12.0, 16.0, 20.0, 26.0, 34.0, 50.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "distinctive_words",
    bins: &[
        "none",
        "≤12 bits",
        "≤16",
        "≤20",
        "≤26",
        "≤34",
        "≤50",
        "more",
    ],
    bin: |e| {
        e.name()
            .map_or(0, |c| rank(c.remainder.distinctive_bits(), BOUNDS))
    },
    sentence: |e| {
        let c = e.name()?;
        let words = c.remainder.texts(Explained::Distinctive);
        (!words.is_empty()).then(|| {
            say!(e.language;
                en: "Beside the name stands {words:?}, which may make it another business.";
                zh: "名称旁边还有“{words}”，它可能因此是另一家企业。")
        })
    },
};
