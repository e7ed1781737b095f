//! The OpenAPI document: what the code says, completed with what holds for every operation, and its form as 3.0.
//!
//! The committed files in `openapi/` are what is served; a test compares them with what the code says, and
//! `bonafide openapi` writes them anew.

mod downgrade;

use axum::Router;
use serde_json::{Value, json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder,
};

use super::language::AcceptLanguage;
use super::site::OurCookie;
use super::{HttpState, api, embedded};

/// The committed document, OpenAPI 3.1.
pub const COMMITTED: &str = include_str!("../../openapi/openapi.json");
/// The committed document, OpenAPI 3.0, for generators that know no other.
pub const COMMITTED_3_0: &str = include_str!("../../openapi/openapi-3.0.json");

/// The JSON Schema of the file by which a site proves itself and names its channels.
pub const WELL_KNOWN_SCHEMA: &str = include_str!("../../openapi/well-known.schema.json");

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route(
            "/well-known.schema.json",
            embedded("application/schema+json", WELL_KNOWN_SCHEMA),
        )
        .route("/openapi.json", embedded("application/json", COMMITTED))
        .route(
            "/openapi-3.0.json",
            embedded("application/json", COMMITTED_3_0),
        )
}

/// Both documents as the code says them now: 3.1 and 3.0, as the text of the files.
pub fn documents() -> (String, String) {
    let (_, document) = api::routes().split_for_parts();
    let mut document = serde_json::to_value(document).unwrap_or_default();
    complete(&mut document);
    drop_null_defaults(&mut document);
    let older = downgrade::to_3_0(document.clone());
    (text(&document), text(&older))
}

fn text(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// The document without operations.
pub(super) fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Bonafide")
        .version("1.0.0")
        .description(Some(include_str!("openapi/description.md")))
        .contact(Some(
            ContactBuilder::new()
                .name(Some("The operator of this registry"))
                .build(),
        ))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ));
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("bf_live_<id>_<secret>")
        .description(Some(
            "An API key, made by `bonafide key create`. Scopes: `check`, `registry:read`, `registry:write`, `review`, `admin`.",
        ))
        .build();
    let mut document = OpenApiBuilder::new()
        .info(info.build())
        .servers(Some([ServerBuilder::new()
            .url("/")
            .description(Some("This server"))
            .build()]))
        .tags(Some([
            tag("Checks", "Is this really them?"),
            tag(
                "Registry",
                "The businesses that accounts are checked against.",
            ),
            tag(
                "Proof",
                "What businesses claim, how it is proved, and the badges that follow.",
            ),
            tag(
                "Access",
                "Keys, organisations, usage, and the log of every write.",
            ),
            tag(
                "Badge log",
                "What became of badges, as a Merkle tree (RFC 6962) that anybody can verify.",
            ),
            tag("Own account", "Signing in, and what proves who one is."),
            tag("People", "Who may sign in."),
            tag(
                "Reports and appeals",
                "For everybody: what an account did, and that a ruling is wrong.",
            ),
            tag("Review", "Cases of accounts, and people's rulings on them."),
        ]))
        .build();
    let session = ApiKeyValue::with_description(
        OurCookie::Session.name(true),
        "The session of somebody who signed in (`POST /v1/session`); where the server is reached without TLS the cookie's \
         name is `bonafide`. Methods other than GET need `X-CSRF-Token` too. Its scopes are those of the person's role.",
    );
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("key", SecurityScheme::Http(key));
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    document
}

fn tag(name: &str, description: &str) -> utoipa::openapi::Tag {
    utoipa::openapi::tag::TagBuilder::new()
        .name(name)
        .description(Some(description))
        .build()
}

/// A field that may be left out has no default of null: null is none of its values.
fn drop_null_defaults(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_null_defaults),
        Value::Object(object) => {
            object.retain(|name, value| name != "default" || !value.is_null());
            object.values_mut().for_each(drop_null_defaults);
        }
        _ => {}
    }
}

/// Whatever a key may do, a session of the same scopes may do too: one extractor lets both in.
fn admit_sessions(operation: &mut Value) {
    let Some(requirements) = operation["security"].as_array_mut() else {
        return;
    };
    let scopes = requirements.iter().find_map(|r| r.get("key")).cloned();
    let listed = requirements.iter().any(|r| r.get("session").is_some());
    if let Some(scopes) = scopes.filter(|_| !listed) {
        requirements.push(json!({"session": scopes}));
    }
}

fn takes_language(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array();
    let mut parameters = parameters.into_iter().flatten();
    parameters.any(|p| p["name"] == AcceptLanguage::NAME)
}

/// Adds what holds for every operation: the problems that it may answer with, and the request's id.
fn complete(document: &mut Value) {
    let problem =
        json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for operation in paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(|p| p.values_mut())
    {
        admit_sessions(operation);
        let has_body = operation.get("requestBody").is_some();
        if takes_language(operation) {
            operation["responses"]["200"]["headers"]["Content-Language"] =
                json!({"description": AcceptLanguage::ANSWERED, "schema": {"type": "string"}});
        }
        for (status, description, applies) in [
            (
                "400",
                "The request is no JSON, or cannot be understood.",
                true,
            ),
            (
                "401",
                "A key or a session is needed, or the one given is not valid.",
                true,
            ),
            (
                "403",
                "The key or the role lacks a scope, or another website asks (`csrf`).",
                true,
            ),
            ("413", "The body is too large.", has_body),
            ("415", "The body is not JSON.", has_body),
            ("422", "A field is wrong; `errors` names it.", true),
            (
                "429",
                "The key asks too fast (`rate_limited`), or has used up its month (`quota_exceeded`); `Retry-After` says when to come back.",
                true,
            ),
            ("500", "A fault on our side.", true),
            (
                "503",
                "Overloaded or not available; `Retry-After` says when to come back.",
                true,
            ),
            ("default", "Any other problem.", true),
        ] {
            if applies && operation["responses"].get(status).is_none() {
                operation["responses"][status] =
                    json!({"description": description, "content": problem});
            }
        }
    }
    let schemas = &mut document["components"]["schemas"];
    if schemas.get("Problem").is_none() {
        schemas["Problem"] =
            serde_json::to_value(<super::ProblemBody<'static> as utoipa::PartialSchema>::schema())
                .unwrap_or_default();
    }
}
