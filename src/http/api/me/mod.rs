//! What proves who one is: the own password, TOTP, recovery codes.

mod dto;

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{CodeBody, CodesBody, PasswordBody, TotpBody};
use crate::http::extract::{JsonBody, ONE};
use crate::http::no_store::NoStore;
use crate::http::signed_in::SignedIn;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::contract::read_value;

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(update_password))
        .routes(routes!(create_totp, delete_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(create_recovery_codes))
}

/// Change the own password
///
/// 12 to 128 characters of any kind; the commonest, and those that hold the own address or name, are refused. Every
/// other session of the person ends.
#[utoipa::path(
    put,
    path = "/v1/me/password",
    tag = "Own account",
    request_body = PasswordBody,
    responses((status = 204, description = "It is changed.")),
    security(("session" = []))
)]
async fn update_password(
    State(state): State<HttpState>,
    SignedIn(own): SignedIn,
    body: JsonBody<ONE>,
) -> Result<StatusCode, Problem> {
    let PasswordBody {
        current_password,
        password,
    } = read_value(body.value)?;
    let people = &state.services.people;
    let current = current_password.unwrap_or_default();
    people.change_password(&own, &current, password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set TOTP up
///
/// Makes a secret for an authenticator app, told this once. It counts after `POST /v1/me/totp/confirm`. Needs a sign-in
/// of the last 15 minutes.
#[utoipa::path(
    post,
    path = "/v1/me/totp",
    tag = "Own account",
    responses(
        (status = 200, description = "The secret.", body = TotpBody),
        (status = 403, description = "Sign in again first (`fresh_sign_in_needed`), or `csrf`.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is set up already.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
async fn create_totp(
    State(state): State<HttpState>,
    SignedIn(own): SignedIn,
) -> Result<NoStore<TotpBody>, Problem> {
    let new = state.services.people.start_totp(&own).await?;
    Ok(NoStore(TotpBody {
        secret: new.secret,
        otpauth_uri: new.uri,
    }))
}

/// Confirm TOTP
///
/// By a code of the app, which is then asked for at each sign-in; gives ten recovery codes, this once. Where it is set
/// up already, the code gives a session that began at an OpenID provider its second factor, and there are no codes.
#[utoipa::path(
    post,
    path = "/v1/me/totp/confirm",
    tag = "Own account",
    request_body = CodeBody,
    responses(
        (status = 200, description = "It is on.", body = CodesBody),
        (status = 409, description = "There is no secret to confirm.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The code is wrong or was used before (`code_refused`).", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
async fn confirm_totp(
    State(state): State<HttpState>,
    SignedIn(own): SignedIn,
    body: JsonBody<ONE>,
) -> Result<NoStore<CodesBody>, Problem> {
    let CodeBody { code } = read_value(body.value)?;
    let recovery_codes = state.services.people.confirm_totp(&own, &code).await?;
    Ok(NoStore(CodesBody { recovery_codes }))
}

/// Remove TOTP
///
/// With its recovery codes. Every other session ends; a role that needs a second factor allows nothing until there is
/// one again. Needs a sign-in of the last 15 minutes.
#[utoipa::path(
    delete,
    path = "/v1/me/totp",
    tag = "Own account",
    responses((status = 204, description = "It is off.")),
    security(("session" = []))
)]
async fn delete_totp(
    State(state): State<HttpState>,
    SignedIn(own): SignedIn,
) -> Result<StatusCode, Problem> {
    state.services.people.remove_totp(&own).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new recovery codes
///
/// Ten, shown this once; each signs in once in the place of a TOTP code. Former ones work no more. Needs a sign-in of the
/// last 15 minutes.
#[utoipa::path(
    post,
    path = "/v1/me/recovery-codes",
    tag = "Own account",
    responses(
        (status = 200, description = "The codes.", body = CodesBody),
        (status = 409, description = "TOTP is not set up.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
async fn create_recovery_codes(
    State(state): State<HttpState>,
    SignedIn(own): SignedIn,
) -> Result<NoStore<CodesBody>, Problem> {
    let recovery_codes = state.services.people.renew_recovery_codes(&own).await?;
    Ok(NoStore(CodesBody { recovery_codes }))
}
