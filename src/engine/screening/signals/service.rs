//! Service words beside the name, by which an account claims to speak for the business.

use super::{Signal, say};
use crate::engine::name::lexicon::Meaning;
use crate::engine::screening::remainder::Explained;

pub(super) const SIGNAL: Signal = Signal {
    code: "service_words",
    bins: &[
        "none", "other", "money", "claim", "care", "outright", "several",
    ],
    bin: |e| {
        let Some(c) = e.name() else { return 0 };
        let count = c.remainder.count(Explained::Service);
        let care = c.remainder.means(Meaning::CARE);
        let claim = c.remainder.means(Meaning::CLAIM);
        match count {
            0 => 0,
            _ if care && claim && count > 1 => 6,
            _ if c.remainder.claims_outright() => 5,
            _ if care => 4,
            _ if claim => 3,
            _ if c.remainder.means(Meaning::MONEY) => 2,
            _ => 1,
        }
    },
    sentence: |e| {
        let words = e.name()?.remainder.texts(Explained::Service);
        (!words.is_empty()).then(|| {
            say!(e.language;
                en: "It adds the service words {words:?}.";
                zh: "名称还加上了服务类用语“{words}”。")
        })
    },
};
