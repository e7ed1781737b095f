//! The languages in which answers are written, and the forms in which a text exists in all of them.
//!
//! There is no catalogue of messages: both wordings of a sentence stand side by side where the sentence is made, so
//! that whoever writes or changes one has the other before their eyes. A [`Sentence`] is only made by [`say!`] and a
//! constant only by [`Bilingual`]; both take every language, so that a sentence without one does not compile.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// A language in which sentences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AnswerLanguage {
    /// English, which is also spoken to those who read none of the languages.
    #[default]
    English,
    /// Chinese in simplified characters.
    SimplifiedChinese,
}

impl AnswerLanguage {
    /// Every language, the default first.
    pub const ALL: &'static [Self] = &[Self::English, Self::SimplifiedChinese];

    /// The BCP 47 tag: `en` or `zh-Hans`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-Hans",
        }
    }

    /// The language that serves a BCP 47 tag or range, in any case: `en` with whatever region; `zh` alone, where
    /// simplified characters are written (`zh-CN`, `zh-SG`), or with the script named (`zh-Hans-…`).
    ///
    /// None for any other, among them `zh-TW`, `zh-HK` and `zh-Hant`: those who ask for traditional characters and read
    /// simplified ones say so by a second range, as browsers do (`zh-TW,zh;q=0.9`).
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let (first, rest) = tag.split_once('-').unwrap_or((&tag, ""));
        match (first, rest.split('-').next().unwrap_or_default()) {
            ("en", _) => Some(Self::English),
            ("zh", "" | "cn" | "sg" | "hans") => Some(Self::SimplifiedChinese),
            _ => None,
        }
    }
}

impl fmt::Display for AnswerLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for AnswerLanguage {
    type Err = Invalid;

    fn from_str(tag: &str) -> Result<Self, Invalid> {
        Self::of_tag(tag).ok_or_else(|| {
            Invalid::new(
                "language of answers",
                tag,
                "answers are written in en and zh-Hans",
            )
        })
    }
}

/// The same thing in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bilingual<T> {
    /// In English.
    pub en: T,
    /// In Chinese, simplified characters.
    pub zh: T,
}

impl<T> Bilingual<T> {
    /// The same done to the thing in every language.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Bilingual<U> {
        Bilingual {
            en: change(self.en),
            zh: change(self.zh),
        }
    }

    /// The thing in one language.
    pub const fn of(&self, language: AnswerLanguage) -> &T {
        match language {
            AnswerLanguage::English => &self.en,
            AnswerLanguage::SimplifiedChinese => &self.zh,
        }
    }
}

/// Text that has been written in the language asked for and exists in every other; made by the macro `say`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(String);

impl Sentence {
    /// What [`say!`] calls; nothing else should, since it would speak one language only.
    pub(crate) fn written(text: fmt::Arguments<'_>) -> Self {
        Self(fmt::format(text))
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Sentence> for String {
    fn from(sentence: Sentence) -> Self {
        sentence.0
    }
}

/// Writes a [`Sentence`] in one language; every language must be there.
///
/// `say!(language; en: "It adds {words:?}."; zh: "加上了“{words}”。")`. Each text is a format string and may be followed by
/// arguments of its own. Only the one asked for is formatted.
macro_rules! say {
    ($language:expr; en: $en:literal $(, $en_arg:expr)*; zh: $zh:literal $(, $zh_arg:expr)* $(;)?) => {
        match $language {
            $crate::domain::AnswerLanguage::English => {
                $crate::domain::Sentence::written(format_args!($en $(, $en_arg)*))
            }
            $crate::domain::AnswerLanguage::SimplifiedChinese => {
                $crate::domain::Sentence::written(format_args!($zh $(, $zh_arg)*))
            }
        }
    };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_served_by_the_language_that_its_readers_read() {
        for (tag, language) in [
            ("en", Some(AnswerLanguage::English)),
            ("EN-gb", Some(AnswerLanguage::English)),
            ("en-Latn-US", Some(AnswerLanguage::English)),
            ("zh", Some(AnswerLanguage::SimplifiedChinese)),
            ("zh-CN", Some(AnswerLanguage::SimplifiedChinese)),
            ("zh-sg", Some(AnswerLanguage::SimplifiedChinese)),
            ("zh-Hans", Some(AnswerLanguage::SimplifiedChinese)),
            ("zh-Hans-MY", Some(AnswerLanguage::SimplifiedChinese)),
            ("zh-TW", None),
            ("zh-Hant", None),
            ("zh-Hant-CN", None),
            ("zhuang", None),
            ("enm", None),
            ("de", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(AnswerLanguage::of_tag(tag), language, "{tag}");
        }
        for &language in AnswerLanguage::ALL {
            assert_eq!(language.tag().parse(), Ok(language));
        }
    }
}
