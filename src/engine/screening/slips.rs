//! How fingers slip: which of the letters that differ a hand on a keyboard explains.
//!
//! Names registered to catch slips leave out a letter, swap two, double one, or strike the key beside the right one (Wang et al.
//! 2006, "Strider Typo-Patrol"; Moore & Edelman 2010, "Measuring the perpetrators and funders of typosquatting"). Names that are
//! merely alike differ in letters that lie anywhere.

use std::sync::LazyLock;

use smallvec::SmallVec;

/// The rows of a Latin and a Cyrillic keyboard; each key touches the one below it and the one to the left of that.
const KEYBOARDS: [[&str; 3]; 2] = [
    ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
    ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"],
];

/// Letters of most names.
const LETTERS: usize = 32;

/// What an edit costs; the rest of a cost tells how little fingers explain the edits.
const EDIT: u32 = 1 << 12;
/// A letter that is left out: fingers do so, and so do names of their own.
const LEFT_OUT: u32 = EDIT + 1;
/// A letter that nothing explains.
const STRANGE: u32 = EDIT + 4;

/// How little fingers explain the edits between two spellings: 1 for each letter left out, 4 for each that is strange, nothing for
/// other slips. Of the ways with the fewest edits (optimal string alignment) the one that is explained best counts.
pub(super) fn strangeness(written: &[char], registered: &[char]) -> u32 {
    let (written, registered) = differing(written, registered);
    let places: SmallVec<[u32; LETTERS]> = registered.iter().map(|&letter| place(letter)).collect();
    let left_out: SmallVec<[u32; LETTERS]> = (0..registered.len())
        .map(|at| left_out(registered, at))
        .collect();
    let mut before: SmallVec<[u32; LETTERS]> = SmallVec::from_elem(0, registered.len() + 1);
    let mut row = before.clone();
    let mut last = before.clone();
    for (j, cost) in left_out.iter().enumerate() {
        last[j + 1] = last[j] + cost;
    }
    for (i, &letter) in written.iter().enumerate() {
        let keys = keys_at(letter);
        let is_near = |j: usize| {
            places.get(j).is_some_and(|&place| keys >> place & 1 == 1)
                || registered.get(j) == Some(&letter)
        };
        let doubled = i > 0 && (written[i - 1] == letter || keys >> place(written[i - 1]) & 1 == 1);
        let mut near = is_near(0);
        row[0] = last[0] + slip(doubled || near);
        for (j, &wanted) in registered.iter().enumerate() {
            let changed = if letter == wanted { 0 } else { slip(near) };
            near = is_near(j + 1);
            let mut least = (last[j] + changed)
                .min(last[j + 1] + slip(doubled || near))
                .min(row[j] + left_out[j]);
            if i > 0 && j > 0 && letter == registered[j - 1] && written[i - 1] == wanted {
                least = least.min(before[j - 1] + EDIT);
            }
            row[j + 1] = least;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[registered.len()] % EDIT
}

/// What a letter costs that a finger explains, or does not.
fn slip(explained: bool) -> u32 {
    if explained { EDIT } else { STRANGE }
}

/// Both without the letters that they share at either end, but for two of them, which slips may begin with.
fn differing<'n>(written: &'n [char], registered: &'n [char]) -> (&'n [char], &'n [char]) {
    let alike = written.iter().zip(registered).take_while(|(a, b)| a == b);
    let from = alike.count().saturating_sub(2);
    let (written, registered) = (&written[from..], &registered[from..]);
    let alike = written.iter().rev().zip(registered.iter().rev());
    let behind = alike.take_while(|(a, b)| a == b).count().saturating_sub(2);
    (
        &written[..written.len() - behind],
        &registered[..registered.len() - behind],
    )
}

/// One of a double, or another.
fn left_out(registered: &[char], at: usize) -> u32 {
    if at > 0 && registered[at - 1] == registered[at] {
        EDIT
    } else {
        LEFT_OUT
    }
}

/// For each small letter, Latin then Cyrillic, the set of those whose keys touch its own.
static BESIDE: LazyLock<[u64; 64]> = LazyLock::new(|| {
    let mut beside = [0; 64];
    for rows in KEYBOARDS {
        let rows: Vec<Vec<char>> = rows.iter().map(|row| row.chars().collect()).collect();
        for (r, row) in rows.iter().enumerate() {
            let below = rows.get(r + 1);
            for (at, &letter) in row.iter().enumerate() {
                let under = |at: usize| below.and_then(|row| row.get(at));
                let left = at.checked_sub(1);
                let touched = [row.get(at + 1), under(at), left.and_then(under)];
                for &other in touched.into_iter().flatten() {
                    let (a, b) = (place(letter), place(other));
                    beside[a as usize] |= 1 << b;
                    beside[b as usize] |= 1 << a;
                }
            }
        }
    }
    beside
});

/// The place of what keyboards have no key for; no set holds it.
const NO_KEY: u32 = 63;

/// A letter's place among those that keyboards have: 26 Latin ones, and the Cyrillic ones but ё and я from 32 on.
fn place(letter: char) -> u32 {
    match letter {
        'a'..='z' => letter as u32 - 'a' as u32,
        'а'..='ю' => 32 + letter as u32 - 'а' as u32,
        _ => NO_KEY,
    }
}

/// The set of the keys that touch a letter's own.
fn keys_at(letter: char) -> u64 {
    match place(letter) {
        NO_KEY => 0,
        place => BESIDE[place as usize] & !(1 << NO_KEY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strange(written: &str, registered: &str) -> u32 {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        strangeness(&letters(written), &letters(registered))
    }

    #[test]
    fn keys_touch_their_neighbours_only() {
        let are_beside = |a: char, b: char| keys_at(a) >> place(b) & 1 == 1;
        for (a, b) in [
            ('k', 'l'),
            ('q', 'a'),
            ('w', 'a'),
            ('s', 'z'),
            ('н', 'г'),
            ('а', 'м'),
        ] {
            assert!(are_beside(a, b) && are_beside(b, a), "{a} {b}");
        }
        for (a, b) in [('a', 'l'), ('q', 's'), ('q', 'z'), ('a', 'ф'), ('1', '2')] {
            assert!(!are_beside(a, b), "{a} {b}");
        }
    }

    #[test]
    fn fingers_swap_double_and_strike_the_next_key() {
        for (written, registered) in [
            ("ikea", "ikea"),
            ("ieka", "ikea"),
            ("quickchel", "quickchek"),
            ("safeeway", "safeway"),
            ("safway", "saffway"),
            ("priioma", "prima"),
            ("wignstreeet", "wingstreet"),
        ] {
            assert_eq!(strange(written, registered), 0, "{written}");
        }
    }

    #[test]
    fn letters_from_elsewhere_are_strange() {
        assert_eq!(strange("produa", "perodua"), 1);
        assert_eq!(strange("sant", "sani"), 4);
        assert_eq!(strange("aethon", "astron"), 4);
        assert_eq!(strange("tamoil", "taoil"), 4);
        assert_eq!(strange("", "ab"), 2);
        assert_eq!(strange("ab", ""), 8);
    }
}
