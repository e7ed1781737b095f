//! The tree and its proofs, against the published vectors and the second implementation.

use std::collections::HashMap;
use std::ops::Range;

use bonafide::domain::merkle::{
    Frontier, TreeHash, consistency_parts, inclusion_parts, leaf_hash, root_of, subtrees,
};
use proptest::prelude::*;

use super::independent::{self, continues, includes};

/// A tree and the hashes of its complete subtrees, as the store keeps them.
struct Kept {
    tree: Frontier,
    complete: HashMap<u64, TreeHash>,
}

impl Kept {
    fn of(leaves: &[TreeHash]) -> Self {
        let (mut tree, mut complete) = (Frontier::default(), HashMap::new());
        for leaf in leaves {
            for (subtree, hash) in tree.append(*leaf) {
                assert_eq!(complete.insert(subtree.id(), hash), None);
            }
        }
        Self { tree, complete }
    }

    fn hashes(&self, parts: &[Range<u64>]) -> Vec<TreeHash> {
        let hash = |part: &Range<u64>| {
            let subtrees = subtrees(part).into_iter();
            root_of(subtrees.map(|subtree| self.complete[&subtree.id()]))
        };
        parts.iter().map(hash).collect()
    }
}

fn hex(hash: &TreeHash) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

/// The leaves of the Certificate Transparency reference implementation's tests.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
/// Its roots for the first 0 to 8 of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn vector_leaves() -> Vec<TreeHash> {
    LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect()
}

#[test]
fn roots_are_those_of_the_reference_implementation() {
    let leaves = vector_leaves();
    for (size, root) in ROOTS.iter().enumerate() {
        let kept = Kept::of(&leaves[..size]);
        assert_eq!(hex(&kept.tree.root()), *root, "{size}");
        assert_eq!(hex(&independent::root(&leaves[..size])), *root, "{size}");
    }
}

#[test]
fn proofs_are_those_of_the_reference_implementation() {
    let kept = Kept::of(&vector_leaves());
    let hexes =
        |parts: &[Range<u64>]| -> Vec<String> { kept.hashes(parts).iter().map(hex).collect() };
    let one = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    let two_three = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    let four = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    let four_five = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    let six_seven = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    let four_to_seven = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    let whole = |index, size| hexes(&inclusion_parts(index, size));
    assert_eq!(whole(0, 1), [""; 0]);
    assert_eq!(whole(0, 8), [one, two_three, four_to_seven]);
    assert_eq!(whole(5, 8), [four, six_seven, ROOTS[4]]);
    assert_eq!(whole(2, 3), [ROOTS[2]]);
    assert_eq!(whole(1, 5), [ROOTS[1], two_three, four]);
    let grown = |from, to| hexes(&consistency_parts(from, to));
    assert_eq!(grown(1, 1), [""; 0]);
    assert_eq!(grown(1, 8), [one, two_three, four_to_seven]);
    assert_eq!(grown(6, 8), [four_five, six_seven, ROOTS[4]]);
    assert_eq!(grown(2, 5), [two_three, four]);
    assert_eq!(grown(0, 5), [""; 0]);
}

/// Every proof in every tree of up to this many leaves.
const EVERY: usize = 40;

#[test]
fn both_implementations_agree_on_every_proof_of_every_small_tree() {
    let leaves: Vec<_> = (0..EVERY as u64)
        .map(|n| leaf_hash(&n.to_be_bytes()))
        .collect();
    let kept = Kept::of(&leaves);
    for size in 0..=EVERY {
        agree(&kept, &leaves, size, 0..size, 0..=size);
    }
}

/// Compares the proofs for some leaves and some former sizes in a tree of the first `size` leaves, and verifies them.
fn agree(
    kept: &Kept,
    leaves: &[TreeHash],
    size: usize,
    indices: impl IntoIterator<Item = usize>,
    formers: impl IntoIterator<Item = usize>,
) {
    let now = &leaves[..size];
    let (root, to) = (independent::root(now), size as u64);
    assert_eq!(kept.hashes(std::slice::from_ref(&(0..to))), [root]);
    for index in indices {
        let (at, leaf) = (index as u64, leaves[index]);
        let proof = kept.hashes(&inclusion_parts(at, to));
        assert_eq!(proof, independent::path(index, now), "{index} in {size}");
        assert!(includes(leaf, at, to, &proof, root), "{index} in {size}");
        let other = leaf_hash(b"another");
        assert!(!includes(other, at, to, &proof, root));
    }
    for former in formers {
        let (from, first) = (former as u64, independent::root(&leaves[..former]));
        let proof = kept.hashes(&consistency_parts(from, to));
        if former > 0 {
            assert_eq!(proof, independent::proof(former, now), "{former} to {size}");
            let other = leaf_hash(b"another");
            assert!(!continues(from, other, to, root, &proof));
        }
        assert!(
            continues(from, first, to, root, &proof),
            "{former} to {size}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn both_implementations_agree(
        leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..=200),
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 4),
    ) {
        let leaves: Vec<_> = leaves.iter().map(|leaf| {
            prop_assert_eq!(leaf_hash(leaf), independent::leaf(leaf));
            Ok(leaf_hash(leaf))
        }).collect::<Result<_, _>>()?;
        let kept = Kept::of(&leaves);
        prop_assert_eq!(kept.tree.root(), independent::root(&leaves));
        for (size, pick) in picks {
            let size = size.index(leaves.len() + 1);
            let index = (size > 0).then(|| pick.index(size));
            agree(&kept, &leaves, size, index, [pick.index(size + 1)]);
        }
    }

    #[test]
    fn no_question_is_too_wild_to_be_answered(index: u64, size in 0..=1_u64 << 62, from: u64) {
        let inclusion = inclusion_parts(index, size);
        let consistency = consistency_parts(from, size);
        prop_assert!(inclusion.len() <= 62 && consistency.len() <= 63);
        for part in inclusion.iter().chain(&consistency) {
            prop_assert!(subtrees(part).len() <= 62);
        }
    }
}

#[test]
fn a_frontier_that_does_not_fit_its_size_is_none() {
    let mut tree = Frontier::default();
    for n in 0..7_u8 {
        tree.append(leaf_hash(&[n]));
    }
    let hashes = tree.hashes().to_vec();
    assert_eq!(Frontier::restored(7, hashes.clone()), Some(tree));
    assert_eq!(Frontier::restored(8, hashes.clone()), None);
    assert_eq!(Frontier::restored(7, hashes[1..].to_vec()), None);
}
