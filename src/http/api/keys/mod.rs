//! API keys, and what they used.

mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{KeyBody, KeyList, NewKeyBody, UsageBody, UsageQuery};
pub(in crate::http) use self::dto::{KeyInput, RotationInput};
use crate::domain::{KeyId, OrganisationId};
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf};
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::{AccessError, Caller, Scope};
use crate::service::contract::{FieldErrors, read_value};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_keys, create_key))
        .routes(routes!(get_key, revoke_key))
        .routes(routes!(rotate_key))
        .routes(routes!(get_usage))
}

/// List keys
///
/// Every key, oldest first, revoked ones too. Scope: `admin`.
#[utoipa::path(
    get,
    path = "/v1/keys",
    tag = "Access",
    responses((status = 200, description = "The keys.", body = KeyList)),
    security(("key" = ["admin"]))
)]
async fn list_keys(
    State(state): State<HttpState>,
    asking: Asking,
) -> Result<Json<KeyList>, Problem> {
    asking.with(Scope::Admin)?;
    let now = state.services.world.now();
    let keys = state.services.access.list().await?;
    let keys = keys.iter().map(|key| KeyBody::of(key, now)).collect();
    Ok(Json(KeyList { keys }))
}

/// Make a key
///
/// The whole key is in the answer, this once. With an organisation it writes only the businesses of that organisation, and what
/// it registers belongs to it. Scope: `admin`.
#[utoipa::path(
    post,
    path = "/v1/keys",
    tag = "Access",
    params(("Idempotency-Key" = Option<String>, Header, nullable = false,
        description = "Refused here: the answer would have to be kept, and with it the secret.")),
    request_body = KeyInput,
    responses((status = 201, description = "The key.", body = NewKeyBody)),
    security(("key" = ["admin"]))
)]
async fn create_key(
    State(state): State<HttpState>,
    asking: Asking,
    headers: HeaderMap,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (_, author) = asking.writing(Scope::Admin)?;
    refuse_to_keep_secrets(&headers)?;
    let now = state.services.world.now();
    let terms = read_value::<KeyInput>(body.value)?.parse(now)?;
    if let Some(id) = terms.organisation {
        require_organisation(&state, id).await?;
    }
    let new = state.services.access.create(terms, &author).await?;
    Ok((StatusCode::CREATED, Json(NewKeyBody::of(new, now))).into_response())
}

/// Get a key
///
/// Your own, or with the scope `admin` any.
#[utoipa::path(
    get,
    path = "/v1/keys/{id}",
    tag = "Access",
    params(("id" = String, Path, description = "Its id, `key_…`.")),
    responses(
        (status = 200, description = "The key.", body = KeyBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn get_key(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<KeyId>,
) -> Result<Json<KeyBody>, Problem> {
    own_or_admin(&asking.caller()?, id)?;
    let key = state.services.access.get(id).await?;
    Ok(Json(KeyBody::of(&key, state.services.world.now())))
}

/// Revoke a key
///
/// It works no more within 5 seconds, in every process. Your own, or with the scope `admin` any.
#[utoipa::path(
    delete,
    path = "/v1/keys/{id}",
    tag = "Access",
    params(("id" = String, Path, description = "Its id, `key_…`.")),
    responses(
        (status = 204, description = "It is revoked; revoking it twice changes nothing."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn revoke_key(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<KeyId>,
) -> Result<StatusCode, Problem> {
    let (caller, author) = asking.into_author()?;
    own_or_admin(&caller, id)?;
    state.services.access.revoke(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace a key
///
/// Makes a key of the same terms; the old one works on for the overlap, so that nothing stops while you put the new one in place.
/// The whole new key is in the answer, this once. Your own, or with the scope `admin` any.
#[utoipa::path(
    post,
    path = "/v1/keys/{id}/rotate",
    tag = "Access",
    params(("id" = String, Path, description = "Its id, `key_…`.")),
    request_body = RotationInput,
    responses(
        (status = 201, description = "The new key.", body = NewKeyBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is revoked, or has been replaced already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn rotate_key(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<KeyId>,
    headers: HeaderMap,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.into_author()?;
    own_or_admin(&caller, id)?;
    refuse_to_keep_secrets(&headers)?;
    let overlap = read_value::<RotationInput>(body.value)?.overlap()?;
    let new = state.services.access.rotate(id, overlap, &author).await?;
    let body = NewKeyBody::of(new, state.services.world.now());
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Get usage
///
/// What a key used in a month, day by day, and its quota. Your own key's, or with the scope `admin` any key's.
#[utoipa::path(
    get,
    path = "/v1/usage",
    tag = "Access",
    params(UsageQuery),
    responses((status = 200, description = "What the key used.", body = UsageBody)),
    security(("key" = []))
)]
async fn get_usage(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<UsageQuery>,
) -> Result<Json<UsageBody>, Problem> {
    let caller = asking.caller()?;
    let id = match &query.key_id {
        Some(text) => text.parse().map_err(|e: crate::domain::Invalid| {
            FieldErrors::one("/key_id", "invalid_value", e.to_string())
        })?,
        None => caller.key.ok_or_else(|| {
            let detail = "say whose usage you ask for: you have no key of your own";
            FieldErrors::one("/key_id", "required", detail)
        })?,
    };
    own_or_admin(&caller, id)?;
    let at = query.at(state.services.world.now())?;
    Ok(Json(state.services.access.usage(id, at).await?.into()))
}

fn own_or_admin(caller: &Caller, id: KeyId) -> Result<(), AccessError> {
    if caller.key == Some(id) {
        return Ok(());
    }
    caller.require(Scope::Admin)
}

/// An answer that holds a secret must not be kept, so that it cannot be given twice.
fn refuse_to_keep_secrets(headers: &HeaderMap) -> Result<(), Problem> {
    if !headers.contains_key("idempotency-key") {
        return Ok(());
    }
    let detail = "Idempotency-Key is not taken here: the answer holds a secret, which is not kept. A key made in vain can be revoked.";
    Err(Problem::new(
        StatusCode::BAD_REQUEST,
        "idempotency_key_refused",
        detail,
    ))
}

pub(in crate::http) async fn require_organisation(
    state: &HttpState,
    id: OrganisationId,
) -> Result<(), Problem> {
    let found = state.services.registry.get_organisation(id).await;
    found.map(|_| ()).map_err(|error| match error {
        crate::service::StoreError::NotFound(_) => {
            let detail = format!("there is no organisation {id}");
            FieldErrors::one("/organisation_id", "unknown", detail).into()
        }
        other => other.into(),
    })
}
