//! Drawn ticks, shields and medals: a name cannot carry a badge.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "badge_symbols",
    bins: &["none", "one", "several"],
    bin: |e| {
        let drawn = e.query().map_or(0, |q| usize::from(q.folded.badges).min(2));
        drawn.max(usize::from(e.claims_badge))
    },
    sentence: |e| {
        let drawn = e.query().is_some_and(|q| q.folded.badges > 0);
        if drawn {
            Some(say!(e.language;
                en: "It draws a badge into its name; a real badge is shown by the app, never in the name.";
                zh: "名称里画了认证标志；真正的认证标志由应用显示，不会写在名称里。"))
        } else {
            e.claims_badge.then(|| {
                say!(e.language;
                    en: "It claims a badge.";
                    zh: "账号自称已获认证。")
            })
        }
    },
};
