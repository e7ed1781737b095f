//! One registered name held against one incoming name: everything that the signals read.

use smallvec::SmallVec;

use super::placement::{Fit, Placed};
use super::query::Query;
use super::remainder::Remainder;
use super::slips;
use crate::engine::index::FoundName;
use crate::engine::name::lexicon::Meaning;
use crate::engine::name::{Disguise, Unit, rarity, spelling};

/// The measured relation of a registered name to an incoming one.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The registered name.
    pub found: FoundName,
    /// Letters that differ where the name stands, by optimal string alignment.
    pub edits: u16,
    /// Share of what the registered name tells that was found, 0–1; 1 where it stands in one piece.
    pub coverage: f32,
    /// Its words were found in another order.
    pub reordered: bool,
    /// It was met by its sound, not by its letters.
    pub by_sound: bool,
    /// It stands in one stretch, not word by word.
    pub is_stretch: bool,
    /// Which units of the incoming name it covers.
    pub covered: Vec<bool>,
    /// No letter or digit stands before it.
    pub starts: bool,
    /// No letter or digit stands after it.
    pub ends: bool,
    /// What was undone on the covered stretch.
    pub disguise: Disguise,
    /// Word edges inside the stretch where the registered name has none.
    pub splits: u16,
    /// Edges of the stretch that cut a word of the incoming name, 0–2.
    pub cuts: u8,
    /// A cut word's other part is explained: "amazonsupport".
    pub glued: bool,
    /// By how many bits its letters are more unusual than the registered ones where they differ; negative if they are
    /// more usual. None without a difference, or in another alphabet.
    pub oddness: Option<f32>,
    /// Registered words that were found, and how many there are.
    pub words: (u8, u8),
    /// Registered words that were not found, the first 64 of them as a set of bits.
    pub missing: u64,
    /// How little fingers explain the letters that differ, as [`strangeness`](slips::strangeness) counts; none without a difference, or by sound.
    pub strangeness: Option<u32>,
    /// The one letter that differs, if it is one.
    pub slip: Slip,
    /// A bracket, bar, colon or dash parts it from the rest.
    pub set_off: bool,
    /// Its few letters stand apart, as initials do: "B. C. F.".
    pub initials: bool,
    /// Rarity of the incoming word that differs from the registered one, in bits; none without a difference.
    pub variant_bits: Option<f32>,
    /// The differing incoming word means something by itself.
    pub variant_meaning: Meaning,
    /// What the found part of the registered name tells, in bits.
    pub strength: f32,
    /// What stands beside it.
    pub remainder: Remainder,
}

impl Placed {
    /// Asks everything that the signals read.
    pub fn compare(self, query: &Query) -> Comparison {
        let Self { found, fit } = self;
        let (variant_bits, variant_meaning) = variant(query, &found, &fit);
        let mut disguise = disguise_of(query, &fit);
        let splits = splits(query, &found, &fit);
        let initials = splits > 0 && are_initials(query, &found, &fit);
        if splits > 0 && !initials && !(splits == 1 && is_common_split(query, &fit.covered)) {
            disguise |= Disguise::SPACING;
        }
        let remainder = Remainder::of(query, &fit.covered);
        let cuts = cuts(query, &fit.covered);
        if fit.by_sound {
            let native = found.entry.chars.iter().all(char::is_ascii);
            let written = query.views[0].chars.iter().all(char::is_ascii);
            disguise |= if native == written {
                Disguise::SOUND
            } else {
                Disguise::TRANSLITERATED
            };
        }
        let (strangeness, oddness) = {
            let spellings = spellings(query, &found, &fit);
            (strangeness(&spellings), oddness(&spellings))
        };
        Comparison {
            strangeness,
            oddness,
            strength: found.entry.total_bits() * fit.coverage,
            glued: cuts > 0 && remainder.explains_cuts,
            remainder,
            cuts,
            slip: slip(query, &found, &fit),
            words: fit.words.unwrap_or_else(|| {
                let all = found.entry.starts.len().min(255) as u8;
                (all, all)
            }),
            set_off: is_set_off(query, &fit.covered),
            starts: reaches(query.folded.units.iter().zip(&fit.covered)),
            ends: reaches(query.folded.units.iter().zip(&fit.covered).rev()),
            initials,
            edits: fit.edits,
            coverage: fit.coverage,
            reordered: fit.reordered,
            by_sound: fit.by_sound,
            is_stretch: fit.stretch.is_some(),
            missing: fit.missing,
            covered: fit.covered,
            disguise,
            splits,
            variant_bits,
            variant_meaning,
            found,
        }
    }
}

impl Comparison {
    /// Letters of the registered name.
    pub fn name_letters(&self) -> usize {
        self.found.entry.chars.len()
    }

    /// Edits for each letter of the registered name.
    pub fn edit_ratio(&self) -> f32 {
        f32::from(self.edits) / self.name_letters().max(1) as f32
    }

    /// The registered words that were not found, each with what it identifies, in bits.
    pub fn missing_words(&self) -> impl Iterator<Item = (&[char], f32)> {
        (self.found.entry.words().zip(&self.found.entry.bits))
            .enumerate()
            .filter(|(place, _)| *place < 64 && self.missing >> place & 1 == 1)
            .map(|(_, (word, &bits))| (word, bits))
    }

    /// The registered words that were found.
    pub fn found_words(&self) -> impl Iterator<Item = &[char]> {
        (self.found.entry.words().enumerate())
            .filter(|(place, _)| *place >= 64 || self.missing >> place & 1 == 0)
            .map(|(_, word)| word)
    }

    /// What the most telling of the words that were found identifies, in bits.
    pub fn best_found(&self) -> f32 {
        (self.found.entry.bits.iter().enumerate())
            .filter(|(place, _)| *place >= 64 || self.missing >> place & 1 == 0)
            .map(|(_, &bits)| bits)
            .fold(0.0, f32::max)
    }

    /// How unlikely the match is by chance, in bits: what was found tells, less what each edit leaves open (which
    /// letter, and where).
    pub fn chance_bits(&self) -> f32 {
        let open = 4.7 + (self.name_letters() as f32 + 1.0).log2();
        self.strength - open * f32::from(self.edits) - 4.0 * f32::from(self.cuts)
    }
}

/// Where the names differ: how rare the incoming words are that stand for the registered ones.
fn variant(query: &Query, found: &FoundName, fit: &Fit) -> (Option<f32>, Meaning) {
    if fit.edits == 0 {
        return (None, Meaning::NONE);
    }
    let registered: Vec<&[char]> = found.entry.words().collect();
    let mut rarest: Option<(f32, Meaning)> = None;
    for word in &query.words {
        let touched = (word.from..word.to).any(|u| fit.covered[u]);
        if touched && !registered.contains(&word.letters.as_slice()) {
            let bits = rarity::bits(&word.letters);
            if rarest.is_none_or(|(b, _)| bits > b) {
                rarest = Some((bits, word.meaning));
            }
        }
    }
    (rarest.map(|r| r.0), rarest.map_or(Meaning::NONE, |r| r.1))
}

fn disguise_of(query: &Query, fit: &Fit) -> Disguise {
    let units = &query.folded.units;
    let mut disguise = Disguise::NONE;
    for (unit, _) in units.iter().zip(&fit.covered).filter(|(_, c)| **c) {
        disguise |= unit.disguise;
    }
    if let Some((at, from, to)) = fit.stretch {
        let view = &query.views[at];
        let changed = (from..to.min(view.chars.len())).any(|i| {
            units
                .get(usize::from(view.origin[i]))
                .is_some_and(|u| u.ch != view.chars[i])
        });
        if changed {
            disguise |= view.undone;
        }
    }
    disguise
}

/// Word edges of the incoming name inside the stretch that the registered name does not have.
fn splits(query: &Query, found: &FoundName, fit: &Fit) -> u16 {
    let Some((at, from, to)) = fit.stretch else {
        return 0;
    };
    let edges = &query.edges[at];
    let inside = (from + 1..to).filter(|&i| edges[i]);
    if fit.edits == 0 && !fit.by_sound && to - from == found.entry.chars.len() {
        return inside
            .filter(|&i| !found.entry.starts.contains(&((i - from) as u16)))
            .count() as u16;
    }
    let extra =
        (inside.count() + 1).saturating_sub(found.entry.starts.len() + usize::from(fit.edits));
    extra as u16
}

/// Whether the covered part is met before any letter or digit that is not.
fn reaches<'u>(mut units: impl Iterator<Item = (&'u Unit, &'u bool)>) -> bool {
    units
        .find(|(unit, covered)| **covered || !unit.soft)
        .is_none_or(|(_, covered)| *covered)
}

/// Whether a sign that sets off a remark stands where the covered part ends or begins.
fn is_set_off(query: &Query, covered: &[bool]) -> bool {
    (query.folded.units.iter().zip(covered).zip(&covered[1..]))
        .zip(query.folded.units.iter().skip(1))
        .any(|(((_, this), next), unit)| this != next && unit.set_off)
}

/// Whether the covered words are words that people write: "Robin Hood" for Robinhood is a spelling, "Net flix" is torn.
fn is_common_split(query: &Query, covered: &[bool]) -> bool {
    (query.words.iter())
        .filter(|word| covered[word.from..word.to].contains(&true))
        .all(|word| word.letters.len() > 2 && rarity::is_common(&word.letters))
}

/// The most letters that initials have.
const INITIALS: usize = 4;

/// Whether a short name stands there letter by letter, as abbreviations are written; a longer one is torn apart.
fn are_initials(query: &Query, found: &FoundName, fit: &Fit) -> bool {
    let Some((at, from, to)) = fit.stretch else {
        return false;
    };
    found.entry.chars.len() <= INITIALS && (from..=to).all(|i| query.edges[at][i])
}

/// What kind of slip a single differing letter is. Slips of the finger have other kinds and places than names that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slip {
    /// No letter differs, or several do, or it is not known which.
    #[default]
    None,
    /// Two neighbours are swapped.
    Swapped,
    /// A letter is doubled, or one of a double is left out.
    Doubled,
    /// A letter is left out.
    Dropped,
    /// A letter is put in.
    Inserted,
    /// A vowel stands for a vowel.
    Vowel,
    /// A letter stands for another.
    Changed,
    /// The first letter differs.
    First,
    /// The last letter differs.
    Last,
}

fn slip(query: &Query, found: &FoundName, fit: &Fit) -> Slip {
    let (1, false, Some((at, from, to))) = (fit.edits, fit.by_sound, fit.stretch) else {
        return Slip::None;
    };
    let written = &query.views[at].chars[from..to];
    let registered: &[char] = &found.entry.chars;
    let same_start = written
        .iter()
        .zip(registered)
        .take_while(|(a, b)| a == b)
        .count();
    let same_end = (written.iter().rev().zip(registered.iter().rev()))
        .take_while(|(a, b)| a == b)
        .count();
    let (longer, shorter) = (
        written.len().max(registered.len()),
        written.len().min(registered.len()),
    );
    let vowel = |c: &char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let letter = |name: &[char]| name.get(same_start).copied();
    if longer == shorter {
        match () {
            () if same_start + same_end + 2 == longer => Slip::Swapped,
            () if same_start == 0 => Slip::First,
            () if same_end == 0 => Slip::Last,
            () if letter(written).is_some_and(|c| vowel(&c))
                && letter(registered).is_some_and(|c| vowel(&c)) =>
            {
                Slip::Vowel
            }
            () => Slip::Changed,
        }
    } else if same_start + same_end > shorter {
        Slip::Doubled
    } else if same_start == 0 {
        Slip::First
    } else if same_end == 0 {
        Slip::Last
    } else if written.len() > registered.len() {
        Slip::Inserted
    } else {
        Slip::Dropped
    }
}

/// A spelling as it is written, and as it is registered.
type Spelling<'n> = (&'n [char], &'n [char]);

/// The stretch or the words that are spelt otherwise than the registered name; none where it is but heard.
fn spellings<'n>(query: &'n Query, found: &'n FoundName, fit: &Fit) -> SmallVec<[Spelling<'n>; 2]> {
    if fit.edits == 0 || fit.by_sound {
        return SmallVec::new();
    }
    if let Some((at, from, to)) = fit.stretch {
        return SmallVec::from_iter([(&query.views[at].chars[from..to], &found.entry.chars[..])]);
    }
    let registered: SmallVec<[&[char]; 6]> = found.entry.words().collect();
    (fit.respelt.iter())
        .map(|&(place, word)| (&query.words[word].letters[..], registered[place]))
        .collect()
}

fn strangeness(spellings: &[Spelling<'_>]) -> Option<u32> {
    let strange = spellings
        .iter()
        .map(|(written, registered)| slips::strangeness(written, registered));
    (!spellings.is_empty()).then(|| strange.sum())
}

fn oddness(spellings: &[Spelling<'_>]) -> Option<f32> {
    let latin = |letters: &[char]| {
        letters.iter().filter(|c| c.is_ascii_alphabetic()).count() * 2 > letters.len()
    };
    let odder = |(written, registered): &Spelling<'_>| {
        spelling::bits(written.iter().copied()) - spelling::bits(registered.iter().copied())
    };
    let are_latin =
        (spellings.iter()).all(|(written, registered)| latin(written) && latin(registered));
    (!spellings.is_empty() && are_latin).then(|| spellings.iter().map(odder).sum())
}

/// How many ends of the covered part lie inside a word.
fn cuts(query: &Query, covered: &[bool]) -> u8 {
    let units = &query.folded.units;
    let Some(first) = covered.iter().position(|&c| c) else {
        return 0;
    };
    let Some(last) = covered.iter().rposition(|&c| c) else {
        return 0;
    };
    // In "amazonHelpDesk" the capital is as good as a space.
    let before = first > 0
        && !units[first - 1].soft
        && units[first - 1].word == units[first].word
        && !units[first].hump;
    let after = units
        .get(last + 1)
        .is_some_and(|u| !u.soft && u.word == units[last].word && !u.hump);
    u8::from(before) + u8::from(after)
}
