//! Everything that calls out of this machine: the traits that services use, and what implements them.
//!
//! A call gives what was found or a [`Failure`], which keeps three things apart: what was looked for is not there, nobody
//! could look for it now, and it is not looked for at all. Nothing here keeps state, counts tries or knows the time: whoever
//! calls does.

mod failure;
mod lei_record;
mod log_codes;
mod message;
mod site_file;
mod web;
pub mod whatsapp;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

pub use failure::{CertificateFault, Failure, Refusal, Trouble};
pub use lei_record::LeiRecord;
pub use log_codes::LogCodes;
pub use message::{CodeMessage, CodeWay, Mail};
pub use site_file::{SiteFile, txt_name, txt_text, well_known_url};
pub use web::HttpWeb;

use crate::domain::{Domain, Handle, Lei, Secret};
use whatsapp::{BusinessProfile, CodeMethod, PhoneNumberId, WhatsAppNumber};

/// All of them, ready to be used by services.
#[derive(Clone)]
pub struct Providers {
    /// Proofs that a site gives.
    pub sites: Arc<dyn SiteProofs>,
    /// Public pages of accounts.
    pub profiles: Arc<dyn ProfilePages>,
    /// E-mail; none where the operator has not set it up.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// The ways in which one-time codes reach a phone, as the operator has set them up; the first is the one to take
    /// where nobody says which.
    pub codes: BTreeMap<CodeWay, Arc<dyn CodeSender>>,
    /// WhatsApp's Graph API.
    pub whatsapp: Arc<dyn WhatsAppGraph>,
    /// Records of legal entities.
    pub legal: Arc<dyn LegalEntities>,
}

/// What a site itself says: that its owner put our token there, and which channels are its own.
#[async_trait]
pub trait SiteProofs: Send + Sync {
    /// Succeeds when one of the TXT records at [`txt_name`] is [`txt_text`] of the token.
    async fn txt_record(&self, domain: &Domain, token: &str) -> Result<(), Failure>;

    /// The file at [`well_known_url`], fetched over TLS; a redirection counts within the same registrable domain only.
    async fn well_known(&self, domain: &Domain) -> Result<SiteFile, Failure>;
}

/// The public pages of accounts on platforms.
#[async_trait]
pub trait ProfilePages: Send + Sync {
    /// How the public page of an account names a site: its domain, or a name below it.
    async fn link_to(&self, handle: &Handle, domain: &Domain) -> Result<BackLink, Failure>;
}

/// How a page names a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackLink {
    /// The page, as it was asked last.
    pub page: String,
    /// In which way.
    pub kind: LinkKind,
    /// The address of the link, or the words of the text; at most 200 characters.
    pub target: String,
}

/// The ways in which a page names a site, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// A link that says that it leads to the same person or business: `rel="me"`.
    RelMe,
    /// A link.
    Link,
    /// The text that people read, or that other programs do (`<meta>`, structured data).
    Text,
}

/// Sends e-mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a message to the mail server; that it has taken it does not mean that it has arrived.
    async fn send(&self, mail: &Mail) -> Result<(), Failure>;
}

/// Sends one-time codes to phones.
#[async_trait]
pub trait CodeSender: Send + Sync {
    /// Hands a code to whoever delivers it; that it was taken does not mean that it has arrived.
    async fn send(&self, message: &CodeMessage) -> Result<(), Failure>;
}

/// WhatsApp's Graph API, asked with the token of whoever owns a number: it knows nothing of strangers' numbers.
#[async_trait]
pub trait WhatsAppGraph: Send + Sync {
    /// A number and its state.
    async fn number(&self, token: &Secret, id: &PhoneNumberId) -> Result<WhatsAppNumber, Failure>;

    /// What the account says of the business.
    async fn profile(&self, token: &Secret, id: &PhoneNumberId)
    -> Result<BusinessProfile, Failure>;

    /// Lets WhatsApp send a code of its own to the number; `language` is a locale such as `en_US`.
    async fn request_code(
        &self,
        token: &Secret,
        id: &PhoneNumberId,
        method: CodeMethod,
        language: &str,
    ) -> Result<(), Failure>;

    /// Succeeds when a code is the one that WhatsApp sent to the number; a wrong or old one is `NotFound`.
    async fn verify_code(
        &self,
        token: &Secret,
        id: &PhoneNumberId,
        code: &Secret,
    ) -> Result<(), Failure>;
}

/// The register of Legal Entity Identifiers.
#[async_trait]
pub trait LegalEntities: Send + Sync {
    /// The record of an identifier.
    async fn record(&self, lei: &Lei) -> Result<LeiRecord, Failure>;
}

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
