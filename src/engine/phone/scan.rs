//! Finds the stretches of a cleaned text that could each be one number.
//!
//! Google's matcher is made for prose and its parser for a bare number; a phone field holds something in
//! between: a label, a number, an extension, a remark. A stretch is digits with the separators that people
//! put inside a number; whatever else stands around it decides what it is.

use smallvec::SmallVec;

/// Words that introduce an extension, in the languages that Google's library knows and a few more.
const EXTENSION: [&str; 28] = [
    "x",
    "ext",
    "extn",
    "extension",
    "xtn",
    "int",
    "interno",
    "anexo",
    "ramal",
    "poste",
    "extensión",
    "extensao",
    "extensão",
    "доб",
    "внутр",
    "dw",
    "durchwahl",
    "app",
    "apparat",
    "wew",
    "wewn",
    "linka",
    "klapka",
    "toestel",
    "内线",
    "内線",
    "转",
    "轉",
];

/// Words that stand before a number, beyond those that a `:` or `.` gives away.
const LABELS: [&str; 40] = [
    "t",
    "tel",
    "tél",
    "tell",
    "telf",
    "tfno",
    "tlf",
    "telefon",
    "telephone",
    "téléphone",
    "teléfono",
    "telefono",
    "telefone",
    "p",
    "ph",
    "phone",
    "m",
    "mob",
    "mobile",
    "móvil",
    "cell",
    "cel",
    "celular",
    "handy",
    "gsm",
    "natel",
    "c",
    "call",
    "callto",
    "sms",
    "smsto",
    "text",
    "whatsapp",
    "wa",
    "no",
    "nr",
    "number",
    "тел",
    "моб",
    "hotline",
];

/// Words before a number on which nobody is called.
const FAX: [&str; 4] = ["fax", "telefax", "telefaks", "факс"];

/// One stretch that could be a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    /// From the first `+`, bracket or digit to the last digit.
    pub text: &'a str,
    /// Where it starts in the text.
    pub start: usize,
    /// The word before it, without the punctuation between.
    pub label: &'a str,
    /// It is an extension of the number before it.
    pub extension: bool,
    /// A letter touches it, so that without a `+` it is part of something else.
    pub glued: bool,
    /// A symbol or letter stands between it and other digits without a space, as in `+49 30 90=18`: what is
    /// left could be a number of its own in an open plan, and nobody wrote that one.
    pub broken: bool,
}

impl Stretch<'_> {
    /// How many digits it has.
    pub fn digits(&self) -> usize {
        self.text.bytes().filter(u8::is_ascii_digit).count()
    }

    /// Whether a `+` comes before its digits.
    pub fn has_plus(&self) -> bool {
        self.text
            .trim_start_matches(['(', '[', ' '])
            .starts_with('+')
    }

    /// Whether it is a fax number by its label.
    pub fn is_fax(&self) -> bool {
        is_word(self.label, &FAX)
    }
}

/// Whether the text is a word that stands before a phone number.
pub(super) fn is_label(text: &str) -> bool {
    is_word(text.trim_matches(|c: char| !c.is_alphabetic()), &LABELS)
}

fn is_word(text: &str, words: &[&str]) -> bool {
    match text.len() {
        0 => false,
        _ if text.is_ascii() => words.iter().any(|word| word.eq_ignore_ascii_case(text)),
        _ => words.contains(&text.to_lowercase().as_str()),
    }
}

/// Every stretch of the text, in order.
pub(super) fn stretches(text: &str) -> SmallVec<[Stretch<'_>; 4]> {
    let mut found: SmallVec<[Stretch<'_>; 4]> = SmallVec::new();
    let mut at = 0;
    while let Some((start, end)) = next_stretch(text.as_bytes(), at) {
        let (label, sign) = label_before(&text[at.min(start)..start]);
        let gap = found
            .last()
            .map_or("", |last| &text[last.start + last.text.len()..start]);
        let extension = !found.is_empty()
            && (sign == Some('#')
                || is_word(label, &EXTENSION)
                || is_pause(gap, &text[start..end]));
        let broken = !extension && is_break(gap);
        if let Some(last) = found.last_mut() {
            last.broken |= broken;
        }
        let end = without_remark(text, start, end);
        let glued = sign.is_none() && touches_letter_before(text, start) && !is_label(label)
            || touches_letter_after(text, end);
        found.push(Stretch {
            text: &text[start..end],
            start,
            label,
            extension,
            glued,
            broken,
        });
        at = end;
    }
    found
}

/// Bounds of the next stretch at or after `from`.
fn next_stretch(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut start = from;
    while start < text.len() {
        if !matches!(text[start], b'+' | b'(' | b'[' | b'0'..=b'9') {
            start += 1;
            continue;
        }
        let (mut end, mut digits, mut at) = (start, 0, start);
        while let Some(&byte) = text.get(at) {
            match byte {
                b'0'..=b'9' => {
                    digits += 1;
                    end = at + 1;
                }
                b'+' if digits == 0 => {}
                // Brackets hold an area code or a trunk zero; after seven digits they hold a remark.
                b'(' | b'[' if digits >= 7 => break,
                // A slash or a spaced dash may be inside a number; a comma lists another.
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'[' | b']' | b'~' | b'_' => {}
                _ => break,
            }
            at += 1;
        }
        if digits > 0 {
            return Some((start, end));
        }
        start = at.max(start + 1);
    }
    None
}

/// The word before a stretch, and the `#` between the two if there is one.
fn label_before(gap: &str) -> (&str, Option<char>) {
    let word_end = gap.trim_end_matches(|c: char| !c.is_alphanumeric());
    let sign = gap[word_end.len()..]
        .chars()
        .find(|&c| c == '#' || c == ':' || c == '.' || c == ' ');
    let sign = if gap[word_end.len()..].contains('#') {
        Some('#')
    } else {
        sign
    };
    let start = word_end.rfind(|c: char| !c.is_alphabetic()).map_or(0, |i| {
        i + word_end[i..].chars().next().map_or(1, char::len_utf8)
    });
    (&word_end[start..], sign)
}

/// `,123` or `,,123`: what a phone dials after a pause; a comma with a space lists another number.
fn is_pause(gap: &str, digits: &str) -> bool {
    !gap.is_empty() && gap.bytes().all(|b| b == b',' || b == b';') && digits.len() < 7
}

/// Whether what stands between two stretches tears one apart: no space in it, no sign that lists another
/// number, and no script that needs no spaces.
fn is_break(gap: &str) -> bool {
    let parts = |c: char| {
        c.is_whitespace() || ",;|&#:()[]/".contains(c) || c.is_alphabetic() && !is_gluing(c)
    };
    !gap.is_empty() && !gap.contains(parts)
}

/// Leaves off a last group that belongs to the word after it: `020 7946 0000 24h`.
fn without_remark(text: &str, start: usize, end: usize) -> usize {
    if !touches_letter_after(text, end) {
        return end;
    }
    let stretch = &text[start..end];
    match stretch.rfind([' ', '(']) {
        Some(gap) if stretch.len() - gap <= 4 => {
            let kept = stretch[..gap].trim_end_matches(|c: char| !c.is_ascii_digit());
            let digits = kept.bytes().filter(u8::is_ascii_digit).count();
            if digits >= 7 { start + kept.len() } else { end }
        }
        _ => end,
    }
}

/// Scripts without spaces between words (Han, Thai …) put text right against a number; Latin does not.
fn is_gluing(c: char) -> bool {
    c == '_' || c.is_alphabetic() && c < '\u{250}'
}

fn touches_letter_before(text: &str, start: usize) -> bool {
    text[..start].chars().next_back().is_some_and(is_gluing)
}

fn touches_letter_after(text: &str, end: usize) -> bool {
    let rest = &text[end..];
    let word = &rest[..rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len())];
    rest.chars().next().is_some_and(is_gluing) && !is_word(word, &EXTENSION)
}

/// The groups of a stretch that may be numbers of their own, when it is no number as a whole: between
/// slashes, or between dashes and tildes with a space on both sides, or wider gaps.
pub(super) fn parts(stretch: &str) -> SmallVec<[&str; 4]> {
    let mut found: SmallVec<[&str; 4]> = SmallVec::new();
    for piece in stretch.split('/') {
        for piece in piece
            .split(" - ")
            .flat_map(|piece| piece.split(" ~ "))
            .flat_map(|piece| piece.split("  "))
        {
            let piece = piece.trim_matches(|c: char| !c.is_ascii_digit() && c != '+' && c != '(');
            if piece.bytes().any(|b| b.is_ascii_digit()) {
                found.push(piece);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        stretches(text)
            .iter()
            .filter(|s| !s.extension && !s.glued)
            .map(|s| s.text)
            .collect()
    }

    #[test]
    fn a_stretch_ends_where_a_number_would() {
        assert_eq!(
            texts("Call us on +44 (0)20 7946 0000 today"),
            ["+44 (0)20 7946 0000"]
        );
        assert_eq!(texts("020 7946 0000 (24h)"), ["020 7946 0000", "(24"][..1]);
        assert_eq!(texts("020 7946 0000 9am"), ["020 7946 0000"]);
        assert_eq!(
            texts("+44 20 7946 0000+1 212 555 0100"),
            ["+44 20 7946 0000", "+1 212 555 0100"]
        );
        assert_eq!(texts("020 7946 0000, 020 7946 0001").len(), 2);
        assert_eq!(texts("电话02079460000转"), ["02079460000"]);
    }

    #[test]
    fn extensions_are_known_by_word_sign_or_pause() {
        for text in [
            "020 7946 0000 x12",
            "020 7946 0000 ext. 12",
            "020 7946 0000 #12",
            "020 7946 0000,12#",
            "020 7946 0000;ext=12",
            "020 7946 0000 доб. 12",
            "020 7946 0000x12",
            "020 7946 0000 int 12",
        ] {
            assert_eq!(texts(text), ["020 7946 0000"], "{text}");
        }
    }

    #[test]
    fn digits_inside_a_word_are_no_number() {
        assert!(texts("abc1234567").is_empty());
        assert!(texts("1234567kg").is_empty());
        assert_eq!(texts("Tel02079460000"), ["02079460000"]);
    }
}
