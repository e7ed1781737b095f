//! The API under `/v1`: a folder per resource. A route and its description are registered together.

mod businesses;
mod checks;
mod lookup;
mod me;
mod session;
mod users;

use utoipa_axum::router::OpenApiRouter;

use super::{HttpState, openapi};

/// Every route of the API with its description.
pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::with_openapi(openapi::base())
        .merge(checks::routes())
        .merge(lookup::routes())
        .merge(businesses::routes())
        .merge(session::routes())
        .merge(me::routes())
        .merge(users::routes())
}
