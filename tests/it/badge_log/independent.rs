//! A second implementation of Merkle trees and their proofs, written from the definitions of RFC 6962 section 2.1 and the
//! verification of RFC 9162 section 2.1, which shares nothing with the first.

use ring::digest::{SHA256, digest};

pub type Hash = [u8; 32];

fn sha256(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().unwrap()
}

fn pair(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1][..], left, right].concat())
}

pub fn leaf(bytes: &[u8]) -> Hash {
    sha256(&[&[0][..], bytes].concat())
}

/// "The largest power of two smaller than n."
fn k(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// MTH: the hash of a tree, from the hashes of its leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(k(many.len()));
            pair(&root(left), &root(right))
        }
    }
}

/// PATH(m, D[n]).
pub fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(k(leaves.len()));
    let (mut proof, other) = if m < left.len() {
        (path(m, left), right)
    } else {
        (path(m - left.len(), right), left)
    };
    proof.push(root(other));
    proof
}

/// PROOF(m, D[n]), for 0 < m.
pub fn proof(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    subproof(m, leaves, true)
}

fn subproof(m: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if known {
            Vec::new()
        } else {
            vec![root(leaves)]
        };
    }
    let (left, right) = leaves.split_at(k(leaves.len()));
    let (mut proof, other) = if m <= left.len() {
        (subproof(m, left, known), right)
    } else {
        (subproof(m - left.len(), right, false), left)
    };
    proof.push(root(other));
    proof
}

/// RFC 9162 section 2.1.3.2: whether a proof leads from a leaf to a root.
pub fn includes(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut f, mut s, mut r) = (index, size - 1, leaf);
    for p in proof {
        if s == 0 {
            return false;
        }
        if f & 1 == 1 || f == s {
            r = pair(p, &r);
            while f & 1 == 0 && f != 0 {
                f >>= 1;
                s >>= 1;
            }
        } else {
            r = pair(&r, p);
        }
        f >>= 1;
        s >>= 1;
    }
    s == 0 && r == root
}

/// RFC 9162 section 2.1.4.2: whether a proof shows that one tree begins with another.
pub fn continues(from: u64, first: Hash, to: u64, second: Hash, proof: &[Hash]) -> bool {
    if from == to {
        return first == second && proof.is_empty();
    }
    if from == 0 || from > to {
        return from == 0 && proof.is_empty() && first == sha256(b"");
    }
    let mut path = proof.to_vec();
    if from.is_power_of_two() {
        path.insert(0, first);
    }
    let Some((start, rest)) = path.split_first() else {
        return false;
    };
    let (mut f, mut s) = (from - 1, to - 1);
    while f & 1 == 1 {
        f >>= 1;
        s >>= 1;
    }
    let (mut fr, mut sr) = (*start, *start);
    for c in rest {
        if s == 0 {
            return false;
        }
        if f & 1 == 1 || f == s {
            fr = pair(c, &fr);
            sr = pair(c, &sr);
            while f & 1 == 0 && f != 0 {
                f >>= 1;
                s >>= 1;
            }
        } else {
            sr = pair(&sr, c);
        }
        f >>= 1;
        s >>= 1;
    }
    s == 0 && fr == first && sr == second
}
