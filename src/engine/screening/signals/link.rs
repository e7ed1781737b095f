//! A display name that is written like a link or a handle.

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "written_as_link",
    bins: &["no", "a link", "a handle"],
    bin: |e| {
        e.query().map_or(0, |q| match (q.is_link, q.is_handle) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        })
    },
    sentence: |e| {
        e.query()?.is_link.then(|| {
            say!(e.language;
                en: "The account's name is written like a link.";
                zh: "账号的名称写成了链接的样子。")
        })
    },
};
