//! Whose number is this?

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::extract::{Asking, PathText, QueryOf};
use crate::http::language::{AcceptLanguage, InLanguage, Spoken};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::check::How;
use crate::service::contract::{AccountInput, AssessmentBody};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(lookup_phone))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct LookupQuery {
    /// ISO 3166-1 alpha-2 country in which a national number is to be read.
    #[param(example = "GB", nullable = false)]
    default_region: Option<String>,
}

/// Look up a number
///
/// Whose number it is, a neighbour of whose, or `unknown`. A match never proves who calls, since caller ID
/// can be forged. Scope: `check`.
#[utoipa::path(
    get,
    path = "/v1/lookup/phone/{number}",
    tag = "Checks",
    params(
        ("number" = String, Path, description = "The number, best in E.164 (`%2B442079460000`).", example = "+442079460000"),
        LookupQuery,
        AcceptLanguage
    ),
    responses((status = 200, description = "The assessment of the bare number.", body = AssessmentBody)),
    security((), ("key" = ["check"]))
)]
async fn lookup_phone(
    State(state): State<HttpState>,
    asking: Asking,
    PathText(number): PathText,
    QueryOf(query): QueryOf<LookupQuery>,
    Spoken(language): Spoken,
) -> Result<InLanguage<AssessmentBody>, Problem> {
    let caller = asking.with(Scope::Check)?;
    let input = AccountInput {
        phone: Some(number),
        default_region: query.default_region,
        ..AccountInput::default()
    };
    let how = How {
        keep: false,
        explain: true,
        language,
        caller: caller.key,
    };
    let done = state
        .services
        .checks
        .check(vec![input.parse()?], how)
        .await?;
    done.into_iter()
        .next()
        .map(|body| InLanguage(language, body))
        .ok_or_else(Problem::internal)
}
