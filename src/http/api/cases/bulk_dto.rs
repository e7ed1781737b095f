//! Rulings on many cases, and saved views, on the wire.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::dto::{CaseBody, Filter, RulingRequest, bodies};
use crate::service::review::{BulkDone, BulkPreview, View};

/// The filter of a ruling on many cases.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BulkPreviewTerms)]
pub(super) struct PreviewInput {
    /// Which open cases.
    pub filter: Filter,
}

/// A ruling on many cases.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BulkTerms)]
pub(super) struct BulkInput {
    /// Which open cases, as in the preview.
    pub filter: Filter,
    /// The token of the preview.
    pub token: String,
    /// The ruling.
    pub ruling: RulingRequest,
}

/// What a ruling on many cases would be on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkPreview)]
pub(super) struct PreviewBody {
    /// How many cases, 500 at most.
    count: usize,
    /// The first 20.
    first: Vec<CaseBody>,
    /// Names these cases as they are now.
    token: String,
}

impl From<BulkPreview> for PreviewBody {
    fn from(preview: BulkPreview) -> Self {
        Self {
            count: preview.count,
            first: bodies(preview.first),
            token: preview.token,
        }
    }
}

/// A case that was left alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkSkipped)]
struct SkippedBody {
    /// The case.
    case_id: String,
    /// Why.
    detail: String,
}

/// What a ruling on many cases did, or its undoing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkResult)]
pub(super) struct BulkBody {
    /// By which it can be undone.
    id: String,
    /// Cases that were ruled on, or whose ruling was undone.
    done: u64,
    /// Cases for which the ruling waits for a second person.
    proposed: u64,
    /// Cases that were left alone.
    skipped: Vec<SkippedBody>,
}

impl From<BulkDone> for BulkBody {
    fn from(done: BulkDone) -> Self {
        let skipped = done.skipped.into_iter().map(|(id, detail)| SkippedBody {
            case_id: id.to_string(),
            detail,
        });
        Self {
            id: done.id.to_string(),
            done: done.ruled,
            proposed: done.proposed,
            skipped: skipped.collect(),
        }
    }
}

/// A saved view of the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseView)]
pub(super) struct ViewBody {
    /// Its id.
    id: String,
    /// What it is called.
    name: String,
    /// The parameters of the queue.
    #[schema(value_type = Object)]
    filter: Value,
}

impl From<View> for ViewBody {
    fn from(view: View) -> Self {
        Self {
            id: view.id.to_string(),
            name: view.name,
            filter: serde_json::from_str(&view.filter).unwrap_or_default(),
        }
    }
}

/// Saved views, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseViewList)]
pub(super) struct ViewList {
    /// The views.
    pub views: Vec<ViewBody>,
}

/// A view to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseViewTerms)]
pub(super) struct ViewInput {
    /// 1–100 characters; unique among yours.
    #[schema(max_length = 100)]
    pub name: String,
    /// The parameters of the queue.
    pub filter: Filter,
}
