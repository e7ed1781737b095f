//! Numbers with letters in them, as on a keypad: `1-800-GO-FEDEX`.

/// The text with its letters turned into keypad digits, where it has the shape of a vanity number: at least
/// three digits, then at least three letters, and nothing but separators besides. A short word in mixed case
/// is a sender ID (`365Bank`).
pub(super) fn keyed(text: &str) -> Option<String> {
    if !text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let start = text.find(|c: char| c.is_ascii_digit() || c == '+')?;
    if text[..start].ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let text = &text[start..];
    let lead = text
        .bytes()
        .take_while(|b| !b.is_ascii_alphabetic())
        .filter(u8::is_ascii_digit)
        .count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b' ' | b'-' | b'.' | b'(' | b')'));
    let separated = text.starts_with('+') || text.contains([' ', '-', '.']);
    let one_case = !(text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().any(|b| b.is_ascii_uppercase()));
    let shaped = lead >= 3 && letters >= 3 && plain && (separated || one_case);
    shaped.then(|| {
        text.chars()
            .map(|c| c.to_digit(36).map_or(c, key))
            .collect()
    })
}

/// The key of a letter, given as its value in base 36 (ITU-T E.161).
fn key(value: u32) -> char {
    char::from(b"012345678922233344455566677778889999"[value as usize % 36])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_after_digits_are_keys() {
        assert_eq!(keyed("1-800-GO-FEDEX").as_deref(), Some("1-800-46-33339"));
        assert_eq!(
            keyed("Call 1-800-FLOWERS").as_deref(),
            Some("1-800-3569377")
        );
        assert_eq!(keyed("020ADGJMPTW").as_deref(), Some("02023456789"));
    }

    #[test]
    fn a_word_with_few_digits_or_mixed_case_is_none() {
        for text in [
            "7ELEVEN",
            "365Bank",
            "Bank365",
            "020 7946 0123",
            "1-800-#ABC",
        ] {
            assert_eq!(keyed(text), None, "{text}");
        }
    }
}
