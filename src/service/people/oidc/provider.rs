//! What is asked of the provider: where its endpoints are, its keys, the token of a code.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::signature::Keys;
use super::{OidcError, OidcRules};
use crate::providers::{Failure, Web};

/// How long what the provider says of itself is not asked again.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(1);

/// What a provider says of itself (OpenID Connect Discovery 1.0 §3).
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// The provider.
pub(super) struct Provider {
    web: Arc<dyn Web>,
    issuer: String,
    /// Asked by one request at a time: who comes meanwhile waits for the answer.
    known: Mutex<Option<(Timestamp, Arc<Metadata>)>>,
}

impl Provider {
    pub(super) fn new(rules: &OidcRules, web: Arc<dyn Web>) -> Self {
        Self {
            web,
            issuer: rules.issuer.clone(),
            known: Mutex::default(),
        }
    }

    /// What the provider says of itself.
    pub(super) async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, OidcError> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = &*known
            && now.duration_since(*at) < KNOWN_FOR
        {
            return Ok(Arc::clone(metadata));
        }
        let base = self.issuer.trim_end_matches('/');
        let url = format!("{base}/.well-known/openid-configuration");
        let metadata: Metadata = read(&url, &self.web.get(&url).await?)?;
        if metadata.issuer != self.issuer {
            let why = format!(
                "it calls itself {:.200}, not {}",
                metadata.issuer, self.issuer
            );
            return Err(OidcError::Provider(why));
        }
        for endpoint in [
            &metadata.authorization_endpoint,
            &metadata.token_endpoint,
            &metadata.jwks_uri,
        ] {
            // What is asked over TLS must not lead to where anybody can listen.
            if !(endpoint.starts_with("https://") || self.issuer.starts_with("http://")) {
                let why = format!("its endpoint {endpoint:.200} is not of https");
                return Err(OidcError::Provider(why));
            }
        }
        let metadata = Arc::new(metadata);
        *known = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// The keys by which it signs now. They are asked each time, since they may change between two sign-ins.
    pub(super) async fn keys(&self, now: Timestamp) -> Result<Keys, OidcError> {
        let metadata = self.metadata(now).await?;
        let url = &metadata.jwks_uri;
        read(url, &self.web.get(url).await?)
    }

    /// The ID token of a code.
    pub(super) async fn exchange(
        &self,
        rules: &OidcRules,
        code: &str,
        verifier: &str,
        now: Timestamp,
    ) -> Result<String, OidcError> {
        let metadata = self.metadata(now).await?;
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", rules.redirect_uri.clone()),
            ("code_verifier", verifier.to_owned()),
            ("client_id", rules.client_id.clone()),
        ];
        let mut credentials = None;
        if let Some(secret) = &rules.client_secret {
            let methods = &metadata.token_endpoint_auth_methods_supported;
            let takes = |method: &str| methods.iter().any(|m| m == method);
            // Basic authentication is what a provider takes that does not say.
            if takes("client_secret_post") && !takes("client_secret_basic") {
                form.push(("client_secret", secret.clone()));
            } else {
                credentials = Some((encoded(&rules.client_id), encoded(secret)));
            }
        }
        let url = &metadata.token_endpoint;
        let answer = self.web.post_form(url, credentials, form).await?;
        let tokens: Tokens = read(url, &answer)?;
        Ok(tokens.id_token)
    }
}

/// RFC 6749 §2.3.1: both halves are form-encoded first.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn read<T: DeserializeOwned>(url: &str, body: &[u8]) -> Result<T, OidcError> {
    // The error may quote the answer, which may hold a token: only where it stands is told.
    serde_json::from_slice(body).map_err(|e| {
        let (line, column) = (e.line(), e.column());
        OidcError::Provider(format!(
            "{url} answers what cannot be read (line {line}, column {column})"
        ))
    })
}

impl From<Failure> for OidcError {
    fn from(failure: Failure) -> Self {
        Self::Provider(failure.to_string())
    }
}
