//! Counters of requests, found again without building their labels anew.
//!
//! Routes, methods and statuses are closed sets, so that what is kept here stops growing soon.

use std::collections::HashMap;
use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::http::StatusCode;
use metrics::{Counter, Histogram, counter, histogram};

/// The meters that were used so far, by route.
#[derive(Default)]
pub(super) struct Meters(RwLock<HashMap<Box<str>, OfRoute>>);

/// The meters of one route, by method and status.
type OfRoute = HashMap<(&'static str, u16), Meter>;

struct Meter {
    requests: Counter,
    duration: Histogram,
}

impl Meters {
    /// Counts one answered request.
    pub(super) fn count(
        &self,
        route: &str,
        method: &'static str,
        status: StatusCode,
        took: Duration,
    ) {
        let key = (method, status.as_u16());
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(meter) = known.get(route).and_then(|meters| meters.get(&key)) {
            meter.add(took);
            return;
        }
        drop(known);
        let meter = Meter::new(route, method, status);
        meter.add(took);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(route.into()).or_default().insert(key, meter);
    }
}

impl Meter {
    fn new(route: &str, method: &'static str, status: StatusCode) -> Self {
        let (route, status) = (route.to_owned(), status.as_str().to_owned());
        Self {
            requests: counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status),
            duration: histogram!("http_request_duration_seconds", "method" => method, "route" => route),
        }
    }

    fn add(&self, took: Duration) {
        self.requests.increment(1);
        self.duration.record(took.as_secs_f64());
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meters")
    }
}
