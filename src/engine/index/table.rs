//! A hash table that is a few flat arrays: small, quick to read from a file, never changed.

use smallvec::SmallVec;

use super::hashing::seal;

/// What tells the entries of one bucket apart: part of the hash.
pub(super) trait Tag: Copy + PartialEq + bytemuck::Pod {
    /// Half of this many entries share a bucket at least, all at most.
    const IN_BUCKET: usize;

    /// The part.
    fn of(sealed: u64) -> Self;
}

impl Tag for u32 {
    const IN_BUCKET: usize = 4;

    fn of(sealed: u64) -> Self {
        sealed as u32
    }
}

/// One entry in 256 answers to a hash that is not its own: for what is looked at more closely afterwards.
impl Tag for u8 {
    /// Small tags are quickly passed over.
    const IN_BUCKET: usize = 8;

    fn of(sealed: u64) -> Self {
        sealed as u8
    }
}

/// Values by hash.
#[derive(Debug, Clone)]
pub(super) struct Table<T> {
    /// Where each bucket starts among the entries; one more for the end. Empty for a table of nothing.
    pub starts: Vec<u32>,
    /// Part of each entry's hash.
    pub tags: Vec<T>,
    /// Each entry's value.
    pub values: Vec<u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            starts: Vec::new(),
            tags: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T: Tag> Table<T> {
    /// The values under a hash, ascending.
    pub fn get(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let sealed = seal(hash);
        let tag = T::of(sealed);
        let (from, to) = self.bucket(sealed);
        let tags = self.tags.get(from..to).unwrap_or_default();
        let values = self.values.get(from..to).unwrap_or_default();
        (tags.iter().zip(values))
            .filter(move |(own, _)| **own == tag)
            .map(|(_, &value)| value)
    }

    /// Looks at the buckets of many hashes side by side, so that looking them up afterwards waits for no memory: the processor
    /// waits for many places at once where nothing else stands between.
    pub fn warm(&self, hashes: impl Iterator<Item = u64>) {
        let buckets: SmallVec<[usize; 128]> = hashes.map(|h| self.bucket(seal(h)).0).collect();
        let tags = (buckets.iter()).filter(|&&at| self.tags.get(at) == Some(&T::of(0)));
        let tags = tags.count();
        let values = buckets.iter().filter_map(|&at| self.values.get(at));
        std::hint::black_box((tags, values.fold(0, |all, value| all ^ value)));
    }

    fn bucket(&self, sealed: u64) -> (usize, usize) {
        if self.starts.len() < 2 {
            return (0, 0);
        }
        let at = (sealed >> self.shift()) as usize;
        (self.starts[at] as usize, self.starts[at + 1] as usize)
    }

    /// Bits of the hash that do not choose the bucket; buckets are a power of two.
    fn shift(&self) -> u32 {
        64 - (self.starts.len() - 1).trailing_zeros()
    }

    /// Whether the arrays fit each other, as those of a damaged file may not.
    pub fn is_sound(&self) -> bool {
        let buckets = self.starts.len().saturating_sub(1);
        let sizes = self.tags.len() == self.values.len();
        if buckets == 0 {
            return sizes && self.values.is_empty();
        }
        sizes
            && buckets.is_power_of_two()
            && buckets > 1
            && self.starts.is_sorted()
            && self.starts[buckets] as usize == self.values.len()
    }
}

/// Writes a table from entries that come in the order of their sealed hashes.
#[derive(Debug)]
pub(super) struct TableBuilder<T> {
    table: Table<T>,
    shift: u32,
}

impl<T: Tag> TableBuilder<T> {
    /// For about so many entries.
    pub fn new(entries: usize) -> Self {
        let buckets = (entries / T::IN_BUCKET).next_power_of_two().max(2);
        let mut starts = Vec::with_capacity(buckets + 1);
        starts.push(0);
        let table = Table {
            starts,
            tags: Vec::with_capacity(entries),
            values: Vec::with_capacity(entries),
        };
        Self {
            table,
            shift: 64 - buckets.trailing_zeros(),
        }
    }

    /// Adds an entry; `sealed` is at least that of the entry before.
    pub fn push(&mut self, sealed: u64, value: u32) {
        self.open_until((sealed >> self.shift) as usize);
        self.table.tags.push(T::of(sealed));
        self.table.values.push(value);
    }

    fn open_until(&mut self, bucket: usize) {
        let here = self.table.values.len() as u32;
        while self.table.starts.len() <= bucket {
            self.table.starts.push(here);
        }
    }

    /// The table.
    pub fn finish(mut self) -> Table<T> {
        if self.table.values.is_empty() {
            return Table::default();
        }
        let buckets = 1usize << (64 - self.shift);
        self.open_until(buckets);
        self.table.tags.shrink_to_fit();
        self.table.values.shrink_to_fit();
        self.table
    }
}

impl<T: Tag> Table<T> {
    /// A table of `(hash, value)`; of the same two only one is kept.
    pub fn of(pairs: Vec<(u64, u32)>) -> Self {
        let mut pairs: Vec<(u64, u32)> = pairs.into_iter().map(|(h, v)| (seal(h), v)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut builder = TableBuilder::new(pairs.len());
        for (sealed, value) in pairs {
            builder.push(sealed, value);
        }
        builder.finish()
    }
}

/// A set of hashes that answers "surely not" or "perhaps", out of one line of memory: it spares most look-ups in a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Two bits for each hash, both in one word; a power of two of words, or none.
    pub words: Vec<u64>,
}

impl Filter {
    /// For so many hashes: about one stranger in forty is let through.
    pub fn new(hashes: usize) -> Self {
        Self {
            words: vec![0; (hashes / 4).next_power_of_two().max(2)],
        }
    }

    /// Adds a hash.
    pub fn insert(&mut self, hash: u64) {
        let (word, bits) = self.place(hash);
        self.words[word] |= bits;
    }

    /// Whether the hash may have been added.
    #[inline]
    pub fn perhaps(&self, hash: u64) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let (word, bits) = self.place(hash);
        self.words[word] & bits == bits
    }

    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        let sealed = seal(hash);
        let word = sealed as usize & (self.words.len() - 1);
        (word, 1 << (sealed >> 58) | 1 << ((sealed >> 52) & 63))
    }

    /// Whether it is whole, as that of a damaged file may not be.
    pub fn is_sound(&self) -> bool {
        self.words.is_empty() || self.words.len().is_power_of_two()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_gives_back_what_was_put_in_and_nothing_else() {
        let pairs: Vec<(u64, u32)> = (0..10_000u32).map(|i| (u64::from(i % 7_000), i)).collect();
        let table: Table<u32> = Table::of(pairs);
        assert!(table.is_sound());
        for hash in 0..7_000u64 {
            let values: Vec<u32> = table.get(hash).collect();
            let second = hash as u32 + 7_000;
            let mut wanted = vec![hash as u32];
            wanted.extend((second < 10_000).then_some(second));
            assert_eq!(values, wanted);
        }
        assert_eq!((7_000..1_000_000u64).flat_map(|h| table.get(h)).count(), 0);
    }

    #[test]
    fn a_filter_lets_all_of_its_own_through_and_few_others() {
        let mut filter = Filter::new(10_000);
        (0..10_000).for_each(|hash| filter.insert(hash));
        assert!((0..10_000).all(|hash| filter.perhaps(hash)));
        let strangers = (10_000..110_000)
            .filter(|&hash| filter.perhaps(hash))
            .count();
        assert!(strangers < 5_000, "{strangers}");
    }

    #[test]
    fn an_empty_table_is_asked_in_vain() {
        let table: Table<u8> = Table::of(Vec::new());
        assert!(table.is_sound());
        assert_eq!(table.get(17).count(), 0);
    }
}
