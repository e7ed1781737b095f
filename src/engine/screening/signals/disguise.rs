//! How the name was disguised. Nobody writes АмаzопMixed by accident.

use super::{Evidence, Sentence, Signal, say};
use crate::domain::Bilingual;
use crate::engine::name::Disguise;

/// From weak to strong: the strongest one present decides the bin.
const ORDER: &[Disguise] = &[
    Disguise::TRANSLITERATED,
    Disguise::SOUND,
    Disguise::PAIR,
    Disguise::SPACING,
    Disguise::LEET,
    Disguise::MARKS,
    Disguise::STYLED,
    Disguise::WHOLE_SCRIPT,
    Disguise::INVISIBLE,
    Disguise::MIXED_SCRIPT,
];

pub(super) const SIGNAL: Signal = Signal {
    code: "disguise",
    bins: &[
        "none",
        "initials",
        "transliterated",
        "respelled",
        "letter pairs",
        "one split",
        "spacing",
        "leet",
        "combining marks",
        "styled letters",
        "whole script",
        "invisible characters",
        "mixed script",
    ],
    bin: |e| {
        let Some(c) = e.name() else { return 0 };
        match ORDER.iter().rposition(|&d| c.disguise.has(d)) {
            None => usize::from(c.initials),
            Some(3) if c.splits < 2 => 5,
            Some(at @ 0..=2) => at + 2,
            Some(at) => at + 3,
        }
    },
    sentence,
};

/// How one kind of disguise is told.
pub(in crate::engine::screening) struct Told {
    /// What the account does with the name: "writes it in styled letters", and in Chinese of the name in it: 使用了花体字母.
    pub(in crate::engine::screening) does: Bilingual<&'static str>,
    /// How the name is written, after "the name writes X"; Chinese has one wording for both.
    pub(in crate::engine::screening) how: &'static str,
}

/// Tells a disguise by its stable name.
pub(in crate::engine::screening) fn told(code: &str) -> Told {
    let (does, how, zh) = match code {
        "styled_letters" => (
            "writes it in styled letters",
            "in styled letters",
            "使用了花体字母",
        ),
        "invisible_characters" => (
            "hides invisible characters in it",
            "with invisible characters",
            "夹带了看不见的字符",
        ),
        "combining_marks" => (
            "stacks marks on its letters",
            "under stacked marks",
            "堆叠了附加符号",
        ),
        "mixed_script" => (
            "mixes in look-alike letters of another alphabet",
            "with look-alike letters of another alphabet",
            "混入了其他文字中形似的字母",
        ),
        "whole_script" => (
            "writes it in another alphabet's look-alikes",
            "in another alphabet's look-alikes",
            "全部换成了另一种文字中形似的字母",
        ),
        "leet" => (
            "writes digits or symbols for letters",
            "with digits or symbols for letters",
            "用数字或符号代替了字母",
        ),
        "letter_pairs" => (
            "uses letter pairs that look like one letter (rn for m)",
            "with letter pairs that look like one",
            "用两个字母拼成了形似一个字母的样子（如用 rn 代替 m）",
        ),
        "spacing" => ("tears the word apart", "torn apart", "被拆开来写"),
        "transliterated" => (
            "writes it in another alphabet by sound",
            "in another alphabet by sound",
            "按读音改用了另一种文字",
        ),
        _ => ("respells it by sound", "by sound", "按读音改变了拼写"),
    };
    Told {
        does: Bilingual { en: does, zh },
        how,
    }
}

fn sentence(e: &Evidence<'_>) -> Option<Sentence> {
    let does: Vec<&str> = e
        .name()?
        .disguise
        .names()
        .map(|code| *told(code).does.of(e.language))
        .collect();
    (!does.is_empty()).then(|| {
        say!(e.language;
            en: "The account {}.", join(&does);
            zh: "名称里的“{}”{}。", e.registered_name(), does.join("，并"))
    })
}

fn join(parts: &[&str]) -> String {
    match parts {
        [init @ .., last] if !init.is_empty() => format!("{} and {last}", init.join(", ")),
        _ => parts.concat(),
    }
}
