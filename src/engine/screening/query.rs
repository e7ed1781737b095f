//! The incoming name, prepared once for all its candidates.

use std::cell::{Cell, OnceCell};

use smallvec::SmallVec;

use super::alignment;
use crate::engine::name::lexicon::{self, Meaning};
use crate::engine::name::{Folded, Unit, View, clings, composed, longest_word, rarity, views};

/// A word of the incoming name.
#[derive(Debug, Clone)]
pub struct Word {
    /// First unit.
    pub from: usize,
    /// One past the last unit.
    pub to: usize,
    /// Its letters.
    pub letters: Vec<char>,
    /// Which letters occur, as a set of bits.
    pub set: u64,
    /// What it means by itself.
    pub meaning: Meaning,
}

/// An incoming name with its readings.
#[derive(Debug)]
pub struct Query {
    /// As it was met.
    pub name: String,
    /// The fold.
    pub folded: Folded,
    /// Its views, the plain one first.
    pub views: Vec<View>,
    /// For each view, for each letter and the end, whether a word starts there.
    pub edges: Vec<Vec<bool>>,
    /// The same of each view's sound key.
    pub key_edges: Vec<Vec<bool>>,
    /// Its words.
    pub words: Vec<Word>,
    /// For each unit what has been asked of the parts of words that begin there.
    parts: Vec<Parts>,
    /// For each word what phrases mean that begin with it, once it is asked.
    phrases: OnceCell<Vec<[Meaning; MORE_WORDS]>>,
    /// Written like a link or host name.
    pub is_link: bool,
    /// Written like a handle: "@dhl_support24".
    pub is_handle: bool,
    /// Every word is a person's name, a filler or a single letter.
    pub is_person: bool,
    /// Words that are a person's given or family name.
    pub names: usize,
    /// Rarity in writing of its rarest word, in bits; a word that is known all over the world is rare, however often it is written.
    pub rarest: f32,
}

/// Which parts of a word that begin with one unit are words of their own, as far as it was asked: bit `i` is for `i + 1` letters.
#[derive(Debug, Clone, Default)]
struct Parts {
    asked: Cell<u32>,
    known: Cell<u32>,
    /// Letters of the longest part that can be a word.
    longest: OnceCell<usize>,
}

impl Parts {
    /// Whether the part of so many letters, from 1 to 32, is a word; `ask` tells, and is asked once.
    fn know(&self, letters: usize, ask: impl FnOnce() -> bool) -> bool {
        let bit = 1u32 << (letters - 1);
        if self.asked.get() & bit == 0 {
            self.asked.set(self.asked.get() | bit);
            self.known
                .set(self.known.get() | if ask() { bit } else { 0 });
        }
        self.known.get() & bit != 0
    }
}

/// Longest phrase, in words.
pub const PHRASE_WORDS: usize = 4;

/// Words of the longest phrase beyond the first.
const MORE_WORDS: usize = PHRASE_WORDS - 1;

/// Letters and digits of a name that are read. Apps show far fewer; what stands behind costs time and deceives nobody.
const READ: usize = 160;

impl Query {
    /// Prepares a name, of which the first 160 letters and digits are read; none if it holds none.
    pub fn new(name: &str) -> Option<Self> {
        let mut folded = Folded::of(name);
        folded.units.truncate(READ);
        if folded.units.iter().all(|u| u.soft) {
            return None;
        }
        let views = views(&folded);
        let edges: Vec<Vec<bool>> = views.iter().map(|v| edges(&folded.units, v)).collect();
        let key_edges = views.iter().zip(&edges).map(|(view, edges)| {
            let heard = view.key.origin.iter().map(|&i| edges[usize::from(i)]);
            heard.chain([true]).collect()
        });
        let words = words(&folded.units);
        let is_person = is_person(&words);
        Some(Self {
            name: name.to_owned(),
            is_link: is_link(name),
            is_handle: is_handle(name),
            is_person,
            names: words
                .iter()
                .filter(|w| w.meaning.has(Meaning::PERSON))
                .count(),
            rarest: (words.iter().map(|w| rarity::unfamiliar(&w.letters))).fold(0.0, f32::max),
            parts: vec![Parts::default(); folded.units.len()],
            phrases: OnceCell::new(),
            key_edges: key_edges.collect(),
            folded,
            views,
            edges,
            words,
        })
    }

    /// The covered part of the name as the account writes it, composed; ` … ` stands for what is left out between.
    pub fn shown(&self, covered: &[bool]) -> String {
        let name = composed(&self.name);
        let units = &self.folded.units;
        let mut shown = String::new();
        let mut taken = 0;
        for (from, to) in stretches(covered) {
            if !shown.is_empty() {
                shown.push_str(" … ");
            }
            let first = usize::from(units[from].at).max(taken);
            let last = usize::from(units[to - 1].at) + 1;
            let last = last + name[last..].iter().take_while(|c| clings(**c)).count();
            shown.extend(&name[first..last.max(first)]);
            taken = last;
        }
        shown
    }

    /// Whether the `letters` letters from unit `at` on, from 1 to 32 and within a word, are a word that is read inside glued letters;
    /// `ask` tells, and is asked once for a query.
    pub fn know(&self, at: usize, letters: usize, ask: impl FnOnce() -> bool) -> bool {
        let parts = &self.parts[at];
        let longest = parts.longest.get_or_init(|| {
            let units = &self.folded.units[at..];
            let units = &units[..units.len().min(lexicon::LONGEST)];
            let letters: SmallVec<[char; lexicon::LONGEST]> = units.iter().map(|u| u.ch).collect();
            longest_word(&letters)
        });
        letters <= *longest && parts.know(letters, ask)
    }

    /// What a phrase of `count` words means, from 2 to [`PHRASE_WORDS`], that begins with the word at `first`. Every name that is compared
    /// asks, so that all are looked up at once.
    pub fn phrase(&self, first: usize, count: usize) -> Meaning {
        let phrases = self.phrases.get_or_init(|| {
            let phrase = |first: usize, count: usize| {
                let words = self.words.get(first..first + count);
                words.map_or(Meaning::NONE, |words| {
                    lexicon::meaning(words.iter().flat_map(|w| w.letters.iter().copied()))
                })
            };
            (0..self.words.len())
                .map(|first| std::array::from_fn(|more| phrase(first, more + 2)))
                .collect()
        });
        phrases[first][count - 2]
    }

    /// Letters and digits in all.
    pub fn letters(&self) -> usize {
        self.views[0].chars.len()
    }
}

/// The ranges of units that are covered, in order.
fn stretches(covered: &[bool]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    covered
        .chunk_by(|a, b| a == b)
        .map(move |run| {
            at += run.len();
            (run[0], (at - run.len(), at))
        })
        .filter_map(|(covered, range)| covered.then_some(range))
}

fn edges(units: &[Unit], view: &View) -> Vec<bool> {
    let word = |i: usize| units.get(usize::from(view.origin[i])).map_or(0, |u| u.word);
    let mut edges: Vec<bool> = (0..view.chars.len())
        .map(|i| i == 0 || word(i) != word(i - 1))
        .collect();
    edges.push(true);
    edges
}

fn words(units: &[Unit]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut from = 0;
    for group in units.chunk_by(|a, b| a.word == b.word) {
        let to = from + group.len();
        if !group[0].soft {
            let letters: Vec<char> = group.iter().map(|u| u.ch).collect();
            let meaning = meaning(&letters);
            words.push(Word {
                from,
                to,
                set: alignment::letters(&letters),
                letters,
                meaning,
            });
        }
        from = to;
    }
    words
}

/// What a word means; "Karens" is Karen's.
fn meaning(letters: &[char]) -> Meaning {
    let whole = lexicon::meaning(letters.iter().copied());
    match letters.split_last() {
        Some((&'s', stem)) if whole.is_none() && stem.len() > 2 => {
            let stem = lexicon::meaning(stem.iter().copied());
            if stem.has(Meaning::PERSON) {
                Meaning::PERSON
            } else {
                whole
            }
        }
        _ => whole,
    }
}

/// A person's name, whatever title, note or number stands beside it.
fn is_person(words: &[Word]) -> bool {
    let is_one_of = |list: &str, w: Option<&Word>| {
        let is = |known: &str| w.is_some_and(|w| known.chars().eq(w.letters.iter().copied()));
        list.split(' ').any(is)
    };
    let addressed = words.len() > 1 && is_one_of(HONORIFICS, words.first());
    let descended = words.len() > 2
        && words[0].meaning.has(Meaning::GIVEN)
        && is_one_of(PARTICLES, words.get(1));
    addressed || descended || all_names(words)
}

/// Before a person's name: "Srta. Joana Porto".
const HONORIFICS: &str = "mr mrs ms miss mx sir dr prof herr frau sr sra srta senor senora mme mlle monsieur madame sig signora dott ing dipl pani pan bapak ibu haji г-н г-жа";
/// Between a given name and that of a family or place: "Evi van Northeim".
const PARTICLES: &str =
    "van von vom zu de del della di da dos das du ter ten der bin binti ibn al el ben af av";

fn all_names(words: &[Word]) -> bool {
    words
        .iter()
        .any(|w| w.meaning.has(Meaning::PERSON) && !w.meaning.has(Meaning::SERVICE))
        && words.iter().all(|w| {
            w.meaning
                .has(Meaning::PERSON | Meaning::FILLER | Meaning::SERVICE)
                || w.letters.len() <= 2
                || w.letters.iter().all(|c| c.is_numeric())
        })
}

/// `@brand_support24`: no white space, and an at sign before, or an underscore or digits among letters.
fn is_handle(name: &str) -> bool {
    let name = name.trim();
    let (sign, rest) = name
        .strip_prefix('@')
        .map_or((false, name), |rest| (true, rest));
    let letters = rest.chars().filter(char::is_ascii_alphabetic).count();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let marked = sign || rest.contains('_') || rest.ends_with(|c: char| c.is_ascii_digit());
    letters > 2 && marked && rest.chars().all(allowed)
}

/// `brand-help.top`, `https://…`: no white space, and a last label that is a top-level domain.
fn is_link(name: &str) -> bool {
    let name = name.trim();
    if name.contains("://") || name.starts_with("www.") {
        return true;
    }
    let top = name.rsplit('.').next().unwrap_or_default();
    name.is_ascii()
        && name.contains('.')
        && !name.contains(char::is_whitespace)
        && lexicon::meaning(top.chars().map(|c| c.to_ascii_lowercase())).has(Meaning::DOMAIN)
}
