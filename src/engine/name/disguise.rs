//! The disguises that a fold undoes. Which ones were used is evidence of its own.

use std::ops::{BitOr, BitOrAssign};

/// A set of disguises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Disguise(u16);

impl Disguise {
    /// No disguise.
    pub const NONE: Self = Self(0);
    /// Letters in another dress: mathematical, circled, squared, turned.
    pub const STYLED: Self = Self(1);
    /// Characters that show nothing.
    pub const INVISIBLE: Self = Self(1 << 1);
    /// Stacked or strange combining marks.
    pub const MARKS: Self = Self(1 << 2);
    /// Letters of another script within a word.
    pub const MIXED_SCRIPT: Self = Self(1 << 3);
    /// A whole word in another script's look-alikes.
    pub const WHOLE_SCRIPT: Self = Self(1 << 4);
    /// Digits and symbols for letters (0 for o, $ for s).
    pub const LEET: Self = Self(1 << 5);
    /// Letter pairs that look like one letter (rn for m, vv for w, cl for d).
    pub const PAIR: Self = Self(1 << 6);
    /// Words torn apart (P a y P a l).
    pub const SPACING: Self = Self(1 << 7);
    /// Written in another alphabet by sound (Водафоне).
    pub const TRANSLITERATED: Self = Self(1 << 8);
    /// Respelled by sound (Amazzon, Fone).
    pub const SOUND: Self = Self(1 << 9);

    /// Every disguise with its stable name.
    pub const NAMED: &'static [(Self, &'static str)] = &[
        (Self::STYLED, "styled_letters"),
        (Self::INVISIBLE, "invisible_characters"),
        (Self::MARKS, "combining_marks"),
        (Self::MIXED_SCRIPT, "mixed_script"),
        (Self::WHOLE_SCRIPT, "whole_script"),
        (Self::LEET, "leet"),
        (Self::PAIR, "letter_pairs"),
        (Self::SPACING, "spacing"),
        (Self::TRANSLITERATED, "transliterated"),
        (Self::SOUND, "respelled"),
    ];

    /// Whether any of `other` is in the set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Takes `other` out.
    pub fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }

    /// How many kinds are in the set.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The stable names of those in the set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED
            .iter()
            .filter(move |(kind, _)| self.has(*kind))
            .map(|(_, name)| *name)
    }
}

impl BitOr for Disguise {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Disguise {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
