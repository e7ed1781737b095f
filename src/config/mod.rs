//! Settings: flags over `BONAFIDE_*` environment variables over an optional TOML file over defaults.

mod database_url;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use database_url::DatabaseUrl;

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
    /// Share of accounts that are impostors before any evidence; between 0 and 1.
    pub prior: f64,
    /// Accounts that are checked or wait for it at once; whoever comes beyond is answered 503 `overloaded`.
    pub max_checks: u32,
    /// Requests a minute of a key that has no rate of its own; 0 is without end.
    pub rate_per_minute: u32,
    /// Seconds that a request may take.
    pub request_timeout_seconds: u16,
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
            prior: 0.01,
            max_checks: 1_000,
            rate_per_minute: 6_000,
            request_timeout_seconds: 30,
        }
    }
}

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
        let settings: Self = figment
            .merge(Env::prefixed("BONAFIDE_").ignore(&["config"]))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|e| ConfigError::Value(e.to_string()))?;
        settings.sound()
    }

    /// Refuses what no single type forbids.
    fn sound(self) -> Result<Self, ConfigError> {
        let wrong = if !(self.prior > 0.0 && self.prior < 1.0) {
            format!("prior is {}, but must lie between 0 and 1", self.prior)
        } else if self.max_checks == 0 {
            "max_checks is 0, but at least 1 check must be let in".to_owned()
        } else {
            return Ok(self);
        };
        Err(ConfigError::Value(wrong))
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
