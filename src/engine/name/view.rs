//! Views: the readings of one fold.
//!
//! Most names have one. A name with digits among its letters is also read with the digits as letters, a word in
//! look-alike letters as Latin, `rn` as `m`. Each view remembers where its letters came from, so that what
//! is found in a view can be shown in the name.

use smallvec::SmallVec;

use super::disguise::Disguise;
use super::fold::{Folded, Unit};
use super::lexicon::Meaning;
use super::sound::SoundKey;
use super::{lexicon, rarity};

/// One reading of a name.
#[derive(Debug, Clone)]
pub struct View {
    /// What was undone to read it so, beyond what the fold undid.
    pub undone: Disguise,
    /// Its letters.
    pub chars: Vec<char>,
    /// For each letter the index of the unit it came from.
    pub origin: Vec<u16>,
    /// Its sound.
    pub key: SoundKey,
}

/// Most views of one name; a further reading is not tried.
const MAX_VIEWS: usize = 6;

impl View {
    fn new(undone: Disguise, letters: impl Iterator<Item = (char, u16)>) -> Self {
        let (chars, origin): (Vec<char>, Vec<u16>) = letters.unzip();
        let key = SoundKey::of(&chars, false);
        Self {
            undone,
            chars,
            origin,
            key,
        }
    }

    /// Whether letters `from..to` begin or end within what one unit is read as: "muji" in the reading of 김우진.
    pub fn splits_a_unit(&self, from: usize, to: usize) -> bool {
        let within =
            |at: usize| at > 0 && at < self.origin.len() && self.origin[at - 1] == self.origin[at];
        within(from) || within(to)
    }

    /// The unit range that letters `from..to` of this view cover.
    pub fn units(&self, from: usize, to: usize) -> (usize, usize) {
        let first = self.origin.get(from).copied().unwrap_or(0);
        let last = to
            .checked_sub(1)
            .and_then(|i| self.origin.get(i))
            .copied()
            .unwrap_or(first);
        (usize::from(first), usize::from(last) + 1)
    }
}

/// All the readings of a fold, the plain one first.
pub fn views(folded: &Folded) -> Vec<View> {
    let units = &folded.units;
    let mut views = vec![View::new(
        Disguise::NONE,
        numbered(units)
            .filter(|(_, u)| !u.soft)
            .map(|(i, u)| (u.ch, i)),
    )];
    let whole = whole_script_words(folded);
    if !whole.is_empty() {
        views.push(View::new(
            Disguise::WHOLE_SCRIPT,
            numbered(units)
                .filter(|(_, u)| !u.soft)
                .map(|(i, u)| (whole_letter(u, &whole), i)),
        ));
    }
    for one in ['l', 'i'] {
        if let Some(view) = leet(units, &whole, one) {
            views.push(view);
        }
    }
    for (pair, letter) in [(['r', 'n'], 'm'), (['v', 'v'], 'w'), (['c', 'l'], 'd')] {
        if let Some(view) =
            paired(&views[0], units, pair, letter).filter(|_| views.len() < MAX_VIEWS)
        {
            views.push(view);
        }
    }
    if let Some(view) = romanised(&views[0]).filter(|_| views.len() < MAX_VIEWS) {
        views.push(view);
    }
    views
}

fn numbered(units: &[Unit]) -> impl Iterator<Item = (u16, &Unit)> {
    (0..).zip(units)
}

/// Fewest letters that are read as Latin although none of them is: two or three look Latin by chance.
const WHOLE_SCRIPT_LETTERS: usize = 4;

/// The words whose letters all look Latin though none is, and that say nothing in their own script. Short ones count together
/// ("ΡΚΟ ΒΡ"), and where another word mixes scripts each does.
fn whole_script_words(folded: &Folded) -> SmallVec<[u16; 4]> {
    let alike = |u: &Unit| (u.look.is_some() && passes_for_latin(u.ch)) || u.ch.is_ascii_digit();
    let of_its_own = |word: &[Unit]| {
        let letters: Vec<char> = word.iter().map(|u| u.ch).collect();
        rarity::is_written(&letters) || !lexicon::meaning(letters.into_iter()).is_none()
    };
    let mut dressed = SmallVec::new();
    let mut letters = 0;
    for word in folded.words() {
        let foreign = word.iter().filter(|u| !u.ch.is_ascii()).count();
        if foreign > 0 && word.iter().all(alike) && !of_its_own(word) {
            letters += foreign;
            dressed.push(word[0].word);
        }
    }
    let is_mixed = |u: &Unit| u.disguise.has(Disguise::MIXED_SCRIPT);
    if letters < WHOLE_SCRIPT_LETTERS && !folded.units.iter().any(is_mixed) {
        dressed.clear();
    }
    dressed
}

/// Alphabets of capital and small letters, drawn like Latin ones; a Han or Hebrew letter that resembles one is itself.
fn passes_for_latin(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

fn whole_letter(unit: &Unit, whole: &[u16]) -> char {
    unit.look
        .filter(|_| whole.contains(&unit.word))
        .unwrap_or(unit.ch)
}

/// Reads digits and symbols among letters as letters; `one` is what 1 and | stand for.
///
/// A symbol that ends a word may be no more than that ("Yahoo!"): `@` and `$`, which end none, are always read, a mark or a bar
/// where another stand-in of the same word betrays it ("Fran$!").
fn leet(units: &[Unit], whole: &[u16], one: char) -> Option<View> {
    let mut changed = false;
    let mut ambiguous = false;
    let mut letters = Vec::with_capacity(units.len());
    let runs = runs(units);
    for (i, unit) in numbered(units) {
        let at = usize::from(i);
        let run = &runs[at];
        let ends = unit.soft && at + 1 == run.to;
        let is_read = !ends || (at > run.from && (matches!(unit.ch, '@' | '$') || run.betrayed));
        let letter = if unit.tall && one == 'l' {
            Some(one)
        } else if is_read && run.lettered {
            leet_letter(unit, one)
        } else {
            None
        };
        match letter {
            Some(letter) => {
                changed = true;
                ambiguous |= matches!(unit.ch, '1' | '|' | '!');
                letters.push((letter, i));
            }
            None if unit.soft => {}
            None => letters.push((whole_letter(unit, whole), i)),
        }
    }
    (changed && (ambiguous || one == 'l')).then(|| View::new(Disguise::LEET, letters.into_iter()))
}

/// A run of letters, digits and symbols between spaces.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: usize,
    to: usize,
    /// It holds a letter.
    lettered: bool,
    /// A digit, or a symbol before its end, stands among its letters.
    betrayed: bool,
}

/// The run of each unit.
fn runs(units: &[Unit]) -> Vec<Run> {
    let mut runs = Vec::with_capacity(units.len());
    for run in units.chunk_by(|a, b| a.run == b.run) {
        let from = runs.len();
        let stands_in = |unit: &Unit| unit.soft || unit.ch.is_ascii_digit();
        let before = run.iter().rposition(|u| !matches!(u.ch, '!' | '|'));
        let run_is = Run {
            from,
            to: from + run.len(),
            lettered: run.iter().any(|u| u.ch.is_alphabetic()),
            betrayed: before.is_some_and(|end| run[..=end].iter().any(stands_in)),
        };
        runs.extend(run.iter().map(|_| run_is));
    }
    runs
}

/// The letter for which a digit or symbol stands among letters; `one` is what 1 and | stand for.
pub fn leet_letter(unit: &Unit, one: char) -> Option<char> {
    Some(match unit.ch {
        '0' => 'o',
        '1' | '|' => one,
        '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '6' | '9' => 'g',
        '7' => 't',
        '8' => 'b',
        '2' => 'z',
        _ if unit.soft => unit.look?,
        _ => return None,
    })
}

/// Reads two letters as the one that they look like.
///
/// A word that people write is meant as it stands: "acorn" is no "acom". One that looks like a function word is read as that,
/// too, which makes no other name of it: "Crédit cle France".
fn paired(plain: &View, units: &[Unit], pair: [char; 2], letter: char) -> Option<View> {
    if !plain.chars.windows(2).any(|w| w == pair) {
        return None;
    }
    let word = |i: usize| units[usize::from(plain.origin[i])].word;
    let all: Vec<usize> = (0..plain.chars.len()).collect();
    let mut meant = vec![false; plain.chars.len()];
    for group in all.chunk_by(|&a, &b| word(a) == word(b)) {
        let letters = &plain.chars[group[0]..=group[group.len() - 1]];
        let is_meant = rarity::is_written(letters) && !is_filler_as(letters, pair, letter);
        meant[group[0]..=group[group.len() - 1]].fill(is_meant);
    }
    if !plain
        .chars
        .windows(2)
        .zip(&meant)
        .any(|(w, &m)| w == pair && !m)
    {
        return None;
    }
    let mut letters = Vec::with_capacity(plain.chars.len());
    let mut i = 0;
    while i < plain.chars.len() {
        if plain.chars[i..].starts_with(&pair) && !meant[i] {
            letters.push((letter, plain.origin[i]));
            i += 2;
        } else {
            letters.push((plain.chars[i], plain.origin[i]));
            i += 1;
        }
    }
    Some(View::new(Disguise::PAIR, letters.into_iter()))
}

/// Whether a word with the pair read as one letter is a function word.
fn is_filler_as(word: &[char], pair: [char; 2], letter: char) -> bool {
    let Some(at) = word.windows(2).position(|w| w == pair) else {
        return false;
    };
    let read = (word[..at].iter()).chain([&letter]).chain(&word[at + 2..]);
    lexicon::meaning(read.copied()).has(Meaning::FILLER)
}

/// Kana and Hangul by their reading, which may spell a foreign brand (アマゾン).
fn romanised(plain: &View) -> Option<View> {
    let syllable = |c: char| matches!(c as u32, 0x3041..=0x30FF | 0xAC00..=0xD7AF);
    let read = plain.chars.iter().filter(|&&c| syllable(c)).count();
    if read < 3 {
        return None;
    }
    let key = SoundKey::of(&plain.chars, true);
    let origin = key
        .origin
        .iter()
        .map(|&i| plain.origin[usize::from(i)])
        .collect();
    Some(View {
        undone: Disguise::TRANSLITERATED,
        chars: key.chars.clone(),
        key: SoundKey {
            origin: (0..).take(key.chars.len()).collect(),
            ..key
        },
        origin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether one of the readings that undo `how` is `letters`.
    fn is_read(name: &str, how: Disguise, letters: &str) -> bool {
        (views(&Folded::of(name)).iter())
            .any(|v| v.undone.has(how) && v.chars.iter().collect::<String>() == letters)
    }

    #[test]
    fn a_symbol_at_the_end_of_a_word_is_a_letter_where_it_can_be_nothing_else() {
        for (name, letters) in [
            ("Pokaw@", "pokawa"),
            ("Jamb@ Juic3", "jambajuice"),
            ("Lu!$@ Spagnoli", "luisaspagnoli"),
            ("Banque Saudi Fran$!", "banquesaudifransi"),
            ("PARKROY@|", "parkroyal"),
        ] {
            assert!(is_read(name, Disguise::LEET, letters), "{name}");
        }
        for name in ["Yahoo!", "Support |", "@ home", "DHL | Help!"] {
            assert!(
                views(&Folded::of(name))
                    .iter()
                    .all(|v| !v.undone.has(Disguise::LEET)),
                "{name}"
            );
        }
    }

    #[test]
    fn short_words_in_another_alphabet_count_together() {
        for (name, letters) in [("ΡΚΟ ΒΡ", "pkobp"), ("Βαncο ΒΡΙ", "bancobpi")] {
            assert!(is_read(name, Disguise::WHOLE_SCRIPT, letters), "{name}");
        }
        for name in ["ВТБ", "Банк ВТБ", "ОАО СТО"] {
            let undone = views(&Folded::of(name))
                .iter()
                .any(|v| v.undone.has(Disguise::WHOLE_SCRIPT));
            assert!(!undone, "{name}");
        }
    }

    #[test]
    fn a_capital_i_of_any_alphabet_passes_for_a_small_l() {
        for (name, letters) in [
            ("WaIIet", "wallet"),
            ("Ра\u{443}Ра\u{406}", "paypal"),
            ("\u{3A1}a\u{443}\u{3A1}a\u{399}", "paypal"),
            ("Ma𝕀von", "malvon"),
            ("iPIace", "iplace"),
        ] {
            assert!(is_read(name, Disguise::LEET, letters), "{name}");
        }
        for name in ["ING", "Hawaii", "API", "Île"] {
            assert_eq!(views(&Folded::of(name)).len(), 1, "{name}");
        }
    }

    #[test]
    fn a_word_is_read_otherwise_only_if_it_is_none_or_becomes_a_function_word() {
        assert!(is_read(
            "Crédit cle France",
            Disguise::PAIR,
            "creditdefrance"
        ));
        assert!(is_read("Arnazon", Disguise::PAIR, "amazon"));
        for name in ["Acorn", "Clay", "Clear"] {
            assert_eq!(views(&Folded::of(name)).len(), 1, "{name}");
        }
    }
}
