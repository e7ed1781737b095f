//! Where a known name stands in a text, word for word: for names that are looked for in one account only, beside the index.

use std::ops::Range;

use crate::engine::name::{Folded, Unit, is_han_or_kana};

/// The units that a name takes where it first stands in a text in whole words, whatever disguise was taken off them.
pub(super) fn stretch(text: &[Unit], name: &str) -> Option<Range<usize>> {
    find(text, name, true)
}

/// The same, whether or not it begins and ends with a word: "michaeldell".
pub(super) fn stretch_within(text: &[Unit], name: &str) -> Option<Range<usize>> {
    find(text, name, false)
}

fn find(text: &[Unit], name: &str, in_words: bool) -> Option<Range<usize>> {
    let name: Vec<char> = letters(&Folded::of(name).units).map(|u| u.ch).collect();
    if name.is_empty() {
        return None;
    }
    (0..text.len())
        .filter(|&from| !text[from].soft && (!in_words || is_edge(text, from)))
        .find_map(|from| {
            let to = end(text, from, &name)?;
            (!in_words || is_edge(text, to)).then_some(from..to)
        })
}

/// Where the letters end that begin at `from` and are those of the name.
fn end(text: &[Unit], from: usize, name: &[char]) -> Option<usize> {
    let mut at = from;
    for &letter in name {
        at += text[at..].iter().take_while(|u| u.soft).count();
        let unit = text.get(at)?;
        if unit.ch != letter && unit.look != Some(letter) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Whether a word begins or ends before a unit; in scripts without spaces one does everywhere.
fn is_edge(text: &[Unit], at: usize) -> bool {
    let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|i| text.get(i)), text.get(at))
    else {
        return true;
    };
    before.word != after.word || is_han_or_kana(before.ch) || is_han_or_kana(after.ch)
}

fn letters(units: &[Unit]) -> impl Iterator<Item = &Unit> {
    units.iter().filter(|u| !u.soft)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, name: &str) -> Option<Range<usize>> {
        stretch(&Folded::of(text).units, name)
    }

    #[test]
    fn a_name_stands_in_whole_words_only() {
        assert_eq!(found("Joann Leeds", "Ann Lee"), None);
        assert_eq!(found("Ann-Lee of Leeds", "Ann Lee"), Some(0..6));
        assert_eq!(found("from ANN LEE", "Ann Lee"), Some(4..10));
        assert_eq!(found("张伟客服", "张伟"), Some(0..2));
        assert_eq!(found("", "Ann"), None);
        assert_eq!(found("Ann", "✅"), None);
        let glued = Folded::of("michaeldell");
        assert_eq!(stretch_within(&glued.units, "Michael Dell"), Some(0..11));
    }

    #[test]
    fn a_disguise_does_not_hide_it() {
        assert!(found("Аnn Lее", "Ann Lee").is_some(), "Cyrillic letters");
        assert!(found("𝐀𝐧𝐧 𝐋𝐞𝐞", "Ann Lee").is_some(), "styled letters");
    }
}
