//! Alignment: where a registered name stands inside an incoming one, and at what cost.

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
                return None;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.row);
        }
        let edge = |at: usize| edges.get(at).copied().unwrap_or(true);
        (1..columns)
            .filter(|&j| self.last[j].0 <= limit && usize::from(self.last[j].1) < j)
            .min_by_key(|&j| {
                let (edits, from) = self.last[j];
                let from = usize::from(from);
                let stretch = (j - from).abs_diff(pattern.len());
                (
                    2 * edits + u16::from(!edge(from)) + u16::from(!edge(j)),
                    stretch,
                )
            })
            .map(|j| Window {
                edits: self.last[j].0,
                from: usize::from(self.last[j].1),
                to: j,
            })
    }
}

#[inline]
fn plus(cell: Cell, edits: u16) -> Cell {
    (cell.0 + edits, cell.1)
}

/// Edits between two words, at most `limit`; by `strsim`, after a look at which letters they share.
pub fn word_edits(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a == b {
        return Some(0);
    }
    let unlike = (letters(a) ^ letters(b)).count_ones() as usize;
    if a.len().abs_diff(b.len()) > limit || unlike > 2 * limit {
        return None;
    }
    let (a, b): (String, String) = (a.iter().collect(), b.iter().collect());
    Some(strsim::osa_distance(&a, &b)).filter(|&d| d <= limit)
}

/// Which letters occur, as a set of 64; one edit changes two of them at most.
fn letters(word: &[char]) -> u64 {
    word.iter().fold(0, |set, &c| set | 1 << (c as u32 & 63))
}
