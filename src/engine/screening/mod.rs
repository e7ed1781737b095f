//! Screening: one account against the index, giving an assessment that explains itself.
//!
//! The registered names are looked for *inside* the incoming name, what stands beside them is explained, and both
//! are weighed against the channel. Everything here is a function of its arguments.

mod accounts;
mod alignment;
mod comparison;
mod difference;
mod elements;
mod evidence;
mod explanation;
mod model;
mod placement;
mod proof;
mod query;
mod remainder;
mod schedule;
pub mod signals;
mod slips;
mod stated;
mod stretch;
pub mod trees;
mod verdict;

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{
    Account, AnswerLanguage, Assessment, BusinessId, Coverage, Match, PhoneReading, Provenance,
    Ruled, Verdict,
};
use crate::engine::index::{Index, Registered};

use accounts::Channels;
use alignment::Rows;
use comparison::Comparison;
use evidence::{Evidence, NameEvidence, Rival, Standing};
pub use model::{Bins, Model, Pair};
use placement::Placed;
use query::Query;

/// How a screening is to be done; everything that is not the account or the registry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Share of accounts that are impostors before any evidence, 0 < prior < 1; default 0.01.
    pub prior: f64,
    /// Takes every coverage to be this, whatever businesses say (measurements only).
    pub assume_coverage: Option<Coverage>,
    /// Whether sentences and compared strings are wanted; scores are the same without.
    pub explain: bool,
    /// The language of the sentences; scores and verdicts are the same in all.
    pub language: AnswerLanguage,
    /// The instant for which it is asked: a channel that is registered for another time counts as not registered. Without one
    /// every channel counts (measurements only).
    pub at: Option<Timestamp>,
    /// What a reviewer ruled on this very account, where that still counts.
    pub ruled: Option<Ruled>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            prior: 0.01,
            assume_coverage: None,
            explain: true,
            language: AnswerLanguage::default(),
            at: None,
            ruled: None,
        }
    }
}

/// Businesses that are weighed for one account; what was found beyond is hopeless.
const WEIGHED: usize = 10;

/// Businesses that are compared in full, of which the most promising are weighed.
const COMPARED: usize = 16;

/// Log-odds below which an unknown account's best match is not named.
const FAR_FETCHED: f64 = -1.0;

/// The version of the model that [`screen`] scores with, as every answer names it.
pub fn model_version() -> &'static str {
    &model::SHIPPED.version
}

/// A business whose name resembles a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// The business.
    pub business: BusinessId,
    /// What was found of its name, less what differs, in bits: a rough order, no judgement.
    pub promise: f32,
}

/// The businesses whose names stand in a text most nearly, best first and at most `most` (up to 64): the search behind a check,
/// without what a check weighs.
pub fn nearest(index: &Index, text: &str, most: usize) -> Vec<Nearest> {
    let Some(query) = Query::new(text) else {
        return Vec::new();
    };
    (promising(index, &query, &|_| false).iter())
        .take(most)
        .map(|placed| Nearest {
            business: placed.business(),
            promise: placed.promise(),
        })
        .collect()
}

/// What stands in the phone field of an account, as checks read it.
pub fn phone_of(account: &Account) -> Option<PhoneReading> {
    let raw = account.phone.as_deref()?;
    Some(accounts::read_phone(raw, account))
}

/// Screens one account against the index with the shipped model.
pub fn screen(index: &Index, account: &Account, options: &Options) -> Assessment {
    screen_with(&model::SHIPPED, index, account, options)
}

/// Screens with a given model.
pub fn screen_with(
    model: &Model,
    index: &Index,
    account: &Account,
    options: &Options,
) -> Assessment {
    let channels = Channels::of(index, account, options);
    let claims = elements::claims(account, &channels);
    let queries: Vec<Query> = claims.iter().filter_map(|text| Query::new(text)).collect();
    let about = elements::about(account);
    let query = queries.first();
    let mut evidence = evidence_of(index, query, &channels, options);
    let elements = elements::Elements {
        account,
        others: queries.get(1..).unwrap_or_default(),
        about: about.as_ref(),
    };
    elements.join(model, index, &channels, options, &mut evidence);
    let mut weighed: Vec<Weighed<'_>> = evidence
        .into_iter()
        .map(|evidence| {
            let judged = model.judged(model::bins(&evidence));
            Weighed {
                log_odds: judged.log_odds + stated::weight(&evidence),
                bins: judged.bins,
                added: judged.added,
                evidence,
            }
        })
        .collect();
    // Of businesses that weigh the same, the one that goes by the name itself comes before those with it as an alias.
    let alias = |w: &Weighed<'_>| w.evidence.name.as_ref().map_or(0, |n| n.found.entry.which);
    weighed.sort_by(|a, b| {
        (b.log_odds.total_cmp(&a.log_odds))
            .then_with(|| alias(a).cmp(&alias(b)))
            .then_with(|| a.evidence.business.id.cmp(&b.evidence.business.id))
    });
    let ruling = verdict::rule(model, query, &channels, &weighed);
    let ruling = match options.ruled {
        Some(ruled) => ruling.unless_ruled(ruled, &weighed),
        None => ruling,
    };
    let ruled = options.ruled.filter(|_| ruling.is_reviewers());
    let imitated = ruled.and_then(|r| index.business(r.business?));
    assess(model, &channels, &weighed, &ruling, imitated, options)
}

/// A business with its evidence sorted and weighed.
#[derive(Debug)]
pub(crate) struct Weighed<'q> {
    pub(crate) evidence: Evidence<'q>,
    pub(crate) bins: Bins,
    /// Part of the log-odds that the disguise has beyond its bin.
    pub(crate) added: f64,
    pub(crate) log_odds: f64,
}

/// The bins of every business that a name is weighed against, for fitting: the business and its evidence's bins.
pub fn weighed_bins(
    index: &Index,
    account: &Account,
    options: &Options,
) -> Vec<(BusinessId, Bins)> {
    let channels = Channels::of(index, account, options);
    let claims = elements::claims(account, &channels);
    let query = claims.iter().find_map(|text| Query::new(text));
    evidence_of(index, query.as_ref(), &channels, options)
        .iter()
        .filter(|e| e.name.is_some())
        .map(|e| (e.business.id, model::bins(e)))
        .collect()
}

fn evidence_of<'q>(
    index: &Index,
    query: Option<&'q Query>,
    channels: &Channels,
    options: &Options,
) -> Vec<Evidence<'q>> {
    let mut best: Vec<(f32, Comparison)> = Vec::new();
    if let Some(query) = query {
        let owned = |id: BusinessId| channels.own(id).next().is_some();
        best = promising(index, query, &owned)
            .into_iter()
            .map(|placed| placed.compare(query))
            .map(|comparison| (promise(&comparison), comparison))
            .collect();
        best.sort_by(|a, b| {
            let owned = |c: &Comparison| owned(c.found.business);
            owned(&b.1).cmp(&owned(&a.1)).then(b.0.total_cmp(&a.0))
        });
        best.truncate(WEIGHED);
    }
    let known: Vec<Option<Arc<Registered>>> = (best.iter())
        .map(|(_, comparison)| index.registered(comparison.found.place).map(Arc::new))
        .collect();
    let standings = standings(&best, &known);
    let blank = |business: Arc<Registered>| Evidence {
        query,
        channel: channels.fact(&business, options),
        business,
        name: None,
        standing: Standing::default(),
        copied: 0,
        claims_badge: false,
        person: None,
        language: options.language,
    };
    let mut evidence: Vec<Evidence<'q>> = (best.into_iter().zip(known).zip(standings))
        .filter_map(|(((_, comparison), business), standing)| {
            Some(Evidence {
                standing,
                name: Some(NameEvidence {
                    in_one_piece: comparison.coverage > 0.999
                        && !comparison.reordered
                        && comparison.is_stretch,
                    comparison,
                }),
                ..blank(business?)
            })
        })
        .collect();
    for business in channels.to_be_told() {
        if evidence.len() < 2 * WEIGHED && evidence.iter().all(|e| e.business.id != business.id) {
            evidence.push(blank(Arc::clone(business)));
        }
    }
    evidence
}

/// How each of the compared names stands among the others.
fn standings(
    compared: &[(f32, Comparison)],
    businesses: &[Option<Arc<Registered>>],
) -> Vec<Standing> {
    let others: Vec<Rival<'_>> = (compared.iter().zip(businesses))
        .map(|((promise, comparison), business)| Rival {
            promise: *promise,
            entry: &comparison.found.entry,
            business: business.as_deref(),
            whole: comparison.edits == 0 && comparison.coverage > 0.98,
        })
        .collect();
    (others.iter())
        .map(|own| Standing::among(&others, own))
        .collect()
}

/// The best-placed name of each business, the most promising businesses only.
fn promising(index: &Index, query: &Query, owned: &impl Fn(BusinessId) -> bool) -> Vec<Placed> {
    let mut rows = Rows::default();
    let mut best: Vec<(f32, Placed)> = Vec::new();
    for found in index.names_in(&query.folded, &query.views) {
        let Some(placed) =
            Placed::new(query, found, &mut rows).filter(|p| p.is_whole() || !p.is_variant())
        else {
            continue;
        };
        let promise = placed.promise();
        match best
            .iter_mut()
            .find(|(_, p)| p.business() == placed.business())
        {
            Some((_, before)) if !placed.is_better(before) => {}
            Some(slot) => *slot = (promise, placed),
            None => best.push((promise, placed)),
        }
    }
    best.sort_by(|a, b| {
        owned(b.1.business())
            .cmp(&owned(a.1.business()))
            .then(b.0.total_cmp(&a.0))
    });
    best.truncate(COMPARED);
    best.into_iter().map(|(_, placed)| placed).collect()
}

/// A rough order of promise before anything is weighed: what was found, less what differs and what is left over.
fn promise(c: &Comparison) -> f32 {
    c.strength * (1.0 - 2.0 * c.edit_ratio()).max(0.05)
        - 4.0 * f32::from(c.cuts)
        - 0.5 * c.remainder.distinctive_bits()
}

fn assess(
    model: &Model,
    channels: &Channels,
    weighed: &[Weighed<'_>],
    ruling: &verdict::Ruling,
    imitated: Option<Registered>,
    options: &Options,
) -> Assessment {
    let prior_log_odds = (options.prior / (1.0 - options.prior)).ln();
    let verified = ruling.verdict == Verdict::Verified;
    let score = |w: &Weighed<'_>| {
        if verified && ruling.first == Some(w.evidence.business.id) {
            0.0
        } else {
            logistic(prior_log_odds + w.log_odds)
        }
    };
    let mut ranked: Vec<&Weighed<'_>> = weighed.iter().collect();
    ranked.sort_by_key(|w| Some(w.evidence.business.id) != ruling.first);
    // What weighs less than nothing known is chance: naming it would only puzzle.
    let far = (weighed.first())
        .filter(|w| ruling.verdict == Verdict::Unknown && w.log_odds < FAR_FETCHED)
        .filter(|w| !w.evidence.channel.is_its_own());
    if far.is_some() {
        ranked.clear();
    }
    // Whoever else lists the channel is told of, since none of them has proved it.
    let contends = |w: &Weighed<'_>| {
        verified && ruling.basis == Some(Provenance::Listed) && w.evidence.channel.is_its_own()
    };
    let mut matches: Vec<Match> = ranked
        .iter()
        .filter(|w| {
            let is_first = Some(w.evidence.business.id) == ruling.first;
            w.evidence.name.is_some() || is_first || contends(w)
        })
        .take(3)
        .map(|w| Match {
            business_id: w.evidence.business.id,
            external_id: w
                .evidence
                .business
                .external_id
                .as_ref()
                .map(|e| e.as_str().to_owned()),
            name: w.evidence.business.name.to_string(),
            score: score(w),
        })
        .collect();
    let top = ranked.first().copied().filter(|_| !matches.is_empty());
    let no_match = far.map_or(model.no_match, |w| w.log_odds);
    let none = logistic(prior_log_odds + no_match);
    let score = matches.first().map_or(none, |m| m.score);
    if let Some(business) = imitated.as_ref().filter(|_| matches.is_empty()) {
        matches.push(ruled_match(business, none));
    }
    let told = explanation::Told {
        no_match,
        model,
        channels,
        top,
        ruling,
        imitated: imitated.as_ref(),
        explain: options.explain,
        language: options.language,
    };
    Assessment {
        language: options.language,
        verdict: ruling.verdict,
        basis: ruling.basis,
        score,
        prior_log_odds,
        signals: told.signals(),
        summary: told.summary().into(),
        advice: told.advice(),
        phone: channels.phone.clone(),
        matches,
    }
}

/// The business that a reviewer found to be imitated, where nothing that the account shows names one.
fn ruled_match(business: &Registered, score: f64) -> Match {
    let external_id = business.external_id.as_ref();
    Match {
        business_id: business.id,
        external_id: external_id.map(|e| e.as_str().to_owned()),
        name: business.name.to_string(),
        score,
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
