//! The audit log.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::extract::{Asking, QueryOf};
use crate::http::paging::{cursor, limit};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::audit::{AuditListing, AuditPage};
use crate::service::contract::{AuditBody, FieldErrors};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct AuditQuery {
    /// Most entries of a page, 1–200; 50 when left out.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
    /// Only acts upon this, such as `biz_…` or `key_…`.
    #[param(nullable = false)]
    subject: Option<String>,
    /// Only acts of this key, user, `command:…` or `server`.
    #[param(nullable = false)]
    actor: Option<String>,
    /// Only acts of this kind, such as `business.update`.
    #[param(nullable = false)]
    action: Option<String>,
    /// Only acts of this import, `run_…`.
    #[param(nullable = false)]
    run_id: Option<String>,
    /// Only acts at this instant or later; RFC 3339.
    #[param(nullable = false)]
    since: Option<String>,
    /// `newest` (default) or `oldest` first.
    #[param(nullable = false, example = "oldest")]
    order: Option<String>,
}

impl AuditQuery {
    pub(in crate::http) fn parse(self) -> Result<AuditListing, FieldErrors> {
        let wrong = |field: &str, detail: String| FieldErrors::one(field, "invalid_value", detail);
        let since = self
            .since
            .as_deref()
            .map(str::parse::<Timestamp>)
            .transpose();
        let run = self.run_id.as_deref().map(str::parse).transpose();
        let newest_first = match self.order.as_deref() {
            None | Some("newest") => true,
            Some("oldest") => false,
            Some(other) => {
                return Err(wrong(
                    "/order",
                    format!("{other:?} is neither newest nor oldest"),
                ));
            }
        };
        Ok(AuditListing {
            subject: self.subject,
            actor: self.actor,
            action: self.action,
            run: run.map_err(|e: crate::domain::Invalid| wrong("/run_id", e.to_string()))?,
            since: since.map_err(|e| wrong("/since", e.to_string()))?,
            after: cursor(self.cursor.as_deref())?,
            newest_first,
            limit: limit(self.limit)?,
        })
    }
}

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditPage)]
struct PageBody {
    /// The entries.
    entries: Vec<AuditBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
    /// Where the log stands: the number and hash of its last entry. Written down elsewhere, it shows later that nothing before it
    /// was changed (`bonafide verify-audit --noted`).
    #[schema(example = "4711:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    head: String,
}

/// List the audit log
///
/// Every write, by whom, when, why and by which request, with what it changed. Entries are linked by their hashes, so that none can
/// be changed or left out unseen. Scope: `admin`.
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "Access",
    params(AuditQuery),
    responses((status = 200, description = "A page of entries.", body = PageBody)),
    security(("key" = ["admin"]))
)]
async fn list_audit(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Json<PageBody>, Problem> {
    asking.with(Scope::Admin)?;
    let audit = &state.services.audit;
    let AuditPage { entries, next } = audit.list(&query.parse()?).await?;
    Ok(Json(PageBody {
        entries: entries.iter().map(AuditBody::from).collect(),
        next_cursor: next.map(|seq| seq.to_string()),
        head: audit.head().await?.to_string(),
    }))
}
