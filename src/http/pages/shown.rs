//! Text of strangers and instants, as a page can show them.

use std::fmt;

use jiff::Timestamp;
use unicode_normalization::char::is_combining_mark;

/// Most marks on one letter that are drawn; more of them paint over the lines above and below.
const MARKS: usize = 3;

/// Text of a stranger that cannot break a page: of bounded length, without piles of marks, on one line. Templates put it
/// into `<bdi>`, so that its direction ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// At most `longest` code points of a text, and `…` where there are more.
    pub fn of(text: &str, longest: usize) -> Self {
        let mut out = String::new();
        let (mut marks, mut count) = (0, 0);
        for c in text.chars() {
            if is_combining_mark(c) {
                marks += 1;
                if marks > MARKS {
                    continue;
                }
            } else {
                marks = 0;
            }
            if count == longest {
                out.push('…');
                break;
            }
            count += 1;
            out.push(if c.is_control() { ' ' } else { c });
        }
        Self(out)
    }

    /// The name of a business or person in a list.
    pub fn name(text: &str) -> Self {
        Self::of(text, 90)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An instant as people read it: to the minute, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When(pub Timestamp);

impl When {
    /// An instant that a template has at hand.
    pub fn at(instant: &Timestamp) -> Self {
        Self(*instant)
    }

    /// For the attribute `datetime`.
    pub fn iso(&self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%d %H:%M"))
    }
}

impl From<Timestamp> for When {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn piles_of_marks_lines_and_lengths_are_bounded_and_honest_text_is_left_alone() {
        let pile = format!("A{}B", "\u{301}".repeat(5_000));
        assert_eq!(Shown::of(&pile, 90).to_string(), "A\u{301}\u{301}\u{301}B");
        assert_eq!(Shown::of("one\ntwo\u{0}", 90).to_string(), "one two ");
        assert_eq!(Shown::of(&"字".repeat(200), 5).to_string(), "字字字字字…");
        for honest in ["Ünïcödé", "नमस्ते", "ภาษาไทย", "שלום"] {
            assert_eq!(Shown::name(honest).to_string(), honest);
        }
    }

    #[test]
    fn an_instant_is_told_to_the_minute() {
        let at: Timestamp = "2026-03-01T09:05:59.5Z".parse().unwrap();
        assert_eq!(When(at).to_string(), "2026-03-01 09:05");
        assert_eq!(When(at).iso(), "2026-03-01T09:05:59.5Z");
    }
}
