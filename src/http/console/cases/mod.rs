//! Cases: the queue, one case with the account and the genuine business side by side, and ruling on it.

mod around;
mod bulk;
mod compared;
mod decide;
mod queue;
mod show;
mod views;

pub(super) use self::queue::called;

use axum::Router;
use axum::routing::{get, post};

use crate::http::HttpState;

const PATH: &str = "/console/cases";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(queue::list))
        .route("/console/cases/bulk", get(bulk::preview).post(bulk::decide))
        .route("/console/cases/bulk/{id}/undo", post(bulk::undo))
        .route("/console/cases/views", post(views::save))
        .route("/console/cases/views/{id}/delete", post(views::delete))
        .route("/console/cases/next", post(decide::claim_next))
        .route("/console/cases/{id}", get(show::show))
        .route("/console/cases/{id}/claim", post(decide::claim))
        .route("/console/cases/{id}/release", post(decide::release))
        .route("/console/cases/{id}/decide", post(decide::decide))
        .route("/console/cases/{id}/undo", post(decide::undo))
        .route("/console/cases/{id}/notes", post(decide::add_note))
        .route(
            "/console/cases/{id}/reports/{report}/false",
            post(decide::mark_report_false),
        )
}
