//! One registered name, folded.

use smallvec::SmallVec;

use crate::engine::name::{Folded, SoundKey, is_dense};

/// The number of a business's first blocked variant; those below are names that it goes by.
pub(super) const VARIANTS: u16 = 0x8000;

/// A name or alias of a business in the form in which names are compared.
#[derive(Debug, Clone)]
pub struct NameEntry {
    /// 0 for the name itself, then the aliases in their order; blocked variants from 32,768 on.
    pub which: u16,
    /// Folded letters without spaces.
    pub chars: SmallVec<[char; 24]>,
    /// Where each word starts in `chars`; the first is 0.
    pub starts: SmallVec<[u16; 6]>,
    /// How much each word identifies, in bits.
    pub bits: SmallVec<[f32; 6]>,
    /// Rarity in writing of its rarest word, in bits; that of what is known all over the world is not taken for plain.
    pub rarest: f32,
    /// Rarity of its plainest word, likewise.
    pub plainest: f32,
}

impl NameEntry {
    /// Whether it is a blocked variant, which the business never goes by.
    pub fn is_variant(&self) -> bool {
        self.which >= VARIANTS
    }

    /// Folds a registered name; none if it has no letter or digit. What its words tell is not yet known.
    pub(super) fn fold(which: u16, name: &str) -> Option<Self> {
        let folded = Folded::of(name);
        let mut entry = Self::blank(which);
        for word in folded.words() {
            entry.push_word(word.iter().map(|u| u.ch));
        }
        (!entry.chars.is_empty()).then_some(entry)
    }

    /// Reads what [`NameEntry::written`] wrote.
    pub(super) fn read(which: u16, written: &str) -> Self {
        let mut entry = Self::blank(which);
        for word in written.split(' ') {
            entry.push_word(word.chars());
        }
        entry
    }

    /// Folds a name in which every letter and digit stands for its small one, each other sign parts words, and nothing else is to
    /// be done: what most names are. Whether that is what [`NameEntry::fold`] makes of a name is told where it is registered.
    pub(super) fn read_plain(which: u16, name: &str) -> Self {
        let mut entry = Self::blank(which);
        for word in name.split(|c: char| !c.is_alphanumeric()) {
            if !word.is_empty() {
                entry.push_word(word.chars().flat_map(char::to_lowercase));
            }
        }
        entry
    }

    fn blank(which: u16) -> Self {
        Self {
            which,
            chars: SmallVec::new(),
            starts: SmallVec::new(),
            bits: SmallVec::new(),
            rarest: 0.0,
            plainest: 0.0,
        }
    }

    fn push_word(&mut self, letters: impl Iterator<Item = char>) {
        self.starts
            .push(u16::try_from(self.chars.len()).unwrap_or(u16::MAX));
        self.chars.extend(letters);
    }

    /// Its words with single spaces.
    pub fn written(&self) -> String {
        let mut written = String::with_capacity(self.chars.len() + self.starts.len());
        for word in self.words() {
            if !written.is_empty() {
                written.push(' ');
            }
            written.extend(word);
        }
        written
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

    /// Its sound.
    pub fn key(&self) -> Vec<char> {
        SoundKey::of(&self.chars, false).chars
    }

    /// Every key under which the name is found: its sound, and its reading where it is in an East Asian script.
    pub(super) fn keys(&self) -> SmallVec<[Vec<char>; 2]> {
        let mut keys: SmallVec<[Vec<char>; 2]> = SmallVec::new();
        keys.push(self.key());
        if self.chars.iter().any(|&c| is_dense(c)) {
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
    NameEntry::fold(0, name).map_or_else(String::new, |entry| entry.written())
}
