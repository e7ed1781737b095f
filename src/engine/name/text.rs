//! Letters as a text, to be looked up in the lists: nothing is allocated for a word of ordinary length.

/// Bytes of a word that is written down without an allocation: thirty-two letters of any alphabet.
const ORDINARY: usize = 128;

/// What `ask` answers to the letters as one text.
pub(super) fn with_text<T>(
    letters: impl Iterator<Item = char> + Clone,
    ask: impl FnOnce(&str) -> T,
) -> T {
    let mut bytes = [0; ORDINARY];
    let mut written = 0;
    for letter in letters.clone() {
        let Some(free) = bytes.get_mut(written..written + letter.len_utf8()) else {
            return ask(&letters.collect::<String>());
        };
        letter.encode_utf8(free);
        written += free.len();
    }
    ask(std::str::from_utf8(&bytes[..written]).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_back_as_the_text_that_they_make() {
        for text in ["", "bank", "Ärzte & Co. 银行 𝐍", &"straße ".repeat(40)] {
            assert!(with_text(text.chars(), |made| made == text), "{text}");
        }
    }
}
