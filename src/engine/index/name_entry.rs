//! One registered name, folded once and for all.

use smallvec::SmallVec;

use crate::engine::name::{Folded, SoundKey, is_han_or_kana};

/// A name or alias of a business in the form in which names are compared.
#[derive(Debug, Clone)]
pub struct NameEntry {
    /// Index of its business within the segment.
    pub business: u32,
    /// 0 for the name itself, then the aliases in their order.
    pub which: u16,
    /// Folded letters without spaces.
    pub chars: Box<[char]>,
    /// Where each word starts in `chars`; the first is 0.
    pub starts: SmallVec<[u16; 6]>,
    /// Its sound.
    pub key: Box<[char]>,
    /// How much each word identifies, in bits; filled when the segment is frozen.
    pub bits: SmallVec<[f32; 6]>,
    /// Rarity in writing of its rarest word, in bits, however well known the business is.
    pub rarest: f32,
}

impl NameEntry {
    /// Folds a registered name; none if it has no letter or digit.
    pub fn new(business: u32, which: u16, name: &str) -> Option<Self> {
        let folded = Folded::of(name);
        let mut chars = Vec::with_capacity(folded.units.len());
        let mut starts = SmallVec::new();
        for word in folded.words() {
            starts.push(u16::try_from(chars.len()).unwrap_or(u16::MAX));
            chars.extend(word.iter().map(|u| u.ch));
        }
        if chars.is_empty() {
            return None;
        }
        let key = SoundKey::of(&chars, false).chars;
        Some(Self {
            business,
            which,
            chars: chars.into(),
            starts,
            key: key.into(),
            bits: SmallVec::new(),
            rarest: 0.0,
        })
    }

    /// The words of the name, as folded letters.
    pub fn words(&self) -> impl Iterator<Item = &[char]> {
        self.starts.iter().enumerate().map(|(i, &from)| {
            let to = self
                .starts
                .get(i + 1)
                .map_or(self.chars.len(), |&t| usize::from(t));
            &self.chars[usize::from(from)..to]
        })
    }

    /// What the whole name identifies, in bits.
    pub fn total_bits(&self) -> f32 {
        self.bits.iter().sum()
    }

    /// Every key under which the name is found: its sound, and its reading where it is in an East Asian script.
    pub fn keys(&self) -> SmallVec<[Vec<char>; 2]> {
        let mut keys: SmallVec<[Vec<char>; 2]> = SmallVec::new();
        keys.push(self.key.to_vec());
        if self
            .chars
            .iter()
            .any(|&c| is_han_or_kana(c) || matches!(c as u32, 0xAC00..=0xD7AF))
        {
            let read = SoundKey::of(&self.chars, true).chars;
            if read.len() >= 5 {
                keys.push(read);
            }
        }
        keys
    }
}

/// The folded words of a name, by single spaces, for tests and tools.
pub fn folded_words(name: &str) -> String {
    let words: Vec<String> = Folded::of(name)
        .words()
        .map(|word| word.iter().map(|u| u.ch).collect())
        .collect();
    words.join(" ")
}
