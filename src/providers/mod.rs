//! Everything that calls out of this machine: the traits that services use, and what implements them.

mod download;
mod web;

use async_trait::async_trait;

pub use download::download;
pub use web::HttpWeb;

/// Why a call out came to nothing, for the log: it may name addresses, never secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{url}: {why}")]
pub struct WebError {
    /// What was called.
    pub url: String,
    /// What went wrong.
    pub why: String,
}

/// Calls services that the operator named. An answer has at most 256 KiB, takes at most 10 seconds, and is no
/// redirection.
#[async_trait]
pub trait Web: Send + Sync {
    /// The body of an answer with status 200.
    async fn get(&self, url: &str) -> Result<Vec<u8>, WebError>;

    /// Posts a form; `credentials` are a name and a password for HTTP basic authentication, encoded already.
    async fn post_form(
        &self,
        url: &str,
        credentials: Option<(String, String)>,
        form: Vec<(&'static str, String)>,
    ) -> Result<Vec<u8>, WebError>;
}
