//! Signing in at an OpenID provider (OpenID Connect Core 1.0, authorisation code flow with PKCE).
//!
//! What has to be remembered between the two requests is sealed into a short-lived cookie, so that nothing is kept here
//! and a code that was got in another browser is worth nothing. The ID token's signature and claims are checked by
//! `ring` and by `claims`, which take the clock as an argument: of the crates that do the whole, one brings forty
//! others, and another reads the system's clock and needs a second implementation of RSA.

mod claims;
mod provider;
mod signature;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use self::claims::Claims;
use self::provider::Provider;
use super::{Device, Opened, People, PeopleError};
use crate::domain::{Actor, Email, PersonName, Role};
use crate::providers::Web;
use crate::service::author::Author;
use crate::service::seal::Seal;
use crate::store::{ProviderIdentity, StoreError, UserRecord};

/// How long a sign-in at the provider may take.
pub const FLOW: SignedDuration = SignedDuration::from_mins(10);

const PURPOSE: &[u8] = b"oidc flow";

/// Which provider, and what it knows us by.
#[derive(Clone)]
pub struct OidcRules {
    /// The provider's address, exactly as its tokens name it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; none for a client that has none.
    pub client_secret: Option<String>,
    /// Where the provider sends people back to.
    pub redirect_uri: String,
    /// Whether somebody whom nobody made an account gets one of the role `business`.
    pub creates_users: bool,
}

/// Why a sign-in at the provider came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// No provider is set up.
    #[error("no OpenID provider is set up here")]
    NotSetUp,
    /// The cookie of the flow is missing, changed or too old, or the state is another one's.
    #[error(
        "this sign-in was not begun in this browser, or longer than 10 minutes ago; begin again"
    )]
    FlowLost,
    /// The provider says no.
    #[error("the provider did not let you in: {0}")]
    Declined(String),
    /// The provider does not answer as it should; the text is for the log.
    #[error("the provider does not answer as it should: {0}")]
    Provider(String),
    /// The ID token does not count.
    #[error("the provider's answer does not count: {0}")]
    Token(&'static str),
    /// The provider does not vouch for the e-mail address.
    #[error("the provider has not verified your e-mail address")]
    EmailUnverified,
    /// There is no account of this address, and none is made.
    #[error(
        "nobody here has the e-mail address that the provider gave; ask an admin for an account"
    )]
    UnknownPerson,
}

/// A sign-in that was begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where to send the browser.
    pub url: String,
    /// What the browser has to bring back, for [`FLOW`].
    pub flow: String,
}

/// What the provider sends the browser back with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Returned {
    /// What the ID token is to be had for.
    pub code: Option<String>,
    /// What we sent.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// What is remembered of a sign-in between its two requests.
#[derive(Serialize, Deserialize)]
struct Flow {
    state: String,
    nonce: String,
    verifier: String,
    ends_at: i64,
    /// Where the person wanted to go.
    next: String,
}

/// A sign-in that came to its end.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The session.
    pub opened: Opened,
    /// Where the person wanted to go, as [`People::begin_oidc`] was told.
    pub next: String,
}

/// The provider by which people sign in.
pub struct Oidc {
    rules: OidcRules,
    provider: Provider,
    seal: Seal,
}

impl Oidc {
    /// A provider, asked by `web`; `secret` is that of the database.
    pub fn new(rules: OidcRules, web: Arc<dyn Web>, secret: &[u8; 32]) -> Self {
        Self {
            provider: Provider::new(&rules, web),
            seal: Seal::new(blake3::derive_key("bonafide 2026 oidc flows", secret)),
            rules,
        }
    }
}

impl People {
    /// Begins a sign-in at the provider, of somebody who wants to go somewhere.
    pub async fn begin_oidc(&self, device: &Device, next: &str) -> Result<Begun, PeopleError> {
        let oidc = self.oidc.as_ref().ok_or(OidcError::NotSetUp)?;
        self.take_try(device.network)?;
        let metadata = oidc.provider.metadata(self.world.now()).await?;
        let flow = Flow {
            state: self.token(),
            nonce: self.token(),
            verifier: self.token(),
            ends_at: super::sessions::after(self.world.now(), FLOW).as_second(),
            next: next.to_owned(),
        };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, flow.verifier.as_bytes()));
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &oidc.rules.client_id)
            .append_pair("redirect_uri", &oidc.rules.redirect_uri)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &flow.state)
            .append_pair("nonce", &flow.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        let endpoint = &metadata.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        let text = serde_json::to_vec(&flow).unwrap_or_default();
        let sealed = oidc.seal.seal(&self.world, PURPOSE, &text);
        let sealed =
            sealed.ok_or_else(|| PeopleError::Fault("a flow was not sealed".to_owned()))?;
        Ok(Begun {
            url: format!("{endpoint}{joint}{query}"),
            flow: URL_SAFE_NO_PAD.encode(sealed),
        })
    }

    /// Ends it: opens a session of the person for whom the provider vouches.
    pub async fn finish_oidc(
        &self,
        returned: Returned,
        flow: Option<&str>,
        device: Device,
    ) -> Result<Finished, PeopleError> {
        let oidc = self.oidc.as_ref().ok_or(OidcError::NotSetUp)?;
        self.take_try(device.network)?;
        let flow = flow.and_then(|sealed| self.open_flow(oidc, sealed));
        let flow = flow.ok_or(OidcError::FlowLost)?;
        let state = returned.state.unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(flow.state.as_bytes())) {
            return Err(OidcError::FlowLost.into());
        }
        if returned.iss.is_some_and(|iss| iss != oidc.rules.issuer) {
            return Err(OidcError::Token("another provider answers").into());
        }
        let Some(code) = returned.code else {
            let error = returned.error.unwrap_or_default();
            let error: String = error.chars().filter(|c| !c.is_control()).take(80).collect();
            return Err(OidcError::Declined(error).into());
        };
        let now = self.world.now();
        let token = oidc
            .provider
            .exchange(&oidc.rules, &code, &flow.verifier, now)
            .await?;
        let keys = oidc.provider.keys(now).await?;
        let payload = signature::verified(&token, &keys)?;
        let claims = Claims::read(&payload)?;
        claims.check(&oidc.rules.issuer, &oidc.rules.client_id, &flow.nonce, now)?;
        let second_factor = claims.amr.iter().any(|method| method == "mfa");
        let user = self.user_of(oidc, claims, &device).await?;
        if user.disabled_at.is_some() {
            return Err(PeopleError::SignInRefused);
        }
        let opened = self
            .open_session(user, "oidc", None, second_factor, device)
            .await?;
        Ok(Finished {
            opened,
            next: flow.next,
        })
    }

    fn open_flow(&self, oidc: &Oidc, sealed: &str) -> Option<Flow> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let text = oidc.seal.open(PURPOSE, &sealed)?;
        let flow: Flow = serde_json::from_slice(&text).ok()?;
        (flow.ends_at > self.world.now().as_second()).then_some(flow)
    }

    /// The person of an identity: linked before, or by the verified e-mail address now, or made where that is set.
    async fn user_of(
        &self,
        oidc: &Oidc,
        claims: Claims,
        device: &Device,
    ) -> Result<UserRecord, PeopleError> {
        let identity = ProviderIdentity {
            issuer: oidc.rules.issuer.clone(),
            subject: claims.sub.clone(),
        };
        if let Some(id) = self.store.find_identity(&identity).await? {
            return Ok(self.get(id).await?);
        }
        let email = claims.verified_email()?;
        let by = |actor| Author {
            request_id: device.request_id.clone(),
            ..Author::of(actor)
        };
        if let Some(user) = self.store.find_user(&email.key()).await? {
            let told = serde_json::json!({"issuer": identity.issuer, "subject": identity.subject});
            let act = by(Actor::User(user.id)).act(&self.world, "user.link", Some(&user.id));
            let act = act.changing(None, Some(told.to_string()));
            self.store.link_identity(user.id, &identity, &act).await?;
            return Ok(user);
        }
        if !oidc.rules.creates_users {
            return Err(OidcError::UnknownPerson.into());
        }
        let user = self.blank(
            email.clone(),
            name_of(&claims, &email),
            Role::Business,
            None,
        );
        match self
            .insert(&user, Some(&identity), &by(Actor::User(user.id)))
            .await
        {
            // Made by another request of the same person a moment ago.
            Err(StoreError::Conflict(_)) => Err(OidcError::FlowLost.into()),
            done => Ok(done.map(|()| user)?),
        }
    }
}

/// What the provider calls a person, or else the start of the e-mail address.
fn name_of(claims: &Claims, email: &Email) -> PersonName {
    let given = claims.name.as_deref().map(PersonName::parse);
    let given = given.and_then(Result::ok);
    given.unwrap_or_else(|| {
        PersonName::parse(email.local())
            .expect("1 to 64 bytes without white space or control characters")
    })
}
