//! A look-alike of GLEIF's API, v1: records as JSON:API documents.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

#[derive(Clone, Default)]
pub struct Gleif(Arc<Mutex<HashMap<String, Value>>>);

impl Gleif {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn router(&self) -> Router {
        let path = "/api/v1/lei-records/{lei}";
        Router::new()
            .route(path, get(record))
            .with_state(self.clone())
    }

    /// An active entity whose registration is kept up.
    pub fn add(&self, lei: &str, name: &str, country: &str, company_number: &str) {
        let attributes = json!({
            "lei": lei,
            "entity": {
                "legalName": {"name": name, "language": "en"},
                "otherNames": [{"name": format!("{name} (trading)"), "language": "en", "type": "TRADING_OR_OPERATING_NAME"}],
                "transliteratedOtherNames": [],
                "legalAddress": {"addressLines": ["1 High Street"], "city": "London", "country": country, "postalCode": "EC1A 1AA", "region": null},
                "registeredAt": {"id": "RA000585", "other": null},
                "registeredAs": company_number,
                "jurisdiction": country,
                "category": "GENERAL",
                "status": "ACTIVE",
                "expiration": {"date": null, "reason": null},
            },
            "registration": {
                "initialRegistrationDate": "2013-01-09T00:00:00Z",
                "lastUpdateDate": "2026-01-15T10:20:30Z",
                "status": "ISSUED",
                "nextRenewalDate": "2027-01-20T00:00:00Z",
                "managingLou": "5493001KJTIIGC8Y1R12",
                "corroborationLevel": "FULLY_CORROBORATED",
            },
        });
        self.put(lei, attributes);
    }

    /// The attributes of a record, whatever they are.
    pub fn put(&self, lei: &str, attributes: Value) {
        self.0.lock().unwrap().insert(lei.to_owned(), attributes);
    }
}

async fn record(
    State(gleif): State<Gleif>,
    Path(lei): Path<String>,
    headers: HeaderMap,
) -> Response {
    let kind = "application/vnd.api+json";
    let answer = |status: StatusCode, body: Value| {
        (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
    };
    let fault = |status: StatusCode, title: &str| {
        let error = json!({"status": status.as_str(), "title": title});
        answer(status, json!({"errors": [error]}))
    };
    if headers.get(header::ACCEPT).is_none_or(|a| a != kind) {
        return fault(StatusCode::NOT_ACCEPTABLE, "Not acceptable");
    }
    match gleif.0.lock().unwrap().get(&lei) {
        None => fault(StatusCode::NOT_FOUND, "Resource not found"),
        Some(attributes) => answer(
            StatusCode::OK,
            json!({"data": {"type": "lei-records", "id": lei, "attributes": attributes}}),
        ),
    }
}
