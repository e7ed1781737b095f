//! How many independent things are done to deceive: a disguise, a claim to speak for the business, a drawn badge.
//!
//! One can be an accident; two rarely are (X's rubric for impersonation asks for two copied elements, too).

use super::{Evidence, Signal};
use crate::engine::name::lexicon::Meaning;
use crate::engine::screening::verdict::is_disguised;

pub(super) const SIGNAL: Signal = Signal {
    code: "deception",
    bins: &[
        "none",
        "a claim or a badge",
        "a disguise",
        "a disguise and more",
        "all three",
    ],
    bin,
    sentence: |_| None,
};

fn bin(e: &Evidence<'_>) -> usize {
    let (Some(name), Some(query)) = (e.name(), e.query()) else {
        return 0;
    };
    let badge = query.folded.badges > 0;
    let claim = name.remainder.means(Meaning::CARE | Meaning::CLAIM);
    match (
        is_disguised(name.disguise),
        usize::from(badge) + usize::from(claim),
    ) {
        (false, 0) => 0,
        (false, _) => 1,
        (true, more) => 2 + more,
    }
}
