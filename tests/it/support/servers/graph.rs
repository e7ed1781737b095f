//! A look-alike of WhatsApp's part of the Graph API, v25.0: paths with their version, bearer tokens, documented fields only,
//! errors as Meta writes them, and webhook events signed by the app's secret.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use ring::hmac;
use serde_json::{Map, Value, json};

/// Fields of a number that Meta documents (*Business phone numbers*, v25.0).
const NUMBER_FIELDS: &[&str] = &[
    "id",
    "display_phone_number",
    "verified_name",
    "name_status",
    "new_name_status",
    "code_verification_status",
    "is_official_business_account",
    "quality_rating",
    "status",
    "platform_type",
    "account_mode",
];
/// Fields of a business profile.
const PROFILE_FIELDS: &[&str] = &[
    "about",
    "address",
    "description",
    "email",
    "websites",
    "vertical",
    "profile_picture_url",
    "messaging_product",
];

struct Number {
    token: String,
    /// Its fields.
    state: Value,
    profile: Value,
    /// The code that was sent at its owner's wish.
    code: Option<String>,
}

#[derive(Default)]
struct Inner {
    numbers: Mutex<HashMap<String, Number>>,
    /// Messages that were sent, whole.
    sent: Mutex<Vec<Value>>,
    /// What every call is answered with, where it is a fault.
    fault: Mutex<Option<(u16, Value)>>,
}

#[derive(Clone, Default)]
pub struct Graph(Arc<Inner>);

impl Graph {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn router(&self) -> Router {
        Router::new()
            .route("/v25.0/{id}", get(number))
            .route("/v25.0/{id}/whatsapp_business_profile", get(profile))
            .route("/v25.0/{id}/request_code", post(request_code))
            .route("/v25.0/{id}/verify_code", post(verify_code))
            .route("/v25.0/{id}/messages", post(send_message))
            .fallback(|| async {
                error(
                    StatusCode::BAD_REQUEST,
                    2500,
                    None,
                    "Unknown path components",
                )
            })
            .with_state(self.clone())
    }

    /// A connected number with an approved name; `digits` is the number without `+`.
    pub fn add_number(&self, id: &str, token: &str, name: &str, digits: &str) {
        let number = json!({
            "id": id,
            "display_phone_number": format!("+{digits}"),
            "verified_name": name,
            "name_status": "APPROVED",
            "code_verification_status": "VERIFIED",
            "is_official_business_account": false,
            "quality_rating": "GREEN",
            "status": "CONNECTED",
            "platform_type": "CLOUD_API",
            "account_mode": "LIVE",
        });
        let number = Number {
            token: token.to_owned(),
            state: number,
            profile: json!({"messaging_product": "whatsapp"}),
            code: None,
        };
        self.0.numbers.lock().unwrap().insert(id.to_owned(), number);
    }

    /// Changes fields of a number.
    pub fn change(&self, id: &str, fields: &Value) {
        let mut numbers = self.0.numbers.lock().unwrap();
        merge(&mut numbers.get_mut(id).unwrap().state, fields);
    }

    pub fn change_profile(&self, id: &str, fields: &Value) {
        let mut numbers = self.0.numbers.lock().unwrap();
        merge(&mut numbers.get_mut(id).unwrap().profile, fields);
    }

    /// From now on every call is answered by an error: its status and its `error` object.
    pub fn fails(&self, fault: Option<(u16, Value)>) {
        *self.0.fault.lock().unwrap() = fault;
    }

    /// Codes that came to a number as WhatsApp messages, oldest first.
    pub fn codes_to(&self, number: &str) -> Vec<String> {
        let sent = self.0.sent.lock().unwrap();
        let to = sent.iter().filter(|m| m["to"] == number);
        to.map(|m| {
            m["template"]["components"][0]["parameters"][0]["text"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
    }

    /// The code that WhatsApp sent to a number of a business.
    pub fn code_of(&self, id: &str) -> Option<String> {
        self.0.numbers.lock().unwrap().get(id)?.code.clone()
    }

    /// A body of webhook events about one account, and its `X-Hub-Signature-256`.
    pub fn event(secret: &str, waba: &str, field: &str, value: &Value) -> (String, String) {
        let body = json!({
            "object": "whatsapp_business_account",
            "entry": [{"id": waba, "time": 1_772_355_600, "changes": [{"field": field, "value": value}]}],
        });
        let body = body.to_string();
        let signature = signature(secret, body.as_bytes());
        (body, signature)
    }
}

/// The header by which Meta signs a body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, body);
    let mut header = "sha256=".to_owned();
    for byte in tag.as_ref() {
        write!(header, "{byte:02x}").unwrap();
    }
    header
}

fn merge(into: &mut Value, fields: &Value) {
    for (name, value) in fields.as_object().unwrap() {
        into[name] = value.clone();
    }
}

fn error(status: StatusCode, code: i64, subcode: Option<i64>, message: &str) -> Response {
    let mut error = json!({
        "message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEf",
    });
    if let Some(subcode) = subcode {
        error["error_subcode"] = subcode.into();
    }
    (status, Json(json!({"error": error}))).into_response()
}

/// Looks at the token, then does something with the number.
fn with<T: IntoResponse>(
    graph: &Graph,
    id: &str,
    headers: &HeaderMap,
    act: impl FnOnce(&mut Number) -> Result<T, Box<Response>>,
) -> Response {
    if let Some((status, fault)) = &*graph.0.fault.lock().unwrap() {
        let status = StatusCode::from_u16(*status).unwrap();
        return (status, Json(json!({"error": fault}))).into_response();
    }
    let authorization = headers.get("authorization").map(|v| v.to_str().unwrap());
    let Some(token) = authorization.and_then(|a| a.strip_prefix("Bearer ")) else {
        let why = "An access token is required to request this resource.";
        return error(StatusCode::UNAUTHORIZED, 104, None, why);
    };
    let mut numbers = graph.0.numbers.lock().unwrap();
    if !numbers.values().any(|n| n.token == token) {
        // Meta repeats the token here.
        let why = format!("Malformed access token {token}");
        return error(StatusCode::UNAUTHORIZED, 190, None, &why);
    }
    let Some(number) = numbers.get_mut(id).filter(|n| n.token == token) else {
        let why = format!(
            "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions"
        );
        return error(StatusCode::BAD_REQUEST, 100, Some(33), &why);
    };
    act(number).map_or_else(|refused| *refused, IntoResponse::into_response)
}

/// The fields that were asked for, when each is documented.
fn fields(
    query: &HashMap<String, String>,
    documented: &[&str],
    of: &Value,
) -> Result<Map<String, Value>, Box<Response>> {
    let asked = query.get("fields").map_or("", String::as_str);
    let mut given = Map::new();
    for field in asked.split(',').filter(|f| !f.is_empty()) {
        if !documented.contains(&field) {
            let why = format!("(#100) Tried accessing nonexisting field ({field})");
            return Err(Box::new(error(StatusCode::BAD_REQUEST, 100, None, &why)));
        }
        if let Some(value) = of.get(field) {
            given.insert(field.to_owned(), value.clone());
        }
    }
    Ok(given)
}

async fn number(
    State(graph): State<Graph>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    with(&graph, &id, &headers, |number| {
        let mut given = fields(&query, NUMBER_FIELDS, &number.state)?;
        given.insert("id".to_owned(), number.state["id"].clone());
        Ok(Json(Value::from(given)))
    })
}

async fn profile(
    State(graph): State<Graph>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    with(&graph, &id, &headers, |number| {
        let mut given = fields(&query, PROFILE_FIELDS, &number.profile)?;
        given.insert("messaging_product".to_owned(), "whatsapp".into());
        Ok(Json(json!({"data": [given]})))
    })
}

fn form(body: &[u8]) -> HashMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

async fn request_code(
    State(graph): State<Graph>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = form(&body);
    with(&graph, &id, &headers, |number| {
        let method = form.get("code_method").map_or("", String::as_str);
        if !["SMS", "VOICE"].contains(&method) || !form.contains_key("language") {
            let why = "(#100) The parameter code_method is required.";
            return Err(Box::new(error(StatusCode::BAD_REQUEST, 100, None, why)));
        }
        let code = format!("{:06}", 271_828 + number.code.as_ref().map_or(0, |_| 1));
        number.code = Some(code);
        number.state["code_verification_status"] = "NOT_VERIFIED".into();
        Ok(Json(json!({"success": true})))
    })
}

async fn verify_code(
    State(graph): State<Graph>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = form(&body);
    with(&graph, &id, &headers, |number| {
        if number.code.is_none() || form.get("code") != number.code.as_ref() {
            let why = "(#136025) Verify code error";
            return Err(Box::new(error(StatusCode::BAD_REQUEST, 136_025, None, why)));
        }
        number.code = None;
        number.state["code_verification_status"] = "VERIFIED".into();
        Ok(Json(json!({"success": true})))
    })
}

async fn send_message(
    State(graph): State<Graph>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let sent = graph.clone();
    with(&graph, &id, &headers, |_| {
        let message: Value = serde_json::from_slice(&body).unwrap_or_default();
        let to = message["to"].as_str().unwrap_or_default();
        let body = &message["template"]["components"][0];
        let button = &message["template"]["components"][1];
        let code = body["parameters"][0]["text"].as_str().unwrap_or_default();
        let shaped = message["messaging_product"] == "whatsapp"
            && message["type"] == "template"
            && message["template"]["name"].is_string()
            && message["template"]["language"]["code"].is_string()
            && body["type"] == "body"
            && button["type"] == "button"
            && button["sub_type"] == "url"
            && button["index"] == "0"
            && button["parameters"] == body["parameters"]
            && (1..=15).contains(&code.len())
            && to.len() > 6;
        if !shaped {
            let why = "(#100) Invalid parameter";
            return Err(Box::new(error(StatusCode::BAD_REQUEST, 100, None, why)));
        }
        let answer = json!({
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": to.trim_start_matches('+')}],
            "messages": [{"id": "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI", "message_status": "accepted"}],
        });
        sent.0.sent.lock().unwrap().push(message.clone());
        Ok(Json(answer))
    })
}
