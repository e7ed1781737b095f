//! Figures of the reviewers' work.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::extract::{Asking, QueryOf};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::FieldErrors;
use crate::service::review::{Review, ReviewerFigures, SignalFigures, Statistics};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(get_stats))
        .routes(routes!(get_stats_csv))
}

/// The span of figures.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct SpanQuery {
    /// RFC 3339; 30 days before `to` where nothing is said.
    #[param(nullable = false)]
    from: Option<String>,
    /// RFC 3339; now where nothing is said. At most 366 days after `from`.
    #[param(nullable = false)]
    to: Option<String>,
}

impl SpanQuery {
    async fn figures(&self, review: &Review) -> Result<Statistics, Problem> {
        let instant = |pointer: &str, text: &Option<String>| {
            let read = text.as_ref().map(|t| {
                let detail = || format!("{t:?} is no instant of RFC 3339");
                t.parse()
                    .map_err(|_| FieldErrors::one(pointer, "invalid_value", detail()))
            });
            read.transpose()
        };
        let (from, to) = (instant("/from", &self.from)?, instant("/to", &self.to)?);
        Ok(review.statistics(from, to).await?)
    }
}

/// Figures of the reviewers' work: the queue as of now, rulings of the span.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stats)]
struct StatsBody {
    /// Cases opened in the last 24 hours.
    inbound_24h: u64,
    /// Reports that came in the last 24 hours.
    reports_24h: u64,
    /// Cases that wait or are held.
    pending: u64,
    /// Those of them that wait for somebody else.
    escalated: u64,
    /// Appeals that wait for a person.
    appeals: u64,
    /// For how long the oldest pending case waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    oldest_seconds: Option<u64>,
    /// Rulings that stand, by kind.
    rulings: BTreeMap<&'static str, u64>,
    /// The share of them that confirm an impostor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    action_rate: Option<f64>,
    /// Median time from claim to ruling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    median_handling_seconds: Option<f64>,
    /// By reviewer.
    reviewers: Vec<ReviewerBody>,
    /// By signal, those met most often first.
    signals: Vec<SignalBody>,
}

/// Figures of one reviewer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewerStats)]
struct ReviewerBody {
    /// Who.
    actor: String,
    /// Rulings.
    decided: u64,
    /// Those that confirm an impostor.
    confirmed: u64,
    /// Median time from claim to ruling.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    median_handling_seconds: Option<f64>,
    /// Golden cases ruled on.
    golden: u64,
    /// Those ruled on rightly.
    golden_right: u64,
}

impl From<ReviewerFigures> for ReviewerBody {
    fn from(figures: ReviewerFigures) -> Self {
        Self {
            actor: figures.by,
            decided: figures.decided,
            confirmed: figures.confirmed,
            median_handling_seconds: figures.median_seconds,
            golden: figures.golden,
            golden_right: figures.golden_right,
        }
    }
}

/// Figures of one signal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignalStats)]
struct SignalBody {
    /// Its code.
    code: String,
    /// Cases with it that were confirmed or cleared.
    cases: u64,
    /// Those that were confirmed.
    confirmed: u64,
    /// The share of them.
    precision: f64,
}

impl From<SignalFigures> for SignalBody {
    fn from(figures: SignalFigures) -> Self {
        Self {
            precision: figures.precision(),
            code: figures.code,
            cases: figures.cases,
            confirmed: figures.confirmed,
        }
    }
}

impl From<Statistics> for StatsBody {
    fn from(figures: Statistics) -> Self {
        let rulings = figures.rulings.into_iter();
        Self {
            inbound_24h: figures.now.inbound_24h,
            reports_24h: figures.now.reports_24h,
            pending: figures.now.pending,
            escalated: figures.now.escalated,
            appeals: figures.now.appeals,
            oldest_seconds: figures.oldest_seconds,
            rulings: rulings.map(|(kind, n)| (kind.as_str(), n)).collect(),
            action_rate: figures.action_rate,
            median_handling_seconds: figures.median_seconds,
            reviewers: figures.reviewers.into_iter().map(Into::into).collect(),
            signals: figures.signals.into_iter().map(Into::into).collect(),
        }
    }
}

/// Get figures of the review
///
/// Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/stats",
    tag = "Review",
    params(SpanQuery),
    responses((status = 200, description = "The figures.", body = StatsBody)),
    security(("key" = ["review"]))
)]
async fn get_stats(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(span): QueryOf<SpanQuery>,
) -> Result<Json<StatsBody>, Problem> {
    asking.with(Scope::Review)?;
    let figures = span.figures(&state.services.review).await?;
    Ok(Json(figures.into()))
}

/// Get figures of the review as CSV
///
/// One figure a line: part, name, figure, value. Scope: `review`.
#[utoipa::path(
    get,
    path = "/v1/stats.csv",
    tag = "Review",
    params(SpanQuery),
    responses((status = 200, description = "The figures.", body = String, content_type = "text/csv")),
    security(("key" = ["review"]))
)]
async fn get_stats_csv(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(span): QueryOf<SpanQuery>,
) -> Result<Response, Problem> {
    asking.with(Scope::Review)?;
    let figures = span.figures(&state.services.review).await?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    Ok((headers, Review::as_csv(&figures)).into_response())
}
