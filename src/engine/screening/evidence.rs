//! What the signals look at: one business, and how the account relates to it by name and by channel.

use std::sync::Arc;

use super::comparison::Comparison;
use super::query::Query;
use crate::domain::{
    AnswerLanguage, Bilingual, BusinessName, ChannelKind, RepresentativeKind, Sentence, say,
};
use crate::engine::index::{NameEntry, Registered};

/// What the account's channels say about one business.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ChannelFact {
    /// The account shows no channel that could be looked up.
    #[default]
    NoneGiven,
    /// The business does not have it, as far as the registry knows.
    NotListed {
        /// The channel as shown.
        shown: String,
        /// How many of its kind the registry knows of the business.
        known: usize,
        /// What it is.
        kind: ChannelKind,
        /// The business says that these are all.
        complete: bool,
    },
    /// It is the business's.
    Own {
        /// The channel as shown.
        shown: String,
    },
    /// It is a representative's of the business.
    Representative {
        /// The channel as shown.
        shown: String,
        /// The representative's name.
        holder: String,
        /// In which part it speaks for the business.
        kind: RepresentativeKind,
    },
    /// It is another's of the business's group.
    Group {
        /// The channel as shown.
        shown: String,
        /// Whose it is.
        member: String,
        /// The business at the head of the group, where it is known.
        head: Option<String>,
    },
    /// It is somebody else's.
    Others {
        /// The channel as shown.
        shown: String,
        /// Whose it is.
        owner: String,
    },
    /// It is nearly one of the business's.
    Neighbour {
        /// The channel as shown.
        shown: String,
        /// The business's own.
        own: String,
    },
}

impl ChannelFact {
    /// The fact as a clause about a business of that name; none where there is nothing to say.
    pub fn clause(&self, business: &str, language: AnswerLanguage) -> Option<Sentence> {
        Some(match self {
            Self::NoneGiven => return None,
            Self::NotListed {
                shown,
                known,
                kind,
                complete,
            } => {
                return Some(not_listed(
                    business,
                    shown,
                    (*known, *complete),
                    *kind,
                    language,
                ));
            }
            Self::Own { shown } => say!(language;
                en: "{shown} is registered to {business}";
                zh: "{shown} 登记在“{business}”名下"),
            Self::Representative {
                shown,
                holder,
                kind,
            } => {
                let role = role(*kind);
                say!(language;
                    en: "{shown} is registered to {holder}, who may speak for {business}{}", role.en;
                    zh: "{shown} 登记在“{holder}”名下，它可以{}代表“{business}”", role.zh)
            }
            Self::Group {
                shown,
                member,
                head: Some(head),
            } => say!(language;
                en: "{shown} is registered to {member}, which is of the group of {head} like {business}";
                zh: "{shown} 登记在“{member}”名下，它与“{business}”同属“{head}”集团"),
            Self::Group { shown, member, .. } => say!(language;
                en: "{shown} is registered to {member}, which is of the same group as {business}";
                zh: "{shown} 登记在“{member}”名下，它与“{business}”同属一个集团"),
            Self::Others { shown, owner } => say!(language;
                en: "{shown} is registered to {owner}, not to {business}";
                zh: "{shown} 登记在“{owner}”名下，而不是“{business}”名下"),
            Self::Neighbour { shown, own } => say!(language;
                en: "{shown} is not {business}'s, but is nearly its {own}";
                zh: "{shown} 不是“{business}”的号码，却与它的 {own} 几乎相同"),
        })
    }

    /// Whether the business or somebody of its own speaks there.
    pub fn is_its_own(&self) -> bool {
        self.bin() == 3
    }

    /// Its bin in the signal `channel`.
    pub fn bin(&self) -> usize {
        match self {
            Self::NoneGiven => 0,
            Self::NotListed { complete: true, .. } => 1,
            Self::NotListed {
                complete: false, ..
            } => 2,
            Self::Own { .. } | Self::Representative { .. } | Self::Group { .. } => 3,
            Self::Others { .. } => 4,
            Self::Neighbour { .. } => 5,
        }
    }
}

/// How a part is told behind "may speak for …"; nothing for `other`.
fn role(kind: RepresentativeKind) -> Bilingual<&'static str> {
    let (en, zh) = match kind {
        RepresentativeKind::Reseller => (" as its reseller", "以经销商的身份"),
        RepresentativeKind::Agency => (" as its agency", "以代理机构的身份"),
        RepresentativeKind::Branch => (" as its branch", "以分支机构的身份"),
        RepresentativeKind::Other => ("", ""),
    };
    Bilingual { en, zh }
}

/// Why a channel that is not listed says something, or nothing: by how many are `known`, and whether these are all.
fn not_listed(
    business: &str,
    shown: &str,
    (known, complete): (usize, bool),
    kind: ChannelKind,
    language: AnswerLanguage,
) -> Sentence {
    let Noun { one, many, zh } = noun(kind);
    match known {
        _ if complete => say!(language;
            en: "{shown} is none of the {many} of {business}, which are all known";
            zh: "“{business}”的全部{zh}都已登记，其中没有 {shown}"),
        0 => say!(language;
            en: "we know no {one} of {business} to compare {shown} with";
            zh: "我们没有“{business}”的{zh}，无法与 {shown} 比对"),
        1 => say!(language;
            en: "{shown} is not the one {one} we know of {business}";
            zh: "我们只知道“{business}”的一个{zh}，不是 {shown}"),
        known => say!(language;
            en: "{shown} is not among the {known} {many} we know of {business}";
            zh: "{shown} 不在我们所知的“{business}”的 {known} 个{zh}之中"),
    }
}

/// What a kind of channel is called: for one and for many, and in Chinese.
struct Noun {
    one: &'static str,
    many: &'static str,
    zh: &'static str,
}

fn noun(kind: ChannelKind) -> Noun {
    let (one, many, zh) = match kind {
        ChannelKind::Phone | ChannelKind::Whatsapp => ("number", "numbers", "号码"),
        ChannelKind::SenderId => ("sender ID", "sender IDs", "短信发件人名称"),
        ChannelKind::Website => ("website", "websites", "网站"),
        ChannelKind::Email => ("e-mail address", "e-mail addresses", "电子邮箱地址"),
        ChannelKind::Handle => ("handle", "handles", "社交账号"),
    };
    Noun { one, many, zh }
}

/// A comparison of names with what the signals ask of it besides.
#[derive(Debug, Clone)]
pub struct NameEvidence {
    /// The comparison.
    pub comparison: Comparison,
    /// The registered name stands there in one piece.
    pub in_one_piece: bool,
}

impl std::ops::Deref for NameEvidence {
    type Target = Comparison;
    fn deref(&self) -> &Comparison {
        &self.comparison
    }
}

/// How a registered name stands among the others that were met in the same account's name.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Other registered names that the same words fit as well.
    pub rivals: usize,
    /// By how many bits the best other name explains the account's better; less than 0 if it does worse.
    pub behind: f32,
}

impl Default for Standing {
    /// Alone.
    fn default() -> Self {
        Self {
            rivals: 0,
            behind: f32::NEG_INFINITY,
        }
    }
}

/// A registered name that was met, as the others see it.
#[derive(Debug, Clone, Copy)]
pub struct Rival<'r> {
    /// What was found of it, less what differs and what is left over, in bits.
    pub promise: f32,
    /// The name.
    pub entry: &'r NameEntry,
    /// Whose it is, as far as it is known.
    pub business: Option<&'r Registered>,
    /// It is there in whole, letter by letter.
    pub whole: bool,
}

/// Names whose promise is within this of each other are rivals for the same words.
const RIVAL_BITS: f32 = 1.5;

impl Standing {
    /// Holds the promise of a name against those of the `others`.
    ///
    /// Businesses of one name or one group are no rivals of each other, nor is a longer name that is there in part only: of
    /// "Amazon Hub" and "Amazon", "Amazon Support" is the latter.
    pub fn among(others: &[Rival<'_>], own: &Rival<'_>) -> Self {
        let (promise, entry) = (own.promise, own.entry);
        let of_group = |other: &Rival<'_>| match (own.business, other.business) {
            (Some(own), Some(other)) => own.same_group(other),
            _ => false,
        };
        let holds = |other: &NameEntry| {
            let (longer, own) = (&other.chars, &entry.chars);
            longer.windows(own.len()).any(|part| part == &own[..])
        };
        (others.iter())
            .filter(|other| other.entry.chars != entry.chars && !of_group(other))
            .filter(|other| other.whole || !holds(other.entry))
            .fold(Self::default(), |standing, other| Self {
                rivals: standing.rivals + usize::from(other.promise >= promise - RIVAL_BITS),
                behind: standing.behind.max(other.promise - promise),
            })
    }
}

/// Everything known of the account and one business.
#[derive(Debug)]
pub struct Evidence<'q> {
    /// The account's name, prepared.
    pub query: Option<&'q Query>,
    /// The business.
    pub business: Arc<Registered>,
    /// How its best name compares, if any was met.
    pub name: Option<NameEvidence>,
    /// What the channels say.
    pub channel: ChannelFact,
    /// How it stands among the others that were met.
    pub standing: Standing,
    /// Other elements of the account that are copied from the business, too: its handle, its description, an offer.
    pub copied: u8,
    /// The account claims or shows a badge of the app.
    pub claims_badge: bool,
    /// The protected person of the business whom the account names beside it.
    pub person: Option<BusinessName>,
    /// The language in which it is told.
    pub language: AnswerLanguage,
}

/// A name that stands in whole, or nearly so, makes an account on the business's own channel consistent.
const CONSISTENT_EDITS: f32 = 0.25;
const CONSISTENT_COVERAGE: f32 = 0.5;

/// Fewest bits of a name that is not taken for a word of the language.
const NAMED_BITS: f32 = 15.0;

impl Evidence<'_> {
    /// The account bears a blocked variant of the business's name.
    pub fn bears_variant(&self) -> bool {
        (self.name.as_ref()).is_some_and(|n| n.found.entry.is_variant())
    }

    /// What was read holds a name of the business as it is registered, and one that identifies.
    pub fn is_named(&self) -> bool {
        self.name.as_ref().is_some_and(|n| {
            n.in_one_piece && n.edits == 0 && n.cuts == 0 && n.strength >= NAMED_BITS
        })
    }

    /// The account goes by a name of the business, or nearly so.
    pub fn is_consistent(&self) -> bool {
        self.name.as_ref().is_some_and(|n| {
            n.edit_ratio() <= CONSISTENT_EDITS
                && n.coverage >= CONSISTENT_COVERAGE
                && !n.found.entry.is_variant()
        })
    }

    /// The compared name.
    pub fn name(&self) -> Option<&NameEvidence> {
        self.name.as_ref()
    }

    /// The account's name.
    pub fn query(&self) -> Option<&Query> {
        self.query
    }

    /// The business.
    pub fn business(&self) -> &Registered {
        &self.business
    }

    /// The registered name, alias or blocked variant that was met; the business's name otherwise.
    pub fn registered_name(&self) -> &str {
        let which = self.name.as_ref().map_or(0, |n| n.found.entry.which);
        self.business.name_of(which).as_str()
    }
}
