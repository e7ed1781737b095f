//! What a character looks like to a person: the table behind the fold.
//!
//! Generated from Unicode's confusables and styled letters (`data/confusables.tsv`, whose header names its
//! sources). Parsed once into a flat array, so that a look-up is one load.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// How a character resembles its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookClass {
    /// A Latin letter or digit in another dress.
    Styled,
    /// A Latin letter with a stroke, hook or tail.
    Accent,
    /// A digit of another script.
    Digit,
    /// A Latin letter upside down or mirrored.
    Turned,
    /// A regional indicator.
    Regional,
    /// Another script's letter that looks the same.
    Confusable,
    /// Read as Latin only inside an otherwise Latin word.
    Weak,
}

/// The Latin letters or digits that a character is read as.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// One to four ASCII characters, lower case.
    pub target: &'static str,
    /// In which way.
    pub class: LookClass,
}

/// Code points below this are found by index; the few above (tags) are invisible and handled as such.
const LIMIT: usize = 0x2_0000;

struct Looks {
    index: Vec<u16>,
    entries: Vec<Look>,
}

static LOOKS: LazyLock<Looks> = LazyLock::new(|| parse(super::shipped::CONFUSABLES));

/// Which Cyrillic letter a Latin one passes for, to undo Latin letters set into a Cyrillic word.
static CYRILLIC_OF: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    "aаcсeеoоpрxхyуkкmмtтhнbвiіjјsѕ"
        .chars()
        .collect::<Vec<_>>()
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect()
});

/// What `c`, as written and before case folding, is read as; none for ASCII and for letters that are nothing else.
pub fn look(c: char) -> Option<Look> {
    let looks = &*LOOKS;
    let at = *looks.index.get(c as usize)?;
    if at == 0 {
        None
    } else {
        looks.entries.get(usize::from(at) - 1).copied()
    }
}

/// The Cyrillic letter that a lower-case Latin letter passes for.
pub fn cyrillic_of(c: char) -> Option<char> {
    CYRILLIC_OF.get(&c).copied()
}

fn parse(text: &'static str) -> Looks {
    let mut looks = Looks {
        index: vec![0; LIMIT],
        entries: Vec::new(),
    };
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(code), Some(target), Some(class)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let class = match class {
            "styled" => LookClass::Styled,
            "accent" => LookClass::Accent,
            "digit" => LookClass::Digit,
            "turned" => LookClass::Turned,
            "regional" => LookClass::Regional,
            "confusable" => LookClass::Confusable,
            "weak" => LookClass::Weak,
            _ => continue,
        };
        let slot = usize::from_str_radix(code, 16)
            .ok()
            .and_then(|code| looks.index.get_mut(code));
        if let (Some(slot), true) = (slot, target.is_ascii() && !target.is_empty()) {
            looks.entries.push(Look { target, class });
            *slot = u16::try_from(looks.entries.len()).unwrap_or(0);
        }
    }
    looks
}

/// Whether `c` shows nothing: format characters, variation selectors, fillers, tags (Unicode's
/// `Default_Ignorable_Code_Point`, and the blank Braille pattern and Syriac marks seen in real attacks).
pub fn is_invisible(c: char) -> bool {
    matches!(c as u32,
        0xAD | 0x34F | 0x61C | 0x70F | 0x73F | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF
        | 0xFFA0 | 0xFFF0..=0xFFFB | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A | 0xE_0000..=0xE_0FFF)
}

/// Direction marks, which are at home in right-to-left text.
pub fn is_direction_mark(c: char) -> bool {
    matches!(c as u32, 0x61C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069)
}

/// A symbol that stands for approval: ticks, medals, shields, stars, diamonds, the enclosed V of "verified".
pub fn is_badge(c: char) -> bool {
    matches!(
        c,
        '✅' | '✔'
            | '☑'
            | '✓'
            | '🗸'
            | '🛡'
            | '🏅'
            | '🎖'
            | '🥇'
            | '🏆'
            | '💯'
            | '⭐'
            | '🌟'
            | '★'
            | '🔰'
            | '💠'
            | '🔷'
            | '🔹'
            | '🔵'
            | '🟢'
            | '🎗'
            | '👑'
            | '💎'
            | '®'
            | '™'
            | '℠'
            | '©'
            | '🆗'
            | '🔒'
            | '🔐'
            | '🏵'
            | '⚜'
            | '✪'
            | '✨'
    ) || is_enclosed_v(c)
}

/// A circled or squared V, which passes for a verification badge at the end of a name.
pub fn is_enclosed_v(c: char) -> bool {
    matches!(c, 'Ⓥ' | 'ⓥ' | '🅥' | '🆅' | '🅅' | '🄥')
}
