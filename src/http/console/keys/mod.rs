//! API keys: made with the secret shown once, replaced, ended.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::domain::{KeyId, KeyState, say};
use crate::http::api::keys::{KeyInput, RotationInput, require_organisation};
use crate::http::extract::IdOf;
use crate::http::pages::{
    Fields, Flash, Frame, Shown, Submitted, Visitor, When, page, see_other, told,
};
use crate::http::{HttpState, Problem};
use crate::service::access::{KeyRecord, KeyTerms, NewKey, Scope};
use crate::service::contract::read_value;
use crate::service::registry::Organisation;

const PATH: &str = "/console/keys";

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(PATH, get(list).post(create))
        .route("/console/keys/{id}/rotate", post(rotate))
        .route("/console/keys/{id}/revoke", post(revoke))
}

#[derive(Debug, Template)]
#[template(path = "console/keys/list.html", config = "src/http/pages/askama.toml")]
struct KeysPage {
    frame: Frame,
    rows: Vec<Row>,
    organisations: Vec<Organisation>,
    /// What was typed, when it has to be mended.
    typed: Fields,
    error: Option<String>,
    /// A key just made: its name and the whole key.
    made: Option<(String, String)>,
}

#[derive(Debug)]
struct Row {
    id: String,
    name: Shown,
    scopes: Vec<String>,
    state: KeyState,
    created: When,
    expires: Option<When>,
    used: Option<When>,
    uses: u64,
    organisation: Option<String>,
    replaced: bool,
}

impl Row {
    fn of(key: &KeyRecord, organisations: &[Organisation], now: Timestamp) -> Self {
        let organisation = key.organisation.map(|id| {
            let found = organisations.iter().find(|o| o.id == id);
            found.map_or_else(|| id.to_string(), |o| o.name.clone())
        });
        Self {
            id: key.id.to_string(),
            name: Shown::name(&key.name),
            scopes: key.scopes.clone(),
            state: key.state(now),
            created: key.created_at.into(),
            expires: key.expires_at.map(When),
            used: key.last_used_at.map(When),
            uses: key.uses,
            organisation,
            replaced: key.successor.is_some(),
        }
    }
}

impl KeysPage {
    async fn of(state: &HttpState, visitor: &Visitor) -> Result<Self, Problem> {
        let registry = &state.services.registry;
        let organisations = registry.list_organisations(None, 200).await?.organisations;
        let mut keys = state.services.access.list().await?;
        // The newest first, and those that work before those that do not.
        let now = state.services.world.now();
        keys.reverse();
        keys.sort_by_key(|key| key.state(now) != KeyState::Active);
        let title = say!(visitor.language; en: "API keys"; zh: "API 密钥");
        Ok(Self {
            frame: visitor.frame(title, PATH),
            rows: (keys.iter())
                .map(|k| Row::of(k, &organisations, now))
                .collect(),
            organisations,
            typed: Fields::default(),
            error: None,
            made: None,
        })
    }
}

async fn list(State(state): State<HttpState>, visitor: Visitor) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Admin)?;
    let shown = KeysPage::of(&state, &visitor).await?;
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

/// What the form asks for, by the same rules as the API.
async fn terms(state: &HttpState, fields: &Fields) -> Result<KeyTerms, Problem> {
    let mut wanted = Map::new();
    wanted.insert("name".to_owned(), json!(fields.text("name")));
    let scopes: Vec<&str> = fields.all("scope").collect();
    wanted.insert("scopes".to_owned(), json!(scopes));
    if let Some(day) = fields.given("expires_on") {
        wanted.insert("expires_at".to_owned(), json!(format!("{day}T00:00:00Z")));
    }
    if let Some(id) = fields.given("organisation_id") {
        wanted.insert("organisation_id".to_owned(), json!(id));
    }
    for field in ["rate_per_minute", "monthly_quota"] {
        if let Some(text) = fields.given(field) {
            let number = text.parse::<u64>();
            wanted.insert(field.to_owned(), number.map_or(json!(text), |n| json!(n)));
        }
    }
    let input: KeyInput = read_value(Value::Object(wanted))?;
    let terms = input.parse(state.services.world.now())?;
    if let Some(id) = terms.organisation {
        require_organisation(state, id).await?;
    }
    Ok(terms)
}

async fn create(State(state): State<HttpState>, form: Submitted) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form.with(Scope::Admin)?;
    let terms = match terms(&state, &fields).await {
        Ok(terms) => terms,
        Err(problem) if problem.status().is_client_error() => {
            let mut shown = KeysPage::of(&state, &visitor).await?;
            shown.error = Some(told(&problem, visitor.language).into());
            shown.typed = fields;
            return Ok(page(problem.status(), visitor.language, &shown));
        }
        Err(problem) => return Err(problem),
    };
    let made = state
        .services
        .access
        .create(terms, &visitor.author())
        .await?;
    show_once(&state, &visitor, made).await
}

/// The page with a key just made, which is shown nowhere else and never again.
async fn show_once(
    state: &HttpState,
    visitor: &Visitor,
    made: NewKey,
) -> Result<Response, Problem> {
    let mut shown = KeysPage::of(state, visitor).await?;
    shown.made = Some((made.record.name, made.token));
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

async fn rotate(
    State(state): State<HttpState>,
    IdOf(id): IdOf<KeyId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Admin)?;
    let overlap = RotationInput::default().overlap()?;
    let access = &state.services.access;
    let made = access.rotate(id, overlap, &visitor.author()).await?;
    show_once(&state, &visitor, made).await
}

async fn revoke(
    State(state): State<HttpState>,
    IdOf(id): IdOf<KeyId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Admin)?;
    let access = &state.services.access;
    access.revoke(id, &visitor.author()).await?;
    let done = say!(visitor.language;
        en: "The key is revoked. It works nowhere within five seconds.";
        zh: "密钥已撤销，五秒内在任何地方都不再有效。");
    Ok(Flash::good(done).on(&state, see_other(PATH)))
}
