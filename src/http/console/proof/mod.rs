//! The proofs of a business: its checklist for whoever owns it, and what reviewers add to it.

mod acts;
mod show;
mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::domain::BusinessId;
use crate::http::pages::Visitor;
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/console/businesses/{id}/proof", get(show::show))
        .route("/console/businesses/{id}/proof/claims", post(acts::claim))
        .route(
            "/console/businesses/{id}/proof/claims/{claim}/{what}",
            post(acts::on_claim),
        )
        .route(
            "/console/businesses/{id}/proof/approvals",
            post(acts::approve),
        )
        .route(
            "/console/businesses/{id}/proof/suspension",
            post(acts::suspend),
        )
        .route("/console/businesses/{id}/proof/lift", post(acts::lift))
}

fn path(id: BusinessId) -> String {
    format!("/console/businesses/{id}/proof")
}

/// Whoever writes the registry or works the review queue.
fn owner_or_reviewer(visitor: &Visitor) -> Result<(), Problem> {
    if !visitor.caller().may(Scope::Review) {
        visitor.caller().require(Scope::RegistryWrite)?;
    }
    Ok(())
}
