//! How usual a run of letters is: a slip of the finger makes runs that no language has ("safaricim", "skinprt"), a name
//! that is merely alike does not ("Transnit" beside "Transnet").
//!
//! Letter trigrams over the words of the frequency table, each word once, smoothed by bigrams.

use std::sync::LazyLock;

use super::rarity;

/// The 26 letters, and one sign for a word's edge.
const SIGNS: usize = 27;

/// Bits of every trigram given its first two signs.
static BITS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let mut threes = vec![0u32; SIGNS * SIGNS * SIGNS];
    let mut twos = vec![0u32; SIGNS * SIGNS];
    let mut ones = [0u32; SIGNS];
    rarity::written_words()
        .filter(|word| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase()))
        .for_each(|word| {
            for (a, b, c) in trigrams(word.chars()) {
                threes[(a * SIGNS + b) * SIGNS + c] += 1;
                twos[b * SIGNS + c] += 1;
                ones[c] += 1;
            }
        });
    let all: u32 = ones.iter().sum();
    let after = |b: usize| twos[b * SIGNS..(b + 1) * SIGNS].iter().sum::<u32>() as f32;
    let mut bits = vec![0.0; threes.len()];
    for a in 0..SIGNS {
        for b in 0..SIGNS {
            let row = &threes[(a * SIGNS + b) * SIGNS..][..SIGNS];
            let seen = row.iter().sum::<u32>() as f32;
            for c in 0..SIGNS {
                let one = (ones[c] as f32 + 1.0) / (all as f32 + SIGNS as f32);
                let two = (twos[b * SIGNS + c] as f32 + 5.0 * one) / (after(b) + 5.0);
                let three = (row[c] as f32 + 5.0 * two) / (seen + 5.0);
                bits[(a * SIGNS + b) * SIGNS + c] = -three.log2();
            }
        }
    }
    bits
});

/// The signs of a word with its edges, three by three; what is no Latin letter is an edge.
fn trigrams(word: impl Iterator<Item = char>) -> impl Iterator<Item = (usize, usize, usize)> {
    let sign = |c: char| match c {
        'a'..='z' => c as usize - 'a' as usize,
        _ => SIGNS - 1,
    };
    let (mut a, mut b) = (SIGNS - 1, SIGNS - 1);
    word.map(sign).chain([SIGNS - 1]).map(move |c| {
        let three = (a, b, c);
        (a, b) = (b, c);
        three
    })
}

/// How unusual the letters of a folded word are in all, in bits; a word of common syllables has about 3.5 a letter.
pub fn bits(word: impl Iterator<Item = char>) -> f32 {
    trigrams(word)
        .map(|(a, b, c)| BITS[(a * SIGNS + b) * SIGNS + c])
        .sum()
}
