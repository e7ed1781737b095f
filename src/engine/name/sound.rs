//! The sound key: what a name sounds like when read aloud, spelled in a handful of Latin letters.
//!
//! It is the common ground on which names are *found*: `Водафоне`, `Vodaphone`, `Vodafonne` and `Vodafone` share
//! one key. It is coarse on purpose; how close two names really are is measured on their own letters.
//! Han, kana and Hangul letters stay as they are, since their readings are not unique.

use any_ascii::any_ascii_char;
use smallvec::SmallVec;

use super::fold::is_dense;

/// Latin letters of a name of ordinary length.
const ORDINARY: usize = 64;

/// A key with, for every letter, the place of the letter it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SoundKey {
    /// Letters of the key.
    pub chars: Vec<char>,
    /// Index into the letters that were read, one for each of `chars`.
    pub origin: Vec<u16>,
}

impl SoundKey {
    /// Reads folded letters; Han, kana and Hangul are kept unless `romanise`.
    pub fn of(letters: &[char], romanise: bool) -> Self {
        let mut latin: SmallVec<[(char, u16); ORDINARY]> = SmallVec::new();
        for (at, &letter) in letters.iter().enumerate() {
            let at = u16::try_from(at).unwrap_or(u16::MAX);
            romanised(letter, romanise, |c| latin.push((c, at)));
        }
        // An x is heard as two letters.
        let room = latin.len() + 4;
        let mut key = Self {
            chars: Vec::with_capacity(room),
            origin: Vec::with_capacity(room),
        };
        let mut i = 0;
        while i < latin.len() {
            let (sounds, used) = sound_at(&latin, i);
            match sounds {
                Some(sounds) => sounds.chars().for_each(|c| key.push(c, latin[i].1)),
                None => key.push(latin[i].0, latin[i].1),
            }
            i += used;
        }
        key
    }

    /// Adds a letter; a doubled one is heard once.
    fn push(&mut self, c: char, origin: u16) {
        if c.is_ascii_alphabetic() && self.chars.last() == Some(&c) {
            return;
        }
        self.chars.push(c);
        self.origin.push(origin);
    }
}

/// Gives the Latin letters of one folded letter.
fn romanised(letter: char, romanise: bool, mut emit: impl FnMut(char)) {
    if letter.is_ascii() {
        return emit(letter);
    }
    if let Some(text) = cyrillic_or_greek(letter) {
        return text.chars().for_each(emit);
    }
    if is_dense(letter) && !romanise {
        return emit(letter);
    }
    let text = any_ascii_char(letter);
    if text.is_empty() {
        return emit(letter);
    }
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .for_each(|c| emit(c.to_ascii_lowercase()));
}

/// Cyrillic (Russian, Ukrainian, Bulgarian, Serbian …) and Greek letters as they sound.
pub(super) fn cyrillic_or_greek(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' | 'α' => "a",
        'б' => "b",
        'в' | 'β' => "v",
        'г' | 'ґ' | 'γ' => "g",
        'д' | 'ђ' | 'δ' => "d",
        'е' | 'ё' | 'э' | 'є' | 'ε' => "e",
        'ж' => "zh",
        'з' | 'ζ' => "z",
        'и' | 'й' | 'ы' | 'і' | 'ї' | 'ι' | 'η' => "i",
        'υ' => "y",
        'ј' => "j",
        'к' | 'ќ' | 'κ' => "k",
        'л' | 'λ' => "l",
        'љ' => "lj",
        'м' | 'μ' => "m",
        'н' | 'ν' => "n",
        'њ' => "nj",
        'о' | 'ο' | 'ω' => "o",
        'п' | 'π' => "p",
        'р' | 'ρ' => "r",
        'с' | 'σ' => "s",
        'т' | 'τ' => "t",
        'ћ' | 'ч' => "ch",
        'у' | 'ў' => "u",
        'ф' | 'φ' => "f",
        'х' | 'χ' => "h",
        'ц' => "ts",
        'џ' => "dj",
        'ш' | 'щ' => "sh",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        'θ' => "th",
        'ξ' => "ks",
        'ψ' => "ps",
        _ => return None,
    })
}

/// The sound at `i` and how many letters it takes; none where a letter stands for itself.
fn sound_at(latin: &[(char, u16)], i: usize) -> (Option<&'static str>, usize) {
    let at = |k: usize| latin.get(i + k).map_or('\0', |p| p.0);
    match (at(0), at(1), at(2)) {
        ('s', 'c', 'h') => (Some("x"), 3),
        ('s', 'h', _) => (Some("x"), 2),
        ('c', 'h', _) => (Some("q"), 2),
        ('d', 'z', 'h') => (Some("j"), 3),
        ('d', 'j', _) | ('z', 'h', _) => (Some("j"), 2),
        ('p', 'h', _) => (Some("f"), 2),
        ('t', 'h', _) => (Some("t"), 2),
        ('k', 'h', _) => (Some("h"), 2),
        ('g', 'h', _) => (Some("g"), 2),
        ('c', 'k' | 'q', _) | ('q', 'u', _) => (Some("k"), 2),
        ('t', 's' | 'z', _) => (Some("s"), 2),
        ('o', 'o' | 'u', _) => (Some("u"), 2),
        ('e', 'e', _) => (Some("i"), 2),
        ('c', 'e' | 'i' | 'y', _) => (Some("s"), 1),
        ('c' | 'q', _, _) => (Some("k"), 1),
        ('w', _, _) => (Some("v"), 1),
        ('y', _, _) => (Some("i"), 1),
        ('x', _, _) => (Some("ks"), 1),
        _ => (None, 1),
    }
}
