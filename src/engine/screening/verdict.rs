//! From weights to a verdict: thresholds of the model, and the rules of what may be said at all.

use jiff::Timestamp;

use super::Weighed;
use super::accounts::Channels;
use super::evidence::ChannelFact;
use super::model::Model;
use super::query::Query;
use super::remainder::Explained;
use super::stated;
use crate::domain::{BusinessId, Provenance, Ruled, Verdict};
use crate::engine::index::Registered;
use crate::engine::name::Disguise;
use crate::engine::name::lexicon::Meaning;

/// Why the verdict is what it is, beyond the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Weights alone.
    Weights,
    /// A registered channel with a consistent name, the business's own or one of its group.
    OwnChannel,
    /// A channel of somebody who may speak for the business, under their name or the business's.
    Representative,
    /// An inbound-only number that called or wrote.
    Forged,
    /// A registered channel with another business's name.
    OthersChannel,
    /// A registered channel with a name that is nobody's.
    OwnChannelOtherName,
    /// Service words only.
    GenericServiceName,
    /// Neither name nor channel is known.
    Nothing,
    /// A reviewer ruled on this very account, at this instant.
    Reviewer(Timestamp),
}

/// A verdict with what it rests on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruling {
    pub(super) verdict: Verdict,
    pub(super) basis: Option<Provenance>,
    /// The business that comes first among the matches.
    pub(super) first: Option<BusinessId>,
    pub(super) reason: Reason,
}

impl Ruling {
    /// The reviewer's ruling in the place of this one, unless the account has shown since whose it is: a proved channel is
    /// dated evidence, a listed one is hearsay.
    pub(super) fn unless_ruled(self, ruled: Ruled, weighed: &[Weighed<'_>]) -> Self {
        if self.verdict == Verdict::Verified && self.basis == Some(Provenance::Proved) {
            return self;
        }
        let is_weighed = |id: &BusinessId| weighed.iter().any(|w| w.evidence.business.id == *id);
        Self {
            verdict: Verdict::ConfirmedImpostor,
            basis: None,
            first: ruled.business.filter(is_weighed).or(self.first),
            reason: Reason::Reviewer(ruled.at),
        }
    }

    /// Whether it is a reviewer's.
    pub(super) fn is_reviewers(&self) -> bool {
        matches!(self.reason, Reason::Reviewer(_))
    }
}

/// Decides; `weighed` is sorted, best first.
pub(super) fn rule(
    model: &Model,
    query: Option<&Query>,
    channels: &Channels,
    weighed: &[Weighed<'_>],
) -> Ruling {
    if let Some(ruling) = on_registered_channel(model, query, channels, weighed) {
        return ruling;
    }
    let Some(top) = weighed.iter().find(|w| w.evidence.name.is_some()) else {
        let generic = query.is_some_and(is_generic);
        let reason = if generic {
            Reason::GenericServiceName
        } else {
            Reason::Nothing
        };
        return Ruling {
            verdict: Verdict::Unknown,
            basis: None,
            first: None,
            reason,
        };
    };
    let verdict = match by_weight(model, top) {
        Verdict::LikelyImpostor => ceiling(top),
        milder => milder,
    };
    let generic = verdict == Verdict::Unknown && query.is_some_and(is_generic);
    let reason = if generic {
        Reason::GenericServiceName
    } else {
        Reason::Weights
    };
    Ruling {
        verdict,
        basis: None,
        first: Some(top.evidence.business.id),
        reason,
    }
}

/// The account shows a channel that somebody has registered.
fn on_registered_channel(
    model: &Model,
    query: Option<&Query>,
    channels: &Channels,
    weighed: &[Weighed<'_>],
) -> Option<Ruling> {
    if let Some(forged) = channels.owned.iter().find(|o| channels.is_forged(o)) {
        let first = Some(forged.business.id);
        return Some(Ruling {
            verdict: Verdict::Suspicious,
            basis: None,
            first,
            reason: Reason::Forged,
        });
    }
    let verified = own_business(query, channels, weighed)
        .map(|business| (business, Reason::OwnChannel))
        .or_else(|| {
            let business = represented_business(model, query, channels, weighed)?;
            Some((business, Reason::Representative))
        });
    if let Some((business, reason)) = verified {
        return Some(Ruling {
            verdict: Verdict::Verified,
            basis: Some(channels.basis(business)),
            first: Some(business.id),
            reason,
        });
    }
    let owned = channels.owned.first()?;
    let other = weighed
        .iter()
        .find(|w| matches!(w.evidence.channel, ChannelFact::Others { .. }));
    if let Some(other) = other.filter(|w| by_weight(model, w) != Verdict::Unknown) {
        return Some(Ruling {
            verdict: Verdict::Suspicious,
            basis: None,
            first: Some(other.evidence.business.id),
            reason: Reason::OthersChannel,
        });
    }
    (channels.unlisted.is_none()).then_some(Ruling {
        verdict: Verdict::Unknown,
        basis: None,
        first: Some(owned.business.id),
        reason: Reason::OwnChannelOtherName,
    })
}

/// The business whose channels, or those of its group, are all that the account shows, under its name or none.
fn own_business<'w>(
    query: Option<&Query>,
    channels: &'w Channels,
    weighed: &'w [Weighed<'_>],
) -> Option<&'w Registered> {
    let owned = channels.owned.first()?;
    let owner = (weighed.iter())
        .filter(|w| {
            matches!(
                w.evidence.channel,
                ChannelFact::Own { .. } | ChannelFact::Group { .. }
            )
        })
        .find(|w| query.is_none() || w.evidence.is_consistent())
        .map(|w| &w.evidence.business);
    let speaks_of_itself = query.is_none_or(is_generic);
    let business = owner.or(speaks_of_itself.then_some(&owned.business))?;
    (business.channels_count() && channels.unlisted.is_none()).then_some(business)
}

/// The business for which the account may speak on a representative's channel: it goes by the representative's name or the
/// business's, or by none, and by no third one's.
fn represented_business<'w>(
    model: &Model,
    query: Option<&Query>,
    channels: &'w Channels,
    weighed: &'w [Weighed<'_>],
) -> Option<&'w Registered> {
    if channels.foreign {
        return None;
    }
    let found = channels.represented.iter().find(|r| {
        let of_business = |w: &&Weighed<'_>| w.evidence.business.id == r.business.id;
        let by_name = weighed.iter().find(of_business);
        let by_name = by_name.filter(|w| w.evidence.is_consistent());
        let goes_by_it = r.named || by_name.is_some();
        let is_third = |w: &Weighed<'_>| {
            !w.evidence.business.same_group(&r.business)
                && (by_weight(model, w) != Verdict::Unknown || w.evidence.is_named())
                && !is_explained(query, w, by_name, r.holder.name.as_str())
        };
        goes_by_it && !weighed.iter().any(is_third)
    })?;
    Some(&found.business)
}

/// Whether all that a business has in common with the account's name is the name of the represented business or of the holder.
fn is_explained(
    query: Option<&Query>,
    third: &Weighed<'_>,
    represented: Option<&Weighed<'_>>,
    holder: &str,
) -> bool {
    let (Some(query), Some(name)) = (query, &third.evidence.name) else {
        return third.evidence.name.is_none();
    };
    let same = |of: Option<&Query>| of.is_some_and(|of| of.name == query.name);
    if !same(third.evidence.query) {
        return false;
    }
    let own = represented.filter(|w| same(w.evidence.query));
    let own = own.and_then(|w| w.evidence.name.as_ref());
    let in_own = own.is_some_and(|own| {
        let mut units = name.covered.iter().zip(&own.covered);
        units.all(|(third, own)| !third || *own)
    });
    in_own || stated::is_within(query, &name.covered, holder)
}

/// The verdict that the weights alone would give. Thresholds hold for weights, not for scores, so that the stated
/// prior moves scores and never a verdict.
fn by_weight(model: &Model, w: &Weighed<'_>) -> Verdict {
    if w.log_odds >= model.likely {
        Verdict::LikelyImpostor
    } else if w.log_odds >= model.suspicious {
        Verdict::Suspicious
    } else {
        Verdict::Unknown
    }
}

/// The worst verdict that may be given: that a channel is not listed is evidence only when the list is complete, and
/// an employee could be telling the truth. A disguise speaks for itself.
fn ceiling(w: &Weighed<'_>) -> Verdict {
    let Some(name) = &w.evidence.name else {
        return Verdict::Suspicious;
    };
    // A business that blocks a spelling has said of it what a disguise says of itself.
    let disguised = is_disguised(name.disguise) || w.evidence.bears_variant();
    let complete = matches!(
        w.evidence.channel,
        ChannelFact::NotListed { complete: true, .. } | ChannelFact::Neighbour { .. }
    );
    let person = name.remainder.count(Explained::Person) > 0 || w.evidence.person.is_some();
    let employee = person && !name.remainder.means(Meaning::CARE | Meaning::CLAIM);
    if disguised || (complete && !employee) {
        Verdict::LikelyImpostor
    } else {
        Verdict::Suspicious
    }
}

/// Disguises that nobody wears by accident; a transliteration or a sound-alike can be honest.
pub(crate) fn is_disguised(disguise: Disguise) -> bool {
    disguise.has(
        Disguise::STYLED
            | Disguise::INVISIBLE
            | Disguise::MARKS
            | Disguise::MIXED_SCRIPT
            | Disguise::WHOLE_SCRIPT
            | Disguise::LEET
            | Disguise::PAIR
            | Disguise::SPACING,
    )
}

/// Nothing but service words, legal forms and fillers.
fn is_generic(query: &Query) -> bool {
    let nothing = vec![false; query.folded.units.len()];
    let remainder = super::remainder::Remainder::of(query, &nothing);
    remainder.count(Explained::Service) > 0
        && remainder.count(Explained::Distinctive) == 0
        && remainder.count(Explained::Person) == 0
}
