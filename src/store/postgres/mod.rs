//! The store on PostgreSQL: one database, many processes.
//!
//! Writers run side by side under READ COMMITTED and meet at the head of the change feed, which each updates as
//! its last act. Readers that need several statements to agree read one REPEATABLE READ snapshot. Connections
//! that a restart or a fail-over of the server has cut are replaced as they are met, so that nothing here has to
//! be started again.

#[path = "../sql/appeal.rs"]
mod appeal;
#[path = "../sql/audit.rs"]
mod audit;
#[path = "../sql/badge_log.rs"]
mod badge_log;
#[path = "../sql/batch.rs"]
mod batch;
#[path = "../sql/business.rs"]
mod business;
#[path = "../sql/business_rows.rs"]
mod business_rows;
#[path = "../sql/case.rs"]
mod case;
#[path = "../sql/case_intake.rs"]
mod case_intake;
#[path = "../sql/case_rows.rs"]
mod case_rows;
#[path = "../sql/check.rs"]
mod check;
#[path = "../sql/claims.rs"]
mod claims;
#[path = "../sql/desk.rs"]
mod desk;
mod error_states;
#[path = "../sql/feed.rs"]
mod feed;
#[path = "../sql/history.rs"]
mod history;
#[path = "../sql/idempotency.rs"]
mod idempotency;
#[path = "../sql/key.rs"]
mod key;
#[path = "../sql/label.rs"]
mod label;
#[path = "../sql/organisation.rs"]
mod organisation;
mod origin;
#[path = "../sql/proof.rs"]
mod proof;
#[path = "../sql/proof_code.rs"]
mod proof_code;
#[path = "../sql/proof_rows.rs"]
mod proof_rows;
#[path = "../sql/proof_settling.rs"]
mod proof_settling;
#[path = "../sql/report.rs"]
mod report;
#[path = "../sql/ruling.rs"]
mod ruling;
#[path = "../sql/ruling_effects.rs"]
mod ruling_effects;
#[path = "../sql/run.rs"]
mod run;
#[path = "../sql/schema.rs"]
mod schema;
#[path = "../sql/session.rs"]
mod session;
#[path = "../sql/user.rs"]
mod user;
#[path = "../sql/user_secrets.rs"]
mod user_secrets;
#[path = "../sql/values.rs"]
mod values;

use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Postgres, Row, Transaction};
use uuid::Uuid;

use self::origin::Origin;
use super::{Failure, Identity, Store, StoreError};
pub(super) use error_states::failure_of_state;

/// Most connections of one process. A server admits 100 unless it is told otherwise.
pub const MAX_CONNECTIONS: u32 = 10;
/// How long a request waits for a connection before it is told that the database is not available.
const CONNECTION_WAIT: Duration = Duration::from_secs(3);
/// How long the first connection may take, which may cross a network and set up TLS.
const OPENING: Duration = Duration::from_secs(15);

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        "registry",
        include_str!("../../../migrations/postgres/0001_registry.sql"),
    ),
    (
        2,
        "audit and access",
        include_str!("../../../migrations/postgres/0002_audit_and_access.sql"),
    ),
    (
        3,
        "people",
        include_str!("../../../migrations/postgres/0003_people.sql"),
    ),
    (
        4,
        "proof",
        include_str!("../../../migrations/postgres/0004_proof.sql"),
    ),
    (
        5,
        "badge log",
        include_str!("../../../migrations/postgres/0005_badge_log.sql"),
    ),
    (
        6,
        "cases",
        include_str!("../../../migrations/postgres/0006_cases.sql"),
    ),
    (
        7,
        "heads",
        include_str!("../../../migrations/postgres/0007_heads.sql"),
    ),
    (
        8,
        "long queues",
        include_str!("../../../migrations/postgres/0008_long_queues.sql"),
    ),
];

type Db = Postgres;
type DbRow = sqlx::postgres::PgRow;
type DbStore = PgStore;
type Connection = sqlx::PgConnection;

/// In the order of bytes, whatever the database's collation: batches that span several statements agree on it.
const LOCK_IN_ORDER: &str = " ORDER BY external_id COLLATE \"C\" FOR UPDATE";

/// Holds the rows that are read, in the order in which they are.
const LOCK_BUSINESS: &str = " FOR UPDATE";

/// Where a text stands in another, from 1; 0 if it does not.
const PLACE_IN: &str = "strpos";

/// Leaves rows alone that somebody else holds.
const SKIP_LOCKED: &str = " FOR UPDATE SKIP LOCKED";

const ALL: &str = concat!("SELECT ", business_columns!(), " FROM business ORDER BY id");

/// Moves the head, holding it until the transaction ends, and appends a change of one business with its number.
const APPEND_ONE: &str = "WITH head AS (UPDATE registry_head SET seq = seq + 1 RETURNING seq)
     INSERT INTO registry_change (seq, business_id, at) SELECT seq, $1, $2 FROM head RETURNING seq";

const SEARCH: &str = search_statement!("strpos", "chr");

/// A store in one PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PgStore {
    pool: PgPool,
    identity: Identity,
    origin: Origin,
}

impl PgStore {
    /// Opens and migrates the database of a URL such as `postgres://user:password@host/database`. Errors never
    /// quote the URL, which may hold a password.
    ///
    /// `candidate` becomes the identity of a database that has none yet.
    pub async fn open(url: &str, candidate: &Identity) -> Result<Self, StoreError> {
        refuse_hidden_secrets(url)?;
        let options = PgConnectOptions::from_str(url)
            .map_err(Failure::opening)?
            .application_name(env!("CARGO_PKG_NAME"))
            .options([
                // Whatever the server's settings are: single statements rely on it.
                ("default_transaction_isolation", "read committed"),
                // A process that vanished in mid-transaction must not hold the head of the feed for hours.
                ("idle_in_transaction_session_timeout", "60s"),
            ]);
        let opening = tokio::time::timeout(OPENING, Connection::connect_with(&options));
        let opened = opening.await.map_err(|_| {
            let seconds = OPENING.as_secs();
            StoreError::CannotOpen(format!(
                "the server does not answer within {seconds} seconds"
            ))
        })?;
        let mut connection = opened.map_err(Failure::opening)?;
        require_utf8(&mut connection).await?;
        if let Err(error) = schema::migrate(&mut connection).await {
            // A role that may not create tables can use those that another role has brought up to date.
            let denied = matches!(error, StoreError::CannotOpen(_));
            if !denied || !is_current(&mut connection).await {
                return Err(error);
            }
        }
        let identity = schema::identify(&mut connection, candidate).await?;
        let origin = Origin::find(&mut connection).await?;
        // It has done its work; an error in saying goodbye changes nothing.
        let _ = connection.close().await;
        let lock_timeout = super::sqlite::BUSY_TIMEOUT.as_millis().to_string();
        let pool = PgPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(CONNECTION_WAIT)
            .connect_lazy_with(options.options([("lock_timeout", lock_timeout)]));
        Ok(Self {
            pool,
            identity,
            origin,
        })
    }

    fn reader(&self) -> &PgPool {
        &self.pool
    }

    fn writer(&self) -> &PgPool {
        &self.pool
    }

    /// Starts a transaction that may write.
    async fn begin(&self) -> Result<Transaction<'_, Postgres>, Failure> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        Ok(self.pool.begin_with(begin).await?)
    }

    /// Starts a transaction that reads one state of the database.
    async fn snapshot(&self) -> Result<Transaction<'_, Postgres>, Failure> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Ok(self.pool.begin_with(begin).await?)
    }

    /// The epoch of the change numbers that this connection's server gives.
    async fn epoch(&self, connection: &mut Connection) -> Result<Uuid, Failure> {
        self.origin.epoch(connection, self.identity.epoch).await
    }
}

/// The driver logs parameters that it does not know with their values: one that holds a password must not get there.
fn refuse_hidden_secrets(url: &str) -> Result<(), StoreError> {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let mut names = form_urlencoded::parse(parameters.as_bytes()).map(|(name, _)| name);
    match names.find(|name| *name != "password" && name.to_lowercase().contains("pass")) {
        None => Ok(()),
        Some(name) => Err(StoreError::CannotOpen(format!(
            "its address takes no parameter {name:?}; a password is given before the host, or as PGPASSWORD"
        ))),
    }
}

/// Whether a database has this program's schema; not so when it cannot be asked.
async fn is_current(connection: &mut Connection) -> bool {
    let newest = schema::newest_migration(connection).await;
    newest.is_ok_and(|newest| newest == schema::newest_known())
}

/// Names come in every script: a database of another encoding would refuse them one by one.
async fn require_utf8(connection: &mut Connection) -> Result<(), StoreError> {
    let row = sqlx::query("SHOW server_encoding")
        .fetch_one(connection)
        .await
        .map_err(Failure::opening)?;
    let encoding: &str = row.try_get(0).map_err(Failure::opening)?;
    if encoding.eq_ignore_ascii_case("UTF8") {
        return Ok(());
    }
    Err(StoreError::CannotOpen(format!(
        "its encoding is {encoding}, but must be UTF8: make it by CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )))
}

#[async_trait]
impl Store for PgStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
