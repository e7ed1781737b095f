//! The answers of a batch and of a replay.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Provenance;
use crate::http::Problem;
use crate::service::check::{Difference, KeptCheck, Replay};
use crate::service::contract::{AssessmentBody, FieldError, words};

/// The results of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchResults)]
pub(super) struct BatchBody {
    /// One per item, in order.
    pub(super) results: Vec<ResultBody>,
}

/// The result of one item: an assessment or a problem, never both.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchResult)]
pub(super) struct ResultBody {
    /// Your id of the item, if it had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    assessment: Option<AssessmentBody>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<ItemProblem>,
}

/// Why one item of a batch has no answer; pointers are within the item.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemProblem {
    /// Stable code.
    #[schema(example = "invalid_request")]
    code: String,
    /// What is wrong, for a person.
    detail: String,
    /// The fields that are wrong.
    errors: Vec<FieldError>,
}

impl ResultBody {
    pub(super) fn assessed(id: Option<String>, assessment: Option<AssessmentBody>) -> Self {
        Self {
            id,
            assessment,
            problem: None,
        }
    }

    pub(super) fn refused(id: Option<String>, problem: Problem) -> Self {
        Self {
            id,
            assessment: None,
            problem: Some(ItemProblem {
                code: problem.code.to_owned(),
                detail: problem.detail,
                errors: problem.errors,
            }),
        }
    }
}

/// What a kept check answered, beside what is answered now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckReplay)]
pub(super) struct ReplayBody {
    /// Id of the kept check.
    #[schema(example = "chk_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What was answered then.
    kept: KeptAnswer,
    /// What is answered now; with an `id` of its own when it is kept.
    today: AssessmentBody,
    /// Whether `today` rests on the same model, registry, index and prior as `kept`; then the answer is the
    /// same. A restart, or another server, may have another index of the same registry: how rare a word is among
    /// registered names is counted when an index is built, not at each change.
    same_versions: bool,
    /// Whether verdict, basis, score and best match are the same: whether there are no `differences`.
    same_answer: bool,
    /// Where the two answers differ.
    differences: Vec<AnswerDifference>,
    /// One sentence that says how to read it.
    note: String,
}

/// What is kept of the answer of a check.
#[derive(Debug, Serialize, ToSchema)]
struct KeptAnswer {
    /// The verdict.
    #[schema(value_type = words::Verdict)]
    verdict: &'static str,
    /// What `verified` rested on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Provenance>, nullable = false)]
    basis: Option<&'static str>,
    /// The score, 0–1.
    score: f64,
    /// The best match; left out when there was none.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    best: Option<KeptMatch>,
    /// The prior's log-odds.
    prior_log_odds: f64,
    /// Version of the model that scored.
    #[schema(example = "2026-11-a")]
    model: String,
    /// Sequence number of the registry that was asked.
    registry_seq: u64,
    /// RFC 3339; when it was checked.
    #[schema(example = "2026-03-01T09:00:00Z")]
    checked_at: String,
}

/// The business that was the best match of a kept check.
#[derive(Debug, Serialize, ToSchema)]
struct KeptMatch {
    /// Its id; it may have left the registry since.
    business_id: String,
}

/// One part of an answer that differs.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerDifference {
    /// Which part: `verdict`, `basis`, `score`, or `match` (the id of the best match); new ones may come.
    #[schema(example = "verdict")]
    field: &'static str,
    /// What it was, as text; left out when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "unknown", nullable = false)]
    kept: Option<String>,
    /// What it is, as text; left out when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "suspicious", nullable = false)]
    today: Option<String>,
}

impl From<Replay> for ReplayBody {
    fn from(replay: Replay) -> Self {
        Self {
            id: replay.kept.id.to_string(),
            same_versions: replay.same_versions(),
            same_answer: replay.same_answer(),
            note: replay.note(),
            kept: replay.kept.into(),
            today: replay.today,
            differences: replay.differences.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<KeptCheck> for KeptAnswer {
    fn from(check: KeptCheck) -> Self {
        Self {
            verdict: check.verdict.as_str(),
            basis: check.basis.map(Provenance::as_str),
            score: check.score,
            best: check.business_id.map(|id| KeptMatch {
                business_id: id.to_string(),
            }),
            prior_log_odds: check.prior_log_odds,
            model: check.model,
            registry_seq: check.registry_seq,
            checked_at: check.at.to_string(),
        }
    }
}

impl From<Difference> for AnswerDifference {
    fn from(difference: Difference) -> Self {
        Self {
            field: difference.field,
            kept: difference.kept,
            today: difference.today,
        }
    }
}
