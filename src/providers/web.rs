//! Calls over HTTP, on the pool for what blocks: they are few, and whoever waits for one waits for a person anyway.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::{Web, WebError};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const LONGEST: u64 = 256 * 1024;

/// Calls with the certificates that this machine trusts.
#[derive(Debug, Clone)]
pub struct HttpWeb(Agent);

impl Default for HttpWeb {
    fn default() -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("bonafide/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build());
        Self(config.build().new_agent())
    }
}

#[async_trait]
impl Web for HttpWeb {
    async fn get(&self, url: &str) -> Result<Vec<u8>, WebError> {
        let (agent, target) = (self.0.clone(), url.to_owned());
        blocking(url, move || agent.get(&target).call()).await
    }

    async fn post_form(
        &self,
        url: &str,
        credentials: Option<(String, String)>,
        form: Vec<(&'static str, String)>,
    ) -> Result<Vec<u8>, WebError> {
        let (agent, target) = (self.0.clone(), url.to_owned());
        blocking(url, move || {
            let mut request = agent.post(&target).header("accept", "application/json");
            if let Some((name, password)) = credentials {
                let both = STANDARD.encode(format!("{name}:{password}"));
                request = request.header("authorization", format!("Basic {both}"));
            }
            request.send_form(form)
        })
        .await
    }
}

async fn blocking(
    url: &str,
    call: impl FnOnce() -> Result<Response<Body>, ureq::Error> + Send + 'static,
) -> Result<Vec<u8>, WebError> {
    let told = |why: String| WebError {
        url: url.to_owned(),
        why,
    };
    let answered = tokio::task::spawn_blocking(move || {
        let mut response = call()?;
        let body = response.body_mut().with_config().limit(LONGEST);
        let body = body.read_to_vec()?;
        Ok::<_, ureq::Error>((response.status(), body))
    });
    let (status, body) = answered
        .await
        .map_err(|e| told(e.to_string()))?
        .map_err(|e| told(e.to_string()))?;
    if status == 200 {
        return Ok(body);
    }
    let said: String = String::from_utf8_lossy(&body).chars().take(200).collect();
    Err(told(format!("status {status}: {said}")))
}
