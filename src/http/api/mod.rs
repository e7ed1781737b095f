//! The API under `/v1`: a folder per resource. A route and its description are registered together.

mod appeals;
mod audit;
mod businesses;
mod cases;
mod checks;
mod conflicts;
mod imports;
mod keys;
mod labels;
mod lookup;
mod me;
mod organisations;
mod reports;
mod session;
mod stats;
mod templates;
mod users;

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
        .merge(session::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(cases::routes())
        .merge(reports::routes())
        .merge(appeals::routes())
        .merge(templates::routes())
        .merge(stats::routes())
}
