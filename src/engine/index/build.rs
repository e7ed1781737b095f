//! Building a segment: businesses in, flat arrays out, on all cores.

use rayon::prelude::*;
use uuid::Uuid;

use super::by_pieces::{OF_ONE_PIECE, PIECED_LENGTHS, PIECES, piece_hashes};
use super::channels;
use super::grams::{Grams, GramsBuilder};
use super::hashing::{self, seal};
use super::name_entry::NameEntry;
use super::registered::Registered;
use super::segment::{
    DELETION_LENGTHS, GATES, ORDERED_WORDS, Segment, deletion_hashes, gate, gram_hashes,
    occurrences, order_hash,
};
use super::table::{Filter, Table, TableBuilder};
use super::words::{Occurrence, Words};
use crate::domain::{Badge, BadgeState, Business, BusinessId, BusinessName, Profile};

/// Businesses or names that one task works on.
const CHUNK: usize = 2_048;
/// Keys whose hashes are sorted at once: bounds the memory that building takes beside the index itself.
const KEYS_A_PASS: usize = 2_000_000;
/// Times at most that all keys are made anew for that; beyond eight million, memory gives way, since time would grow with the square.
const PASSES: usize = 4;

/// Gathers businesses, packed, until a segment is built of them.
#[derive(Debug, Default)]
pub struct Builder {
    records: Vec<(BusinessId, Box<[u8]>)>,
}

impl Segment {
    /// Businesses of which only the name is known, one a name, with their places as ids; what is no name is left out.
    pub(super) fn of_names(names: &[&str]) -> Self {
        let mut builder = Builder::default();
        for (number, name) in (0u128..).zip(names) {
            if let Ok(name) = BusinessName::parse(name) {
                let (id, profile) = (
                    BusinessId::new(Uuid::from_u128(number)),
                    Profile::named(name),
                );
                let bare = Registered::of(id, &profile, Badge::None, BadgeState::Active);
                builder.push_registered(&bare);
            }
        }
        builder.finish()
    }
}

impl Builder {
    /// Adds a business; of two with one id the last counts.
    pub fn push(&mut self, business: &Business) {
        self.push_registered(&Registered::from(business));
    }

    fn push_registered(&mut self, registered: &Registered) {
        self.push_record(registered.id, registered.pack());
    }

    /// Adds a business that another segment has packed.
    pub(super) fn push_record(&mut self, id: BusinessId, record: impl Into<Box<[u8]>>) {
        self.records.push((id, record.into()));
    }

    /// How many businesses were added.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether none was added.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Folds and tables the businesses.
    pub fn finish(mut self) -> Segment {
        // Stable, so that of two with one id the last comes last.
        self.records.sort_by_key(|(id, _)| *id);
        self.records.reverse();
        self.records.dedup_by_key(|(id, _)| *id);
        self.records.reverse();
        let mut segment = Segment::default();
        table_businesses(&mut segment, self.records);
        table_keys(&mut segment);
        segment
    }
}

/// What one name gives.
struct UnpackedName {
    which: u16,
    /// What is kept of its fold.
    text: String,
    /// The hash of its words in any order, where it is tabled by them.
    order: Option<u64>,
}

impl UnpackedName {
    fn of(name: &NameEntry, record: &[u8]) -> Self {
        let words = name.words().map(|word| hashing::of(word.iter().copied()));
        Self {
            which: name.which,
            text: kept_text(name, record),
            order: (ORDERED_WORDS.contains(&name.starts.len())).then(|| order_hash(words)),
        }
    }
}

/// What one business gives.
struct Unpacked {
    names: Vec<UnpackedName>,
    words: Vec<Occurrence>,
    channels: Vec<u64>,
}

impl Unpacked {
    fn of(business: u32, record: &[u8]) -> Self {
        let nobody = BusinessId::new(uuid::Uuid::nil());
        let registered = Registered::unpack(nobody, record);
        let names = registered.as_ref().map_or_else(Vec::new, folded_names);
        Self {
            words: (names.iter())
                .flat_map(|name| occurrences(name, business))
                .collect(),
            names: (names.iter())
                .map(|name| UnpackedName::of(name, record))
                .collect(),
            channels: (registered.iter())
                .flat_map(Registered::every_channel)
                .flat_map(channels::keys_of)
                .collect(),
        }
    }
}

/// What is kept of a name's fold: nothing where the record tells it.
fn kept_text(name: &NameEntry, record: &[u8]) -> String {
    let plain = Registered::name_in(record, name.which)
        .map(|written| NameEntry::read_plain(name.which, written));
    match plain {
        Some(plain) if plain.chars == name.chars && plain.starts == name.starts => String::new(),
        _ => name.written(),
    }
}

fn table_businesses(segment: &mut Segment, records: Vec<(BusinessId, Box<[u8]>)>) {
    let (mut words, mut channels, mut orders) = (Vec::new(), Vec::new(), Vec::new());
    segment.ids.reserve_exact(records.len());
    segment.record_starts.reserve_exact(records.len() + 1);
    // Several chunks at a time, so that what they give need not all be held before it is packed.
    for (round, chunk) in (0u32..).zip(records.chunks(CHUNK * 32)) {
        let first = round * (CHUNK * 32) as u32;
        let unpacked: Vec<Unpacked> = (chunk.par_iter())
            .enumerate()
            .with_min_len(256)
            .map(|(i, (_, record))| Unpacked::of(first + i as u32, record))
            .collect();
        for (at, ((id, record), business)) in (first..).zip(chunk.iter().zip(unpacked)) {
            segment.ids.push(id.as_uuid().into_bytes());
            segment.record_starts.push(segment.records.len() as u32);
            segment.records.extend_from_slice(record);
            for name in business.names {
                orders.extend(name.order.map(|order| (order, segment.owners.len() as u32)));
                segment.owners.push(at);
                segment.which.push(name.which);
                segment.text_starts.push(segment.text.len() as u32);
                segment.text.extend_from_slice(name.text.as_bytes());
            }
            words.extend(business.words);
            channels.extend(business.channels.into_iter().map(|key| (key, at)));
        }
    }
    segment.record_starts.push(segment.records.len() as u32);
    segment.text_starts.push(segment.text.len() as u32);
    drop(records);
    segment.words = Words::of(words);
    segment.channels = Table::of(channels);
    segment.orders = Table::of(orders);
    for bytes in [&mut segment.records, &mut segment.text] {
        bytes.shrink_to_fit();
    }
    for numbers in [&mut segment.owners, &mut segment.text_starts] {
        numbers.shrink_to_fit();
    }
    segment.which.shrink_to_fit();
}

/// The keys of some names: the number of the name, whether it is the name's first key, and the letters.
fn keys_of(segment: &Segment, names: std::ops::Range<u32>) -> Vec<(u32, bool, Vec<char>)> {
    names
        .flat_map(|name| {
            let keys = segment.entry(name).keys();
            keys.into_iter()
                .enumerate()
                .map(move |(i, key)| (name, i == 0, key))
        })
        .collect()
}

fn table_keys(segment: &mut Segment) {
    let names = segment.names() as u32;
    let chunks: Vec<std::ops::Range<u32>> = (0..names)
        .step_by(CHUNK)
        .map(|from| from..(from + CHUNK as u32).min(names))
        .collect();
    let (mut exact, mut deletions) = (Vec::new(), 0);
    let mut filter = Filter::new(segment.names() * (1 + GATES.len()));
    let mut further: Vec<(u32, u8)> = Vec::new();
    let mut further_keys: Vec<Vec<char>> = Vec::new();
    for round in chunks.chunks(32) {
        let keys: Vec<_> = (round.par_iter())
            .map(|names| keys_of(segment, names.clone()))
            .collect();
        for (name, first, key) in keys.into_iter().flatten() {
            let letters = key.len().min(255) as u8;
            if DELETION_LENGTHS.contains(&key.len()) {
                deletions += key.len() + 1;
            }
            for letters in GATES.iter().filter(|&&letters| letters <= key.len()) {
                filter.insert(gate(hashing::of(key[..*letters].iter().copied())));
            }
            let hash = hashing::of(key.iter().copied());
            filter.insert(hash);
            let number = if first {
                segment.key_letters.push(letters);
                name
            } else {
                further.push((name, letters));
                further_keys.push(key.clone());
                names + further.len() as u32 - 1
            };
            exact.push((hash, number));
        }
    }
    (segment.key_letters).extend(further.iter().map(|&(_, letters)| letters));
    segment.key_letters.shrink_to_fit();
    segment.further_keys = further.into_iter().map(|(name, _)| name).collect();
    segment.further_keys.shrink_to_fit();
    segment.exact = Table::of(exact);
    segment.filter = filter;
    let keys = Keys {
        segment,
        chunks: &chunks,
        further: &further_keys,
    };
    let (deletions, grams, pieces) = (keys.deletions(deletions), keys.grams(), keys.pieces());
    segment.deletions = deletions;
    segment.grams = grams;
    segment.pieces = pieces;
    let keys = Keys {
        segment,
        chunks: &chunks,
        further: &further_keys,
    };
    segment.key_weights = keys.weights();
    segment.key_weights.shrink_to_fit();
}

/// All the keys of a segment, made anew each time that they are read.
struct Keys<'a> {
    segment: &'a Segment,
    chunks: &'a [std::ops::Range<u32>],
    /// Keys that are no name's first.
    further: &'a [Vec<char>],
}

/// The part of all hashes that is sorted at a time.
#[derive(Clone, Copy)]
struct Pass {
    of: u64,
    which: u64,
}

impl Pass {
    /// Keeps a hash with what it stands for, sealed, if it is of this part.
    fn keep(self, hash: u64, value: u32, kept: &mut Vec<(u64, u32)>) {
        let sealed = seal(hash);
        if self.of == 1 || sealed >> (64 - self.of.trailing_zeros()) == self.which {
            kept.push((sealed, value));
        }
    }
}

impl Keys<'_> {
    /// What `of` makes of every name, in the order of the names.
    fn of_names<T: Send>(&self, of: impl Fn(u32, NameEntry, &mut Vec<T>) + Sync) -> Vec<T> {
        let parts: Vec<Vec<T>> = (self.chunks.par_iter())
            .map(|names| {
                let mut made = Vec::new();
                for name in names.clone() {
                    of(name, self.segment.entry(name), &mut made);
                }
                made
            })
            .collect();
        let mut made: Vec<T> = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        for part in parts {
            made.extend(part);
        }
        made
    }

    /// What `of` makes of every key, in the order of the keys.
    fn map<T: Send>(&self, of: impl Fn(u32, &[char], &mut Vec<T>) + Sync) -> Vec<T> {
        let mut made = self.of_names(|name, entry, made| of(name, &entry.key(), made));
        for (key, letters) in (self.segment.names() as u32..).zip(self.further) {
            of(key, letters, &mut made);
        }
        made
    }

    /// All `(sealed hash, value)` that `kept` gives for the passes, in order and without doubles, part by part.
    fn sorted(&self, kept: impl Fn(Pass) -> Vec<(u64, u32)>, mut each: impl FnMut(&[(u64, u32)])) {
        let keys = self.segment.key_letters.len();
        let of = (keys / KEYS_A_PASS + 1).next_power_of_two().min(PASSES) as u64;
        for which in 0..of {
            let mut pairs = kept(Pass { of, which });
            pairs.par_sort_unstable();
            pairs.dedup();
            each(&pairs);
        }
    }

    fn deletions(&self, expected: usize) -> Table<u8> {
        let mut builder = TableBuilder::new(expected);
        self.sorted(
            |pass| {
                self.map(|key, letters, kept| {
                    if DELETION_LENGTHS.contains(&letters.len()) {
                        deletion_hashes(letters).for_each(|hash| pass.keep(hash, key, kept));
                    }
                })
            },
            |pairs| {
                for &(sealed, key) in pairs {
                    builder.push(sealed, key);
                }
            },
        );
        builder.finish()
    }

    fn pieces(&self) -> Table<u8> {
        // About so many: names are as long as they sound, and of common pieces not all are kept.
        let heard = &self.segment.key_letters[..self.segment.names()];
        let pieced = heard
            .iter()
            .filter(|&&l| PIECED_LENGTHS.contains(&usize::from(l)));
        let mut builder = TableBuilder::new(PIECES * pieced.count());
        self.sorted(
            |pass| {
                self.of_names(|name, entry, kept| {
                    piece_hashes(&entry.chars).for_each(|hash| pass.keep(hash, name, kept));
                })
            },
            |pairs| {
                let alike = pairs.chunk_by(|a, b| a.0 == b.0);
                for same in alike.filter(|same| same.len() <= OF_ONE_PIECE) {
                    for &(sealed, name) in same {
                        builder.push(sealed, name);
                    }
                }
            },
        );
        builder.finish()
    }

    fn grams(&self) -> Grams {
        let mut builder = GramsBuilder::default();
        let long = self.segment.gram_letters();
        self.sorted(
            |pass| {
                self.map(|key, letters, kept| {
                    let hashes = gram_hashes(letters, &[0], long);
                    hashes.for_each(|hash| pass.keep(hash, key, kept));
                })
            },
            |pairs| {
                for same in pairs.chunk_by(|a, b| a.0 == b.0) {
                    builder.push(same[0].0, same.iter().map(|p| p.1));
                }
            },
        );
        builder.finish()
    }

    /// A key's weight is that of its grams, so that containment of a query can be told from the postings alone.
    fn weights(&self) -> Vec<u16> {
        let letters = self.segment.gram_letters();
        self.map(|_, key, made| {
            let mut hashes: Vec<u64> = gram_hashes(key, &[0], letters).collect();
            hashes.sort_unstable();
            hashes.dedup();
            let lists = hashes.iter().filter_map(|&h| self.segment.grams.get(h));
            let weight: f32 = lists.map(|p| self.segment.gram_weight(p.len)).sum();
            made.push((weight * 100.0).round().min(f32::from(u16::MAX)) as u16);
        })
    }
}

/// The names of a business that differ when folded; a blocked variant that folds to a name it goes by is none of its own.
fn folded_names(registered: &Registered) -> Vec<NameEntry> {
    let mut names: Vec<NameEntry> = Vec::with_capacity(1 + registered.aliases.len());
    for (which, name) in registered.names() {
        for form in std::iter::once(name.as_str()).chain(without_brackets(name.as_str()).as_deref())
        {
            if let Some(entry) = NameEntry::fold(which, form)
                && (names.iter()).all(|n| n.chars != entry.chars || n.starts != entry.starts)
            {
                names.push(entry);
            }
        }
    }
    names
}

/// A name without what it says in brackets ("Barclays [UK]"), if it says something in brackets and outside.
fn without_brackets(name: &str) -> Option<String> {
    let mut depth = 0usize;
    let mut outside = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let outside = outside.trim();
    (outside.len() < name.len() && !outside.is_empty()).then(|| outside.to_owned())
}
