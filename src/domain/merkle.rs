//! Merkle trees as RFC 6962 section 2.1 defines them, over SHA-256, by the hashes of their complete subtrees.
//!
//! A tree of any size is made of complete subtrees, one for each bit of the size, and every hash that a proof holds is that of
//! such a tree: whoever keeps the hash of each complete subtree once can prove anything of every former size with O(log n) reads.

use std::ops::Range;

use ring::digest::{Context, SHA256, digest};

/// A hash of a tree: SHA-256.
pub type TreeHash = [u8; 32];

/// The hash of a leaf: SHA-256 of a zero byte and the leaf.
pub fn leaf_hash(leaf: &[u8]) -> TreeHash {
    sha256(&[&[0], leaf])
}

/// The hash of two trees side by side: SHA-256 of a one byte and both hashes.
pub fn node_hash(left: &TreeHash, right: &TreeHash) -> TreeHash {
    sha256(&[&[1], left, right])
}

fn sha256(parts: &[&[u8]]) -> TreeHash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    bytes_of(&context.finish())
}

fn bytes_of(digest: &ring::digest::Digest) -> TreeHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

/// A complete subtree: of 2^`level` leaves from `start` on, which is a multiple of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtree {
    start: u64,
    level: u32,
}

impl Subtree {
    /// Its place when the tree is walked in order: 2·start + 2^level − 1. Leaf i has 2·i.
    pub const fn id(self) -> u64 {
        2 * self.start + ((1 << self.level) - 1)
    }
}

/// The complete subtrees of which a part of a tree consists, the largest first. The part starts where a tree of its size may:
/// at 0, or where [`inclusion_parts`] and [`consistency_parts`] say.
pub fn subtrees(part: &Range<u64>) -> Vec<Subtree> {
    let size = part.end - part.start;
    let mut start = part.start;
    let mut subtrees = Vec::new();
    for level in (0..u64::BITS).rev() {
        if size >> level & 1 == 1 {
            subtrees.push(Subtree { start, level });
            start += 1 << level;
        }
    }
    subtrees
}

/// The hash of a tree from those of its complete subtrees, the largest first. Nothing gives the hash of the empty tree.
pub fn root_of(subtrees: impl DoubleEndedIterator<Item = TreeHash>) -> TreeHash {
    let joined = subtrees
        .rev()
        .reduce(|right, left| node_hash(&left, &right));
    joined.unwrap_or_else(|| bytes_of(&digest(&SHA256, &[])))
}

/// The parts of a tree of `size` leaves whose hashes show that it holds leaf `index`, in the order of RFC 6962 section 2.1.1.
/// `index` is below `size`.
pub fn inclusion_parts(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut start, mut end) = (0, size);
    let mut parts = Vec::new();
    while end - start > 1 {
        let middle = start + left_size(end - start);
        if index < middle {
            parts.push(middle..end);
            end = middle;
        } else {
            parts.push(start..middle);
            start = middle;
        }
    }
    parts.reverse();
    parts
}

/// The parts of a tree of `to` leaves whose hashes show that its first `from` leaves are the tree that they were, in the order of
/// RFC 6962 section 2.1.2. `from` is not above `to`; everything begins with the empty tree, so that there is nothing to show of it.
pub fn consistency_parts(from: u64, to: u64) -> Vec<Range<u64>> {
    let (mut start, mut end) = (0, to);
    let mut parts = Vec::new();
    if from == 0 {
        return parts;
    }
    while from < end {
        let middle = start + left_size(end - start);
        if from <= middle {
            parts.push(middle..end);
            end = middle;
        } else {
            parts.push(start..middle);
            start = middle;
        }
    }
    // Whoever asks has the hash of what begins with the first leaf.
    if start > 0 {
        parts.push(start..end);
    }
    parts.reverse();
    parts
}

/// Leaves of the left one of the two trees of which one of `size` leaves, at least two, is made: the largest power of two below.
const fn left_size(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// A tree that only grows, by the hashes of the complete subtrees of which it consists: one for each bit of its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    hashes: Vec<TreeHash>,
}

impl Frontier {
    /// A tree as [`Self::size`] and [`Self::hashes`] told of it; none when they do not fit each other.
    pub fn restored(size: u64, hashes: Vec<TreeHash>) -> Option<Self> {
        (hashes.len() == size.count_ones() as usize).then_some(Self { size, hashes })
    }

    /// Leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of its complete subtrees, the largest first.
    pub fn hashes(&self) -> &[TreeHash] {
        &self.hashes
    }

    /// Adds a leaf by its hash; gives what is complete now: the leaf, and each subtree that ends with it.
    pub fn append(&mut self, leaf: TreeHash) -> Vec<(Subtree, TreeHash)> {
        let mut complete = vec![(self.part(0), leaf)];
        let mut last = leaf;
        for level in 1..=self.size.trailing_ones() {
            // There is one hash for each bit of the size, so that there is one to take here.
            let Some(left) = self.hashes.pop() else { break };
            last = node_hash(&left, &last);
            complete.push((self.part(level), last));
        }
        self.hashes.push(last);
        self.size += 1;
        complete
    }

    /// The subtree of a level that ends with the leaf that is about to be added.
    fn part(&self, level: u32) -> Subtree {
        let start = self.size >> level << level;
        Subtree { start, level }
    }

    /// The hash of the tree.
    pub fn root(&self) -> TreeHash {
        root_of(self.hashes.iter().copied())
    }
}
