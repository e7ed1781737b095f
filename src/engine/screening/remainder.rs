//! The remainder: what stands beside the registered name, explained word by word.

use std::ops::Range;

use super::query::{PHRASE_WORDS, Query, Word};
use crate::engine::name::lexicon::{self, Meaning};
use crate::engine::name::{is_han_or_kana, rarity};

/// What a piece of the remainder was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explained {
    /// A service word.
    Service,
    /// A legal form.
    LegalForm,
    /// A country, region or city.
    Place,
    /// A person's name.
    Person,
    /// A function word, or a part of a link.
    Filler,
    /// Digits.
    Digits,
    /// A word that may make it another business.
    Distinctive,
}

/// One explained piece.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its letters.
    pub text: String,
    /// What it was taken for.
    pub explained: Explained,
    /// All that it could mean.
    pub meaning: Meaning,
    /// Its rarity in bits, where it is distinctive.
    pub bits: f32,
}

/// Everything outside the matched stretch.
#[derive(Debug, Clone, Default)]
pub struct Remainder {
    /// In order of the name.
    pub pieces: Vec<Piece>,
    /// Words that the registered name cuts are explained to the last letter.
    pub explains_cuts: bool,
}

/// Fewest letters of an everyday word that is read inside glued letters.
const COMMON_LETTERS: usize = 4;

/// Rarity from which a single service word is no everyday word.
const OUTRIGHT_BITS: f32 = 15.0;

/// Most letters written as one that are read word by word; nobody reads more of them, and each costs a look into the lists
/// for every length of word.
const GLUED: usize = 64;

impl Remainder {
    /// Explains the units that are not `covered`.
    pub fn of(query: &Query, covered: &[bool]) -> Self {
        let mut remainder = Self {
            explains_cuts: true,
            ..Self::default()
        };
        let free = |w: &Word| (w.from..w.to).all(|u| !covered[u]);
        let mut i = 0;
        while i < query.words.len() {
            let word = &query.words[i];
            if !free(word) {
                remainder.partial(query, covered, word);
                i += 1;
                continue;
            }
            let run = query.words[i..]
                .iter()
                .take(PHRASE_WORDS)
                .take_while(|w| free(w))
                .count();
            i += remainder.phrase(query, i, run);
        }
        remainder
    }

    /// How many pieces were taken for this.
    pub fn count(&self, explained: Explained) -> usize {
        self.pieces
            .iter()
            .filter(|p| p.explained == explained)
            .count()
    }

    /// Whether an account claims outright to speak for a business: "customer care", "helpdesk", 客服; a lone "care" or
    /// "services" is what many businesses call themselves.
    pub fn claims_outright(&self) -> bool {
        let claims = |p: &Piece| {
            p.explained == Explained::Service && p.meaning.has(Meaning::CARE | Meaning::CLAIM)
        };
        let outright = |p: &Piece| {
            let letters: Vec<char> = p.text.chars().filter(|c| *c != ' ').collect();
            p.text.contains(' ') || rarity::background(&letters) >= OUTRIGHT_BITS
        };
        self.pieces.iter().any(|p| claims(p) && outright(p))
            || self.pieces.iter().filter(|p| claims(p)).count() > 1
    }

    /// Whether any piece that is no distinctive word can mean this.
    pub fn means(&self, meaning: Meaning) -> bool {
        self.pieces
            .iter()
            .any(|p| p.explained == Explained::Service && p.meaning.has(meaning))
    }

    /// What the distinctive pieces tell, in bits.
    pub fn distinctive_bits(&self) -> f32 {
        self.pieces
            .iter()
            .filter(|p| p.explained == Explained::Distinctive)
            .map(|p| p.bits)
            .sum()
    }

    /// Whether there is a piece that was taken for this.
    pub fn holds(&self, explained: Explained) -> bool {
        self.count(explained) > 0
    }

    /// Letters of the distinctive pieces.
    pub fn distinctive_letters(&self) -> usize {
        self.pieces
            .iter()
            .filter(|p| p.explained == Explained::Distinctive)
            .map(|p| p.text.chars().count())
            .sum()
    }

    /// The texts of the pieces taken for this, joined for a sentence.
    pub fn texts(&self, explained: Explained) -> String {
        let texts: Vec<&str> = self
            .pieces
            .iter()
            .filter(|p| p.explained == explained)
            .map(|p| p.text.as_str())
            .collect();
        texts.join(" ")
    }

    /// Takes the longest known phrase of at most `most` words from the word at `first` on, or that word; answers how many words that
    /// were.
    fn phrase(&mut self, query: &Query, first: usize, most: usize) -> usize {
        let words = &query.words[first..first + most];
        for count in (2..=most).rev() {
            let meaning = query.phrase(first, count);
            if meaning.has(Meaning::SERVICE | Meaning::LEGAL | Meaning::PLACE) {
                let text: Vec<String> = words[..count]
                    .iter()
                    .map(|w| w.letters.iter().collect())
                    .collect();
                self.known(text.join(" "), meaning);
                return count;
            }
        }
        let word = &words[0];
        if word.meaning.is_none() && unspaced(&word.letters) {
            self.segment(query, word.from, &word.letters);
        } else {
            self.word(&word.letters, word.meaning);
        }
        1
    }

    /// A word of which a part is covered: its free stretches.
    fn partial(&mut self, query: &Query, covered: &[bool], word: &Word) {
        let units = query.folded.units[word.from..word.to].iter();
        let units: Vec<_> = units.zip(&covered[word.from..word.to]).collect();
        let mut after = word.from;
        for stretch in units.chunk_by(|a, b| a.1 == b.1) {
            after += stretch.len();
            if *stretch[0].1 {
                continue;
            }
            let letters: Vec<char> = stretch.iter().map(|(unit, _)| unit.ch).collect();
            let from = self.pieces.len();
            self.segment(query, after - stretch.len(), &letters);
            let digits = letters.iter().all(|c| c.is_numeric());
            self.explains_cuts &= (digits || letters.len() > 2)
                && self.pieces[from..]
                    .iter()
                    .all(|p| p.explained != Explained::Distinctive);
        }
    }

    fn word(&mut self, letters: &[char], meaning: Meaning) {
        let text: String = letters.iter().collect();
        if meaning.is_none() {
            let digits = letters.iter().all(|c| c.is_numeric());
            let explained = if digits {
                Explained::Digits
            } else {
                Explained::Distinctive
            };
            let bits = if digits { 0.0 } else { rarity::bits(letters) };
            self.pieces.push(Piece {
                text,
                explained,
                meaning,
                bits,
            });
        } else {
            self.known(text, meaning);
        }
    }

    fn known(&mut self, text: String, meaning: Meaning) {
        let explained = if meaning.has(Meaning::SERVICE) {
            Explained::Service
        } else if meaning.has(Meaning::LEGAL) {
            Explained::LegalForm
        } else if meaning.has(Meaning::FILLER | Meaning::DOMAIN) {
            Explained::Filler
        } else if meaning.has(Meaning::PLACE) {
            Explained::Place
        } else {
            Explained::Person
        };
        self.pieces.push(Piece {
            text,
            explained,
            meaning,
            bits: 0.0,
        });
    }

    /// Cuts letters without spaces into known words, longest cover first; what no list knows is distinctive. The letters are
    /// those of the query from unit `at` on.
    fn segment(&mut self, query: &Query, at: usize, letters: &[char]) {
        let (letters, beyond) = letters.split_at(letters.len().min(GLUED));
        let n = letters.len();
        // best[i]: fewest unexplained letters, then fewest pieces, of the first i letters; and the last cut.
        let mut best: Vec<(usize, usize, usize)> = vec![(0, 0, 0); n + 1];
        for to in 1..=n {
            let (unknown, pieces, _) = best[to - 1];
            best[to] = (unknown + 1, pieces, to - 1);
            for from in to.saturating_sub(lexicon::LONGEST)..to {
                let (unknown, pieces, _) = best[from];
                let shortest = if letters[from].is_ascii() { 2 } else { 1 };
                if to - from >= shortest
                    && (unknown, pieces + 1) < (best[to].0, best[to].1)
                    && is_known(query, at, letters, from..to)
                {
                    best[to] = (unknown, pieces + 1, from);
                }
            }
        }
        let mut cuts = vec![n];
        while let Some(&to) = cuts.last().filter(|&&to| to > 0) {
            cuts.push(best[to].2);
        }
        cuts.reverse();
        let mut loose: Vec<char> = Vec::new();
        for pair in cuts.windows(2) {
            let part = &letters[pair[0]..pair[1]];
            if is_known(query, at, letters, pair[0]..pair[1]) {
                if !loose.is_empty() {
                    self.word(&std::mem::take(&mut loose), Meaning::NONE);
                }
                self.word(part, lexicon::meaning(part.iter().copied()));
            } else {
                loose.extend(part);
            }
        }
        loose.extend(beyond);
        if !loose.is_empty() {
            self.word(&loose, Meaning::NONE);
        }
    }
}

/// Whether a part of glued letters is a word of the lists, as [`known_part`] says. That of a part within is asked once for a
/// query, however many names are compared with it.
fn is_known(query: &Query, at: usize, letters: &[char], part: Range<usize>) -> bool {
    let ask = || known_part(&letters[part.clone()], letters.len());
    if part.len() == letters.len() {
        return ask();
    }
    query.know(at + part.start, part.len(), ask)
}

/// Whether a part of glued letters is a word of the lists; two-letter ones only if they are all there is.
fn known_part(part: &[char], whole: usize) -> bool {
    if part.len() >= COMMON_LETTERS && rarity::is_common(part) {
        return true;
    }
    let meaning = lexicon::meaning(part.iter().copied());
    let listed = meaning.has(lexicon::READ_INSIDE);
    let long = part.len() >= 3 || !part[0].is_ascii() || part.len() == whole;
    long && (listed || (part.len() == whole && !meaning.is_none()))
}

/// Scripts written without spaces between words.
fn unspaced(letters: &[char]) -> bool {
    letters.iter().any(|&c| {
        is_han_or_kana(c) || matches!(c as u32, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF)
    })
}
