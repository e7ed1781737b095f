//! Where a registered name stands inside an incoming one: in one piece, by its sound, or word by word.

use smallvec::SmallVec;

use super::alignment::{Rows, Window};
use super::query::Query;
use crate::domain::BusinessId;
use crate::engine::index::FoundName;
use crate::engine::name::{Disguise, View, is_dense};

/// How well a stretch or a bag of words matched, on one scale: 1 is perfect.
pub(super) struct Fit {
    /// 1 is perfect.
    pub(super) quality: f32,
    /// Letters that differ.
    pub(super) edits: u16,
    /// Share of what the registered name tells that was found, 0–1.
    pub(super) coverage: f32,
    /// Words stand in another order.
    pub(super) reordered: bool,
    /// Met by sound.
    pub(super) by_sound: bool,
    /// Units of the incoming name that it covers.
    pub(super) covered: Vec<bool>,
    /// Words found and words in all, for words.
    pub(super) words: Option<(u8, u8)>,
    /// Registered words that were not found, the first 64 of them as a set of bits.
    pub(super) missing: u64,
    /// View and its letters, for a stretch.
    pub(super) stretch: Option<(usize, usize, usize)>,
    /// Registered words, by their places, and the query's words that stand for them with other letters.
    pub(super) respelt: SmallVec<[(usize, usize); 2]>,
}

/// A registered name that stands somewhere in the query; what it means is not yet asked.
pub struct Placed {
    pub(super) found: FoundName,
    pub(super) fit: Fit,
}

impl Placed {
    /// Looks where the registered name stands; none if nowhere.
    pub fn new(query: &Query, found: FoundName, rows: &mut Rows) -> Option<Self> {
        let whole = in_one_piece(query, &found, rows);
        let fit = match whole {
            Some(fit) if fit.quality >= 0.999 => fit,
            whole => match (whole, in_words(query, &found, rows)) {
                (Some(whole), Some(words))
                    if words.quality > whole.quality || is_chance(query, &whole, &words) =>
                {
                    words
                }
                (None, words) => words?,
                (Some(whole), _) => whole,
            },
        };
        Some(Self { found, fit })
    }

    /// Its business.
    pub fn business(&self) -> BusinessId {
        self.found.business
    }

    /// Whether it is a blocked variant, which counts in whole only: what is nearly one is nearly the name itself.
    pub fn is_variant(&self) -> bool {
        self.found.entry.is_variant()
    }

    /// Whether it stands there letter by letter, from the edge of a word to the edge of a word.
    pub fn is_whole(&self) -> bool {
        self.fit.quality >= 0.999 && self.fit.edits == 0 && !self.fit.by_sound
    }

    /// Whether it tells more than another name of the same business: by what it promises, less where it is but heard, and with slips:
    /// a longer name ("Commerzbank AG") must not win by words that the account leaves out. A blocked variant that takes up no
    /// less than a name that the business goes by is what the account bears.
    pub fn is_better(&self, other: &Self) -> bool {
        let taken = |p: &Self| p.fit.covered.iter().filter(|c| **c).count();
        let bears = |variant: &Self, name: &Self| !name.is_whole() || taken(variant) >= taken(name);
        match (self.is_variant(), other.is_variant()) {
            (true, false) => bears(self, other),
            (false, true) => !bears(other, self),
            _ => self.fitness() > other.fitness(),
        }
    }

    /// An order among the names of one business.
    fn fitness(&self) -> f32 {
        if self.fit.by_sound && self.fit.edits > 0 {
            0.8 * self.promise()
        } else {
            self.promise()
        }
    }

    /// A rough order, before the remainder is known: what was found, less what differs. Of words that were found apart, what is
    /// missing counts once, as part of what was found.
    pub fn promise(&self) -> f32 {
        let quality = self.fit.quality.max(0.05);
        let told = self.found.entry.total_bits() * self.fit.coverage * quality;
        if self.fit.stretch.is_some() {
            told * quality
        } else {
            told
        }
    }
}

/// Share of a name's words, by what they tell, beside which a stretch that misspells the others may be chance.
const MOST: f32 = 0.6;

/// Whether a misspelt stretch is but made to fit, since it ends within a word of the account's while most of the name stands there
/// word for word: in "The Trussell Customer Desk" the "Cust" is no slip of The Trussell Trust.
fn is_chance(query: &Query, whole: &Fit, words: &Fit) -> bool {
    let cuts = |(at, from, to): (usize, usize, usize)| {
        let edges = &query.edges[at];
        !edges[from] || !edges[to]
    };
    whole.edits > 0 && words.edits == 0 && words.coverage >= MOST && whole.stretch.is_some_and(cuts)
}

/// The best stretch over the plain view and the one in which the candidate was met.
fn in_one_piece(query: &Query, found: &FoundName, rows: &mut Rows) -> Option<Fit> {
    let pattern = &found.entry.chars;
    let mut best: Option<Fit> = None;
    let met = usize::from(found.candidate.view);
    for at in std::iter::once(0).chain((met != 0).then_some(met)) {
        let view = &query.views[at];
        let Some(limit) = edit_limit(pattern, view.undone) else {
            continue;
        };
        let Some(w) = rows.window(&view.chars, &query.edges[at], pattern, limit) else {
            continue;
        };
        let w = with_doubled_end(w, &view.chars, &query.edges[at], limit);
        if view.undone.has(Disguise::TRANSLITERATED) && view.splits_a_unit(w.from, w.to) {
            continue;
        }
        let edge_cuts = u16::from(!query.edges[at][w.from]) + u16::from(!query.edges[at][w.to]);
        let cost = f32::from(w.edits) + 0.3 * f32::from(edge_cuts);
        let fit = Fit {
            quality: 1.0 - cost * 1.25 / pattern.len() as f32,
            edits: w.edits,
            coverage: 1.0,
            reordered: false,
            by_sound: false,
            words: None,
            missing: 0,
            covered: cover(query, at, w.from, w.to),
            stretch: Some((at, w.from, w.to)),
            respelt: SmallVec::new(),
        };
        if best.as_ref().is_none_or(|b| fit.quality > b.quality) {
            best = Some(fit);
        }
    }
    // One or two slips are told letter by letter; only what is further off is heard.
    let near = |fit: &Fit| fit.edits <= if pattern.len() > 7 { 2 } else { 1 };
    match best {
        Some(best) if near(&best) => Some(best),
        best => match (best, by_sound(query, found, rows)) {
            (Some(best), Some(sound)) if sound.quality <= best.quality => Some(best),
            (best, sound) => sound.or(best),
        },
    }
}

/// The stretch with the letter behind it where that ends the word and is its last one once more: "Ryanairr" is a slip, not a
/// longer word in which Ryanair stands.
fn with_doubled_end(w: Window, text: &[char], edges: &[bool], limit: u16) -> Window {
    let doubled = w.edits < limit
        && !edges[w.to]
        && text.get(w.to) == Some(&text[w.to - 1])
        && edges[w.to + 1];
    if doubled {
        Window {
            edits: w.edits + 1,
            to: w.to + 1,
            ..w
        }
    } else {
        w
    }
}

/// Most letters that may differ from a registered name, read in a view that undid this; none if the view may not be used.
///
/// At one letter's distance from a name of four every other word is found, and two digits read as letters are chance. Of four Han
/// letters, kana or Hangul each tells as much as two of an alphabet.
fn edit_limit(name: &[char], undone: Disguise) -> Option<u16> {
    let letters = name.len();
    if undone.has(Disguise::LEET | Disguise::PAIR | Disguise::WHOLE_SCRIPT) {
        return match letters {
            0..=3 => None,
            4..=6 => Some(0),
            _ => Some((letters / 5).min(3) as u16),
        };
    }
    Some(match letters {
        4 if name.iter().all(|&c| is_dense(c)) => 1,
        0..=4 => 0,
        5 => 1,
        _ => (letters / 3).min(6) as u16,
    })
}

/// The best stretch by sound, in the view in which the candidate was met.
fn by_sound(query: &Query, found: &FoundName, rows: &mut Rows) -> Option<Fit> {
    let at = usize::from(found.candidate.view);
    let view = &query.views[at];
    let key = found.entry.key();
    let pattern = &key;
    if !is_heard(pattern.len(), view) && pattern.iter().all(char::is_ascii) {
        return None;
    }
    let (edits, from, to) = if let Some((from, to)) = found.candidate.exact {
        (0, usize::from(from), usize::from(to))
    } else {
        if pattern.len() < 4 {
            return None;
        }
        let limit = (pattern.len() / 4).min(4) as u16;
        let w = rows.window(&view.key.chars, &query.key_edges[at], pattern, limit)?;
        (w.edits, w.from, w.to)
    };
    let first = usize::from(*view.key.origin.get(from)?);
    let last = usize::from(*view.key.origin.get(to.checked_sub(1)?)?) + 1;
    // Letters that sound alike are swallowed with the last one: "Publixx".
    let last = (last..view.chars.len())
        .find(|&i| query.edges[at][i] || view.chars[i] != view.chars[last - 1])
        .unwrap_or(view.chars.len());
    Some(Fit {
        quality: 0.97 - f32::from(edits) * 1.25 / pattern.len() as f32,
        edits,
        coverage: 1.0,
        reordered: false,
        by_sound: true,
        words: None,
        missing: 0,
        covered: cover(query, at, first, last),
        stretch: Some((at, first, last)),
        respelt: SmallVec::new(),
    })
}

/// Whether a key of so many letters is heard at all: one or two sound like anything, and so do three in a script that
/// leaves vowels out, or where digits were read as letters first.
fn is_heard(letters: usize, view: &View) -> bool {
    let vowels = |&c: &char| c.is_ascii() || c.is_lowercase() || c.is_uppercase();
    let guessed = view
        .undone
        .has(Disguise::LEET | Disguise::PAIR | Disguise::WHOLE_SCRIPT);
    match letters {
        0..=2 => false,
        3 => !guessed && view.chars.iter().all(vowels),
        4 | 5 => !guessed,
        _ => true,
    }
}

fn cover(query: &Query, view: usize, from: usize, to: usize) -> Vec<bool> {
    let mut covered = vec![false; query.folded.units.len()];
    let view = &query.views[view];
    let (first, last) = view.units(from, to);
    // A view that reads two letters as one ends on the first of the two.
    let last = view
        .origin
        .get(to)
        .map_or(last, |&next| usize::from(next).max(last).min(last + 1));
    let end = if to >= view.chars.len() && view.undone.has(Disguise::PAIR) {
        covered.len()
    } else {
        last
    };
    for slot in covered.iter_mut().take(end.max(last)).skip(first) {
        *slot = true;
    }
    covered
}

/// The registered words, each found anywhere among the incoming ones.
fn in_words(query: &Query, found: &FoundName, rows: &mut Rows) -> Option<Fit> {
    let entry = &found.entry;
    if entry.starts.len() < 2 {
        return None;
    }
    let mut covered = vec![false; query.folded.units.len()];
    let mut used = vec![false; query.words.len()];
    let (mut hit, mut edits, mut last, mut reordered, mut count) = (0.0, 0u16, 0, false, 0u8);
    let mut missing = 0;
    let mut respelt = SmallVec::new();
    for (place, (word, &bits)) in entry.words().zip(&entry.bits).enumerate() {
        let limit = match word.len() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        let unused = (query.words.iter().enumerate()).filter(|(i, _)| !used[*i]);
        let best = rows.nearest_word(word, unused, limit);
        if let Some((distance, i)) = best {
            used[i] = true;
            count = count.saturating_add(1);
            reordered |= i < last;
            last = i;
            if distance > 0 {
                respelt.push((place, i));
            }
            edits += distance as u16;
            hit += bits * (1.0 - distance as f32 / word.len() as f32);
            covered[query.words[i].from..query.words[i].to].fill(true);
        } else if place < 64 {
            missing |= 1 << place;
        }
    }
    let coverage = hit / entry.total_bits().max(0.1);
    (coverage >= 0.35).then(|| Fit {
        quality: coverage - if reordered { 0.04 } else { 0.02 },
        edits,
        coverage: coverage.min(1.0),
        reordered,
        by_sound: false,
        words: Some((count, entry.starts.len().min(255) as u8)),
        missing,
        covered,
        stretch: None,
        respelt,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Business, BusinessName, Profile};
    use crate::engine::index::Index;

    /// Where a registered name stands in an account's.
    fn placed(registered: &str, name: &str) -> Option<Fit> {
        let index = Index::build(&[Business::new(
            BusinessId::new(uuid::Uuid::from_u128(1)),
            Profile::named(BusinessName::parse(registered).unwrap()),
            jiff::Timestamp::UNIX_EPOCH,
        )]);
        let query = Query::new(name)?;
        let mut found = index.names_in(&query.folded, &query.views).into_iter();
        Placed::new(&query, found.next()?, &mut Rows::default()).map(|placed| placed.fit)
    }

    #[test]
    fn a_name_is_not_made_to_fit_a_part_of_another_word() {
        let fit = placed("The Trussell Trust", "The Trussell Customer Desk").unwrap();
        assert_eq!((fit.words, fit.edits), (Some((2, 3)), 0));
    }

    #[test]
    fn slips_of_the_name_itself_are_counted() {
        for name in ["The Trussell Trsut Help", "The Trussel Trustsupport"] {
            let fit = placed("The Trussell Trust", name).unwrap();
            assert!(fit.edits > 0 && fit.coverage > 0.9, "{name}");
        }
    }
}
