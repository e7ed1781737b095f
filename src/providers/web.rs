//! Calls of services that the operator named.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION};

use super::client::{Answer, Call, Client};
use super::{Failure, Refusal, Web};

/// Calls over HTTP, by the one client.
#[derive(Clone)]
pub struct HttpWeb(Client);

impl HttpWeb {
    /// Calls by a client.
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    async fn body(&self, call: Call<'_>) -> Result<Vec<u8>, Failure> {
        let call = call.with(ACCEPT, "application/json")?;
        let answer = self.0.call(call).await?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        if let Some(trouble) = answer.trouble() {
            return Err(Failure::unavailable(answer.at, trouble));
        }
        Err(refused(answer))
    }
}

/// What a service of the operator says no with: its words are for the operator.
fn refused(answer: Answer) -> Failure {
    let said: String = String::from_utf8_lossy(&answer.body)
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    let why = format!("status {}: {said}", answer.status);
    Failure::refused(answer.at, Refusal::Answer(why))
}

#[async_trait]
impl Web for HttpWeb {
    async fn get(&self, url: &str) -> Result<Vec<u8>, Failure> {
        self.body(Call::of_operator(Method::GET, url)).await
    }

    async fn post_form(
        &self,
        url: &str,
        credentials: Option<(String, String)>,
        form: Vec<(&'static str, String)>,
    ) -> Result<Vec<u8>, Failure> {
        let text = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut call = Call::of_operator(Method::POST, url)
            .with_body("application/x-www-form-urlencoded", text.into_bytes())?;
        if let Some((name, password)) = credentials {
            let both = STANDARD.encode(format!("{name}:{password}"));
            call = call.with(AUTHORIZATION, &format!("Basic {both}"))?;
        }
        self.body(call).await
    }
}
