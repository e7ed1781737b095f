//! The fold: one pass over a name that keeps what was seen and what was undone.
//!
//! A name becomes a row of [`Unit`]s: letters and digits in lower case, without accents, simplified, each
//! with the disguise that was taken off it and the word it belongs to. Canonically equivalent inputs (NFC, NFD) fold alike,
//! since the first step is NFC; compatibility forms are resolved by what a character looks like, and that
//! *before* NFKC could turn `²` into another letter (FACTS §2).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, decompose_compatible, is_combining_mark};

use super::disguise::Disguise;
use super::looks::{self, LookClass};

/// Code points of a name that are looked at; a display name has at most 1,000.
const MAX_CHARS: usize = 1_000;
/// Units that a fold may grow to, since one code point can stand for several letters.
pub const MAX_UNITS: usize = 400;

/// One letter or digit of a folded name, or a symbol that may stand for a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Lower case, without accent, simplified; in its own script unless a disguise was undone.
    pub ch: char,
    /// The Latin letter that it looks like, if it is another script's letter.
    pub look: Option<char>,
    /// What was undone to get here.
    pub disguise: Disguise,
    /// The code point of the composed name (NFC) from which it comes; one may give several units.
    pub at: u16,
    /// Counts words from 0.
    pub word: u16,
    /// Counts words from 0 when soft symbols do not part them.
    pub run: u16,
    /// A symbol that is a letter only to those who write `@` for a.
    pub soft: bool,
    /// A bar, a colon, a bracket or a dash of its own stands before it: what follows is a remark.
    pub set_off: bool,
    /// A capital after a small letter: "amazonHelpDesk".
    pub hump: bool,
    /// A capital I, Latin, Cyrillic, Greek or styled, behind a small letter of its word, which passes for a small L: "WaIIet".
    pub tall: bool,
    /// Reads as Latin only inside an otherwise Latin word.
    weak: bool,
}

/// A folded name.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// Letters and digits, in order.
    pub units: Vec<Unit>,
    /// Badge symbols seen.
    pub badges: u16,
    /// Other emoji and symbols seen.
    pub ornaments: u16,
    /// Invisible characters met where none belongs.
    pub invisibles: u16,
}

impl Folded {
    /// Folds a name; of more than 1,000 code points the rest is not looked at.
    pub fn of(name: &str) -> Self {
        let chars = composed(name);
        let mut folder = Folder::new(&chars);
        let mut at = 0;
        while at < chars.len() && folder.out.units.len() < MAX_UNITS {
            folder.at = at as u16;
            at += folder.step(&chars, at);
        }
        folder.finish()
    }

    /// The letters and digits without spaces.
    pub fn glued(&self) -> String {
        self.units
            .iter()
            .filter(|u| !u.soft)
            .map(|u| u.ch)
            .collect()
    }

    /// The units of each word, soft symbols left out.
    pub fn words(&self) -> impl Iterator<Item = &[Unit]> {
        self.units
            .chunk_by(|a, b| a.word == b.word)
            .filter(|w| !w[0].soft)
    }
}

/// The code points of a name that are looked at, composed (NFC): what [`Unit::at`] counts.
pub fn composed(name: &str) -> Vec<char> {
    name.nfc().take(MAX_CHARS).collect()
}

/// Whether a letter is a capital that is drawn as a bar, styled or not: Latin, Cyrillic and Greek ones, which UTS #39 takes for a
/// small L alike.
fn is_capital_i(c: char) -> bool {
    if c.is_ascii() || !c.is_uppercase() {
        return c == 'I';
    }
    let mut plain = c;
    decompose_compatible(c, |part| plain = part);
    matches!(plain, 'I' | '\u{196}' | '\u{399}' | '\u{406}')
}

/// Whether a code point belongs to the letter before it and is none itself: a mark, or nothing that shows.
pub fn clings(c: char) -> bool {
    is_combining_mark(c) || looks::is_invisible(c)
}

/// Small letters of the word that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Small {
    /// There is none so far.
    None,
    /// One stands further before.
    Before,
    /// It is the last letter.
    Last,
}

struct Folder {
    out: Folded,
    at: u16,
    broken: bool,
    hidden: bool,
    set_off: bool,
    small: Small,
    hump: bool,
    tall: bool,
    direction_marks_belong: bool,
    wide_belongs: bool,
    loose_marks: u16,
}

impl Folder {
    fn new(chars: &[char]) -> Self {
        Self {
            out: Folded::default(),
            at: 0,
            broken: false,
            hidden: false,
            set_off: false,
            small: Small::None,
            hump: false,
            tall: false,
            direction_marks_belong: chars.iter().any(|&c| is_right_to_left(c)),
            wide_belongs: chars.iter().any(|&c| is_han_or_kana(c)),
            loose_marks: 0,
        }
    }

    /// Takes the character at `at`; answers how many characters were used up.
    fn step(&mut self, chars: &[char], at: usize) -> usize {
        let c = chars[at];
        self.case_of(c, chars.get(at + 1));
        if sets_off(chars, at) {
            self.broken = true;
            self.set_off = true;
        } else if c.is_ascii() {
            self.ascii(c);
        } else if looks::is_invisible(c) {
            self.invisible(c);
        } else if is_combining_mark(c) {
            self.mark(c);
        } else if is_apostrophe(c) {
            // "McDonald’s" is one word.
        } else if looks::is_enclosed_v(c) && ends_a_word(chars, at) {
            self.badge();
        } else if let Some(look) = looks::look(c) {
            if look.class == LookClass::Regional {
                return self.regional(chars, at);
            }
            self.resembling(c, look);
        } else if c.is_alphanumeric() {
            self.native(c);
        } else if looks::is_badge(c) {
            self.badge();
        } else {
            self.broken = true;
            self.out.ornaments += u16::from(!c.is_whitespace() && (c as u32) >= 0x2190);
        }
        1
    }

    /// Notes what a capital passes for, and whether it begins a word inside a word.
    fn case_of(&mut self, c: char, next: Option<&char>) {
        let is_within = match self.small {
            Small::Last => true,
            Small::Before => self.tall || next.is_some_and(|next| next.is_lowercase()),
            Small::None => false,
        };
        self.tall = is_within && is_capital_i(c);
        self.hump = self.small == Small::Last && c.is_uppercase();
        self.small = match self.small {
            _ if c.is_lowercase() => Small::Last,
            Small::Last | Small::Before if c.is_alphanumeric() || clings(c) => Small::Before,
            _ => Small::None,
        };
    }

    fn ascii(&mut self, c: char) {
        if c.is_ascii_alphanumeric() {
            self.push(c.to_ascii_lowercase(), None, Disguise::NONE);
        } else if matches!(c, '@' | '$' | '!' | '|') {
            self.soft(c);
        } else if !matches!(c, '\'' | '`') {
            self.broken = true;
        }
    }

    fn invisible(&mut self, c: char) {
        let after_letter = !self.broken && self.out.units.last().is_some_and(|u| !u.soft);
        let belongs = (self.direction_marks_belong && looks::is_direction_mark(c))
            // Variation selectors and joiners make up emoji; joiners shape Arabic and Indic words.
            || (!after_letter && matches!(c as u32, 0x200C | 0x200D | 0xFE00..=0xFE0F | 0xE_0020..=0xE_007F))
            || (matches!(c as u32, 0x200C | 0x200D)
                && self.out.units.last().is_some_and(|u| (0x600..0x1000).contains(&(u.ch as u32))));
        if !belongs {
            self.hidden = true;
            self.out.invisibles = self.out.invisibles.saturating_add(1);
            if let Some(last) = self.out.units.last_mut().filter(|_| after_letter) {
                last.disguise |= Disguise::INVISIBLE;
            }
        }
    }

    fn mark(&mut self, c: char) {
        let Some(last) = self.out.units.last_mut().filter(|_| !self.broken) else {
            return;
        };
        match last.ch as u32 {
            // Arabic and Hebrew vowel signs are left out in ordinary writing.
            0x590..=0x6FF => {}
            // Vowel signs of Indic and South-East Asian scripts are letters.
            0x900..=0x1CFF | 0xA800..=0xABFF => self.push(c, None, Disguise::NONE),
            _ => {
                last.disguise |= Disguise::MARKS;
                // A single ordinary accent that has no composed form is honest writing (Yoruba, Lithuanian).
                let ordinary = matches!(c as u32, 0x300..=0x304 | 0x306..=0x308 | 0x30A | 0x30C | 0x323 | 0x327 | 0x328 | 0x331);
                self.loose_marks = self
                    .loose_marks
                    .saturating_add(if ordinary { 1 } else { 2 });
            }
        }
    }

    fn badge(&mut self) {
        self.broken = true;
        self.out.badges = self.out.badges.saturating_add(1);
    }

    /// Two regional indicators are a flag; one, or a longer run, spells.
    fn regional(&mut self, chars: &[char], at: usize) -> usize {
        let run = chars[at..]
            .iter()
            .take_while(|&&c| looks::look(c).is_some_and(|l| l.class == LookClass::Regional))
            .count();
        if run == 2 {
            self.broken = true;
            self.out.ornaments += 1;
        } else {
            for (i, &c) in (at..).zip(&chars[at..at + run]) {
                self.at = i as u16;
                if let Some(look) = looks::look(c) {
                    self.spell(look.target, Disguise::STYLED);
                }
            }
        }
        run
    }

    fn resembling(&mut self, c: char, look: looks::Look) {
        match look.class {
            LookClass::Accent | LookClass::Digit => self.spell(look.target, Disguise::NONE),
            LookClass::Styled => {
                let wide = matches!(c as u32, 0xFF01..=0xFF5E) && self.wide_belongs;
                let plain = wide || matches!(c, 'ª' | 'º' | '²' | '³' | '¹');
                self.spell(
                    look.target,
                    if plain {
                        Disguise::NONE
                    } else {
                        Disguise::STYLED
                    },
                );
            }
            LookClass::Turned => self.spell(look.target, Disguise::STYLED),
            LookClass::Confusable | LookClass::Weak | LookClass::Regional => {
                let weak = look.class == LookClass::Weak;
                if c.is_alphanumeric() {
                    let from = self.out.units.len();
                    self.native(c);
                    let target = look.target.chars().next();
                    for unit in &mut self.out.units[from..] {
                        if !unit.ch.is_ascii() {
                            unit.look = target;
                            unit.weak = weak;
                        }
                    }
                } else if look.target.len() == 1 {
                    self.soft(c);
                    if let Some(last) = self.out.units.last_mut() {
                        last.look = look.target.chars().next();
                    }
                } else {
                    self.broken = true;
                }
            }
        }
    }

    /// A letter of its own script: lower case, without accent where the script is Latin, Greek or Cyrillic.
    fn native(&mut self, c: char) {
        if (c as u32) < 0x600 || (0x1E00..0x2000).contains(&(c as u32)) {
            // Й and Ї are letters of their own, not accented ones.
            if let 'й' | 'Й' | 'ї' | 'Ї' | 'ў' | 'Ў' = c {
                return c
                    .to_lowercase()
                    .for_each(|l| self.push(l, None, Disguise::NONE));
            }
            let mut parts: [char; 8] = ['\0'; 8];
            let mut count = 0;
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) && count < parts.len() {
                    parts[count] = part;
                    count += 1;
                }
            });
            // ῠ and υ are one letter: what an accented one looks like is what its base looks like.
            if let ([base], None) = (&parts[..count], looks::look(c))
                && *base != c
                && let Some(look) = looks::look(*base)
            {
                return self.resembling(*base, look);
            }
            for part in &parts[..count] {
                part.to_lowercase()
                    .filter(|l| !is_combining_mark(*l))
                    .for_each(|l| self.push_letter(l));
            }
        } else if is_plain_cjk(c) {
            self.push(super::han::simplified(c), None, Disguise::NONE);
        } else {
            let mut parts = Vec::with_capacity(4);
            decompose_compatible(c, |part| parts.push(part));
            for part in parts.into_iter().nfc() {
                part.to_lowercase()
                    .for_each(|l| self.push_letter(super::han::simplified(l)));
            }
        }
    }

    fn push_letter(&mut self, c: char) {
        match c {
            'ß' => self.spell("ss", Disguise::NONE),
            'æ' => self.spell("ae", Disguise::NONE),
            'œ' => self.spell("oe", Disguise::NONE),
            'ς' => self.push('σ', None, Disguise::NONE),
            // A vowel sign that a presentation form brought along is left out like any other.
            _ if is_combining_mark(c) && matches!(c as u32, 0x590..=0x6FF) => {}
            _ if c.is_alphanumeric() => self.push(c, None, Disguise::NONE),
            _ => {}
        }
    }

    fn spell(&mut self, target: &str, disguise: Disguise) {
        for c in target.chars() {
            self.push(c, None, disguise);
        }
    }

    fn push(&mut self, ch: char, look: Option<char>, disguise: Disguise) {
        self.push_unit(ch, look, disguise, false);
    }

    fn push_unit(&mut self, ch: char, look: Option<char>, mut disguise: Disguise, soft: bool) {
        if self.out.units.len() >= MAX_UNITS {
            return;
        }
        let (mut word, mut run) = (0, 0);
        if let Some(last) = self.out.units.last() {
            run = last.run + u16::from(self.broken);
            word = last.word + u16::from(self.broken || last.soft || soft);
        }
        self.broken = false;
        if std::mem::take(&mut self.hidden) {
            disguise |= Disguise::INVISIBLE;
        }
        self.out.units.push(Unit {
            ch,
            look,
            disguise,
            at: self.at,
            word,
            run,
            soft,
            set_off: std::mem::take(&mut self.set_off),
            hump: std::mem::take(&mut self.hump),
            tall: self.tall,
            weak: false,
        });
    }

    /// A symbol: it parts words, unless a reader takes it for a letter.
    fn soft(&mut self, c: char) {
        self.push_unit(c, None, Disguise::NONE, true);
    }

    fn finish(mut self) -> Folded {
        if self.loose_marks < 2 {
            self.out
                .units
                .iter_mut()
                .for_each(|u| u.disguise.remove(Disguise::MARKS));
        }
        for word in self.out.units.chunk_by_mut(|a, b| a.word == b.word) {
            settle_scripts(word);
        }
        self.out
    }
}

/// Decides in which script one word is meant.
///
/// - Latin letters among look-alikes: the word is Latin, unless it holds letters that no Latin one looks like
///   and all its Latin letters pass for Cyrillic ("Cбербанк" with a Latin C).
/// - look-alikes of several scripts, or of scripts that nobody writes today: Latin.
/// - one living script: left alone; [`super::views`] tries the whole word as Latin besides.
fn settle_scripts(word: &mut [Unit]) {
    if word.iter().all(|u| u.ch.is_ascii()) {
        return;
    }
    let latin = word.iter().filter(|u| u.ch.is_ascii_alphabetic()).count();
    let firm = word
        .iter()
        .filter(|u| u.look.is_some() && !u.weak && !u.soft)
        .count();
    let weak = word
        .iter()
        .filter(|u| u.look.is_some() && u.weak && !u.soft)
        .count();
    let foreign = word
        .iter()
        .filter(|u| !u.ch.is_ascii() && u.look.is_none() && !u.soft)
        .count();
    if latin > 0 && foreign > 0 && (firm + weak + foreign) >= latin && cyrillic_throughout(word) {
        for unit in word.iter_mut().filter(|u| u.ch.is_ascii_alphabetic()) {
            if let Some(letter) = looks::cyrillic_of(unit.ch) {
                unit.ch = letter;
                unit.disguise |= Disguise::MIXED_SCRIPT;
            }
        }
        return;
    }
    let several = distinct_scripts(word) > 1;
    let dead = word
        .iter()
        .any(|u| u.look.is_some() && !u.soft && is_rarely_written(u.ch));
    if firm + weak > 0 && (latin > 0 || several || dead) && (foreign == 0 || latin > 0) {
        for unit in word.iter_mut().filter(|u| !u.soft) {
            if let Some(letter) = unit.look {
                unit.ch = letter;
                unit.disguise |= Disguise::MIXED_SCRIPT;
            }
        }
    }
}

/// Whether the sign at `at` parts a name from a remark: a bracket, a colon, a bar or dash between spaces.
fn sets_off(chars: &[char], at: usize) -> bool {
    let space = |i: Option<usize>| {
        i.and_then(|i| chars.get(i))
            .is_none_or(|c| c.is_whitespace())
    };
    match chars[at] {
        '(' | '[' | '（' | '【' | '•' | '»' | '：' => true,
        ':' => space(Some(at + 1)),
        '|' | '-' | '–' | '—' | '~' | '·' | '/' => {
            space(at.checked_sub(1)) && space(Some(at + 1))
        }
        _ => false,
    }
}

fn cyrillic_throughout(word: &[Unit]) -> bool {
    word.iter().filter(|u| !u.soft).all(|u| match u.ch {
        c if c.is_ascii_alphabetic() => looks::cyrillic_of(c).is_some(),
        c => c.is_ascii() || (0x400..0x530).contains(&(c as u32)),
    })
}

fn distinct_scripts(word: &[Unit]) -> usize {
    let mut blocks: [u32; 4] = [0; 4];
    let mut count = 0;
    for unit in word
        .iter()
        .filter(|u| u.ch.is_alphabetic() && !u.ch.is_ascii() && !u.soft)
    {
        let block = script_block(unit.ch);
        if count < blocks.len() && !blocks[..count].contains(&block) {
            blocks[count] = block;
            count += 1;
        }
    }
    count
}

/// A coarse script number: enough to tell whether two letters belong to one word.
fn script_block(c: char) -> u32 {
    match c as u32 {
        0x0080..=0x036F
        | 0x1D00..=0x1DBF
        | 0x1E00..=0x1EFF
        | 0x2C60..=0x2C7F
        | 0xA720..=0xA7FF
        | 0xAB30..=0xAB6F => 1,
        0x0370..=0x03FF | 0x1F00..=0x1FFF => 2,
        0x0400..=0x052F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => 3,
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF => 4,
        other => 16 + (other >> 7),
    }
}

/// Scripts in which hardly any business writes its name: their letters beside others, or alone and looking Latin, are a dress.
fn is_rarely_written(c: char) -> bool {
    matches!(c as u32,
        0x0080..=0x02AF | 0x07C0..=0x08FF | 0x1400..=0x1DBF | 0x2C00..=0x2DFF | 0xA000..=0xABFF | 0x1_0000..=0x1_FFFF)
        && !matches!(c as u32, 0x1780..=0x18AF)
}

fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{02BB}' | '\u{00B4}' | '\u{2032}' | '\u{FF07}'
    )
}

fn is_right_to_left(c: char) -> bool {
    matches!(c as u32, 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC)
}

/// Whether a character is of a script written without spaces.
pub fn is_han_or_kana(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_1FFF)
}

/// Whether a letter is Han, kana or Hangul, each of which tells as much as several letters of an alphabet.
pub fn is_dense(c: char) -> bool {
    is_han_or_kana(c) || matches!(c as u32, 0xAC00..=0xD7AF)
}

fn is_plain_cjk(c: char) -> bool {
    matches!(c as u32, 0x3041..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF)
}

/// Whether what follows `at` is the end, white space or another badge.
fn ends_a_word(chars: &[char], at: usize) -> bool {
    chars[at + 1..]
        .iter()
        .find(|&&c| !looks::is_invisible(c))
        .is_none_or(|&c| c.is_whitespace() || looks::is_badge(c))
}
