//! Long answers of a server that somebody at the command line named, read as they come.

use std::io::Read;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use super::WebError;

/// How long a server may take until it begins to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The body of an answer with status 200, however long. It blocks. Addresses of this machine and its network are called like any
/// other: whoever names one here could call it anyway.
pub fn download(url: &str) -> Result<Box<dyn Read + Send>, WebError> {
    let told = |why: String| WebError {
        url: url.to_owned(),
        why,
    };
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let config = Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("bonafide/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls.build());
    let answer = config.build().new_agent().get(url).call();
    let answer = answer.map_err(|e| told(e.to_string()))?;
    if answer.status() != 200 {
        return Err(told(format!("it answers with status {}", answer.status())));
    }
    Ok(Box::new(answer.into_body().into_reader()))
}
