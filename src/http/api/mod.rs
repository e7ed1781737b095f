//! The API under `/v1`: a folder per resource. A route and its description are registered together.

pub(super) mod audit;
mod badge_log;
pub(super) mod businesses;
mod checks;
mod conflicts;
pub(super) mod imports;
pub(super) mod keys;
mod labels;
mod lookup;
mod me;
mod organisations;
mod session;
mod users;
mod verification;

use utoipa_axum::router::OpenApiRouter;

use super::{HttpState, openapi};

/// Every route of the API with its description.
pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::with_openapi(openapi::base())
        .merge(checks::routes())
        .merge(lookup::routes())
        .merge(businesses::routes())
        .merge(conflicts::routes())
        .merge(imports::routes())
        .merge(labels::routes())
        .merge(keys::routes())
        .merge(organisations::routes())
        .merge(audit::routes())
        .merge(badge_log::routes())
        .merge(session::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(verification::routes())
}
