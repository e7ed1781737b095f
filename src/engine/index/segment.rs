//! A frozen segment: businesses, their names, and the tables in which names and channels are found.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::channels::ChannelTable;
use super::hashing;
use super::name_entry::NameEntry;
use crate::domain::{Business, BusinessId};
use crate::engine::name::{is_han_or_kana, lexicon, rarity};

/// Shortest and longest key for which one-letter deletions are tabled.
pub(super) const DELETION_LENGTHS: std::ops::RangeInclusive<usize> = 4..=14;
/// Letters that gate the search for exact stretches.
pub(super) const GATE: usize = 3;

/// Groups of values by hash: one flat array and a range for each key.
#[derive(Debug, Default)]
pub(super) struct Postings {
    ranges: FxHashMap<u64, (u32, u32)>,
    values: Vec<u32>,
}

impl Postings {
    fn build(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut postings = Self {
            ranges: FxHashMap::default(),
            values: Vec::with_capacity(pairs.len()),
        };
        for group in pairs.chunk_by(|a, b| a.0 == b.0) {
            let from = postings.values.len() as u32;
            postings.values.extend(group.iter().map(|p| p.1));
            postings
                .ranges
                .insert(group[0].0, (from, group.len() as u32));
        }
        postings
    }

    /// The values under a hash.
    pub(super) fn get(&self, hash: u64) -> &[u32] {
        self.ranges.get(&hash).map_or(&[], |&(from, len)| {
            &self.values[from as usize..(from + len) as usize]
        })
    }
}

/// A key of a name: what it is found by.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyEntry {
    /// The name it belongs to.
    pub name: u32,
    /// Its length in letters.
    pub len: u16,
}

/// An immutable part of the index.
#[derive(Debug, Default)]
pub struct Segment {
    pub(super) businesses: Vec<Arc<Business>>,
    pub(super) names: Vec<NameEntry>,
    pub(super) keys: Vec<KeyEntry>,
    /// For each key the sum of the weights of its grams; apart from the keys, since it is read far more often.
    pub(super) key_weights: Vec<f32>,
    pub(super) exact: Postings,
    pub(super) gate: FxHashMap<u64, u16>,
    pub(super) deletions: Postings,
    pub(super) grams: Postings,
    pub(super) channels: ChannelTable,
    by_id: FxHashMap<BusinessId, (u32, u32)>,
    pub(super) words: Arc<WordCounts>,
}

/// In how many businesses' names each word stands.
#[derive(Debug, Default)]
pub struct WordCounts {
    counts: FxHashMap<u64, u32>,
    /// Words that are a whole registered name.
    whole_names: FxHashSet<u64>,
    businesses: u32,
}

/// A registry of fewer businesses says little of how common a word is: it is taken to be of this size.
const SMALL_REGISTRY: u32 = 30_000;

/// What an international word tells at least.
const INTERNATIONAL_BITS: f32 = 20.0;

/// What a word that stands in one registered name only tells at least, beyond the registry's own size.
const LONE_BITS: f32 = 9.0;

impl WordCounts {
    fn of(names: &[NameEntry]) -> Self {
        let mut seen: Vec<(u64, u32)> = names
            .iter()
            .flat_map(|n| {
                n.words()
                    .map(|w| (hashing::of(w.iter().copied()), n.business))
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
        for (word, _) in seen {
            *counts.entry(word).or_default() += 1;
        }
        let whole_names = names
            .iter()
            .filter(|n| n.starts.len() == 1)
            .map(|n| hashing::of(n.chars.iter().copied()))
            .collect();
        Self {
            counts,
            whole_names,
            businesses: names.last().map_or(0, |n| n.business + 1),
        }
    }

    /// How much a word identifies: the lesser of its rarity in writing and among registered names.
    ///
    /// People write much about well-known brands, so that frequency alone would make "netflix" a common word: a word
    /// that is all of some registered name keeps a floor, unless a list says that it means something general.
    pub fn bits(&self, word: &[char]) -> f32 {
        let hash = hashing::of(word.iter().copied());
        let count = self.counts.get(&hash).copied().unwrap_or(0);
        let registered = self.businesses.max(SMALL_REGISTRY) as f32;
        let among = (registered / count.max(1) as f32).log2() + LONE_BITS;
        let written = rarity::bits(word);
        let written = if self.whole_names.contains(&hash)
            && lexicon::meaning(word.iter().copied()).is_none()
        {
            written.max(match word.len() {
                0..=3 => 0.0,
                4 => 17.0,
                _ => 20.0,
            })
        } else {
            written
        };
        written.min(among)
    }
}

impl Segment {
    /// Folds and tables the businesses.
    ///
    /// How common a word is among registered names is counted here, or taken over from `counted` where a small
    /// segment stands on top of a large one.
    pub fn build(businesses: Vec<Arc<Business>>, counted: Option<Arc<WordCounts>>) -> Self {
        let mut segment = Self {
            channels: ChannelTable::build(&businesses),
            businesses,
            ..Self::default()
        };
        let mut names = Vec::with_capacity(segment.businesses.len() * 2);
        for (at, business) in (0u32..).zip(&segment.businesses.clone()) {
            let from = names.len();
            push_names(&mut names, at, business);
            segment
                .by_id
                .insert(business.id, (from as u32, names.len() as u32));
        }
        segment.words = counted.unwrap_or_else(|| Arc::new(WordCounts::of(&names)));
        segment.names = names;
        segment.table();
        segment
    }

    /// The names of a business; empty if it is not of this segment.
    pub(super) fn names_of(&self, id: BusinessId) -> &[NameEntry] {
        self.by_id
            .get(&id)
            .map_or(&[], |&(from, to)| &self.names[from as usize..to as usize])
    }

    fn table(&mut self) {
        let (mut exact, mut deletions, mut grams) = (Vec::new(), Vec::new(), Vec::new());
        for (name, entry) in (0u32..).zip(&mut self.names) {
            entry.bits = {
                let words: Vec<&[char]> = entry.words().collect();
                words.into_iter().map(|w| self.words.bits(w)).collect()
            };
            entry.rarest = entry.words().map(everyday_bits).fold(0.0, f32::max);
            for key in entry.keys() {
                let at = self.keys.len() as u32;
                self.keys.push(KeyEntry {
                    name,
                    len: key.len() as u16,
                });
                exact.push((hashing::of(key.iter().copied()), at));
                let gate = hashing::of(key.iter().copied().take(GATE));
                let longest = self.gate.entry(gate).or_default();
                *longest = (*longest).max(key.len() as u16);
                if DELETION_LENGTHS.contains(&key.len()) {
                    deletions.extend(deletion_hashes(&key).map(|h| (h, at)));
                }
                grams.extend(gram_hashes(&key, &[0]).map(|h| (h, at)));
            }
        }
        self.exact = Postings::build(exact);
        self.deletions = Postings::build(deletions);
        self.grams = Postings::build(grams);
        self.weigh_keys();
    }

    /// A key's weight is that of its grams, so that containment of a query can be told from the postings alone.
    fn weigh_keys(&mut self) {
        self.key_weights = vec![0.0; self.keys.len()];
        let hashes: Vec<u64> = self.grams.ranges.keys().copied().collect();
        for hash in hashes {
            let weight = self.gram_weight(self.grams.get(hash).len());
            for &key in self.grams.get(hash) {
                self.key_weights[key as usize] += weight;
            }
        }
    }

    /// How much a gram with that many postings tells, as in inverse document frequency.
    pub(super) fn gram_weight(&self, postings: usize) -> f32 {
        (1.0 + self.keys.len() as f32 / (1.0 + postings as f32)).ln()
    }
}

fn push_names(names: &mut Vec<NameEntry>, at: u32, business: &Business) {
    let from = names.len();
    let profile = &business.profile;
    for (which, name) in (0u16..).zip(std::iter::once(&profile.name).chain(&profile.aliases)) {
        for form in std::iter::once(name.as_str()).chain(without_brackets(name.as_str()).as_deref())
        {
            if let Some(entry) = NameEntry::new(at, which, form)
                && names[from..]
                    .iter()
                    .all(|n| n.chars != entry.chars || n.starts != entry.starts)
            {
                names.push(entry);
            }
        }
    }
}

/// Rarity of a word in writing; people write often of what is known all over the world, which makes no everyday word of it.
fn everyday_bits(word: &[char]) -> f32 {
    let bits = rarity::bits(word);
    let general = !lexicon::meaning(word.iter().copied()).is_none();
    if !general && rarity::is_international(word) {
        bits.max(INTERNATIONAL_BITS)
    } else {
        bits
    }
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

/// The grams of a key: three letters, two where Han, kana or Hangul are among them, and two letters with a mark
/// at each of `starts`.
pub(super) fn gram_hashes<'a>(
    key: &'a [char],
    starts: &'a [u16],
) -> impl Iterator<Item = u64> + 'a {
    let dense = |c: char| is_han_or_kana(c) || matches!(c as u32, 0xAC00..=0xD7AF);
    let inner = (0..key.len()).filter_map(move |i| {
        let two = key.get(i..i + 2)?;
        if two.iter().any(|&c| dense(c)) {
            return Some(hashing::of(two.iter().copied()));
        }
        key.get(i..i + 3)
            .filter(|three| !dense(three[2]))
            .map(|three| hashing::of(three.iter().copied()))
    });
    let first = starts.iter().filter_map(move |&s| {
        let two = key.get(usize::from(s)..usize::from(s) + 2)?;
        Some(hashing::of(std::iter::once('^').chain(two.iter().copied())))
    });
    inner.chain(first)
}
