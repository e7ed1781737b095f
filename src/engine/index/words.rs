//! In how many businesses' names each word stands, and how rarely people write it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::hashing;
use super::table::{Table, TableBuilder};
use crate::engine::name::{lexicon, rarity};

/// A registry of fewer businesses says little of how common a word is: it is taken to be of this size.
const SMALL_REGISTRY: u32 = 30_000;

/// What a word that stands in one registered name only tells at least, beyond the registry's own size.
const LONE_BITS: f32 = 9.0;

/// The words of one segment's names, as flat arrays.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// A word's number by its hash.
    pub numbers: Table<u32>,
    /// What is known of each.
    pub known: Vec<Known>,
}

/// What is known of a word, side by side, since one look in memory costs more than all that is made of it.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct Known {
    /// In how many businesses' names it stands.
    pub businesses: u32,
    /// Thousandths of a bit that it identifies by how rarely people write it; the top bit is set where it means something general.
    pub written: u16,
    /// How many names consist of it alone; more than 65,535 are as many.
    pub alone: u16,
}

/// Set where a word means something general.
const GENERAL: u16 = 0x8000;

/// A word of a name that is being tabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// Its sealed hash.
    pub sealed: u64,
    /// In whose name.
    pub business: u32,
    /// It is the whole name.
    pub alone: bool,
    /// As in [`Known::written`].
    pub written: u16,
}

impl Occurrence {
    /// A word met in a business's name.
    pub fn new(word: &[char], business: u32, alone: bool) -> Self {
        let general = !lexicon::meaning(word.iter().copied()).is_none();
        let thousandths = (rarity::identifying(word) * 1_000.0).round() as u16;
        Self {
            sealed: hashing::seal(hashing::of(word.iter().copied())),
            business,
            alone,
            written: thousandths | if general { GENERAL } else { 0 },
        }
    }
}

impl Words {
    /// Counts words; in any order.
    pub fn of(mut met: Vec<Occurrence>) -> Self {
        met.sort_unstable();
        let distinct = met.chunk_by(|a, b| a.sealed == b.sealed).count();
        let mut numbers = TableBuilder::new(distinct);
        let mut words = Self::default();
        words.known.reserve_exact(distinct);
        for same in met.chunk_by(|a, b| a.sealed == b.sealed) {
            numbers.push(same[0].sealed, words.known.len() as u32);
            let businesses = same.chunk_by(|a, b| a.business == b.business).count();
            let alone = same.iter().filter(|o| o.alone).count();
            words.known.push(Known {
                businesses: businesses as u32,
                written: same[0].written,
                alone: alone.min(usize::from(u16::MAX)) as u16,
            });
        }
        words.numbers = numbers.finish();
        words
    }

    /// Looks at the places of many words side by side, so that asking for them afterwards waits for no memory.
    pub fn warm(&self, hashes: impl Iterator<Item = u64> + Clone) {
        self.numbers.warm(hashes.clone());
        let known = hashes.filter_map(|hash| self.known.get(self.number(hash)?));
        std::hint::black_box(known.fold(0, |all, known| all ^ known.businesses));
    }

    /// The number of a word; none if no name has it.
    pub fn number(&self, hash: u64) -> Option<usize> {
        self.numbers.get(hash).next().map(|n| n as usize)
    }

    /// In how many businesses' names a word stands, and how many names consist of it alone.
    pub fn count(&self, hash: u64) -> Count {
        let number = self.number(hash);
        number.map_or_else(Count::default, |n| self.count_of(n))
    }

    /// The same by the word's number.
    fn count_of(&self, number: usize) -> Count {
        Count {
            businesses: self.known[number].businesses.cast_signed(),
            alone: i32::from(self.known[number].alone),
        }
    }

    /// Whether the arrays fit each other, as those of a damaged file may not.
    pub fn is_sound(&self) -> bool {
        let words = self.known.len();
        self.numbers.is_sound() && self.numbers.values.iter().all(|&n| (n as usize) < words)
    }
}

/// How often a word is registered; as a difference it may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Businesses in whose names it stands.
    pub businesses: i32,
    /// Names that consist of it alone.
    pub alone: i32,
}

/// How often words are registered in an index: the counts of its base and what has changed since. So a word tells the
/// same whether the index was built at once or grew.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Changes by the word's sealed hash.
    pub changed: Arc<FxHashMap<u64, Count>>,
    /// Businesses in the whole index.
    pub businesses: u32,
}

impl Counts {
    /// How much a word of so many letters identifies, and how rarely people write it, in bits.
    ///
    /// `own` is the segment whose name holds the word, `base` the one whose counts are changed.
    pub fn bits(&self, hash: u64, letters: usize, own: &Words, base: &Words) -> (f32, f32) {
        let number = own.number(hash);
        let written = number.map_or(0, |n| own.known[n].written);
        let mut count = match number {
            Some(n) if std::ptr::eq(own, base) => base.count_of(n),
            _ => base.count(hash),
        };
        if let Some(change) = self.changed.get(&hashing::seal(hash)) {
            count.businesses += change.businesses;
            count.alone += change.alone;
        }
        self.weigh(letters, written, count)
    }

    /// The counts after businesses with these words came (`sign` 1) or went (-1).
    #[must_use]
    pub fn with<'w>(&self, changes: impl Iterator<Item = (&'w [Occurrence], i32)>) -> Self {
        let mut changed = FxHashMap::clone(&self.changed);
        let mut businesses = self.businesses.cast_signed();
        for (words, sign) in changes {
            businesses += sign;
            let mut words = words.to_vec();
            words.sort_unstable();
            for same in words.chunk_by(|a, b| a.sealed == b.sealed) {
                let count = changed.entry(same[0].sealed).or_default();
                count.businesses += sign;
                for _ in same.iter().filter(|o| o.alone) {
                    count.alone += sign;
                }
            }
        }
        changed.retain(|_, count| *count != Count::default());
        Self {
            changed: Arc::new(changed),
            businesses: businesses.max(0).cast_unsigned(),
        }
    }

    /// The lesser of a word's rarity in writing and among registered names.
    ///
    /// People write much about well-known brands, so that frequency alone would make "netflix" a common word: a word
    /// that is all of some registered name keeps a floor, unless a list says that it means something general.
    fn weigh(&self, letters: usize, written: u16, count: Count) -> (f32, f32) {
        let registered = self.businesses.max(SMALL_REGISTRY) as f32;
        let among = (registered / count.businesses.max(1) as f32).log2() + LONE_BITS;
        let is_general = written & GENERAL != 0;
        let identifying = f32::from(written & !GENERAL) / 1_000.0;
        let rarity = if is_general && count.alone < 1 {
            rarity::but_general(identifying)
        } else {
            identifying
        };
        let floor = match letters {
            _ if count.alone < 1 || is_general => 0.0,
            0..=3 => 0.0,
            4 => 17.0,
            _ => 20.0,
        };
        (rarity.max(floor).min(among), rarity)
    }
}
