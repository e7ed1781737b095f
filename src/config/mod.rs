//! Settings: flags over `BONAFIDE_*` environment variables over an optional TOML file over defaults.

mod database_url;
mod loopback_port;
mod outgoing;
mod proof;
mod web_url;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::domain::Verdict;

pub use crate::domain::Secret;
pub use database_url::DatabaseUrl;
pub use loopback_port::LoopbackPort;
pub use proof::{BadgeSettings, Badges, Proof};

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Which database: `sqlite://FILE`, or `postgres://USER:PASSWORD@HOST/DATABASE` for many machines.
    pub database: DatabaseUrl,
    /// Where the index is kept between starts; beside a SQLite database if nothing is said, nowhere otherwise.
    pub index_file: Option<PathBuf>,
    /// Lets callers without a key check and read on addresses other than loopback too.
    pub allow_anonymous: bool,
    /// Web origins that may call the API from a browser; `*` is any. None by default.
    pub cors_origins: Vec<String>,
    /// How to write logs.
    pub log_format: LogFormat,
    /// What to log, in the notation of `tracing` filters.
    pub log_filter: String,
    /// Days for which kept checks are kept.
    pub keep_checks_days: u16,
    /// Which kept checks open a case for reviewers.
    pub opens_cases: OpensCases,
    /// Share of accounts that are impostors before any evidence; between 0 and 1.
    pub prior: f64,
    /// Accounts that are checked or wait for it at once; whoever comes beyond is answered 503 `overloaded`.
    pub max_checks: u32,
    /// Requests a minute of a key that has no rate of its own; 0 is without end.
    pub rate_per_minute: u32,
    /// Seconds that a request may take.
    pub request_timeout_seconds: u16,
    /// Where people reach this server, such as `https://bonafide.example.com`; without it, where it listens.
    pub public_url: Option<String>,
    /// Reverse proxies that a request passes before it arrives. The client's address is what the outermost of them
    /// added to `X-Forwarded-For`; with 0 that header is not looked at.
    pub proxies: u8,
    /// Whether reviewers, leads and admins need a second factor for all but their own account.
    pub require_totp: bool,
    /// Sign-ins a minute of one client address; 0 is without end.
    pub sign_ins_per_minute: u32,
    /// Reports, appeals and questions how they stand, a minute of one client address without a key; 0 is without end.
    pub public_requests_per_minute: u32,
    /// The OpenID provider by which people can sign in too.
    pub oidc_issuer: Option<String>,
    /// What the provider knows this server by.
    pub oidc_client_id: Option<String>,
    /// This server's password there; none for a public client.
    pub oidc_client_secret: Option<Secret>,
    /// Whether somebody new who comes from the provider gets an account of the role `business`.
    pub oidc_create_users: bool,
    /// Which claims earn which badge.
    pub badges: Badges,
    /// How long proofs hold and how often they are looked for again.
    pub proof: Proof,
    /// The name server that is asked, as `ADDRESS:PORT`; those of this machine without it.
    pub dns_server: Option<SocketAddr>,
    /// Ports besides 443 and 80 that are called at sites which others name.
    pub outgoing_ports: Vec<u16>,
    /// Ports of loopback that sites which others name may lead to; for tests and for trying out.
    pub outgoing_loopback_ports: Vec<LoopbackPort>,
    /// A PEM file of certificates that are trusted beside those which this machine trusts.
    pub outgoing_root_certificates: Option<PathBuf>,
    /// The mail server, as `HOST` or `HOST:PORT`; without it no e-mail is sent.
    pub smtp_server: Option<String>,
    /// How the way to it is kept private.
    pub smtp_tls: SmtpTls,
    /// Our name there; none where it asks for none.
    pub smtp_user: Option<String>,
    /// Our password there.
    pub smtp_password: Option<Secret>,
    /// Whom e-mail is from.
    pub mail_from: Option<String>,
    /// Who sends text messages for us: gets each as JSON, signed (Standard Webhooks).
    pub sms_webhook_url: Option<String>,
    /// What these are signed by: `whsec_` and base64.
    pub sms_webhook_secret: Option<Secret>,
    /// WhatsApp's Graph API, with its version.
    pub graph_url: String,
    /// The secret of our app at Meta, by which its webhook events are signed.
    pub whatsapp_app_secret: Option<Secret>,
    /// What WhatsApp shows when it asks whether to send events here.
    pub whatsapp_verify_token: Option<Secret>,
    /// The id of the WhatsApp number from which codes are sent.
    pub whatsapp_sender: Option<String>,
    /// The token of that number's owner.
    pub whatsapp_sender_token: Option<Secret>,
    /// The name of an approved authentication template there.
    pub whatsapp_template: String,
    /// Whether codes and e-mail that nobody else is set up to send are written to the log.
    pub codes_to_log: bool,
    /// GLEIF's API, with its version.
    pub gleif_url: String,
}

/// How the way to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// By STARTTLS, without which nothing is sent; port 587 unless one is named.
    Starttls,
    /// By TLS from the first byte; port 465 unless one is named.
    Implicit,
    /// Not at all: for a mail server on this machine; port 25 unless one is named.
    None,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Which kept checks open a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum OpensCases {
    /// None.
    Never,
    /// Those that answer `likely_impostor`.
    LikelyImpostor,
    /// Those that answer `suspicious` too.
    Suspicious,
}

impl OpensCases {
    /// The mildest verdict that opens one.
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Never => None,
            Self::LikelyImpostor => Some(Verdict::LikelyImpostor),
            Self::Suspicious => Some(Verdict::Suspicious),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: "sqlite://bonafide.db".into(),
            index_file: None,
            allow_anonymous: false,
            cors_origins: Vec::new(),
            log_format: LogFormat::Auto,
            log_filter: "info".to_owned(),
            keep_checks_days: 30,
            opens_cases: OpensCases::LikelyImpostor,
            prior: 0.01,
            max_checks: 1_000,
            rate_per_minute: 6_000,
            request_timeout_seconds: 30,
            public_url: None,
            proxies: 0,
            require_totp: true,
            sign_ins_per_minute: 30,
            public_requests_per_minute: 60,
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret: None,
            oidc_create_users: false,
            badges: Badges::default(),
            proof: Proof::default(),
            dns_server: None,
            outgoing_ports: Vec::new(),
            outgoing_loopback_ports: Vec::new(),
            outgoing_root_certificates: None,
            smtp_server: None,
            smtp_tls: SmtpTls::Starttls,
            smtp_user: None,
            smtp_password: None,
            mail_from: None,
            sms_webhook_url: None,
            sms_webhook_secret: None,
            graph_url: "https://graph.facebook.com/v25.0".to_owned(),
            whatsapp_app_secret: None,
            whatsapp_verify_token: None,
            whatsapp_sender: None,
            whatsapp_sender_token: None,
            whatsapp_template: "bonafide_code".to_owned(),
            codes_to_log: false,
            gleif_url: "https://api.gleif.org/api/v1".to_owned(),
        }
    }
}

/// Settings that are texts whatever they look like: a variable of digits would be read as a number otherwise.
const TEXTS: &[&str] = &[
    "oidc_client_id",
    "oidc_client_secret",
    "smtp_user",
    "smtp_password",
    "sms_webhook_secret",
    "whatsapp_app_secret",
    "whatsapp_verify_token",
    "whatsapp_sender",
    "whatsapp_sender_token",
    "whatsapp_template",
];

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value does not fit, or a name is unknown.
    #[error("settings: {0}")]
    Value(String),
    /// The named file is not there.
    #[error("settings: there is no file {0}")]
    NoFile(String),
}

impl Settings {
    /// Where the index is kept between starts, if anywhere.
    pub fn index_path(&self) -> Option<PathBuf> {
        let beside = || {
            let file = sqlite_file(self.database.expose())?;
            Some(format!("{file}.index").into())
        };
        self.index_file.clone().or_else(beside)
    }

    /// Loads settings. `flags` is anything that serialises to a map of the flags that were given.
    pub fn load(file: Option<&Path>, flags: impl Serialize) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file.display().to_string()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let texts = TEXTS.iter().filter_map(|name| {
            let value = std::env::var(format!("BONAFIDE_{}", name.to_uppercase()));
            Some((*name, value.ok()?))
        });
        let texts: BTreeMap<&str, String> = texts.collect();
        let settings: Self = figment
            .merge(Env::prefixed("BONAFIDE_").ignore(&["config"]).ignore(TEXTS))
            .merge(Serialized::defaults(texts))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|e| ConfigError::Value(e.to_string()))?;
        settings.sound()
    }

    /// Refuses what no single type forbids.
    fn sound(mut self) -> Result<Self, ConfigError> {
        if let Some(url) = &mut self.public_url {
            url.truncate(url.trim_end_matches('/').len());
        }
        let wrong = if !(self.prior > 0.0 && self.prior < 1.0) {
            format!("prior is {}, but must lie between 0 and 1", self.prior)
        } else if self.max_checks == 0 {
            "max_checks is 0, but at least 1 check must be let in".to_owned()
        } else if let Some(wrong) = self.unsound_address() {
            wrong
        } else if let Some(wrong) = proof::unsound(&self.badges, &self.proof) {
            wrong
        } else if let Some(wrong) = outgoing::unsound(&self) {
            wrong
        } else {
            return Ok(self);
        };
        Err(ConfigError::Value(wrong))
    }

    /// What is wrong with the addresses by which people and their provider reach each other.
    fn unsound_address(&self) -> Option<String> {
        if let Some(url) = &self.public_url {
            if let Some(fault) = web_url::fault(url) {
                return Some(format!("public_url is {url:?}, but {fault}"));
            }
            if !web_url::is_origin(url) {
                return Some(format!("public_url is {url:?}, but must have no path"));
            }
        }
        let issuer = self.oidc_issuer.as_ref()?;
        if let Some(fault) = web_url::fault(issuer) {
            return Some(format!("oidc_issuer is {issuer:?}, but {fault}"));
        }
        let needed = [
            ("oidc_client_id", self.oidc_client_id.is_none()),
            ("public_url", self.public_url.is_none()),
        ];
        let missing = needed.iter().find(|(_, missing)| *missing)?.0;
        Some(format!("oidc_issuer is set, but {missing} is not"))
    }
}

/// The file that a SQLite URL names; none for a database in memory or of another kind.
pub fn sqlite_file(url: &str) -> Option<&str> {
    let file = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))?;
    let file = file.split('?').next().unwrap_or_default();
    (file != ":memory:" && !file.is_empty()).then_some(file)
}
