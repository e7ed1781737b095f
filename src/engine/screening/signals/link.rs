//! A display name that is written like a link.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "written_as_link",
    bins: &["no", "yes"],
    bin: |e| e.query().map_or(0, |q| usize::from(q.is_link)),
    sentence: |e| {
        e.query()?.is_link.then(|| {
            say!(e.language;
                en: "The account's name is written like a link.";
                zh: "账号的名称写成了链接的样子。")
        })
    },
};
