//! How long the registered name is: short names occur by chance.

use super::{Signal, rank, say};

const BOUNDS: &[f32] = &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 16.0, 22.0];

pub(super) const SIGNAL: Signal = Signal {
    code: "name_length",
    bins: &[
        "1-2", "3", "4", "5", "6", "7", "8", "9-10", "11-12", "13-16", "17-22", "23+", "no name",
    ],
    bin: |e| {
        e.name()
            .map_or(12, |c| rank(c.name_letters() as f32, BOUNDS))
    },
    sentence: |e| {
        let c = e.name()?;
        (c.name_letters() <= 4).then(|| {
            let name = e.registered_name();
            say!(e.language;
                en: "{name:?} is a short name, which can occur by chance.";
                zh: "“{name}”这个名称很短，可能只是碰巧出现。")
        })
    },
};
