//! Pieces of an answer as text: made safe to show, broken into lines, marked, and put into words.

use std::fmt::Write as _;

use textwrap::core::display_width;

use crate::domain::{AnswerLanguage, Bilingual, say};
use crate::service::contract::SpanBody;

/// A line that points at what differs in a text as [`shown`] writes it, for the line below.
pub(super) fn marks(text: &str, differs: &[SpanBody]) -> String {
    let mut marks = String::new();
    let end = text.chars().count() as u32;
    let missing = |at: u32| differs.iter().any(|s| s.start == at && s.end == at);
    for (at, c) in (0..).zip(text.chars()) {
        let width = display_width(&shown(c.encode_utf8(&mut [0; 4])));
        if differs.iter().any(|s| (s.start..s.end).contains(&at)) {
            // What takes no room of its own, such as an accent, is pointed at where it sits.
            if width == 0 {
                marks.pop();
            }
            marks.extend(std::iter::repeat_n('^', width.max(1)));
        } else if missing(at) && width > 0 {
            marks.push('^');
            marks.extend(std::iter::repeat_n(' ', width - 1));
        } else {
            marks.extend(std::iter::repeat_n(' ', width));
        }
    }
    if missing(end) {
        marks.push('^');
    }
    marks.truncate(marks.trim_end().len());
    marks
}

/// A probability as people read it; never 0 or 100 %, which no evidence gives.
pub(super) fn percent(p: f64, language: AnswerLanguage) -> String {
    match p * 100.0 {
        p if p > 99.9 => say!(language; en: "over 99.9 %"; zh: "99.9% 以上").into(),
        p if p >= 99.0 => say!(language; en: "{p:.1} %"; zh: "{p:.1}%").into(),
        p if p >= 1.0 => say!(language; en: "{p:.0} %"; zh: "{p:.0}%").into(),
        p if p >= 0.1 => say!(language; en: "{p:.1} %"; zh: "{p:.1}%").into(),
        _ => say!(language; en: "under 0.1 %"; zh: "0.1% 以下").into(),
    }
}

/// What a sender that is no number is.
pub(super) fn kind_of_code(kind: &str, language: AnswerLanguage) -> String {
    let zh = match kind {
        "short_code" => "短号码",
        "sender_id" => "短信发件人名称",
        _ => "号码",
    };
    say!(language; en: "{}", kind.replace('_', " "); zh: "{zh}").into()
}

/// The numbering plan's word as people say it.
pub(super) fn kind_of_number(google: &str, language: AnswerLanguage) -> String {
    let (en, zh) = match google {
        "FIXED_LINE_OR_MOBILE" => ("landline or mobile", "固定电话或手机"),
        "FIXED_LINE" => ("landline", "固定电话"),
        "MOBILE" => ("mobile", "手机"),
        "TOLL_FREE" => ("toll free", "免费电话"),
        "PREMIUM_RATE" => ("premium rate", "高费率电话"),
        "SHARED_COST" => ("shared cost", "分担费用的电话"),
        "VOIP" => ("internet telephony", "网络电话"),
        "PERSONAL_NUMBER" => ("personal number", "个人号码"),
        "PAGER" => ("pager", "寻呼机"),
        "UAN" => ("company number", "企业号码"),
        "VOICEMAIL" => ("voicemail", "语音信箱"),
        _ => ("unknown type", "类型未知"),
    };
    (*Bilingual { en, zh }.of(language)).to_owned()
}

pub(super) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Text made safe to show: controls, marks of direction and invisible characters are written by their code
/// points, and what is longer than 400 characters is cut.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        if i == LONGEST {
            out.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(out, "‹U+{:04X}›", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters that show nothing but change what is seen (Unicode's default-ignorable and bidirectional controls);
/// the joiner U+200D and variation selectors stay, since emoji are made of them.
fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180E | 0x200B..=0x200C
            | 0x200E..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0xE0000..=0xE00FF
    )
}

/// Breaks text into lines that take at most `width` columns, where Unicode allows it (Chinese has no spaces).
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let options = textwrap::Options::new(width).break_words(false);
    textwrap::wrap(&words.join(" "), options)
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impostors_name_cannot_repaint_the_terminal() {
        assert_eq!(shown("A\u{1b}[2Jb\u{202e}c"), "A‹U+001B›[2Jb‹U+202E›c");
        assert_eq!(shown("café ✅ 👩‍💻"), "café ✅ 👩‍💻");
        assert_eq!(shown(&"x".repeat(1_000)).chars().count(), 401);
    }

    #[test]
    fn marks_point_at_what_differs() {
        for (text, spans, line) in [
            ("Amaz0n", &[(4, 5)][..], "    ^"),
            ("顺豊速运", &[(1, 2)], "  ^^"),
            ("PayPl", &[(4, 4)], "    ^"),
            ("PayPa", &[(5, 5)], "     ^"),
            ("Pay\u{200b}Pal", &[(3, 4)], "   ^^^^^^^^"),
            ("Pay\u{323}Pal", &[(3, 4)], "  ^"),
        ] {
            let spans: Vec<SpanBody> = (spans.iter())
                .map(|&(start, end)| SpanBody { start, end })
                .collect();
            assert_eq!(marks(text, &spans), line, "{text}");
        }
    }

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(wrapped("aa bb  cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrapped("请不要转账。", 6), ["请不要", "转账。"]);
        assert_eq!(wrapped("", 5), [""; 0]);
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
