//! How words begin: most stretches of glued letters begin like no word at all, which one look tells.

use std::hash::BuildHasher;
use std::sync::LazyLock;

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{lexicon, rarity};

/// After so many letters it is asked whether any word goes on like that.
const ASKED_AFTER: [usize; 3] = [3, 5, 8];

/// The hashes of the first letters of every word that is read inside glued letters.
static BEGINNINGS: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    let mut beginnings = FxHashSet::default();
    for word in lexicon::read_inside().chain(rarity::common_words()) {
        let letters: Vec<char> = word.chars().collect();
        for first in ASKED_AFTER.iter().filter_map(|&after| letters.get(..after)) {
            beginnings.insert(FxBuildHasher.hash_one(first));
        }
    }
    beginnings
});

/// Letters that a word has at most which begins as these do, of the words that are read inside glued letters.
pub fn longest_word(letters: &[char]) -> usize {
    let strange = ASKED_AFTER.iter().find(|&&after| {
        let first = letters.get(..after);
        first.is_some_and(|first| !BEGINNINGS.contains(&FxBuildHasher.hash_one(first)))
    });
    strange.map_or(letters.len(), |after| after - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(letters: &str) -> usize {
        longest_word(&letters.chars().collect::<Vec<_>>())
    }

    #[test]
    fn no_word_is_cut_short() {
        for word in lexicon::read_inside().chain(rarity::common_words()) {
            let letters = word.chars().count();
            assert!(longest(word) >= letters, "{word}");
            assert!(longest(&format!("{word}qqq")) >= letters, "{word}");
        }
    }

    #[test]
    fn letters_that_begin_no_word_are_followed_no_further() {
        assert_eq!(longest("xqzwhatever"), 2);
        assert_eq!(longest("interqqqqqq"), 7);
    }
}
