//! Where in the account's name the registered one stands.

use super::Signal;

pub(super) const SIGNAL: Signal = Signal {
    code: "position",
    bins: &[
        "it is the whole name",
        "at the start",
        "at the end",
        "in the middle",
    ],
    bin: |e| {
        e.name().map_or(0, |c| {
            let (starts, ends) = (c.starts, c.ends);
            match (starts, ends) {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 3,
            }
        })
    },
    sentence: |_| None,
};
