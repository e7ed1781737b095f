//! What the words mean that were found of the registered name: "Bloomington" names a city wherever it stands, and many things
//! beside the city's own; "Johnson" is somebody's name.

use super::{Signal, say};
use crate::engine::name::lexicon::{self, Meaning};
use crate::engine::screening::evidence::NameEvidence;

pub(super) const SIGNAL: Signal = Signal {
    code: "named_by",
    bins: &[
        "a word of its own",
        "a place",
        "a person's name",
        "a place or a person's name",
        "general words",
        "no name",
    ],
    bin: |e| e.name().map_or(5, bin),
    sentence: |e| {
        let c = e.name()?;
        let name = e.registered_name();
        (bin(c) == PLACE).then(|| {
            say!(e.language;
                en: "What it holds of {name:?} is the name of a place, which others bear as well.";
                zh: "名称里属于“{name}”的部分是一个地名，其他机构也会使用。")
        })
    },
};

const PLACE: usize = 1;

fn bin(c: &NameEvidence) -> usize {
    let mut seen = Meaning::NONE;
    for word in c.found_words() {
        let meaning = lexicon::meaning(word.iter().copied());
        if meaning.is_none() {
            return 0;
        }
        seen = seen | meaning;
    }
    match (seen.has(Meaning::PLACE), seen.has(Meaning::PERSON)) {
        (true, false) => PLACE,
        (false, true) => 2,
        (true, true) => 3,
        (false, false) => 4,
    }
}
