//! People, for those who administer them.

mod dto;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::dto::UserBody;
use self::dto::{ListQuery, NewUserBody, PageBody, ResetBody, ResetLinkBody};
use crate::domain::UserId;
use crate::http::extract::{Asking, IdOf, JsonBody, ONE, QueryOf, expected_version};
use crate::http::idempotent::{Repeatable, once};
use crate::http::no_store::NoStore;
use crate::http::signed_in::FromOurPage;
use crate::http::{HttpState, Problem, ProblemBody};
use crate::service::access::{Caller, Scope};
use crate::service::contract::read_value;
use crate::service::people::{NewUser, UserRecord};

pub(super) fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user, update_user))
        .routes(routes!(create_password_reset))
        .routes(routes!(delete_user_totp))
        .routes(routes!(use_password_reset))
}

/// List people
///
/// In order of their making. Scope: `admin`.
#[utoipa::path(
    get,
    path = "/v1/users",
    tag = "People",
    params(ListQuery),
    responses((status = 200, description = "A page of people.", body = PageBody)),
    security(("key" = ["admin"]))
)]
async fn list_users(
    State(state): State<HttpState>,
    asking: Asking,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<NoStore<PageBody>, Problem> {
    require_whole(&asking.with(Scope::Admin)?)?;
    let people = &state.services.people;
    let page = people
        .list(query.cursor.as_deref(), query.limit.unwrap_or(50))
        .await?;
    Ok(NoStore(PageBody::of(page, people)))
}

/// Make an account
///
/// Without a password: `POST /v1/users/{id}/password-reset` gives a link by which the person chooses one, unless the
/// person signs in at an OpenID provider. Scope: `admin`.
#[utoipa::path(
    post,
    path = "/v1/users",
    tag = "People",
    request_body = NewUserBody,
    params(("Idempotency-Key" = Option<String>, Header, nullable = false,
        description = "Your own name of this request, at most 255 characters: sent again within 24 hours, it is answered again and not done again.")),
    responses(
        (status = 201, description = "The person.", body = UserBody, headers(
            ("ETag" = String, description = "Its version."), ("Location" = String, description = "Its address."))),
        (status = 409, description = "The address is taken, there is no such organisation (`conflict`), or the same request is in progress (`in_progress`).",
            body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn create_user(
    State(state): State<HttpState>,
    asking: Asking,
    repeatable: Repeatable,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Admin)?;
    require_whole(&caller)?;
    let new = read_value::<NewUser>(body.value)?;
    let work = async {
        let user = state.services.people.create(new, &author).await?;
        let location = format!("/v1/users/{}", user.id);
        let mut response = represent(&state, StatusCode::CREATED, &user);
        if let Ok(location) = location.parse() {
            response.headers_mut().insert(header::LOCATION, location);
        }
        Ok(response)
    };
    once(&state, &caller, &repeatable, &body.bytes, work).await
}

/// Get a person
///
/// Scope: `admin`.
#[utoipa::path(
    get,
    path = "/v1/users/{id}",
    tag = "People",
    params(("id" = String, Path, description = "Its id, `user_…`.", example = "user_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")),
    responses(
        (status = 200, description = "The person.", body = UserBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn get_user(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<UserId>,
) -> Result<Response, Problem> {
    require_whole(&asking.with(Scope::Admin)?)?;
    let user = state.services.people.get(id).await?;
    Ok(represent(&state, StatusCode::OK, &user))
}

/// Change an account
///
/// A JSON merge patch (RFC 7396) of `name`, `role`, `organisation` and `disabled`. A change of what the person may do
/// ends the person's sessions. The last admin stays one. Scope: `admin`.
#[utoipa::path(
    patch,
    path = "/v1/users/{id}",
    tag = "People",
    params(
        ("id" = String, Path, description = "Its id, `user_…`.", example = "user_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f"),
        ("If-Match" = String, Header, description = "The ETag that was read.", example = "\"1\""),
    ),
    request_body(content = Object, content_type = "application/json",
        description = "What changes; `application/merge-patch+json` is taken too.", example = json!({"role": "lead", "disabled": false})),
    responses(
        (status = 200, description = "The person as it is now.", body = UserBody, headers(("ETag" = String, description = "Its version."))),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 409, description = "Nobody would be left to administer, or there is no such organisation.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 412, description = "It has been changed since.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn update_user(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<UserId>,
    headers: HeaderMap,
    body: JsonBody<ONE>,
) -> Result<Response, Problem> {
    let (caller, author) = asking.writing(Scope::Admin)?;
    require_whole(&caller)?;
    let expected = expected_version(&headers)?.ok_or_else(|| {
        let detail = "Send If-Match with the ETag of the person as you read it.";
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_needed", detail)
    })?;
    let people = &state.services.people;
    let user = people.patch(id, expected, body.value, &author).await?;
    Ok(represent(&state, StatusCode::OK, &user))
}

/// Make a link for choosing a password
///
/// Its token works once, for 24 hours; a former one works no more. The password of now works until then. Scope: `admin`.
#[utoipa::path(
    post,
    path = "/v1/users/{id}/password-reset",
    tag = "People",
    params(("id" = String, Path, description = "Its id, `user_…`.", example = "user_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")),
    responses(
        (status = 200, description = "The link.", body = ResetLinkBody),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn create_password_reset(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<UserId>,
) -> Result<NoStore<ResetLinkBody>, Problem> {
    let (caller, author) = asking.writing(Scope::Admin)?;
    require_whole(&caller)?;
    let link = state.services.people.reset_link(id, &author).await?;
    Ok(NoStore(link.into()))
}

/// Take away a second factor
///
/// For a person who has lost theirs: the authenticator and the recovery codes work no more and every session ends, so that the
/// next sign-in is by password, and then sets a new factor up where one is required. Scope: `admin`.
#[utoipa::path(
    delete,
    path = "/v1/users/{id}/totp",
    tag = "People",
    params(("id" = String, Path, description = "Its id, `user_…`.", example = "user_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")),
    responses(
        (status = 204, description = "The person has none."),
        (status = 404, description = "There is none of this id.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(("key" = ["admin"]))
)]
async fn delete_user_totp(
    State(state): State<HttpState>,
    asking: Asking,
    IdOf(id): IdOf<UserId>,
) -> Result<StatusCode, Problem> {
    let (caller, author) = asking.writing(Scope::Admin)?;
    require_whole(&caller)?;
    state.services.people.reset_totp(id, &author).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Choose a password by a link
///
/// 12 to 128 characters of any kind. Unlocks the account and ends every session of the person; TOTP stays on.
#[utoipa::path(
    post,
    path = "/v1/password-resets",
    tag = "Own account",
    request_body = ResetBody,
    responses(
        (status = 204, description = "It is chosen; sign in with it."),
        (status = 422, description = "The link was used or has lapsed (`link_refused`), or the password is refused.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 429, description = "Too many tries from this address.", body = ProblemBody<'static>, content_type = "application/problem+json"),
    ),
    security(())
)]
async fn use_password_reset(
    State(state): State<HttpState>,
    FromOurPage(device): FromOurPage,
    body: JsonBody<ONE>,
) -> Result<StatusCode, Problem> {
    let ResetBody { token, password } = read_value(body.value)?;
    state
        .services
        .people
        .use_reset(&token, password, device)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A caller of one organisation has nothing to do with the people of all.
fn require_whole(caller: &Caller) -> Result<(), Problem> {
    if caller.organisation.is_none() {
        return Ok(());
    }
    let detail = "A key of one organisation does not administer people.";
    Err(Problem::new(StatusCode::FORBIDDEN, "not_yours", detail))
}

fn represent(state: &HttpState, status: StatusCode, user: &UserRecord) -> Response {
    let body = NoStore(UserBody::of(user, &state.services.people));
    let etag = format!("\"{}\"", user.version);
    (status, [(header::ETAG, etag)], body).into_response()
}
