//! What the signals look at: one business, and how the account relates to it by name and by channel.

use std::sync::Arc;

use super::comparison::Comparison;
use super::query::Query;
use crate::domain::Business;
use crate::engine::index::NameEntry;

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
        /// What it is, for one and for many: number, numbers.
        noun: (&'static str, &'static str),
        /// The business says that these are all.
        complete: bool,
    },
    /// It is the business's.
    Own {
        /// The channel as shown.
        shown: String,
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
    pub fn clause(&self, business: &str) -> Option<String> {
        Some(match self {
            Self::NoneGiven => return None,
            Self::NotListed {
                shown,
                noun,
                complete: true,
                ..
            } => {
                format!(
                    "{shown} is none of the {} of {business}, which are all known",
                    noun.1
                )
            }
            Self::NotListed {
                shown,
                known: 0,
                noun,
                ..
            } => {
                format!(
                    "we know no {} of {business} to compare {shown} with",
                    noun.0
                )
            }
            Self::NotListed {
                shown,
                known: 1,
                noun,
                ..
            } => {
                format!("{shown} is not the one {} we know of {business}", noun.0)
            }
            Self::NotListed {
                shown, known, noun, ..
            } => {
                format!(
                    "{shown} is not among the {known} {} we know of {business}",
                    noun.1
                )
            }
            Self::Own { shown } => format!("{shown} is registered to {business}"),
            Self::Others { shown, owner } => {
                format!("{shown} is registered to {owner}, not to {business}")
            }
            Self::Neighbour { shown, own } => {
                format!("{shown} is not {business}'s, but is nearly its {own}")
            }
        })
    }

    /// Its bin in the signal `channel`.
    pub fn bin(&self) -> usize {
        match self {
            Self::NoneGiven => 0,
            Self::NotListed { complete: true, .. } => 1,
            Self::NotListed {
                complete: false, ..
            } => 2,
            Self::Own { .. } => 3,
            Self::Others { .. } => 4,
            Self::Neighbour { .. } => 5,
        }
    }
}

/// A comparison of names with what the signals ask of it besides.
#[derive(Debug, Clone)]
pub struct NameEvidence<'r> {
    /// The comparison.
    pub comparison: Comparison<'r>,
    /// The registered name stands there in one piece.
    pub in_one_piece: bool,
}

impl<'r> std::ops::Deref for NameEvidence<'r> {
    type Target = Comparison<'r>;
    fn deref(&self) -> &Comparison<'r> {
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

/// Names whose promise is within this of each other are rivals for the same words.
const RIVAL_BITS: f32 = 1.5;

impl Standing {
    /// Holds the promise of `entry` against the `others`; businesses of one name are no rivals of each other.
    pub fn among(others: &[(f32, &NameEntry)], promise: f32, entry: &NameEntry) -> Self {
        (others.iter())
            .filter(|(_, other)| other.chars != entry.chars)
            .fold(Self::default(), |standing, (other, _)| Self {
                rivals: standing.rivals + usize::from(*other >= promise - RIVAL_BITS),
                behind: standing.behind.max(other - promise),
            })
    }
}

/// Everything known of the account and one business.
#[derive(Debug)]
pub struct Evidence<'q, 'r> {
    /// The account's name, prepared.
    pub query: Option<&'q Query>,
    /// The business.
    pub business: &'r Arc<Business>,
    /// How its best name compares, if any was met.
    pub name: Option<NameEvidence<'r>>,
    /// What the channels say.
    pub channel: ChannelFact,
    /// How it stands among the others that were met.
    pub standing: Standing,
    /// Other elements of the account that are copied from the business, too: its handle, its description, an offer.
    pub copied: u8,
    /// The account claims or shows a badge of the app.
    pub claims_badge: bool,
}

impl<'r> Evidence<'_, 'r> {
    /// The compared name.
    pub fn name(&self) -> Option<&NameEvidence<'r>> {
        self.name.as_ref()
    }

    /// The account's name.
    pub fn query(&self) -> Option<&Query> {
        self.query
    }

    /// The business.
    pub fn business(&self) -> &Business {
        self.business
    }

    /// The registered name or alias that was met; the business's name otherwise.
    pub fn registered_name(&self) -> &str {
        let profile = &self.business.profile;
        let which = self
            .name
            .as_ref()
            .map_or(0, |n| usize::from(n.found.entry.which));
        which
            .checked_sub(1)
            .and_then(|i| profile.aliases.get(i))
            .unwrap_or(&profile.name)
            .as_str()
    }
}
