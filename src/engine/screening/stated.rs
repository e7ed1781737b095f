//! Signals whose weight is stated, not fitted: what a business has said of names that others may not bear.
//!
//! No labelled case holds such names, so that there is nothing to fit. Each weight is added to the log-odds as it stands
//! here, and told with its sentence, so that prior and weights still sum to logit(score).

use super::evidence::Evidence;
use super::query::Query;
use super::stretch::{stretch, stretch_within};
use crate::domain::{BusinessName, Sentence, say};
use crate::engine::name::Folded;

/// Log-odds that a blocked variant adds: twice the least that an unmistakable disguise does
/// ([`DISGUISE_FLOOR`](super::model::DISGUISE_FLOOR)), since the business itself says that it never writes so, and others hit
/// upon the spelling by chance only.
pub const BLOCKED_VARIANT: f64 = 4.0;

/// Log-odds that a protected person's name adds beside the business's: as much as an unmistakable disguise adds at least. It is
/// not more because that person may well be who writes.
pub const PROTECTED_PERSON: f64 = 2.0;

/// A signal with a weight of its own.
pub(super) struct Stated {
    pub(super) code: &'static str,
    pub(super) weight: f64,
    pub(super) detail: Sentence,
}

/// What was stated of the names that the account bears.
pub(super) fn stated(evidence: &Evidence<'_>) -> Vec<Stated> {
    let business = &evidence.business.name;
    let mut told = Vec::new();
    if evidence.bears_variant() {
        let variant = evidence.registered_name();
        told.push(Stated {
            code: "blocked_variant",
            weight: BLOCKED_VARIANT,
            detail: say!(evidence.language;
                en: "{business} never writes its name {variant:?} and has blocked that spelling.";
                zh: "“{business}”从不写作“{variant}”，并已禁止他人使用这种写法。"),
        });
    }
    if let Some(person) = &evidence.person {
        told.push(Stated {
            code: "protected_person",
            weight: PROTECTED_PERSON,
            detail: say!(evidence.language;
                en: "Beside the name of {business}, the account names {person:?}, a person whom impostors of {business} like to name.";
                zh: "账号在“{business}”的名称之外还用了“{person}”的姓名，而冒充“{business}”的人常借用此人的名义。"),
        });
    }
    told
}

/// The sum of the stated weights.
pub(super) fn weight(evidence: &Evidence<'_>) -> f64 {
    let variant = evidence.bears_variant().then_some(BLOCKED_VARIANT);
    let person = evidence.person.as_ref().map(|_| PROTECTED_PERSON);
    variant.into_iter().chain(person).sum()
}

/// The protected person whom the account names in one of its `texts`, where it bears the business's name besides. On a channel of
/// the business it may.
pub(super) fn person(texts: &[Folded], evidence: &Evidence<'_>) -> Option<BusinessName> {
    if evidence.channel.is_its_own() || !evidence.is_consistent() {
        return None;
    }
    let persons = evidence.business.persons.iter();
    persons
        .filter(|person| {
            let is_named = |text: &Folded| stretch(&text.units, person.as_str()).is_some();
            texts.iter().any(is_named) && stands_apart(evidence, person)
        })
        .max_by_key(|person| person.as_str().len())
        .cloned()
}

/// Whether the business's name stands apart from the person's: the Dell of "Michael Dell" is none.
fn stands_apart(evidence: &Evidence<'_>, person: &BusinessName) -> bool {
    let (Some(query), Some(name)) = (evidence.query(), evidence.name()) else {
        return false;
    };
    let units = &query.folded.units;
    let Some(within) = stretch_within(units, person.as_str()) else {
        return true;
    };
    let outside = (0..).zip(&name.covered);
    outside
        .filter(|(at, _)| !within.contains(at))
        .any(|(_, &covered)| covered)
        || [&units[..within.start], &units[within.end..]]
            .iter()
            .any(|rest| stretch(rest, evidence.registered_name()).is_some())
}

/// Whether all that a name covers of the account's is a known name, that of somebody else.
pub(super) fn is_within(query: &Query, covered: &[bool], name: &str) -> bool {
    stretch(&query.folded.units, name).is_some_and(|within| {
        let mut covered = (0..).zip(covered).filter(|(_, covered)| **covered);
        covered.all(|(at, _)| within.contains(&at))
    })
}
