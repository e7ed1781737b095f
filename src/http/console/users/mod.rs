//! People who sign in: made, changed, helped when they are locked out.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

use super::More;
use crate::domain::{Role, Sentence, UserId, say};
use crate::http::extract::IdOf;
use crate::http::pages::{
    Fields, Flash, Frame, Shown, Submitted, Visitor, When, page, see_other, told,
};
use crate::http::paging::DEFAULT_LIMIT;
use crate::http::sign_in::reset::LINK;
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::people::{NewUser, ResetLink, TotpState, UserRecord, UserState};
use crate::service::registry::Organisation;

const PATH: &str = "/console/users";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list).post(create))
        .route("/console/users/{id}", get(show).post(update))
        .route("/console/users/{id}/reset-link", post(reset_link))
        .route("/console/users/{id}/reset-totp", post(reset_totp))
}

#[derive(Debug, Template)]
#[template(
    path = "console/users/list.html",
    config = "src/http/pages/askama.toml"
)]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    more: Option<More>,
    organisations: Vec<Organisation>,
    typed: Fields,
    error: Option<String>,
}

#[derive(Debug, Template)]
#[template(
    path = "console/users/show.html",
    config = "src/http/pages/askama.toml"
)]
struct UserPage {
    frame: Frame,
    row: Row,
    version: u64,
    organisations: Vec<Organisation>,
    /// A link just made, and when it lapses.
    link: Option<(String, When)>,
    error: Option<String>,
}

#[derive(Debug)]
struct Row {
    id: String,
    name: Shown,
    email: Shown,
    role: Role,
    role_name: &'static str,
    organisation: Option<String>,
    organisation_name: Option<String>,
    state: UserState,
    totp: bool,
    has_password: bool,
    since: When,
}

impl Row {
    fn of(
        state: &HttpState,
        user: &UserRecord,
        frame: &Frame,
        organisations: &[Organisation],
    ) -> Self {
        let name = user.organisation.map(|id| {
            let found = organisations.iter().find(|o| o.id == id);
            found.map_or_else(|| id.to_string(), |o| o.name.clone())
        });
        Self {
            id: user.id.to_string(),
            name: Shown::name(user.name.as_str()),
            email: Shown::of(&user.email.to_string(), 120),
            role: user.role,
            role_name: frame.role(&user.role),
            organisation: user.organisation.map(|id| id.to_string()),
            organisation_name: name,
            state: state.services.people.state_of(user),
            totp: TotpState::of(user) == TotpState::On,
            has_password: user.password_hash.is_some(),
            since: user.created_at.into(),
        }
    }
}

async fn organisations(state: &HttpState) -> Result<Vec<Organisation>, Problem> {
    let registry = &state.services.registry;
    Ok(registry.list_organisations(None, 200).await?.organisations)
}

async fn list_page(
    state: &HttpState,
    visitor: &Visitor,
    query: &Fields,
) -> Result<ListPage, Problem> {
    let cursor = query.given("cursor");
    let people = &state.services.people;
    let found = people.list(cursor.as_deref(), DEFAULT_LIMIT).await?;
    let title = say!(visitor.language; en: "People"; zh: "人员");
    let frame = visitor.frame(title, PATH);
    let organisations = organisations(state).await?;
    let rows = (found.users.iter()).map(|u| Row::of(state, u, &frame, &organisations));
    Ok(ListPage {
        rows: rows.collect(),
        more: More::of(query, found.next_cursor),
        frame,
        organisations,
        typed: Fields::default(),
        error: None,
    })
}

async fn list(
    State(state): State<HttpState>,
    visitor: Visitor,
    query: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Admin)?;
    let shown = list_page(&state, &visitor, &query).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

/// Makes an account, and with it the link by which its person chooses a password.
async fn create(
    State(state): State<HttpState>,
    headers: HeaderMap,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Admin)?;
    let new = NewUser {
        email: fields.text("email").to_owned(),
        name: fields.text("name").to_owned(),
        role: fields.text("role").to_owned(),
        organisation: fields.given("organisation"),
        password: None,
    };
    let people = &state.services.people;
    match people.create(new, &visitor.author()).await {
        Ok(user) => {
            let link = people.reset_link(user.id, &visitor.author()).await?;
            linked(&state, &visitor, &headers, user.id, &link).await
        }
        Err(error) => {
            let problem = Problem::from(error);
            if !problem.status().is_client_error() {
                return Err(problem);
            }
            let mut shown = list_page(&state, &visitor, &Fields::default()).await?;
            shown.error = Some(told(&problem, visitor.language).into());
            shown.typed = fields;
            Ok(page(problem.status(), visitor.language, &shown))
        }
    }
}

async fn user_page(state: &HttpState, visitor: &Visitor, id: UserId) -> Result<UserPage, Problem> {
    let user = state.services.people.get(id).await?;
    let organisations = organisations(state).await?;
    let frame = visitor.frame(Shown::name(user.name.as_str()), PATH);
    Ok(UserPage {
        row: Row::of(state, &user, &frame, &organisations),
        version: user.version,
        frame,
        organisations,
        link: None,
        error: None,
    })
}

async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    IdOf(id): IdOf<UserId>,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Admin)?;
    let shown = user_page(&state, &visitor, id).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn update(
    State(state): State<HttpState>,
    IdOf(id): IdOf<UserId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Admin)?;
    let patch = json!({
        "name": fields.text("name"), "role": fields.text("role"),
        "organisation": fields.given("organisation"), "disabled": fields.text("disabled") == "on",
    });
    // A form without the version that was seen is none of ours; it changes nothing.
    let expected = fields.text("version").parse().unwrap_or_default();
    let people = &state.services.people;
    let changed = people.patch(id, expected, patch, &visitor.author()).await;
    if let Err(error) = changed {
        let problem = Problem::from(error);
        if !problem.status().is_client_error() {
            return Err(problem);
        }
        let mut shown = user_page(&state, &visitor, id).await?;
        shown.error = Some(told(&problem, visitor.language).into());
        return Ok(page(problem.status(), visitor.language, &shown));
    }
    let done = say!(visitor.language; en: "The account is changed."; zh: "账户已更改。");
    Ok(back(&state, id, done))
}

fn back(state: &HttpState, id: UserId, done: Sentence) -> Response {
    Flash::good(done).on(state, see_other(&format!("{PATH}/{id}")))
}

async fn reset_link(
    State(state): State<HttpState>,
    IdOf(id): IdOf<UserId>,
    headers: HeaderMap,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Admin)?;
    let people = &state.services.people;
    let link = people.reset_link(id, &visitor.author()).await?;
    linked(&state, &visitor, &headers, id, &link).await
}

/// The page of a person with a link just made, which is shown nowhere else and never again.
async fn linked(
    state: &HttpState,
    visitor: &Visitor,
    headers: &HeaderMap,
    id: UserId,
    link: &ResetLink,
) -> Result<Response, Problem> {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let scheme = if state.site.secure { "https" } else { "http" };
    let origin = match (&state.site.public_url, host) {
        (Some(url), _) => url.clone(),
        (None, Some(host)) => format!("{scheme}://{host}"),
        (None, None) => String::new(),
    };
    let mut shown = user_page(state, visitor, id).await?;
    let url = format!("{origin}{LINK}{}", link.token);
    shown.link = Some((url, link.expires_at.into()));
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn reset_totp(
    State(state): State<HttpState>,
    IdOf(id): IdOf<UserId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Admin)?;
    let people = &state.services.people;
    people.reset_totp(id, &visitor.author()).await?;
    let done = say!(visitor.language;
        en: "The second factor is off, and every session has ended.";
        zh: "双重验证已关闭，所有会话已结束。");
    Ok(back(&state, id, done))
}
