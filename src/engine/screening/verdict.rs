//! From weights to a verdict: thresholds of the model, and the rules of what may be said at all.

use super::Weighed;
use super::accounts::Channels;
use super::evidence::ChannelFact;
use super::model::Model;
use super::query::Query;
use super::remainder::Explained;
use crate::domain::{BusinessId, Provenance, Verdict};
use crate::engine::name::Disguise;
use crate::engine::name::lexicon::Meaning;

/// Why the verdict is what it is, beyond the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Weights alone.
    Weights,
    /// A registered channel with a consistent name.
    OwnChannel,
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

/// A name that stands in whole, or nearly so, makes an account on the business's own channel consistent.
const CONSISTENT_EDITS: f32 = 0.25;
const CONSISTENT_COVERAGE: f32 = 0.5;

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
    let owned = channels.owned.first()?;
    if let Some(forged) = channels.owned.iter().find(|o| channels.is_forged(o)) {
        let first = Some(forged.business.id);
        return Some(Ruling {
            verdict: Verdict::Suspicious,
            basis: None,
            first,
            reason: Reason::Forged,
        });
    }
    let owner = (weighed.iter())
        .filter(|w| matches!(w.evidence.channel, ChannelFact::Own { .. }))
        .find(|w| query.is_none() || is_consistent(w));
    let speaks_of_itself = query.is_none_or(is_generic);
    if let Some(business) = owner
        .map(|w| &w.evidence.business)
        .or(speaks_of_itself.then_some(&owned.business))
    {
        let all_own = channels.unlisted.is_none();
        if business.channels_count() && all_own {
            return Some(Ruling {
                verdict: Verdict::Verified,
                basis: Some(channels.basis(business.id)),
                first: Some(business.id),
                reason: Reason::OwnChannel,
            });
        }
    }
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

fn is_consistent(w: &Weighed<'_>) -> bool {
    w.evidence
        .name
        .as_ref()
        .is_some_and(|n| n.edit_ratio() <= CONSISTENT_EDITS && n.coverage >= CONSISTENT_COVERAGE)
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
    let disguised = is_disguised(name.disguise);
    let complete = matches!(
        w.evidence.channel,
        ChannelFact::NotListed { complete: true, .. } | ChannelFact::Neighbour { .. }
    );
    let employee = name.remainder.count(Explained::Person) > 0
        && !name.remainder.means(Meaning::CARE | Meaning::CLAIM);
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
