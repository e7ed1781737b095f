//! What stands in a phone field and is no phone number: alphanumeric sender IDs, service commands, masked
//! numbers, and the words that phones show when the caller hides.

/// Letters of the GSM 7-bit alphabet beside ASCII (3GPP TS 23.038 §6.2.1): a sender ID is sent in it.
const GSM_LETTERS: &str = "èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜäöñüà";

/// What stands for a hidden digit.
const MASKS: [char; 14] = [
    '*', '•', '●', '×', '∗', '✱', '█', '▪', '■', '◦', '∙', '…', '?', '_',
];

/// What phones and networks show instead of a withheld number.
const WITHHELD: [&str; 14] = [
    "private",
    "private number",
    "private caller",
    "unknown",
    "unknown number",
    "unknown caller",
    "anonymous",
    "withheld",
    "number withheld",
    "no caller id",
    "restricted",
    "unavailable",
    "blocked",
    "hidden",
];

/// Whether this is the wording for a caller who hides their number.
pub(super) fn is_withheld(text: &str) -> bool {
    WITHHELD.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the text has the shape of an alphanumeric sender ID: 2 to 11 characters (3GPP TS 23.040 §9.1.2.5
/// leaves room for 11) of the GSM alphabet, at least one a letter. Carriers use `-`, `_`, `.`, `&`, `'`,
/// `!` and spaces besides (`VK-HDFCBK`, `GOV.UK`, `H&M`).
pub(super) fn is_sender_id(text: &str) -> bool {
    let mut length = 0;
    let mut letters = 0;
    for c in text.chars() {
        length += 1;
        if c.is_ascii_alphabetic() || GSM_LETTERS.contains(c) {
            letters += 1;
        } else if !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '_' | '.' | '&' | '\'' | '!') {
            return false;
        }
    }
    (2..=11).contains(&length) && letters > 0
}

/// Whether this is a command to the network (`*123#`, `##002#`, `*#06#`), not a number.
pub(super) fn is_service_command(text: &str) -> bool {
    text.starts_with(['*', '#'])
        && text.ends_with('#')
        && text.bytes().any(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'*' || b == b'#')
}

/// Whether digits are hidden: two or more masks together (`+4207****`, `07911 XXX XXX`, `+44 79… 56`).
///
/// A run that touches a letter is decoration (`***call now***`), and so is one that stands before the number.
pub(super) fn is_masked(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < 2
        || !text.contains(|c: char| matches!(c, 'x' | 'X' | '#' | '.') || MASKS.contains(&c))
    {
        return false;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    let mut shown = 0;
    while at < chars.len() {
        let run = mask_run(&chars[at..]);
        let after_word = at > 0 && chars[at - 1].is_alphabetic();
        if run > 0
            && !after_word
            && (shown > 0 || chars.get(at + run).is_some_and(char::is_ascii_digit))
        {
            return true;
        }
        shown += usize::from(chars[at].is_ascii_digit() || chars[at] == '+');
        at += run.max(1);
        // The rest of a word is no mask: neither the x of `ext` nor the X's of `EXXON`.
        if run == 0 && chars[at - 1].is_alphabetic() {
            at += chars[at..].iter().take_while(|c| c.is_alphabetic()).count();
        }
    }
    false
}

/// Length of the run of masks at the start, 0 when it is none: masks with separators between, or a word of
/// nothing but x.
fn mask_run(chars: &[char]) -> usize {
    let is_x = |c: char| c == 'x' || c == 'X';
    let word = chars.iter().take_while(|c| c.is_alphabetic()).count();
    if word > 0 {
        let all_x = word >= 2 && chars[..word].iter().all(|&c| is_x(c));
        return if all_x { word } else { 0 };
    }
    let hashes = chars.iter().take_while(|&&c| c == '#').count();
    if hashes >= 2 {
        return hashes;
    }
    let dots = chars.iter().take_while(|&&c| c == '.').count();
    if dots >= 3 {
        return dots;
    }
    let (mut end, mut masks) = (0, 0);
    for (i, &c) in chars.iter().enumerate() {
        if MASKS.contains(&c) {
            masks += if c == '…' { 2 } else { 1 };
            end = i + 1;
        } else if masks == 0 || !matches!(c, ' ' | '-' | '.' | '(' | ')') {
            break;
        }
    }
    let decoration = chars.get(end).is_some_and(|c| c.is_alphabetic());
    if masks >= 2 && !decoration { end } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_digits_are_noticed_in_every_usual_way_of_hiding() {
        for text in [
            "+4207****",
            "07911 XXX XXX",
            "+44 79… 56",
            "+1 (212) ***-**55",
            "0791•••456",
            "+44 7911 ??????",
            "+4479......56",
            "+44 7911 ####56",
            "07911______",
            "1-800-xxx-xxxx",
            "****4567",
        ] {
            assert!(is_masked(text), "{text}");
        }
    }

    #[test]
    fn decoration_extensions_and_words_are_no_masks() {
        for text in [
            "020 7946 0000 x12",
            "1-800-EXXON-55",
            "020 7946 0000 ***call now***",
            "0800 123 456*",
            "*** 020 7946 0000",
            "+44 20 7946 0000 ext. 5",
        ] {
            assert!(!is_masked(text), "{text}");
        }
    }

    #[test]
    fn sender_ids_are_at_most_eleven_characters_with_a_letter() {
        for text in [
            "VK-HDFCBK",
            "3Mobile",
            "7ELEVEN",
            "GOV.UK",
            "H&M",
            "O2",
            "Crédit",
        ] {
            assert!(is_sender_id(text), "{text}");
        }
        for text in ["12345", "MoreThanEleven", "a@b", "", "Банк"] {
            assert!(!is_sender_id(text), "{text}");
        }
    }
}
