//! What the account's channels say: are they the business's?

use super::{Signal, say};

pub(super) const SIGNAL: Signal = Signal {
    code: "channel",
    bins: &[
        "none given",
        "not among all that it has",
        "not among those we know",
        "its own",
        "another business's",
        "a neighbour of its own",
    ],
    bin: |e| e.channel.bin(),
    sentence: |e| {
        let clause = e.channel.clause(e.business().name.as_str(), e.language)?;
        let clause = clause.to_string();
        let mut letters = clause.chars();
        let first = letters.next()?.to_uppercase();
        let rest = letters.as_str();
        Some(say!(e.language; en: "{first}{rest}."; zh: "{clause}。"))
    },
};
