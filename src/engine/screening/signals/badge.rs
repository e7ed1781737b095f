//! Drawn ticks, shields and medals: a name cannot carry a badge.

use super::Signal;

pub(super) const SIGNAL: Signal = Signal {
    code: "badge_symbols",
    bins: &["none", "one", "several"],
    bin: |e| {
        let drawn = e.query().map_or(0, |q| usize::from(q.folded.badges).min(2));
        drawn.max(usize::from(e.claims_badge))
    },
    sentence: |e| {
        let badges = e.query()?.folded.badges;
        (badges > 0).then(|| "It draws a badge into its name; a real badge is shown by the app, never in the name.".to_owned())
    },
};
