//! The console: where reviewers, admins and businesses work. Pages are read by `Visitor`; each form goes through the same use
//! cases as the API, with its act.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, and pass all by reference"
)]

mod actors;
mod appeals;
mod audit;
mod businesses;
mod cases;
mod conflicts;
mod difference;
mod find;
mod imports;
mod keys;
mod labels;
mod organisations;
mod proof;
mod settings;
mod statistics;
mod templates;
mod users;

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::pages::{Fields, Visitor, not_found, see_other};
use super::{HttpState, Problem};

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/console", get(home))
        .route("/console/", get(home))
        .route("/console/{*rest}", get(not_found).post(not_found))
        .merge(appeals::routes())
        .merge(audit::routes())
        .merge(businesses::routes())
        .merge(cases::routes())
        .merge(conflicts::routes())
        .merge(find::routes())
        .merge(imports::routes())
        .merge(keys::routes())
        .merge(labels::routes())
        .merge(organisations::routes())
        .merge(proof::routes())
        .merge(settings::routes())
        .merge(statistics::routes())
        .merge(templates::routes())
        .merge(users::routes())
}

/// The first room that somebody may enter.
async fn home(visitor: Visitor) -> Result<Response, Problem> {
    let frame = visitor.frame("", "");
    let first = frame.groups.first().and_then(|group| group.rooms.first());
    if let Some(room) = first {
        return Ok(see_other(room.path));
    }
    // Nothing is allowed: a second factor is missing, which leads to where it is set up.
    visitor.with(crate::service::access::Scope::RegistryRead)?;
    Ok(see_other("/account"))
}

/// The query by which a list goes on where it ends, and the cursor itself.
#[derive(Debug)]
struct More {
    query: String,
    cursor: String,
}

impl More {
    fn of(fields: &Fields, cursor: Option<String>) -> Option<Self> {
        Some(Self {
            query: fields.query_without("cursor"),
            cursor: cursor?,
        })
    }
}
