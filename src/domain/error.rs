use std::fmt;

/// A value from outside that a domain type refuses: which kind of thing it should have been, what was
/// given (cut to 80 characters, so that an error never carries a megabyte) and why it is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a valid {kind}: {reason}")]
pub struct Invalid {
    /// The word of the design for what was expected: `country`, `e-mail address` …
    pub kind: &'static str,
    /// The refused value, at most 80 characters of it.
    pub value: String,
    /// What is wrong, as the end of a sentence.
    pub reason: String,
}

impl Invalid {
    /// Longest part of a refused value that is kept, in characters.
    pub const SHOWN: usize = 80;

    /// Builds the error; `value` is cut to [`Invalid::SHOWN`] characters.
    pub fn new(kind: &'static str, value: &str, reason: impl fmt::Display) -> Self {
        let mut shown: String = value.chars().take(Self::SHOWN).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self {
            kind,
            value: shown,
            reason: reason.to_string(),
        }
    }
}

/// A closed set of words that is the same in code, database, API and files.
///
/// `word_enum!` writes the enum with `ALL`, `as_str`, `Display` and `FromStr`, so that each set is
/// listed in one place.
macro_rules! word_enum {
    ($(#[$meta:meta])* $kind:literal $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every word of the set, in its canonical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used on the wire and in the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::Invalid;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                match value {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::domain::Invalid::new(
                        $kind,
                        value,
                        format_args!("it must be one of {}", [$($word),+].join(", ")),
                    )),
                }
            }
        }
    };
}
pub(crate) use word_enum;
