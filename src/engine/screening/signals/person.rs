//! A person's name beside the business's, or a name that is wholly a person's.

use super::{Signal, say};
use crate::engine::screening::remainder::Explained;

pub(super) const SIGNAL: Signal = Signal {
    code: "person_words",
    bins: &[
        "none",
        "one beside the name",
        "several beside the name",
        "the whole name is a person's",
        "the whole name can be one name of a person",
    ],
    bin: |e| {
        let (Some(c), Some(q)) = (e.name(), e.query()) else {
            return 0;
        };
        if q.is_person {
            if q.names > 1 { 3 } else { 4 }
        } else {
            c.remainder.count(Explained::Person).min(2)
        }
    },
    sentence: |e| {
        let words = e.name()?.remainder.texts(Explained::Person);
        if e.query()?.is_person {
            Some(say!(e.language;
                en: "The account's name reads as a person's name.";
                zh: "账号的名称看起来是一个人的姓名。"))
        } else {
            (!words.is_empty()).then(|| {
                say!(e.language;
                    en: "It names a person, {words:?}, who may work there.";
                    zh: "名称里提到一个人“{words}”，此人可能在那里工作。")
            })
        }
    },
};
