//! The public badge log: for everybody, without a key.

mod export;
mod proofs;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::BusinessId;
use crate::http::extract::QueryOf;
use crate::http::paging::{cursor, limit};
use crate::http::{HttpState, Problem};
use crate::service::badge_log::{BadgeLogListing, BadgeLogPage, pem};
use crate::service::contract::{BadgeEventBody, BadgeLogHeadBody, FieldErrors};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_badge_events))
        .routes(routes!(get_badge_log_head))
        .routes(routes!(get_badge_log_key))
        .merge(proofs::routes())
        .merge(export::routes())
}

/// How long others may keep an answer.
#[derive(Debug, Clone, Copy)]
enum Keep {
    /// It holds for good: nothing of the log changes, but by a backup that is restored.
    Forever,
    /// More may follow on it.
    Briefly,
}

impl Keep {
    const fn header(self) -> (HeaderName, HeaderValue) {
        let value = match self {
            Self::Forever => "public, max-age=86400, immutable",
            Self::Briefly => "public, max-age=10",
        };
        (header::CACHE_CONTROL, HeaderValue::from_static(value))
    }

    fn json(self, body: impl Serialize) -> Response {
        ([self.header()], Json(body)).into_response()
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct EventsQuery {
    /// Most events of a page, 1–200; 50 when left out.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
    /// Only events of this business, `biz_…`; deleted ones, too.
    #[param(nullable = false)]
    business_id: Option<String>,
}

impl EventsQuery {
    fn parse(&self) -> Result<BadgeLogListing, FieldErrors> {
        let business = self.business_id.as_deref().map(str::parse::<BusinessId>);
        let business = business.transpose();
        let wrong = |why: crate::domain::Invalid| {
            FieldErrors::one("/business_id", "invalid_value", why.to_string())
        };
        Ok(BadgeLogListing {
            business: business.map_err(wrong)?,
            from: cursor(self.cursor.as_deref())?.unwrap_or(0),
            limit: limit(self.limit)?,
        })
    }
}

/// A page of the badge log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadgeLogPage)]
struct PageBody {
    /// The events, oldest first.
    events: Vec<BadgeEventBody>,
    /// Give it as `cursor` to get the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// List the badge log
///
/// What became of badges, oldest first: granted, suspended, resumed, expired and revoked, each with a reason. Nothing in it is ever
/// changed or taken out; events of businesses that are gone stay. Each event is a leaf of a Merkle tree (RFC 6962): see
/// `GET /v1/badge-log/head` for how to verify it. Needs no key.
#[utoipa::path(
    get,
    path = "/v1/badge-log",
    tag = "Badge log",
    params(EventsQuery),
    responses((status = 200, description = "A page of events.", body = PageBody)),
    security(())
)]
async fn list_badge_events(
    State(state): State<HttpState>,
    QueryOf(query): QueryOf<EventsQuery>,
) -> Result<Response, Problem> {
    let listing = query.parse()?;
    let BadgeLogPage { entries, next } = state.services.badge_log.list(&listing).await?;
    // A full page of the log itself is what it is for good.
    let keep = if next.is_some() && listing.business.is_none() {
        Keep::Forever
    } else {
        Keep::Briefly
    };
    Ok(keep.json(PageBody {
        events: entries.iter().map(BadgeEventBody::from).collect(),
        next_cursor: next.map(|index| index.to_string()),
    }))
}

/// Get the signed head of the badge log
///
/// How many events there are, and the hash of their tree, signed. To verify the log with nothing but this document:
///
/// 1. Get the key once, from `GET /v1/badge-log/key` or from the operator, and keep it. Get a head, check its signature, and note it.
/// 2. Compute the leaf of an event (see `BadgeEvent`) and its hash: SHA-256 of a zero byte and the leaf.
/// 3. Ask `GET /v1/badge-log/proofs/inclusion` for the hashes that lead from it to `root`, and follow them as RFC 9162 section 2.1.3.2
///    says; the hash of two trees side by side is SHA-256 of a one byte, the left and the right hash.
/// 4. Later get another head, and ask `GET /v1/badge-log/proofs/consistency` for the hashes that show that its tree begins with the
///    noted one; verify them as RFC 9162 section 2.1.4.2 says. If they do not, two heads that do not fit are proof of it.
///
/// `bonafide verify-log` does all of it, with the whole log, offline. Needs no key.
#[utoipa::path(
    get,
    path = "/v1/badge-log/head",
    tag = "Badge log",
    responses((status = 200, description = "The head.", body = BadgeLogHeadBody)),
    security(())
)]
async fn get_badge_log_head(State(state): State<HttpState>) -> Result<Response, Problem> {
    let head = state.services.badge_log.head().await?;
    Ok(Keep::Briefly.json(BadgeLogHeadBody::from(&head)))
}

/// The public key by which heads of the badge log are signed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadgeLogKey)]
struct KeyBody {
    /// How they are signed.
    #[schema(example = "Ed25519")]
    algorithm: &'static str,
    /// The key (RFC 8032), 64 hexadecimal digits.
    public_key: String,
    /// The same as PEM (RFC 8410).
    public_key_pem: String,
}

/// Get the key of the badge log
///
/// It stays the same for the life of the registry. `bonafide badge-key` prints it, too. Needs no key.
#[utoipa::path(
    get,
    path = "/v1/badge-log/key",
    tag = "Badge log",
    responses((status = 200, description = "The key.", body = KeyBody)),
    security(())
)]
async fn get_badge_log_key(State(state): State<HttpState>) -> Response {
    let key = state.services.badge_log.key();
    Keep::Briefly.json(KeyBody {
        algorithm: "Ed25519",
        public_key: key.to_string(),
        public_key_pem: pem(key),
    })
}
