//! A frozen segment: businesses, their names, and the tables in which names and channels are found, all as flat arrays.

use smallvec::SmallVec;

use super::grams::Grams;
use super::name_entry::NameEntry;
use super::registered::Registered;
use super::table::{Filter, Table};
use super::words::Words;
use super::{hashing, words::Occurrence};
use crate::domain::BusinessId;
use crate::engine::name::is_dense;

/// Shortest and longest key for which one-letter deletions are tabled: longer ones share enough letter groups when one
/// letter differs, and would take most of the memory.
pub(super) const DELETION_LENGTHS: std::ops::RangeInclusive<usize> = 4..=8;
/// At so many letters a stretch that no key begins with is followed no further.
pub(super) const GATES: [usize; 2] = [3, 6];

/// An immutable part of the index.
#[derive(Debug, Default)]
pub struct Segment {
    /// Ids of the businesses, rising; a business's place here is its number in all else.
    pub(super) ids: Vec<[u8; 16]>,
    /// Where each business's record starts in `records`; one more for the end.
    pub(super) record_starts: Vec<u32>,
    /// Packed records.
    pub(super) records: Vec<u8>,
    /// Whose each name is, rising.
    pub(super) owners: Vec<u32>,
    /// Which of its business's names each name is.
    pub(super) which: Vec<u16>,
    /// Where each name's folded words start in `text`; one more for the end. A name has none there that is plain in its
    /// business's record, see [`NameEntry::read_plain`].
    pub(super) text_starts: Vec<u32>,
    /// Folded words, by single spaces.
    pub(super) text: Vec<u8>,
    /// Letters of each key, 255 at most. The first keys are the names' own, in their order.
    pub(super) key_letters: Vec<u8>,
    /// Hundredths of the sum of the weights of each key's grams.
    pub(super) key_weights: Vec<u16>,
    /// The names of the keys after those.
    pub(super) further_keys: Vec<u32>,
    /// Keys by their letters.
    pub(super) exact: Table<u32>,
    /// Hashes of whole keys and of their first letters.
    pub(super) filter: Filter,
    /// Short keys by their letters less one.
    pub(super) deletions: Table<u8>,
    /// Longer names by the pieces of their letters.
    pub(super) pieces: Table<u8>,
    /// Names of several words by their words, in any order.
    pub(super) orders: Table<u8>,
    /// Keys by letter groups.
    pub(super) grams: Grams,
    /// Businesses by the keys of their channels.
    pub(super) channels: Table<u32>,
    /// How common words are.
    pub(super) words: Words,
}

impl Segment {
    /// How many businesses it holds, those included that have changed since.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// How many names it holds.
    pub fn names(&self) -> usize {
        self.owners.len()
    }

    /// The id of a business.
    pub(super) fn id(&self, business: u32) -> BusinessId {
        BusinessId::new(uuid::Uuid::from_bytes(self.ids[business as usize]))
    }

    /// The number of a business.
    pub(super) fn business(&self, id: BusinessId) -> Option<u32> {
        let found = self.ids.binary_search(id.as_uuid().as_bytes());
        found.ok().map(|at| at as u32)
    }

    /// What is known of a business; none for a record that cannot be read.
    pub(super) fn registered(&self, business: u32) -> Option<Registered> {
        Registered::unpack(self.id(business), self.record(business))
    }

    /// The packed record of a business.
    pub(super) fn record(&self, business: u32) -> &[u8] {
        let at = business as usize;
        let (from, to) = (self.record_starts[at], self.record_starts[at + 1]);
        let bytes = self.records.get(from as usize..to as usize);
        bytes.unwrap_or_default()
    }

    /// The name of a key.
    pub(super) fn name_of(&self, key: u32) -> u32 {
        match (key as usize).checked_sub(self.names()) {
            None => key,
            Some(further) => self.further_keys[further],
        }
    }

    /// A name, folded; what its words tell is not yet known.
    pub(super) fn entry(&self, name: u32) -> NameEntry {
        let at = name as usize;
        let which = self.which[at];
        let (from, to) = (self.text_starts[at], self.text_starts[at + 1]);
        if from == to {
            let record = self.record(self.owners[at]);
            return NameEntry::read_plain(which, Registered::name_in(record, which).unwrap_or(""));
        }
        let bytes = self.text.get(from as usize..to as usize);
        let written = std::str::from_utf8(bytes.unwrap_or_default());
        NameEntry::read(which, written.unwrap_or_default())
    }

    /// Looks at the places of many names side by side, so that reading them afterwards waits for no memory: the processor waits for
    /// many places at once where nothing else stands between.
    pub(super) fn warm(&self, names: impl Iterator<Item = u32>) {
        let owners: SmallVec<[(usize, usize); 128]> = names
            .map(|name| (name as usize, self.owners[name as usize] as usize))
            .collect();
        let mut seen = 0u32;
        let records: SmallVec<[u32; 128]> = (owners.iter())
            .map(|&(_, business)| self.record_starts[business])
            .collect();
        for (&(name, business), &record) in owners.iter().zip(&records) {
            seen ^= u32::from(self.ids[business][15]) ^ u32::from(self.which[name]);
            seen ^= self.text_starts[name];
            seen ^= self
                .records
                .get(record as usize)
                .map_or(0, |&byte| byte.into());
        }
        std::hint::black_box(seen);
    }

    /// The names of a business.
    pub(super) fn names_of(&self, business: u32) -> std::ops::Range<u32> {
        let first = |business| self.owners.partition_point(|&owner| owner < business) as u32;
        first(business)..first(business + 1)
    }

    /// The words of the names of a business.
    pub(super) fn words_of(&self, business: u32) -> Vec<Occurrence> {
        let names = self.names_of(business);
        names
            .flat_map(|name| occurrences(&self.entry(name), business))
            .collect()
    }

    /// Letters of a gram: where names are many, short ones are in too many of them to tell.
    pub(super) fn gram_letters(&self) -> usize {
        match self.key_letters.len() {
            0..150_000 => 3,
            150_000..5_000_000 => 4,
            _ => 5,
        }
    }

    /// How much a gram with that many postings tells, as in inverse document frequency.
    pub(super) fn gram_weight(&self, postings: u32) -> f32 {
        (1.0 + self.key_letters.len() as f32 / (1.0 + postings as f32)).ln()
    }
}

/// The words of one name.
pub(super) fn occurrences(entry: &NameEntry, business: u32) -> Vec<Occurrence> {
    let alone = entry.starts.len() == 1;
    let words = entry.words();
    words
        .map(|word| Occurrence::new(word, business, alone))
        .collect()
}

/// Names of so many words are tabled by them in any order: fewer have none, and of more some grams remain.
pub(super) const ORDERED_WORDS: std::ops::RangeInclusive<usize> = 2..=8;

/// The hash of words in any order: the sum of theirs.
pub(super) fn order_hash(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0, |sum, word| sum.wrapping_add(hashing::seal(word)))
}

/// The hash under which the filter keeps a key's first letters: another one than that of a key of those letters.
pub(super) const fn gate(hash: u64) -> u64 {
    hash ^ 0x6A7E_6A7E_6A7E_6A7E
}

/// The hashes of a key and of every key with one letter less: two that share one are within two edits, and
/// any two within one edit share one.
pub(super) fn deletion_hashes(key: &[char]) -> impl Iterator<Item = u64> + '_ {
    std::iter::once(hashing::of(key.iter().copied())).chain((0..key.len()).map(|skip| {
        hashing::of(
            key.iter()
                .enumerate()
                .filter(move |(i, _)| *i != skip)
                .map(|(_, &c)| c),
        )
    }))
}

/// The grams of a key: `letters` of them, two where Han, kana or Hangul are among the first, and one letter less with a mark
/// at each of `starts`.
pub(super) fn gram_hashes<'a>(
    key: &'a [char],
    starts: &'a [u16],
    letters: usize,
) -> impl Iterator<Item = u64> + 'a {
    let inner = (0..key.len()).filter_map(move |i| {
        let two = key.get(i..i + 2)?;
        if two.iter().any(|&c| is_dense(c)) {
            return Some(hashing::of(two.iter().copied()));
        }
        key.get(i..i + letters)
            .filter(|gram| !gram[2..].iter().any(|&c| is_dense(c)))
            .map(|gram| hashing::of(gram.iter().copied()))
    });
    let first = starts.iter().filter_map(move |&s| {
        let first = key.get(usize::from(s)..usize::from(s) + letters - 1)?;
        Some(hashing::of(
            std::iter::once('^').chain(first.iter().copied()),
        ))
    });
    inner.chain(first)
}
