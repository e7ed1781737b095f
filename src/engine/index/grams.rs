//! Keys by the letter groups that they hold: posting lists of rising key numbers, as variable-length differences.

use super::table::{Table, TableBuilder};

/// Posting lists by hash of the gram.
#[derive(Debug, Clone, Default)]
pub(super) struct Grams {
    /// Where each gram's list starts.
    pub lists: Table<u32>,
    /// Each list: how many keys, then the difference of each from the one before (LEB128).
    pub bytes: Vec<u8>,
}

/// One posting list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Postings<'a> {
    /// How many keys hold the gram.
    pub len: u32,
    bytes: &'a [u8],
}

impl Grams {
    /// The keys that hold a gram; none for a gram that nobody has.
    pub fn get(&self, hash: u64) -> Option<Postings<'_>> {
        let at = self.lists.get(hash).next()? as usize;
        let mut bytes = self.bytes.get(at..)?;
        let len = number(&mut bytes)?;
        Some(Postings { len, bytes })
    }
}

impl Iterator for PostingKeys<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        self.key = self.key.wrapping_add(number(&mut self.bytes)?);
        Some(self.key)
    }
}

/// The keys of a posting list, rising.
#[derive(Debug, Clone)]
pub(super) struct PostingKeys<'a> {
    left: u32,
    key: u32,
    bytes: &'a [u8],
}

impl<'a> Postings<'a> {
    /// The keys.
    pub fn keys(self) -> PostingKeys<'a> {
        PostingKeys {
            left: self.len,
            key: 0,
            bytes: self.bytes,
        }
    }
}

/// Reads a number and goes past it; none at the end or where it is too long.
#[inline]
fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (&first, rest) = bytes.split_first()?;
    *bytes = rest;
    if first < 0x80 {
        return Some(u32::from(first));
    }
    let mut value = u32::from(first & 0x7F);
    for shift in [7, 14, 21, 28] {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u32::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn write_number(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Writes posting lists from `(sealed hash, key)` in order, without doubles.
#[derive(Debug, Default)]
pub(super) struct GramsBuilder {
    lists: Vec<(u64, u32)>,
    bytes: Vec<u8>,
}

impl GramsBuilder {
    /// Adds the keys of one gram, rising; the sealed hash is more than that of the gram before.
    pub fn push(&mut self, sealed: u64, keys: impl ExactSizeIterator<Item = u32>) {
        self.lists.push((sealed, self.bytes.len() as u32));
        write_number(&mut self.bytes, keys.len() as u32);
        let mut before = 0;
        for key in keys {
            write_number(&mut self.bytes, key - before);
            before = key;
        }
    }

    /// The lists.
    pub fn finish(mut self) -> Grams {
        self.bytes.shrink_to_fit();
        let mut lists = TableBuilder::new(self.lists.len());
        for (sealed, at) in self.lists {
            lists.push(sealed, at);
        }
        Grams {
            lists: lists.finish(),
            bytes: self.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_as_they_were_written() {
        let keys: Vec<u32> = vec![0, 1, 127, 128, 20_000, 3_000_000, u32::MAX];
        let mut builder = GramsBuilder::default();
        builder.push(super::super::hashing::seal(5), keys.iter().copied());
        let grams = builder.finish();
        let found = grams.get(5).unwrap();
        assert_eq!(found.len, 7);
        assert_eq!(found.keys().collect::<Vec<_>>(), keys);
        assert!(grams.get(6).is_none());
    }

    #[test]
    fn a_cut_list_ends_early_and_does_no_harm() {
        let mut builder = GramsBuilder::default();
        builder.push(
            super::super::hashing::seal(5),
            [300u32, 900_000].into_iter(),
        );
        let mut grams = builder.finish();
        grams.bytes.truncate(4);
        assert_eq!(grams.get(5).unwrap().keys().collect::<Vec<_>>(), [300]);
    }
}
