//! Alignment: where a registered name stands inside an incoming one, and at what cost.

use super::query::Word;
use crate::engine::name::bits::Places;

/// Where a pattern was found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Letters to insert, delete, replace or swap with a neighbour.
    pub edits: u16,
    /// First letter of the text.
    pub from: usize,
    /// One past the last.
    pub to: usize,
}

/// Letters of the text that are looked at.
pub const MAX_TEXT: usize = 120;

/// A cell of the table: edits so far, and where the stretch began.
type Cell = (u16, u16);

/// The rows of the table, kept between calls so that nothing is allocated for each candidate.
#[derive(Debug, Default)]
pub struct Rows {
    before: Vec<Cell>,
    last: Vec<Cell>,
    row: Vec<Cell>,
    places: Places,
}

impl Rows {
    /// The stretch of `text` nearest to `pattern` by optimal string alignment distance, if it is within `limit` edits.
    ///
    /// Among stretches of one distance the one that begins and ends at a word edge is taken (`edges` has
    /// one entry a letter and one for the end); an edit weighs as much as both edges.
    pub fn window(
        &mut self,
        text: &[char],
        edges: &[bool],
        pattern: &[char],
        limit: u16,
    ) -> Option<Window> {
        let text = &text[..text.len().min(MAX_TEXT)];
        // Every letter that the text lacks altogether is an edit.
        let lacking = letters(pattern) & !letters(text);
        if lacking.count_ones() > u32::from(limit) {
            return None;
        }
        if let Some(whole) = between_edges(text, edges, pattern) {
            return Some(whole);
        }
        // Most names that share some letters stand nowhere: that is told without the table. Where one stands, the table is made
        // of the stretch alone that can hold it.
        let (from, to, limit) = if self.places.take(pattern) {
            let ends = self.places.ends(text, limit)?;
            // What has two edits more than another is no better for both of its edges.
            let limit = limit.min(ends.least + 1);
            let reach = pattern.len() + usize::from(limit);
            (ends.first.saturating_sub(reach), ends.last, limit)
        } else {
            (0, text.len(), limit)
        };
        self.fill(&text[from..to], pattern, limit)
            .then(|| self.nearest(edges, pattern, limit, from))?
    }

    /// Fills the table; whether any stretch may be within the limit. `last` is then the row of the whole pattern.
    fn fill(&mut self, text: &[char], pattern: &[char], limit: u16) -> bool {
        let columns = text.len() + 1;
        self.last.clear();
        self.last.extend((0..columns).map(|j| (0, j as u16)));
        self.before.resize(columns, (0, 0));
        self.row.resize(columns, (0, 0));
        for i in 1..=pattern.len() {
            let letter = pattern[i - 1];
            self.row[0] = (i as u16, 0);
            let mut least = i as u16;
            for j in 1..columns {
                let same = text[j - 1] == letter;
                let mut best = plus(self.last[j - 1], u16::from(!same));
                best = best
                    .min(plus(self.last[j], 1))
                    .min(plus(self.row[j - 1], 1));
                if i > 1 && j > 1 && !same && text[j - 1] == pattern[i - 2] && text[j - 2] == letter
                {
                    best = best.min(plus(self.before[j - 2], 1));
                }
                self.row[j] = best;
                least = least.min(best.0);
            }
            if least > limit {
                return false;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.row);
        }
        true
    }

    /// The nearest of the stretches that the table holds, which begins at letter `start` of the text.
    fn nearest(
        &self,
        edges: &[bool],
        pattern: &[char],
        limit: u16,
        start: usize,
    ) -> Option<Window> {
        let edge = |at: usize| edges.get(start + at).copied().unwrap_or(true);
        let ends = (self.last.iter().enumerate()).skip(1);
        ends.filter(|&(j, &(edits, from))| edits <= limit && usize::from(from) < j)
            .min_by_key(|&(j, &(edits, from))| {
                let from = usize::from(from);
                let stretch = (j - from).abs_diff(pattern.len());
                (
                    2 * edits + u16::from(!edge(from)) + u16::from(!edge(j)),
                    stretch,
                )
            })
            .map(|(j, &(edits, from))| Window {
                edits,
                from: start + usize::from(from),
                to: start + j,
            })
    }

    /// The word nearest to `word` within `limit` edits, the first of several: its edits and its place among the words.
    pub fn nearest_word<'w>(
        &mut self,
        word: &[char],
        words: impl Iterator<Item = (usize, &'w Word)>,
        limit: usize,
    ) -> Option<(usize, usize)> {
        let set = letters(word);
        let mut taken = None;
        let mut best: Option<(usize, usize)> = None;
        for (at, other) in words {
            let edits = if *word == *other.letters {
                0
            } else {
                // An edit changes two letters of the sets at most.
                let unlike = (set ^ other.set).count_ones() as usize;
                if word.len().abs_diff(other.letters.len()) > limit || unlike > 2 * limit {
                    continue;
                }
                if *taken.get_or_insert_with(|| self.places.take(word)) {
                    self.places.distance(&other.letters)
                } else {
                    by_table(word, &other.letters)
                }
            };
            if edits <= limit && best.is_none_or(|(least, _)| edits < least) {
                best = Some((edits, at));
            }
            if edits == 0 {
                break;
            }
        }
        best
    }
}

/// The first stretch that is the pattern itself from the edge of a word to the edge of a word: none is nearer.
fn between_edges(text: &[char], edges: &[bool], pattern: &[char]) -> Option<Window> {
    let edge = |at: usize| edges.get(at).copied().unwrap_or(true);
    let (&first, letters) = (pattern.first()?, pattern.len());
    let from = (0..(text.len() + 1).saturating_sub(letters)).find(|&from| {
        text[from] == first
            && edge(from)
            && edge(from + letters)
            && text[from..from + letters] == *pattern
    })?;
    Some(Window {
        edits: 0,
        from,
        to: from + letters,
    })
}

/// Edits between two words of which one is longer than a machine word.
fn by_table(a: &[char], b: &[char]) -> usize {
    let (a, b): (String, String) = (a.iter().collect(), b.iter().collect());
    strsim::osa_distance(&a, &b)
}

#[inline]
fn plus(cell: Cell, edits: u16) -> Cell {
    (cell.0 + edits, cell.1)
}

/// Which letters occur, as a set of 64; one edit changes two of them at most.
pub fn letters(word: &[char]) -> u64 {
    word.iter().fold(0, |set, &c| set | 1 << (c as u32 & 63))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, with the table of the whole text.
    fn of_the_whole(text: &[char], edges: &[bool], pattern: &[char], limit: u16) -> Option<Window> {
        let mut rows = Rows::default();
        (rows.fill(text, pattern, limit)).then(|| rows.nearest(edges, pattern, limit, 0))?
    }

    fn letters_of(most: usize) -> impl Strategy<Value = Vec<char>> {
        prop::collection::vec(prop::sample::select(vec!['a', 'b', 'c', '银']), 1..most)
    }

    proptest! {
        #[test]
        fn a_name_stands_where_the_table_of_the_whole_text_says(
            text in letters_of(60),
            pattern in letters_of(12),
            edges in prop::collection::vec(any::<bool>(), 60),
            limit in 0u16..5,
        ) {
            let edges = &edges[..text.len()];
            let found = Rows::default().window(&text, edges, &pattern, limit);
            prop_assert_eq!(found, of_the_whole(&text, edges, &pattern, limit));
        }
    }
}
