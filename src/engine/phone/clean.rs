//! Characters: everything that looks like a plus, a digit, a dash or a space becomes the ASCII one, and what
//! nobody can see is dropped.
//!
//! Contact cards copied from iOS arrive wrapped in bidi marks, numbers copied from web pages carry soft
//! hyphens and no-break spaces, and half of the world writes digits of its own. Google's library folds some
//! of this and stops at the first character that it does not know; folding first means that it only ever
//! sees ASCII digits.

use unicode_normalization::UnicodeNormalization;

/// Code points of the digit zero of every script with decimal digits (general category Nd, Unicode 17)
/// that NFKC does not turn into ASCII; the nine others follow each.
#[rustfmt::skip]
const ZEROS: &[u32] = &[
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x10D30, 0x10D40, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0,
    0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70,
    0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950,
];

/// The text in foldable ASCII where that keeps its meaning, trimmed of white space and of the quotes,
/// brackets, bullets and asterisks that chat programs and spreadsheets put around a value.
pub(super) fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        fold(c, &mut out);
    }
    let kept = unwrapped(&out);
    if kept.len() != out.len() {
        out = kept.to_owned();
    }
    // A spreadsheet column read as floating point writes 447911123456 as `447911123456.0`.
    if let Some(whole) = out.strip_suffix(".0")
        && whole.len() >= 7
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        out.truncate(out.len() - 2);
    }
    out
}

fn fold(c: char, out: &mut String) {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' => out.push('\n'),
        ' '..='~' => out.push(c),
        _ if is_space(c) => out.push(' '),
        _ if c.is_control() || is_invisible(c) => {}
        '＋' | '﹢' | '⁺' | '₊' | '➕' => out.push('+'),
        _ if is_dash(c) => out.push('-'),
        '·' | '。' | '‧' | '・' => out.push('.'),
        // Kept from NFKC, which would make three dots of it: it stands for hidden digits.
        '…' => out.push(c),
        _ => fold_rest(c, out),
    }
}

fn fold_rest(c: char, out: &mut String) {
    let code = c as u32;
    let before = ZEROS.partition_point(|&zero| zero <= code);
    if let Some(offset) = before.checked_sub(1).map(|i| code - ZEROS[i])
        && offset < 10
    {
        out.extend(char::from_digit(offset, 10));
        return;
    }
    let start = out.len();
    out.extend(std::iter::once(c).nfkc());
    if !out[start..].is_ascii() {
        out.truncate(start);
        out.push(c);
    }
}

fn is_space(c: char) -> bool {
    // Beside Unicode's white space: Hangul fillers and the empty Braille cell, which render as a gap.
    c.is_whitespace() || matches!(c, '\u{3164}' | '\u{FFA0}' | '\u{2800}')
}

/// Format characters, fillers, variation selectors, tags and the keycap that is put over digits.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{20E3}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{2043}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
                | '\u{30FC}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{58A}'
                | '\u{5BE}'
                | '\u{1806}'
                | '\u{301C}'
                | '\u{FF5E}'
                | '\u{223C}'
                | '\u{2D7}'
                | '\u{207B}'
                | '\u{208B}'
                | '\u{2796}'
    )
}

/// Without what stands around the value: white space, quotes, a spreadsheet's `=` or `'`, a bullet, and
/// asterisks or underscores when they are on both sides (bold and italics in chat programs).
fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let before = text.len();
        text = text.trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '«' | '»' | '„'
                )
        });
        text = text.strip_prefix('=').unwrap_or(text);
        text = text.strip_prefix("* ").unwrap_or(text);
        for (open, close) in [
            ('*', '*'),
            ('_', '_'),
            ('~', '~'),
            ('<', '>'),
            ('[', ']'),
            ('{', '}'),
        ] {
            if let Some(inner) = text.strip_prefix(open).and_then(|t| t.strip_suffix(close)) {
                text = inner;
            }
        }
        if text.len() == before {
            return text;
        }
    }
}

/// The text with `%2B` and the like decoded, if there is anything to decode.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = (bytes[at] == b'%')
            .then(|| Some((hex(*bytes.get(at + 1)?)?, hex(*bytes.get(at + 2)?)?)))
            .flatten();
        if let Some((high, low)) = pair {
            out.push(high * 16 + low);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    (out.len() != bytes.len()).then(|| String::from_utf8_lossy(&out).into_owned())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_become_ascii() {
        assert_eq!(clean("٠١٢٣٤٥٦٧٨٩"), "0123456789");
        assert_eq!(clean("०१२३४५६७८९"), "0123456789");
        assert_eq!(clean("𝟎𝟏𝟐𝟗 ０９ 4️⃣4️⃣"), "0129 09 44");
        assert!(ZEROS.is_sorted());
    }

    #[test]
    fn what_nobody_sees_is_dropped_and_what_looks_alike_is_folded() {
        assert_eq!(
            clean("\u{202A}＋44\u{200B}20–7946\u{AD}0000\u{202C}"),
            "+4420-79460000"
        );
    }

    #[test]
    fn wrappers_of_chats_and_spreadsheets_are_removed() {
        assert_eq!(clean("*+44 20 7946 0000*"), "+44 20 7946 0000");
        assert_eq!(clean("=\"+44 20 7946 0000\""), "+44 20 7946 0000");
        assert_eq!(clean("447911123456.0"), "447911123456");
    }

    #[test]
    fn percent_encoding_is_decoded_once_and_broken_escapes_are_left() {
        assert_eq!(percent_decoded("%2B44").as_deref(), Some("+44"));
        assert_eq!(percent_decoded("100%"), None);
        assert_eq!(percent_decoded("%e4%zz").as_deref(), Some("\u{FFFD}%zz"));
    }
}
