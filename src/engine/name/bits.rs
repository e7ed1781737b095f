//! Edit distances a machine word at a time: one step for each letter of the text, however long the pattern.
//!
//! Hyyrö's bit vectors for optimal string alignment (H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and
//! Damerau edit distances", 2003): bit `i` of a vector says how row `i` of the table differs from the row above or the column before.

/// Letters of a pattern at most.
pub const MOST_LETTERS: usize = 64;

/// Where each letter of a pattern stands, as sets of places; kept between patterns so that nothing is allocated for each.
#[derive(Debug)]
pub struct Places {
    letters: Vec<char>,
    ascii: [u64; 128],
    others: Vec<(char, u64)>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            letters: Vec::new(),
            ascii: [0; 128],
            others: Vec::new(),
        }
    }
}

/// Where a pattern may be found in a text. An end counts the letters before it, so that it is from 0 to the length of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The fewest edits of any stretch.
    pub least: u16,
    /// The first end of a stretch within the limit.
    pub first: usize,
    /// The last.
    pub last: usize,
}

/// One column of the table.
#[derive(Clone, Copy)]
struct Column {
    /// Rows that are one more than the row above.
    more: u64,
    /// Rows that are one less.
    less: u64,
    /// Rows that are as much as the one above in the column before.
    same: u64,
    /// Where the letter before stands.
    before: u64,
}

impl Column {
    const FIRST: Self = Self {
        more: u64::MAX,
        less: 0,
        same: 0,
        before: 0,
    };

    /// Goes one letter on, `first_row` saying how much the empty pattern costs more; gives the rows that cost more and less
    /// than in the column before.
    #[inline]
    fn step(&mut self, places: u64, first_row: u64) -> (u64, u64) {
        let swapped = ((!self.same & places) << 1) & self.before;
        let same = ((places & self.more).wrapping_add(self.more) ^ self.more)
            | places
            | self.less
            | swapped;
        let (rises, falls) = (self.less | !(same | self.more), same & self.more);
        let (shifted_rises, shifted_falls) = (rises << 1 | first_row, falls << 1);
        self.more = shifted_falls | !(same | shifted_rises);
        self.less = shifted_rises & same;
        self.same = same;
        self.before = places;
        (rises, falls)
    }
}

impl Places {
    /// Takes another pattern, of 1 to 64 letters; whether it has so many.
    pub fn take(&mut self, pattern: &[char]) -> bool {
        if !(1..=MOST_LETTERS).contains(&pattern.len()) {
            return false;
        }
        for &letter in &self.letters {
            if let Some(places) = self.ascii.get_mut(letter as usize) {
                *places = 0;
            }
        }
        self.others.clear();
        self.letters.clear();
        self.letters.extend_from_slice(pattern);
        for (at, &letter) in pattern.iter().enumerate() {
            let place = 1 << at;
            if let Some(places) = self.ascii.get_mut(letter as usize) {
                *places |= place;
            } else if let Some((_, places)) = self.others.iter_mut().find(|(c, _)| *c == letter) {
                *places |= place;
            } else {
                self.others.push((letter, place));
            }
        }
        true
    }

    #[inline]
    fn of(&self, letter: char) -> u64 {
        match self.ascii.get(letter as usize) {
            Some(&places) => places,
            None => (self.others.iter())
                .find(|(c, _)| *c == letter)
                .map_or(0, |&(_, places)| places),
        }
    }

    fn last(&self) -> u64 {
        1 << (self.letters.len() - 1)
    }

    /// Where stretches of `text` end that are within `limit` edits of the pattern; none if there are none.
    pub fn ends(&self, text: &[char], limit: u16) -> Option<Ends> {
        let (mut column, mut edits, last) = (Column::FIRST, self.letters.len() as u16, self.last());
        let mut ends: Option<Ends> = None;
        let mut meet = |at: usize, edits: u16| {
            if edits <= limit {
                let met = ends.get_or_insert(Ends {
                    least: edits,
                    first: at,
                    last: at,
                });
                met.least = met.least.min(edits);
                met.last = at;
            }
        };
        meet(0, edits);
        for (at, &letter) in (1..).zip(text) {
            let (rises, falls) = column.step(self.of(letter), 0);
            edits = edits + u16::from(rises & last != 0) - u16::from(falls & last != 0);
            meet(at, edits);
        }
        ends
    }

    /// Edits between the pattern and a whole text.
    pub fn distance(&self, text: &[char]) -> usize {
        let (mut column, mut edits, last) = (Column::FIRST, self.letters.len(), self.last());
        for &letter in text {
            let (rises, falls) = column.step(self.of(letter), 1);
            edits = edits + usize::from(rises & last != 0) - usize::from(falls & last != 0);
        }
        edits
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters() -> impl Strategy<Value = Vec<char>> {
        prop::collection::vec(
            prop::sample::select(vec!['a', 'b', 'c', 'd', '银', '行']),
            1..24,
        )
    }

    proptest! {
        #[test]
        fn distances_are_those_of_the_table(a in letters(), b in letters()) {
            let mut places = Places::default();
            // What an earlier pattern left must not count.
            prop_assert!(places.take(&['d', '行']) && places.take(&a));
            let (x, y): (String, String) = (a.iter().collect(), b.iter().collect());
            prop_assert_eq!(places.distance(&b), strsim::osa_distance(&x, &y));
        }
    }

    #[test]
    fn a_pattern_of_none_or_too_many_letters_is_not_taken() {
        let mut places = Places::default();
        assert!(!places.take(&[]) && !places.take(&['a'; 65]) && places.take(&['a'; 64]));
        assert_eq!(places.distance(&['a'; 60]), 4);
        let ends = Ends {
            least: 0,
            first: 64,
            last: 70,
        };
        assert_eq!(places.ends(&['a'; 70], 0), Some(ends));
        assert_eq!(places.ends(&['b'; 70], 3), None);
    }
}
