//! A display name that is written like a link.

use super::Signal;

pub(super) const SIGNAL: Signal = Signal {
    code: "written_as_link",
    bins: &["no", "yes"],
    bin: |e| e.query().map_or(0, |q| usize::from(q.is_link)),
    sentence: |e| {
        e.query()?
            .is_link
            .then(|| "The account's name is written like a link.".to_owned())
    },
};
