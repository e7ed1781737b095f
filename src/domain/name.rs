//! Names of a business beyond the one it trades under, and names that others may not bear.

use super::error::word_enum;
use super::{BusinessName, Language};

word_enum! {
    /// What a further name of a business is.
    "kind of name" NameKind {
        /// As it is entered in a register of companies.
        Legal = "legal",
        /// What it trades under.
        Trading = "trading",
        /// An abbreviation or what people say for short.
        Short = "short",
        /// A name that it has given up and is still known by.
        Former = "former",
        /// A name written in another script by its sound.
        Transliterated = "transliterated",
    }
}

word_enum! {
    /// What a protected name is.
    "kind of protected name" ProtectedKind {
        /// A blocked spelling of the business's name that it never uses itself.
        Variant = "variant",
        /// A person of the business, such as an executive, whom impostors name.
        Person = "person",
    }
}

/// A further name of a business with what is known of the name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KindedName {
    /// The name.
    pub name: BusinessName,
    /// What it is.
    pub kind: NameKind,
    /// The language in which it is written.
    pub language: Option<Language>,
}

/// A name that others may not bear.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProtectedName {
    /// The name.
    pub name: BusinessName,
    /// What it is.
    pub kind: ProtectedKind,
}
