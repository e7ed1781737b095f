//! An OpenID provider of our own on a port of this machine, which signs by a key of its own and says what it is told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

pub const CLIENT: &str = "bonafide";
pub const CLIENT_SECRET: &str = "a secret: of/ours";

/// A running provider.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    said: Arc<Said>,
}

struct Said {
    issuer: String,
    /// What it calls itself, where that is something else.
    alias: Mutex<Option<String>>,
    key: EcdsaKeyPair,
    /// The answer of the token endpoint.
    token: Mutex<String>,
    /// The last form that came to the token endpoint, and its `Authorization`.
    asked: Mutex<(HashMap<String, String>, String)>,
}

pub fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).unwrap()
}

/// A token of claims, signed.
pub fn signed(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let part = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

impl Provider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::new(Said {
            issuer: issuer.clone(),
            alias: Mutex::default(),
            key: new_key(),
            token: Mutex::default(),
            asked: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&said));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, said }
    }

    /// What the token endpoint answers from now on.
    pub fn answers(&self, claims: &Value) {
        let header = json!({"alg": "ES256", "kid": "one", "typ": "JWT"});
        self.answers_with(signed(&self.said.key, &header, claims));
    }

    pub fn answers_with(&self, token: String) {
        *self.said.token.lock().unwrap() = token;
    }

    pub fn calls_itself(&self, issuer: &str) {
        *self.said.alias.lock().unwrap() = Some(issuer.to_owned());
    }

    /// What was last asked of the token endpoint.
    pub fn asked(&self) -> (HashMap<String, String>, String) {
        self.said.asked.lock().unwrap().clone()
    }
}

async fn discovery(State(said): State<Arc<Said>>) -> Json<Value> {
    let issuer = said.issuer.clone();
    let alias = said.alias.lock().unwrap().clone();
    Json(json!({
        "issuer": alias.unwrap_or_else(|| issuer.clone()),
        "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    }))
}

async fn keys(State(said): State<Arc<Said>>) -> Json<Value> {
    let point = said.key.public_key().as_ref();
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Json(json!({"keys": [
        {"kty": "RSA", "kid": "other", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "x": part(&point[1..33]), "y": part(&point[33..])},
    ]}))
}

async fn token(
    State(said): State<Arc<Said>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, StatusCode> {
    let authorization = headers
        .get("authorization")
        .map(|v| v.to_str().unwrap().to_owned());
    let form = form_urlencoded::parse(&body).into_owned().collect();
    *said.asked.lock().unwrap() = (form, authorization.unwrap_or_default());
    let token = said.token.lock().unwrap().clone();
    if token.is_empty() {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(Json(
        json!({"access_token": "x", "token_type": "Bearer", "id_token": token}),
    ))
}
