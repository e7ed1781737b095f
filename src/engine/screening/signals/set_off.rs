//! Whether a bracket, a bar, a colon or a dash parts the registered name from the rest: "DHL | Support", "DHL (Refunds)".
//!
//! Names of businesses hardly ever hold one; who adds a remark to somebody's name does.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "set_off",
    bins: &["no", "yes"],
    bin: |e| e.name().map_or(0, |c| usize::from(c.set_off)),
    sentence: |e| {
        let c = e.name()?;
        c.set_off.then(|| {
            let name = e.registered_name();
            say!(e.language;
                en: "A sign parts {name:?} from what is added to it.";
                zh: "“{name}”与附加的内容之间用符号隔开。")
        })
    },
};
