//! The answer of a batch.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Problem;
use crate::service::contract::{AssessmentBody, FieldError};

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
