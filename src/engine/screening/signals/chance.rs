//! How unlikely it is that the registered name got there by chance, in bits: what the found part tells, less what each
//! differing letter leaves open.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[
    -8.0, -2.0, 3.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.5, 27.0, 31.0, 36.0,
    44.0, 58.0,
];

pub(super) const SIGNAL: Signal = Signal {
    code: "chance",
    bins: &[
        "≤-8 bits",
        "≤-2",
        "≤3",
        "≤6",
        "≤8",
        "≤10",
        "≤12",
        "≤14",
        "≤16",
        "≤18",
        "≤20",
        "≤22",
        "≤24.5",
        "≤27",
        "≤31",
        "≤36",
        "≤44",
        "≤58",
        "more",
        "no name",
    ],
    bin: |e| e.name().map_or(19, |c| rank(c.chance_bits(), BOUNDS)),
    sentence: |e| {
        let likely = e.name()?.chance_bits() < 12.0;
        likely.then(|| {
            say!(e.language;
                en: "Such a likeness can easily be chance.";
                zh: "这样的相似完全可能是巧合。")
        })
    },
};
