//! Cases on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::Case;
use crate::http::paging::{cursor, limit};
use crate::service::contract::{AccountInput, Collector, FieldErrors, words};
use crate::service::review::{
    CasePage, CasePlace, CaseQuery, Clusters, Listed, RulingInput, RulingTerms,
};

/// Which cases to list.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CaseFilter)]
pub(in crate::http) struct Filter {
    /// open, claimed, decided, appealed or closed; open where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub state: Option<String>,
    /// Only cases about this business.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub business: Option<String>,
    /// Only cases that you hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub mine: Option<bool>,
    /// Only cases that are escalated, or are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub escalated: Option<bool>,
    /// Only cases with a ruling that waits for a second person, or without.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub proposed: Option<bool>,
    /// Only cases whose last check answered so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub verdict: Option<String>,
    /// Only cases ruled on so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub outcome: Option<String>,
    /// Only cases with a signal of this code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub signal: Option<String>,
    /// Only cases opened at this instant (RFC 3339) or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    #[schema(nullable = false)]
    pub opened_since: Option<String>,
}

/// A filter with the page that is wanted. (`IntoParams` cannot flatten, so that the page stands apart.)
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ListQuery {
    /// See `state` of the filter of bulk rulings: open, claimed, decided, appealed or closed; open where nothing is said.
    #[param(nullable = false)]
    state: Option<String>,
    /// Only cases about this business.
    #[param(nullable = false)]
    business: Option<String>,
    /// Only cases that you hold.
    #[param(nullable = false)]
    mine: Option<bool>,
    /// Only cases that are escalated, or are not.
    #[param(nullable = false)]
    escalated: Option<bool>,
    /// Only cases with a ruling that waits for a second person, or without.
    #[param(nullable = false)]
    proposed: Option<bool>,
    /// Only cases whose last check answered so.
    #[param(nullable = false)]
    verdict: Option<String>,
    /// Only cases ruled on so.
    #[param(nullable = false)]
    outcome: Option<String>,
    /// Only cases with a signal of this code.
    #[param(nullable = false)]
    signal: Option<String>,
    /// Only cases opened at this instant (RFC 3339) or later.
    #[param(nullable = false)]
    opened_since: Option<String>,
    /// Most entries of a page, 1–200; 50 when left out.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

impl ListQuery {
    pub(super) fn parse(self, who: &str) -> Result<CaseQuery, FieldErrors> {
        let filter = Filter {
            state: self.state,
            business: self.business,
            mine: self.mine,
            escalated: self.escalated,
            proposed: self.proposed,
            verdict: self.verdict,
            outcome: self.outcome,
            signal: self.signal,
            opened_since: self.opened_since,
        };
        let place: Option<Place> = cursor(self.cursor.as_deref())?;
        Ok(CaseQuery {
            after: place.map(|p| p.0),
            limit: limit(self.limit)?,
            ..filter.parse(who)?
        })
    }
}

impl Filter {
    pub(in crate::http) fn parse(&self, who: &str) -> Result<CaseQuery, FieldErrors> {
        let mut errors = Collector::default();
        let since = self.opened_since.as_ref().and_then(|text| {
            let at = text.parse();
            if at.is_err() {
                let detail = format!("{text:?} is no instant of RFC 3339");
                errors.push("/opened_since", "invalid_value", detail);
            }
            at.ok()
        });
        let query = CaseQuery {
            state: errors.parse("/state", self.state.as_ref(), str::parse),
            business: errors.parse("/business", self.business.as_ref(), str::parse),
            holder: self.mine.filter(|mine| *mine).map(|_| who.to_owned()),
            escalated: self.escalated,
            proposed: self.proposed,
            verdict: errors.parse("/verdict", self.verdict.as_ref(), str::parse),
            outcome: errors.parse("/outcome", self.outcome.as_ref(), str::parse),
            signal: self.signal.clone(),
            cluster: None,
            opened_since: since,
            after: None,
            limit: 50,
        };
        if self.signal.as_ref().is_some_and(|s| !is_code(s)) {
            let detail = "a code of a signal has small letters, digits and _".to_owned();
            errors.push("/signal", "invalid_value", detail);
        }
        errors.finish(query)
    }
}

fn is_code(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=60).contains(&text.len()) && text.bytes().all(legal)
}

/// A place in the queue as a cursor: the bits of its priority, and the case.
struct Place(CasePlace);

impl std::str::FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (bits, id) = text.split_once('.').ok_or(())?;
        let priority = f64::from_bits(u64::from_str_radix(bits, 16).map_err(|_| ())?);
        if !priority.is_finite() {
            return Err(());
        }
        let id = id.parse().map_err(|_| ())?;
        Ok(Self(CasePlace { priority, id }))
    }
}

fn cursor_of(place: CasePlace) -> String {
    format!("{:x}.{}", place.priority.to_bits(), place.id)
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub(in crate::http::api) struct CaseBody {
    /// Its id.
    #[schema(example = "case_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    pub id: String,
    /// Its version, which is its ETag.
    version: u64,
    /// Where it stands.
    #[schema(value_type = words::CaseState)]
    state: &'static str,
    /// What kind of key its account has.
    #[schema(value_type = words::KeyKind)]
    key_kind: &'static str,
    /// The account; left out where it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account: Option<AccountInput>,
    /// The business that it is said to imitate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    business_id: Option<String>,
    /// What the last check answered.
    #[schema(value_type = words::Verdict)]
    verdict: &'static str,
    /// The score of that check; reports never change it.
    score: f64,
    /// Codes of its signals, weightiest first.
    signals: Vec<String>,
    /// Reports.
    reports: u32,
    /// Reports by weight: independent people count once.
    independent_reports: f64,
    /// Its place in the queue: probability × reach × age.
    priority: f64,
    /// When it was opened.
    opened_at: String,
    /// When it last changed.
    updated_at: String,
    /// Since when it waits for somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    escalated_at: Option<String>,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    claimed_by: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    claim_until: Option<String>,
    /// The ruling that waits for a second person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<words::Ruling>)]
    proposed: Option<&'static str>,
    /// Who proposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    proposed_by: Option<String>,
    /// The ruling that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<words::Ruling>)]
    outcome: Option<&'static str>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    decided_at: Option<String>,
    /// Until when it can be undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    undo_until: Option<String>,
    /// Until when it can be appealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    appeal_until: Option<String>,
    /// The case of which it is a duplicate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    merged_into: Option<String>,
}

impl CaseBody {
    pub(in crate::http::api) fn of(case: &Case, account: Option<AccountInput>) -> Self {
        let standing = case.standing.as_ref();
        Self {
            id: case.id.to_string(),
            version: case.version,
            state: case.state.as_str(),
            key_kind: case.key_kind.as_str(),
            account,
            business_id: case.business.map(|b| b.to_string()),
            verdict: case.verdict.as_str(),
            score: case.score,
            signals: case.signals.clone(),
            reports: case.reach.reports,
            independent_reports: case.reach.independent,
            priority: case.priority,
            opened_at: case.opened_at.to_string(),
            updated_at: case.updated_at.to_string(),
            escalated_at: case.escalated.as_ref().map(|(at, _)| at.to_string()),
            claimed_by: case.claim.as_ref().map(|c| c.by.clone()),
            claim_until: case.claim.as_ref().map(|c| c.until.to_string()),
            proposed: case.proposal.as_ref().map(|p| p.kind.as_str()),
            proposed_by: case.proposal.as_ref().map(|p| p.by.clone()),
            outcome: standing.map(|s| s.kind.as_str()),
            decided_at: standing.map(|s| s.at.to_string()),
            undo_until: standing.map(|s| s.undo_until.to_string()),
            appeal_until: case.appeal_until().map(|at| at.to_string()),
            merged_into: case.merged_into.map(|id| id.to_string()),
        }
    }
}

pub(super) fn bodies(listed: Vec<Listed>) -> Vec<CaseBody> {
    let body = |l: Listed| CaseBody::of(&l.case, l.account);
    listed.into_iter().map(body).collect()
}

/// A page of the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseList)]
pub(super) struct PageBody {
    /// The cases, by priority.
    cases: Vec<CaseBody>,
    /// Give it as `cursor` to get the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl From<CasePage> for PageBody {
    fn from(page: CasePage) -> Self {
        Self {
            next_cursor: page.next.map(cursor_of),
            cases: bodies(page.cases),
        }
    }
}

pub(super) fn each<T, Body: From<T>>(parts: Vec<T>) -> Vec<Body> {
    parts.into_iter().map(Body::from).collect()
}

/// Cases that have something in common with one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseClusters)]
pub(super) struct ClustersBody {
    /// The same block of 1,000 numbers.
    block: Vec<CaseBody>,
    /// The same name, disguises undone.
    name: Vec<CaseBody>,
    /// The same website.
    site: Vec<CaseBody>,
    /// Reported by the same people.
    reporters: Vec<CaseBody>,
}

impl From<Clusters> for ClustersBody {
    fn from(clusters: Clusters) -> Self {
        Self {
            block: bodies(clusters.block),
            name: bodies(clusters.name),
            site: bodies(clusters.site),
            reporters: bodies(clusters.reporters),
        }
    }
}

/// Who may speak for a business.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RepresentativeTerms)]
struct RepresentativeInput {
    /// The name by which they go.
    name: String,
    /// reseller, agency, branch or other; other where nothing is said.
    #[schema(nullable = false)]
    kind: Option<String>,
}

/// A ruling.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RulingTerms)]
pub(in crate::http::api) struct RulingRequest {
    /// What it says.
    #[schema(value_type = words::Ruling)]
    ruling: String,
    /// Why, as a code.
    #[schema(value_type = words::ReasonCode)]
    reason: String,
    /// Why, in a sentence of 10 to 2,000 characters.
    #[schema(min_length = 10, max_length = 2000)]
    sentence: String,
    /// The business that it is about; the one of the case where nothing is said.
    #[schema(nullable = false)]
    business_id: Option<String>,
    /// For an authorised representative: who they are.
    #[schema(nullable = false)]
    representative: Option<RepresentativeInput>,
    /// For a duplicate: of which case.
    #[schema(nullable = false)]
    duplicate_of: Option<String>,
}

impl RulingRequest {
    pub(in crate::http::api) fn parse(self) -> Result<RulingTerms, FieldErrors> {
        let (name, kind) = self.representative.map(|r| (r.name, r.kind)).unzip();
        RulingInput {
            ruling: self.ruling,
            reason: self.reason,
            sentence: self.sentence,
            business: self.business_id,
            representative_name: name,
            representative_kind: kind.flatten(),
            duplicate_of: self.duplicate_of,
        }
        .parse()
    }
}

/// The reasons of a ruling for the accused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatementOfReasons)]
pub(in crate::http::api) struct StatementBody {
    /// In English.
    en: String,
    /// In Chinese.
    zh: String,
}

impl From<crate::service::review::Statement> for StatementBody {
    fn from(statement: crate::service::review::Statement) -> Self {
        Self {
            en: statement.en,
            zh: statement.zh,
        }
    }
}
