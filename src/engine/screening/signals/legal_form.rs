//! A legal form beside the name.

use super::{Signal, say};
use crate::engine::screening::remainder::Explained;

pub(super) const SIGNAL: Signal = Signal {
    code: "legal_form",
    bins: &["none", "one", "several"],
    bin: |e| {
        e.name()
            .map_or(0, |c| c.remainder.count(Explained::LegalForm).min(2))
    },
    sentence: |e| {
        let words = e.name()?.remainder.texts(Explained::LegalForm);
        (!words.is_empty()).then(|| {
            say!(e.language;
                en: "It adds the legal form {words:?}.";
                zh: "名称还带有表示公司形式的“{words}”。")
        })
    },
};
