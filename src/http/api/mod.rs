//! The API under `/v1`: a folder per resource. A route and its description are registered together.

mod appeals;
pub(super) mod audit;
mod badge_log;
pub(super) mod businesses;
pub(super) mod cases;
mod checks;
mod conflicts;
pub(super) mod imports;
pub(super) mod keys;
mod labels;
mod lookup;
mod me;
mod organisations;
mod reports;
mod session;
mod stats;
mod templates;
mod users;
pub(super) mod verification;

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
        .merge(cases::routes())
        .merge(reports::routes())
        .merge(appeals::routes())
        .merge(templates::routes())
        .merge(stats::routes())
}
