//! How many letters differ.

use super::{Evidence, Signal};

pub(super) const SIGNAL: Signal = Signal {
    code: "name_edits",
    bins: &["0", "1", "2", "3", "4+", "no name"],
    bin: |e| e.name().map_or(5, |c| usize::from(c.edits).min(4)),
    sentence: |_: &Evidence<'_>| None,
};
