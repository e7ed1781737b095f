//! Proofs of the badge log.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Keep;
use crate::domain::Hex;
use crate::domain::merkle::TreeHash;
use crate::http::extract::QueryOf;
use crate::http::{HttpState, Problem, ProblemBody};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(get_badge_event_proof))
        .routes(routes!(get_badge_log_growth_proof))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct InclusionQuery {
    /// The event.
    #[param(example = 3)]
    index: u64,
    /// Of which tree: the size of a head.
    #[param(example = 8)]
    size: u64,
}

/// That an event is in the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadgeEventProof)]
struct InclusionBody {
    /// The event.
    index: u64,
    /// Events of the tree.
    size: u64,
    /// The hashes that lead from the leaf to the root, the lowest first (RFC 6962 section 2.1.1); 64 hexadecimal digits each.
    proof: Vec<String>,
}

/// Prove that an event is in the log
///
/// The hashes that, with that of the event's leaf, make the `root` of the head of this size. They never change. Needs no key.
#[utoipa::path(
    get,
    path = "/v1/badge-log/proofs/inclusion",
    tag = "Badge log",
    params(InclusionQuery),
    responses(
        (status = 200, description = "The proof.", body = InclusionBody),
        (status = 422, description = "The log has no such event, or not as many (`out_of_range`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn get_badge_event_proof(
    State(state): State<HttpState>,
    QueryOf(query): QueryOf<InclusionQuery>,
) -> Result<Response, Problem> {
    let InclusionQuery { index, size } = query;
    let log = &state.services.badge_log;
    let proof = log.prove_inclusion(index, size).await?;
    Ok(Keep::Forever.json(InclusionBody {
        index,
        size,
        proof: hexadecimal(&proof),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ConsistencyQuery {
    /// The size of the earlier head.
    #[param(example = 6)]
    from: u64,
    /// The size of the later head.
    #[param(example = 8)]
    to: u64,
}

/// That the log has only grown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadgeLogGrowthProof)]
struct ConsistencyBody {
    /// Events of the earlier tree.
    from: u64,
    /// Events of the later tree.
    to: u64,
    /// The hashes that make both roots, in the order of RFC 6962 section 2.1.2; 64 hexadecimal digits each. None where both sizes are
    /// the same, and from the empty tree, with which every tree begins.
    proof: Vec<String>,
}

/// Prove that the log has only grown
///
/// The hashes that make both the `root` of the earlier head and that of the later one. They never change. Needs no key.
#[utoipa::path(
    get,
    path = "/v1/badge-log/proofs/consistency",
    tag = "Badge log",
    params(ConsistencyQuery),
    responses(
        (status = 200, description = "The proof.", body = ConsistencyBody),
        (status = 422, description = "The log has not as many events, or `from` is above `to` (`out_of_range`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn get_badge_log_growth_proof(
    State(state): State<HttpState>,
    QueryOf(query): QueryOf<ConsistencyQuery>,
) -> Result<Response, Problem> {
    let ConsistencyQuery { from, to } = query;
    let log = &state.services.badge_log;
    let proof = log.prove_consistency(from, to).await?;
    Ok(Keep::Forever.json(ConsistencyBody {
        from,
        to,
        proof: hexadecimal(&proof),
    }))
}

fn hexadecimal(proof: &[TreeHash]) -> Vec<String> {
    proof.iter().map(|hash| Hex(*hash).to_string()).collect()
}
