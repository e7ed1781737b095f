//! The registry as a file.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::Country;
use crate::http::extract::{Asking, QueryOf};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::contract::{Collector, FieldErrors};
use crate::service::registry::{Query, Registry};
use crate::service::registry_export::{ExportFormat, Exporter};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(export_businesses))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    /// `jsonl` (default), `csv` or `vcard`.
    #[param(nullable = false, example = "csv")]
    format: Option<String>,
    /// Only businesses at home in this country, ISO 3166-1 alpha-2.
    #[param(nullable = false, example = "DE")]
    country: Option<String>,
    /// Only businesses of this category, exactly.
    #[param(nullable = false)]
    category: Option<String>,
    /// Only businesses of this organisation, `org_…`.
    #[param(nullable = false)]
    organisation_id: Option<String>,
}

impl ExportQuery {
    fn parse(self) -> Result<(ExportFormat, Query), FieldErrors> {
        let mut errors = Collector::default();
        let e = &mut errors;
        let country = e.parse("/country", self.country.as_ref(), Country::parse);
        let organisation = e.parse(
            "/organisation_id",
            self.organisation_id.as_ref(),
            str::parse,
        );
        let format = match self.format.as_deref() {
            None | Some("jsonl") => ExportFormat::Jsonl,
            Some("csv") => ExportFormat::Csv,
            Some("vcard") => ExportFormat::Vcard,
            Some(other) => {
                let detail = format!("{other:?} is none of jsonl, csv and vcard");
                e.push("/format", "invalid_value", detail);
                ExportFormat::Jsonl
            }
        };
        let query = Query {
            country,
            category: self.category,
            organisation,
            limit: Query::MAX_LIMIT,
            ..Query::default()
        };
        errors.finish((format, query))
    }
}

/// Export businesses
///
/// As a file, in order of registration, streamed: JSON lines that `POST /v1/imports` takes, CSV with the same fields, or vCards
/// (4.0). A business without an `external_id` has its own id in that place. Businesses that are written while the export runs may
/// or may not be in it. An export that breaks off ends without its last chunk. Scope: `registry:read`.
#[utoipa::path(
    get,
    path = "/v1/businesses/export",
    tag = "Registry",
    params(ExportQuery),
    responses((status = 200, description = "The file.", content(
        (String = "application/x-ndjson"), (String = "text/csv"), (String = "text/vcard"),
    ))),
    security((), ("key" = ["registry:read"]))
)]
async fn export_businesses(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<ExportQuery>,
) -> Result<Response, Problem> {
    asking.with(Scope::RegistryRead)?;
    let (format, query) = query.parse()?;
    let (kind, name) = match format {
        ExportFormat::Jsonl => ("application/x-ndjson", "businesses.jsonl"),
        ExportFormat::Csv => ("text/csv; charset=utf-8", "businesses.csv"),
        ExportFormat::Vcard => ("text/vcard; charset=utf-8", "businesses.vcf"),
    };
    let export = Export::begin(state.services.registry.clone(), format, query)?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    let body = Body::from_stream(try_unfold(export, Export::next));
    Ok((headers, body).into_response())
}

/// What was written and not yet sent.
#[derive(Clone, Default)]
struct Unsent(Arc<Mutex<Vec<u8>>>);

impl Unsent {
    fn take(&self) -> Bytes {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *bytes).into()
    }
}

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut unsent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        unsent.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An export under way: a page of the registry at a time is written and sent.
struct Export {
    registry: Registry,
    query: Query,
    /// None once everything is written.
    exporter: Option<Exporter<Unsent>>,
    unsent: Unsent,
}

impl Export {
    fn begin(registry: Registry, format: ExportFormat, query: Query) -> Result<Self, Problem> {
        let unsent = Unsent::default();
        let exporter = Exporter::new(format, unsent.clone());
        Ok(Self {
            registry,
            query,
            exporter: Some(exporter.map_err(|e| Problem::fault(e.to_string()))?),
            unsent,
        })
    }

    /// The next part of the file; none after the last.
    async fn next(mut self) -> io::Result<Option<(Bytes, Self)>> {
        let Some(mut exporter) = self.exporter.take() else {
            return Ok(None);
        };
        let page = self.registry.list(&self.query).await;
        let page = page.map_err(|e| io::Error::other(e.to_string()))?;
        for business in &page.businesses {
            exporter.add(business)?;
        }
        self.query.cursor = page.next_cursor;
        if self.query.cursor.is_some() {
            exporter.flush()?;
            self.exporter = Some(exporter);
        } else {
            exporter.finish()?;
        }
        Ok(Some((self.unsent.take(), self)))
    }
}
