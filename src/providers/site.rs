//! What a site itself says, asked over DNS and TLS.

use async_trait::async_trait;
use reqwest::header::ACCEPT;

use super::client::{Call, Client};
use super::site_file::{SiteFile, counted, txt_name, txt_text, well_known_url};
use super::{Failure, SiteProofs};
use crate::domain::Domain;

/// Asks sites.
#[derive(Clone)]
pub struct NetSites(Client);

impl NetSites {
    /// Asks by a client.
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

#[async_trait]
impl SiteProofs for NetSites {
    async fn txt_record(&self, domain: &Domain, token: &str) -> Result<(), Failure> {
        let (name, text) = (txt_name(domain), txt_text(token));
        let texts = self.0.names().texts(&name).await?;
        // Some providers keep the quotation marks that their customers type.
        if texts.iter().any(|t| t.trim().trim_matches('"') == text) {
            return Ok(());
        }
        let mut found = counted(texts.len(), "other TXT record", "other TXT records");
        let start = txt_text("");
        if texts.iter().any(|t| t.contains(&start)) {
            found.push_str(", one of them with another token");
        }
        Err(Failure::not_found(
            format!("TXT record {text:?}"),
            name,
            found,
        ))
    }

    async fn well_known(&self, domain: &Domain) -> Result<SiteFile, Failure> {
        let url = well_known_url(domain);
        let mut call = Call::of_stranger(&url).with(ACCEPT, "application/json")?;
        call.stays_on = Some(domain.registrable());
        let answer = self.0.call(call).await?;
        if let Some(trouble) = answer.trouble() {
            return Err(Failure::unavailable(answer.at, trouble));
        }
        if answer.status != 200 {
            let found = format!("status {}", answer.status);
            return Err(Failure::not_found("Bonafide's JSON file", answer.at, found));
        }
        SiteFile::parse(&answer.at, &answer.body)
    }
}
