//! Two names, or two numbers, side by side: how each code point of one stands to the other's.
//!
//! Names are aligned by what their letters look like (the fold of the engine), so that a Cyrillic `Р` stands beside the `P` for
//! which it passes and is told to be another code point, instead of the whole word being told to differ.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_normalization::char::is_combining_mark;

use crate::engine::name::{Folded, clings, composed, leet_letter};

/// Code points of a name that are compared; a page shows no more.
const LONGEST: usize = 120;

/// How a code point stands to the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The same is there, upper and lower case aside.
    Same,
    /// Another is there that looks or reads alike.
    Alike,
    /// Nothing is there.
    Only,
    /// It shows nothing.
    Invisible,
}

/// One code point of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    /// The code point.
    pub c: char,
    /// How it stands to the other side.
    pub standing: Standing,
}

/// Both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SideBySide {
    /// The registered one.
    pub genuine: Vec<Glyph>,
    /// The one that is looked at.
    pub candidate: Vec<Glyph>,
}

impl SideBySide {
    /// Compares names; a 1 is read as the letter, l or i, by which more letters find their like.
    pub fn names(genuine: &str, candidate: &str) -> Self {
        let [by_l, by_i] = ['l', 'i'].map(|one| Self::names_reading(genuine, candidate, one));
        if by_i.aligned() > by_l.aligned() {
            by_i
        } else {
            by_l
        }
    }

    fn aligned(&self) -> usize {
        let alike = |g: &&Glyph| matches!(g.standing, Standing::Same | Standing::Alike);
        self.candidate.iter().filter(alike).count()
    }

    fn names_reading(genuine: &str, candidate: &str, one: char) -> Self {
        let (genuine, candidate) = (Name::of(genuine, one), Name::of(candidate, one));
        let mut sides = Self {
            genuine: genuine.glyphs(&candidate),
            candidate: candidate.glyphs(&genuine),
        };
        for op in capture_diff_slices(Algorithm::Myers, &genuine.keys, &candidate.keys) {
            let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = op
            else {
                continue;
            };
            for i in 0..len {
                let (a, b) = (genuine.at[old_index + i], candidate.at[new_index + i]);
                let same = same_letter(genuine.chars[a], candidate.chars[b]);
                sides.genuine[a].standing = meet(sides.genuine[a].standing, same);
                sides.candidate[b].standing = meet(sides.candidate[b].standing, same);
            }
        }
        sides
    }

    /// Compares numbers, digit by digit.
    pub fn numbers(genuine: &str, candidate: &str) -> Self {
        let side = |text: &str| -> Vec<char> { text.chars().take(LONGEST).collect() };
        let (a, b) = (side(genuine), side(candidate));
        let only = |chars: &[char]| {
            let glyphs = chars.iter().map(|c| Glyph {
                c: *c,
                standing: Standing::Only,
            });
            glyphs.collect::<Vec<_>>()
        };
        let mut sides = Self {
            genuine: only(&a),
            candidate: only(&b),
        };
        for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
            if op.tag() == similar::DiffTag::Equal {
                for i in op.old_range() {
                    sides.genuine[i].standing = Standing::Same;
                }
                for i in op.new_range() {
                    sides.candidate[i].standing = Standing::Same;
                }
            }
        }
        sides
    }

    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        let mut both = self.genuine.iter().chain(&self.candidate);
        both.all(|glyph| glyph.standing == Standing::Same)
    }
}

/// A code point that several letters come from is alike as soon as one of them is.
fn meet(now: Standing, same: bool) -> Standing {
    match (now, same) {
        (Standing::Alike, _) | (_, false) => Standing::Alike,
        _ => Standing::Same,
    }
}

fn same_letter(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}

/// A name with the letters that are aligned.
struct Name {
    chars: Vec<char>,
    /// What each letter looks like.
    keys: Vec<char>,
    /// The code point from which each letter comes.
    at: Vec<usize>,
}

impl Name {
    fn of(name: &str, one: char) -> Self {
        let name: String = name.chars().take(LONGEST).collect();
        let chars = composed(&name);
        let units = Folded::of(&name).units;
        let units = units.iter().filter(|u| usize::from(u.at) < chars.len());
        let (keys, at) = units
            .map(|u| {
                let letter = leet_letter(u, one).or(u.look);
                (letter.unwrap_or(u.ch), usize::from(u.at))
            })
            .unzip();
        Self { chars, keys, at }
    }

    /// Each code point as it stands before letters are aligned.
    fn glyphs(&self, other: &Self) -> Vec<Glyph> {
        let glyphs = self.chars.iter().enumerate().map(|(i, &c)| {
            let letter = self.at.binary_search(&i).is_ok();
            let standing = if clings(c) && !is_combining_mark(c) {
                Standing::Invisible
            } else if letter {
                Standing::Only
            } else if c.is_whitespace() || other.chars.contains(&c) {
                Standing::Same
            } else {
                Standing::Only
            };
            Glyph { c, standing }
        });
        glyphs.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `=` same, `~` alike, `+` only here, `.` invisible.
    fn drawn(glyphs: &[Glyph]) -> String {
        let sign = |glyph: &Glyph| match glyph.standing {
            Standing::Same => '=',
            Standing::Alike => '~',
            Standing::Only => '+',
            Standing::Invisible => '.',
        };
        glyphs.iter().map(sign).collect()
    }

    #[test]
    fn a_disguise_stands_beside_the_letter_for_which_it_passes() {
        for (genuine, candidate, left, right) in [
            ("PayPal", "paypal", "======", "======"),
            // Cyrillic Р, а, у.
            ("PayPal", "РауРаl", "~~~~~=", "~~~~~="),
            ("PayPal", "Pay\u{200b}Pal", "======", "===.==="),
            ("Amazon", "Amaz0n Support ✅", "====~=", "====~==+++++++=+"),
            ("Fiverr", "F1verr", "=~====", "=~===="),
            ("PayPal", "PayPa1", "=====~", "=====~"),
            ("O2", "02", "~=", "~="),
            ("Netflix", "Nettflix", "=======", "===+===="),
            ("Acme", "Zzz", "++++", "+++"),
        ] {
            let sides = SideBySide::names(genuine, candidate);
            let drawn = (drawn(&sides.genuine), drawn(&sides.candidate));
            assert_eq!(drawn.1.chars().count(), sides.candidate.len());
            assert_eq!(drawn.0, left, "{genuine} | {candidate}: {drawn:?}");
            assert_eq!(drawn.1, right, "{genuine} | {candidate}: {drawn:?}");
        }
    }

    #[test]
    fn numbers_are_compared_digit_by_digit() {
        let sides = SideBySide::numbers("+442079460009", "+442079460019");
        assert_eq!(drawn(&sides.genuine).matches('+').count(), 1);
        assert_eq!(drawn(&sides.candidate).matches('+').count(), 1);
        assert!(SideBySide::numbers("+4420", "+4420").is_same());
    }

    proptest::proptest! {
        #[test]
        fn no_two_names_break_it(a in "\\PC*", b in ".*") {
            let sides = SideBySide::names(&a, &b);
            proptest::prop_assert!(sides.genuine.len() <= 4 * LONGEST && sides.candidate.len() <= 4 * LONGEST);
            proptest::prop_assert!(SideBySide::names(&a, &a).genuine.iter().all(|g| g.standing != Standing::Alike));
        }
    }
}
