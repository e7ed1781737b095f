//! The store on SQLite: one file, write-ahead log, one writer.
//!
//! `synchronous=FULL`, so that what was acknowledged survives a power cut; `BEGIN IMMEDIATE`, so that a
//! write waits for the lock at its start (at most [`BUSY_TIMEOUT`]) and never fails half-way for it.

#[path = "../sql/appeal.rs"]
mod appeal;
#[path = "../sql/audit.rs"]
mod audit;
mod backup;
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
mod error_codes;
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
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use uuid::Uuid;

use super::{Failure, Identity, Store, StoreError};
pub use backup::{backup, restore};
pub(super) use error_codes::error_of_code;

/// How long a statement waits for another process's lock.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        "registry",
        include_str!("../../../migrations/sqlite/0001_registry.sql"),
    ),
    (
        2,
        "audit and access",
        include_str!("../../../migrations/sqlite/0002_audit_and_access.sql"),
    ),
    (
        3,
        "people",
        include_str!("../../../migrations/sqlite/0003_people.sql"),
    ),
    (
        4,
        "proof",
        include_str!("../../../migrations/sqlite/0004_proof.sql"),
    ),
    (
        5,
        "badge log",
        include_str!("../../../migrations/sqlite/0005_badge_log.sql"),
    ),
    (
        6,
        "cases",
        include_str!("../../../migrations/sqlite/0006_cases.sql"),
    ),
    (
        7,
        "heads",
        include_str!("../../../migrations/sqlite/0007_heads.sql"),
    ),
    (
        8,
        "long queues",
        include_str!("../../../migrations/sqlite/0008_long_queues.sql"),
    ),
];

type Db = Sqlite;
type DbRow = sqlx::sqlite::SqliteRow;
type DbStore = SqliteStore;
type Connection = sqlx::SqliteConnection;

/// The one writer holds everything from the start of its transaction.
const LOCK_IN_ORDER: &str = "";

/// Holds the rows that are read, in the order in which they are.
const LOCK_BUSINESS: &str = "";

/// Where a text stands in another, from 1; 0 if it does not.
const PLACE_IN: &str = "instr";

/// Leaves rows alone that somebody else holds.
const SKIP_LOCKED: &str = "";

const ALL: &str = concat!(
    "SELECT ",
    business_columns!(),
    " FROM business ORDER BY rowid"
);

/// Appends a change of one business and gives its number; a trigger moves the head.
const APPEND_ONE: &str = "INSERT INTO registry_change (seq, business_id, at)
     SELECT seq + 1, $1, $2 FROM registry_head RETURNING seq";

const SEARCH: &str = search_statement!("instr", "char");

/// A store in one SQLite file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    reader: SqlitePool,
    identity: Identity,
}

impl SqliteStore {
    /// Opens, or creates and migrates, the database of a URL such as `sqlite://bonafide.db`.
    ///
    /// `candidate` becomes the identity of a database that has none yet.
    pub async fn open(url: &str, candidate: &Identity) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|e| StoreError::CannotOpen(format!("{url:?} is not a usable address: {e}")))?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .create_if_missing(!url.contains("mode="));
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            // A file does not hang up.
            .test_before_acquire(false)
            // Pages of 4 KiB: room for an import's index pages, and a checkpoint per 32 MiB rather than per batch.
            .connect_with(
                options
                    .clone()
                    .pragma("cache_size", "-32768")
                    .pragma("wal_autocheckpoint", "8192"),
            )
            .await
            .map_err(Failure::opening)?;
        let mut connection = writer.acquire().await.map_err(Failure::opening)?;
        schema::migrate(&mut connection).await?;
        let identity = schema::identify(&mut connection, candidate).await?;
        drop(connection);
        let reader = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(Some(Duration::from_secs(600)))
            .test_before_acquire(false)
            .connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"));
        Ok(Self {
            writer,
            reader,
            identity,
        })
    }

    fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// Starts a transaction that may write.
    async fn begin(&self) -> Result<Transaction<'_, Sqlite>, Failure> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Starts a transaction that reads one state of the database.
    async fn snapshot(&self) -> Result<Transaction<'_, Sqlite>, Failure> {
        Ok(self.reader.begin().await?)
    }

    /// The epoch of this database's change numbers. A file has one history.
    #[expect(clippy::unused_async, reason = "other engines have to ask")]
    async fn epoch(&self, _: &mut Connection) -> Result<Uuid, Failure> {
        Ok(self.identity.epoch)
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::domain::{
        Act, ActId, Actor, Badge, BadgeChange, BadgeEvent, BadgeReason, BusinessId, BusinessName,
        ExternalId, Profile,
    };
    use crate::store::{BadgeLogStore, BusinessStore, Upsert};

    fn act() -> Act {
        Act {
            id: ActId::new(Uuid::from_u128(1)),
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: Actor::Server,
            action: "test",
            subject: None,
            reason: None,
            request_id: None,
            run: None,
            before: None,
            after: None,
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_named_and_nothing_is_half_written() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("full.db").display());
        let identity = Identity {
            epoch: Uuid::from_u128(1),
            secret: [7; 32],
        };
        let store = SqliteStore::open(&url, &identity).await.unwrap();
        // The writer may not grow the file any more: what SQLite answers is what a full disk answers.
        sqlx::query("PRAGMA max_page_count = 1")
            .execute(&store.writer)
            .await
            .unwrap();
        let batch = (0..2_000).map(|i| Upsert {
            id_if_new: BusinessId::new(Uuid::from_u128(i)),
            profile: Profile {
                external_id: Some(ExternalId::parse(&format!("id-{i}")).unwrap()),
                ..Profile::named(BusinessName::parse("A business").unwrap())
            },
            organisation: None,
        });
        let outcome = store.upsert_batch(batch.collect(), &act()).await;
        assert_eq!(outcome, Err(StoreError::Full));
        assert_eq!(store.seq().await, Ok(0));
        let mut loaded = 0;
        store.load_all(&mut |_| loaded += 1).await.unwrap();
        assert_eq!(loaded, 0);
    }

    fn event(n: u64) -> BadgeEvent {
        BadgeEvent {
            at: jiff::Timestamp::UNIX_EPOCH,
            business: BusinessId::new(Uuid::from_u128(n.into())),
            name: BusinessName::parse("A business").unwrap(),
            badge: Badge::Verified,
            change: BadgeChange::Granted,
            reason: BadgeReason::of(&act()),
        }
    }

    /// Steps of SQLite's machine that appending one event to the badge log takes.
    async fn steps_of_an_append(store: &SqliteStore) -> u64 {
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let mut tx = store.begin().await.unwrap();
        tx.lock_handle()
            .await
            .unwrap()
            .set_progress_handler(1, move || {
                counted.fetch_add(1, Ordering::Relaxed);
                true
            });
        badge_log::append(&mut tx, &[event(0)]).await.unwrap();
        let mut handle = tx.lock_handle().await.unwrap();
        handle.remove_progress_handler();
        drop(handle);
        tx.rollback().await.unwrap();
        steps.load(Ordering::Relaxed)
    }

    /// An append writes its leaf and each subtree that it completes, at worst one for each level, and reads only the head.
    #[tokio::test]
    async fn an_append_to_a_long_badge_log_costs_a_step_more_for_each_level_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("log.db").display());
        let identity = Identity {
            epoch: Uuid::from_u128(1),
            secret: [7; 32],
        };
        let store = SqliteStore::open(&url, &identity).await.unwrap();
        let (mut size, mut steps) = (0, Vec::new());
        for next in [1, 3, 65_535, 100_000] {
            let mut tx = store.begin().await.unwrap();
            let events: Vec<_> = (size..next).map(event).collect();
            badge_log::append(&mut tx, &events).await.unwrap();
            tx.commit().await.unwrap();
            size = next;
            steps.push(steps_of_an_append(&store).await);
        }
        let [second, fourth, power, last] = steps[..] else {
            panic!("{steps:?}");
        };
        let level = fourth - second;
        assert!(level > 0 && level < second, "{steps:?}");
        // The 65,536th event completes sixteen subtrees, the second one.
        assert!(power <= second + 16 * level, "{steps:?}");
        // The 100,001st completes none but its leaf.
        assert!(last <= second, "{steps:?}");
        let tree = store.badge_tree().await.unwrap();
        assert_eq!(tree.size(), 100_000);
        let rows = sqlx::query("SELECT count(*) AS n FROM badge_log_node");
        let rows = rows.fetch_one(store.reader()).await.unwrap();
        let complete = 2 * 100_000 - u64::from(100_000_u64.count_ones());
        assert_eq!(values::count_of(&rows, "n").unwrap(), complete);
    }
}
