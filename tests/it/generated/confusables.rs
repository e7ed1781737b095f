//! `data/confusables.tsv`: which Latin letters or digits a person reads in a character.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

const HEADER: &str = "\
# Characters that a person reads as Latin letters or digits, or as another letter of their own script.
# Source: Unicode confusables 17.0 (data/sources/confusables.txt, Unicode License v3), NFKC and scripts of the Unicode
#   crates, any_ascii 0.3 (ISC) for rare Latin letters and digits, and data/sources/lookalikes.tsv (Apache-2.0).
# Regenerate: UPDATE_GENERATED=1 cargo test --release generated
# Look characters up as written, before case folding: 'Н' reads h, 'η' reads n. ASCII stands for itself and is not
#   listed, nor are Latin letters that NFD takes apart, nor the marks ™ ℠ © ® №, which nobody reads as letters.
#   '0' for o and '1' for l are left to the caller, and so is I for l (both targets occur for such strokes).
# Columns: code point (hex), target, class.
#   styled      a Latin letter or digit in another dress: full-width, mathematical, circled, squared, small capital …
#   accent      a Latin letter with a stroke, hook or tail, or a ligature
#   digit       a digit of another script, by value
#   turned      a Latin letter upside down or mirrored
#   regional    a regional indicator; two of them may be a flag
#   tag         a tag character, which is invisible
#   confusable  another script's letter that looks the same
#   weak        read as Latin only inside an otherwise Latin word: symbols, rough resemblance, scripts in daily use
#   shape       target is the prototype in its own script (UTS #39), not Latin
";

/// Trade marks and the like: NFKC would make letters of them.
const MARKS: &str = "™℠©®№℗";

struct Sources {
    lookalikes: HashMap<char, (String, String)>,
    prototypes: HashMap<char, String>,
}

impl Sources {
    fn load() -> Self {
        let mut lookalikes = HashMap::new();
        for row in super::rows(&super::read("sources/lookalikes.tsv")) {
            let [target, class, characters] = row[..] else {
                panic!("three columns: {row:?}")
            };
            for character in characters.split(' ') {
                let mut one = character.chars();
                let (Some(key), None) = (one.next(), one.next()) else {
                    panic!("one character: {character:?}")
                };
                let before = lookalikes.insert(key, (target.to_owned(), class.to_owned()));
                assert!(before.is_none(), "{character} is listed twice");
            }
        }
        let prototypes = super::read("sources/confusables.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| {
                let (source, target) = line.split_once(';').expect("source;target");
                (
                    code_point(source),
                    target.split(' ').map(code_point).collect(),
                )
            })
            .collect();
        Self {
            lookalikes,
            prototypes,
        }
    }

    /// What is read in `character`, through as many steps as it takes; `weak` is set if one of them was.
    fn read(&self, character: char, depth: u8, weak: &mut bool) -> Option<String> {
        if character.is_ascii_alphanumeric() {
            return Some(character.to_ascii_lowercase().to_string());
        }
        if let Some((target, class)) = self.lookalikes.get(&character) {
            *weak |= class == "weak";
            return Some(target.clone());
        }
        let steps: String = match self.prototypes.get(&character) {
            _ if depth == 0 || character.is_ascii() => return None,
            Some(prototype) if character.nfkd().eq([character]) => prototype.clone(),
            _ => character.nfkd().collect(),
        };
        let mut reading = String::new();
        for step in steps.chars().filter(|&step| !is_combining_mark(step)) {
            if step == character {
                return None;
            }
            reading.push_str(&self.read(step, depth - 1, weak)?);
        }
        // UTS #39 takes m for rn, so what looks like m arrives here as rn.
        (!reading.is_empty()).then(|| reading.replace("rn", "m"))
    }

    fn entry(&self, character: char) -> Option<(String, &'static str)> {
        if MARKS.contains(character) {
            return None;
        }
        if let Some((target, class)) = self.lookalikes.get(&character) {
            return Some((target.clone(), class_name(class)));
        }
        if let Some(entry) = enclosed(character) {
            return Some(entry);
        }
        if is_latin_text(&compatible(character)) {
            let decomposes = character.nfd().count() > 1;
            return (!decomposes).then(|| (compatible(character), "styled"));
        }
        if character.is_numeric()
            && let digits = any_ascii::any_ascii_char(character)
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Some((digits.to_owned(), "digit"));
        }
        let mut weak = false;
        if let Some(target) = self.read(character, 5, &mut weak) {
            let capital_i = target == "l" && character.to_lowercase().eq(['\u{456}']);
            let target = if capital_i { "i".to_owned() } else { target };
            return Some((target, self.class_of(character, weak)));
        }
        if character.script() == Script::Latin
            && character.is_alphabetic()
            && character.nfd().count() == 1
        {
            let target = any_ascii::any_ascii_char(character).to_ascii_lowercase();
            return is_latin_text(&target).then_some((target, "accent"));
        }
        self.shape(character)
    }

    fn class_of(&self, character: char, weak: bool) -> &'static str {
        let stroked = self
            .prototypes
            .get(&character)
            .is_some_and(|target| target.chars().any(is_combining_mark));
        let accented = stroked || character.nfd().count() > 1;
        if character.script() == Script::Latin && accented {
            "accent"
        } else if weak || !character.is_alphabetic() || in_daily_use(character.script()) {
            "weak"
        } else {
            "confusable"
        }
    }

    fn shape(&self, character: char) -> Option<(String, &'static str)> {
        let prototype = self.prototypes.get(&character)?;
        let target = super::normalise(prototype);
        let plain = character.is_alphabetic()
            && character.nfd().eq([character])
            && target.chars().count() == 1
            && target
                .chars()
                .all(|c| c.is_alphabetic() && !is_combining_mark(c) && !c.is_ascii())
            && target != super::normalise(character.encode_utf8(&mut [0; 4]));
        plain.then_some((target, "shape"))
    }
}

fn code_point(hex: &str) -> char {
    u32::from_str_radix(hex, 16)
        .ok()
        .and_then(char::from_u32)
        .expect("a code point in hex")
}

fn class_name(class: &str) -> &'static str {
    ["styled", "accent", "turned", "confusable", "weak"]
        .into_iter()
        .find(|name| *name == class)
        .unwrap_or_else(|| panic!("unknown class {class}"))
}

/// The plain letters of a full-width, mathematical, circled, squared, … one: NFKC without case, brackets and dots.
fn compatible(character: char) -> String {
    let unmarked = character
        .nfkd()
        .filter(|&c| !is_combining_mark(c) && !"().,-/ ".contains(c));
    unmarked.flat_map(char::to_lowercase).collect()
}

fn is_latin_text(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Letters in circles, squares and tags that NFKC leaves alone.
fn enclosed(character: char) -> Option<(String, &'static str)> {
    let code = u32::from(character);
    let words = [
        "cl", "cool", "free", "id", "new", "ng", "ok", "sos", "up", "vs",
    ];
    let letter = |first: u32| char::from(b'a' + (code - first) as u8).to_string();
    Some(match code {
        0x1F150..=0x1F169 => (letter(0x1F150), "styled"),
        0x1F170..=0x1F189 => (letter(0x1F170), "styled"),
        0x1F18A => ("p".to_owned(), "styled"),
        0x1F18E => ("ab".to_owned(), "styled"),
        0x1F18F => ("wc".to_owned(), "styled"),
        0x1F191..=0x1F19A => (words[(code - 0x1F191) as usize].to_owned(), "styled"),
        0x1F1E6..=0x1F1FF => (letter(0x1F1E6), "regional"),
        0xE0030..=0xE0039 => ((code - 0xE0030).to_string(), "tag"),
        0xE0041..=0xE005A => (letter(0xE0041), "tag"),
        0xE0061..=0xE007A => (letter(0xE0061), "tag"),
        _ => return None,
    })
}

/// Scripts in which businesses write their names, and whose letters resemble Latin ones only by chance.
fn in_daily_use(script: Script) -> bool {
    use Script::{
        Arabic, Bengali, Bopomofo, Devanagari, Ethiopic, Georgian, Gujarati, Gurmukhi, Han, Hangul,
        Hebrew, Hiragana, Kannada, Katakana, Khmer, Lao, Malayalam, Mongolian, Myanmar, Oriya,
        Sinhala, Syriac, Tamil, Telugu, Thaana, Thai, Tibetan,
    };
    matches!(
        script,
        Arabic
            | Bengali
            | Bopomofo
            | Devanagari
            | Ethiopic
            | Georgian
            | Gujarati
            | Gurmukhi
            | Han
            | Hangul
            | Hebrew
            | Hiragana
            | Kannada
            | Katakana
            | Khmer
            | Lao
            | Malayalam
            | Mongolian
            | Myanmar
            | Oriya
            | Sinhala
            | Syriac
            | Tamil
            | Telugu
            | Thaana
            | Thai
            | Tibetan
    )
}

fn table() -> BTreeMap<char, (String, &'static str)> {
    let sources = Sources::load();
    ('\u{80}'..=char::MAX)
        .filter_map(|c| sources.entry(c).map(|entry| (c, entry)))
        .collect()
}

#[test]
fn confusables_are_what_the_sources_give() {
    let mut text = HEADER.to_owned();
    for (character, (target, class)) in table() {
        writeln!(text, "{:04X}\t{target}\t{class}", u32::from(character))
            .expect("a string takes all");
    }
    super::check("confusables.tsv", &text);
}

#[test]
fn confusables_read_as_a_person_reads() {
    let table = table();
    let read = |text: &str| -> String {
        text.chars()
            .map(|c| {
                table
                    .get(&c)
                    .map_or_else(|| c.to_lowercase().to_string(), |e| e.0.clone())
            })
            .collect()
    };
    for (disguised, plain) in [
        ("РауРаl", "paypal"),
        ("Ϲoіոbаѕе", "coinbase"),
        ("Ꮮеdgеr", "ledger"),
        ("ꓖоogle", "google"),
        ("𐊂ank", "bank"),
        ("𝐏𝐚𝐲𝐏𝐚𝐥", "paypal"),
        ("ＡＭＡＺＯＮ", "amazon"),
        ("🅝🅔🅣🅕🅛🅘🅧", "netflix"),
        ("🄽🄴🅃", "net"),
        ("ᴀᴘᴘʟᴇ", "apple"),
        ("ⓋⒾⓈⒶ", "visa"),
        ("Ηνω", "hvw"),
        ("ɯɐzou", "mazou"),
        ("İntеsа", "i\u{307}ntesa"),
        ("Łukøıđ", "lukoid"),
    ] {
        assert_eq!(read(disguised), plain, "{disguised}");
    }
}
