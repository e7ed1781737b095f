//! Puts the parts together: the only place that names concrete stores, the clock and the source of randomness.

mod outgoing;
mod proof;

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::config::Settings;
use crate::http::{Site, ToldSetting};
pub use crate::providers::download;
use crate::providers::{Client, HttpWeb, Providers};
use crate::service::Services;
use crate::service::access::{Access, Defaults, Scope};
use crate::service::audit::Audit;
use crate::service::badge_log::BadgeLog;
use crate::service::check::{Checks, Rules};
use crate::service::housekeeping::Housekeeping;
use crate::service::idempotency::Idempotency;
use crate::service::live::{IndexFile, LiveIndex};
use crate::service::people::oidc::{Oidc, OidcRules};
use crate::service::people::{People, PeopleRules};
use crate::service::registry::Registry;
use crate::service::review::Review;
use crate::service::verification::Verification;
use crate::service::world::{Clock, Entropy, World};
use crate::store::postgres::PgStore;
use crate::store::sqlite::{self, SqliteStore};
use crate::store::{Identity, Store, StoreError};

pub use outgoing::{client, providers};

/// The clock of this machine.
struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the clock is read"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The randomness of the operating system.
struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

/// The real clock and randomness.
pub fn system_world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(SystemEntropy))
}

/// Opens the store that a URL names, creating and migrating it where needed.
pub async fn open_store(url: &str, world: &World) -> Result<Arc<dyn Store>, StoreError> {
    let candidate = new_identity(world);
    if url.starts_with("sqlite:") {
        return Ok(Arc::new(SqliteStore::open(url, &candidate).await?));
    }
    if has_own_tools(url) {
        return Ok(Arc::new(PgStore::open(url, &candidate).await?));
    }
    Err(StoreError::CannotOpen(
        "the address names no known kind of database; use sqlite://FILE, such as sqlite://bonafide.db, \
         or postgres://USER:PASSWORD@HOST/DATABASE"
            .to_owned(),
    ))
}

/// Whether the database of a URL is backed up by tools of its engine (PostgreSQL), not by [`backup`].
pub fn has_own_tools(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

/// Copies a SQLite database that is in use to a new file.
pub async fn backup(url: &str, file: &Path) -> Result<(), StoreError> {
    sqlite::backup(url, file).await
}

/// Puts a backup in the place of a SQLite database, of one that is there already only with `overwrite`.
pub async fn restore(
    url: &str,
    file: &Path,
    overwrite: bool,
    world: &World,
) -> Result<(), StoreError> {
    sqlite::restore(url, file, overwrite, &new_identity(world)).await
}

fn new_identity(world: &World) -> Identity {
    Identity {
        epoch: Uuid::from_bytes(world.random()),
        secret: world.random(),
    }
}

/// Loads the registry and keys of a store into running services.
///
/// `client` is what they call out by, and `outside` all that looks outside by it.
pub async fn start(
    store: Arc<dyn Store>,
    world: World,
    settings: &Settings,
    client: &Client,
    outside: Providers,
) -> Result<Services, StoreError> {
    let live = Arc::new(LiveIndex::load(Arc::clone(&store), index_file(settings)).await?);
    let open = settings.listen.ip().is_loopback() || settings.allow_anonymous;
    let anonymous = if open {
        vec![Scope::Check, Scope::RegistryRead]
    } else {
        Vec::new()
    };
    let defaults = Defaults {
        anonymous,
        rate_per_minute: NonZeroU32::new(settings.rate_per_minute),
    };
    let access = Access::load(Arc::clone(&store), world.clone(), defaults).await?;
    let checks = Checks::new(
        Arc::clone(&live),
        Arc::clone(&store),
        world.clone(),
        Rules {
            prior: settings.prior,
            kept_for: keep_checks(settings),
            at_once: settings.max_checks,
            opens_cases: settings.opens_cases.verdict(),
        },
    );
    let checks = Arc::new(checks);
    let review = Review::new(
        Arc::clone(&store),
        Arc::clone(&live),
        Arc::clone(&checks),
        world.clone(),
        NonZeroU32::new(settings.public_requests_per_minute),
    );
    let review = match outside.codes.values().next() {
        Some(codes) => review.sending_codes_by(Arc::clone(codes)),
        None => review,
    };
    let registry = Registry::with_live(Arc::clone(&store), world.clone(), Arc::clone(&live));
    let verification = Verification::new(
        Arc::clone(&store),
        Arc::clone(&live),
        registry.clone(),
        world.clone(),
        proof::rules(settings),
        outside,
    );
    Ok(Services {
        review,
        registry,
        verification: Arc::new(verification),
        checks,
        access: Arc::new(access),
        audit: Audit::new(Arc::clone(&store)),
        badge_log: BadgeLog::new(Arc::clone(&store), world.clone()),
        people: Arc::new(people(&store, &world, settings, client)),
        live,
        idempotency: Idempotency::new(store, world.clone(), longest_request(settings)),
        world,
    })
}

/// The people of a store, and the provider by which they sign in.
pub fn people(
    store: &Arc<dyn Store>,
    world: &World,
    settings: &Settings,
    client: &Client,
) -> People {
    let rules = PeopleRules {
        require_totp: settings.require_totp,
        sign_ins_per_minute: NonZeroU32::new(settings.sign_ins_per_minute),
    };
    let oidc = oidc_rules(settings).map(|rules| {
        Oidc::new(
            rules,
            Arc::new(HttpWeb::new(client.clone())),
            &store.identity().secret,
        )
    });
    People::new(Arc::clone(store), world.clone(), rules, oidc)
}

fn oidc_rules(settings: &Settings) -> Option<OidcRules> {
    let public_url = settings.public_url.as_ref()?;
    Some(OidcRules {
        issuer: settings.oidc_issuer.clone()?,
        client_id: settings.oidc_client_id.clone()?,
        client_secret: (settings.oidc_client_secret.as_ref()).map(|s| s.expose().to_owned()),
        redirect_uri: format!("{public_url}{}", crate::http::OIDC_CALLBACK),
        creates_users: settings.oidc_create_users,
    })
}

/// How people reach this server.
pub fn site(settings: &Settings) -> Site {
    let secure = match &settings.public_url {
        Some(url) => url.starts_with("https://"),
        None => !settings.listen.ip().is_loopback(),
    };
    Site {
        public_url: settings.public_url.clone(),
        secure,
        proxies: settings.proxies,
        settings: told(settings),
    }
}

/// Every setting as admins are told it: passwords are hidden.
fn told(settings: &Settings) -> Vec<ToldSetting> {
    let fields = |settings: &Settings| {
        let public = Settings {
            database: settings.database.to_string().as_str().into(),
            oidc_client_secret: settings.oidc_client_secret.as_ref().map(|_| "***".into()),
            ..settings.clone()
        };
        match serde_json::to_value(public) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        }
    };
    let defaults = fields(&Settings::default());
    let told = fields(settings).into_iter().map(|(name, value)| {
        let changed = defaults.get(&name) != Some(&value);
        let value = match value {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => "–".to_owned(),
            other => other.to_string(),
        };
        ToldSetting {
            name,
            value,
            changed,
        }
    });
    told.collect()
}

/// Where the index is kept between starts, if anywhere.
pub fn index_file(settings: &Settings) -> Option<IndexFile> {
    settings.index_path().map(IndexFile::at)
}

/// What has to run beside requests.
pub fn housekeeping(
    services: &Services,
    store: Arc<dyn Store>,
    settings: &Settings,
) -> Housekeeping {
    Housekeeping {
        store,
        live: Arc::clone(&services.live),
        access: Arc::clone(&services.access),
        review: services.review.clone(),
        world: services.world.clone(),
        keep_checks: keep_checks(settings),
    }
}

/// No request is still under way after twice its time.
fn longest_request(settings: &Settings) -> SignedDuration {
    SignedDuration::from_secs(2 * i64::from(settings.request_timeout_seconds))
}

fn keep_checks(settings: &Settings) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(settings.keep_checks_days))
}
