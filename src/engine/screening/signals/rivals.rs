//! How many other registered businesses the same words could mean: a name that fits many identifies none.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "rivals",
    bins: &["none", "1", "2", "3-4", "5+"],
    bin: |e| match e.standing.rivals {
        few @ 0..=2 => few,
        3..=4 => 3,
        _ => 4,
    },
    sentence: |e| {
        (e.standing.rivals > 2).then(|| {
            let others = e.standing.rivals;
            say!(e.language;
                en: "The same words fit {others} other registered businesses.";
                zh: "同样的词也与另外 {others} 家已登记的企业相符。")
        })
    },
};
