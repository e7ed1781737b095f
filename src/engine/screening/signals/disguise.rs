//! How the name was disguised. Nobody writes АмаzопMixed by accident.

use super::{Evidence, Signal};
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

fn sentence(e: &Evidence<'_, '_>) -> Option<String> {
    let c = e.name()?;
    let told: Vec<&str> = Disguise::NAMED
        .iter()
        .filter(|(kind, _)| c.disguise.has(*kind))
        .map(|(_, code)| match *code {
            "styled_letters" => "writes it in styled letters",
            "invisible_characters" => "hides invisible characters in it",
            "combining_marks" => "stacks marks on its letters",
            "mixed_script" => "mixes in look-alike letters of another alphabet",
            "whole_script" => "writes it in another alphabet's look-alikes",
            "leet" => "writes digits or symbols for letters",
            "letter_pairs" => "uses letter pairs that look like one letter (rn for m)",
            "spacing" => "tears the word apart",
            "transliterated" => "writes it in another alphabet by sound",
            _ => "respells it by sound",
        })
        .collect();
    (!told.is_empty()).then(|| format!("The account {}.", join(&told)))
}

fn join(parts: &[&str]) -> String {
    match parts {
        [init @ .., last] if !init.is_empty() => format!("{} and {last}", init.join(", ")),
        _ => parts.concat(),
    }
}
