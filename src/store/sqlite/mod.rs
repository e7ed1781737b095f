//! The store on SQLite: one file, write-ahead log, one writer.
//!
//! `synchronous=FULL`, so that what was acknowledged survives a power cut; `BEGIN IMMEDIATE`, so that a
//! write waits for the lock at its start (at most [`BUSY_TIMEOUT`]) and never fails half-way for it.

mod business;
mod business_rows;
mod check;
mod failure;
mod idempotency;
mod key;

use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Row, SqlSafeStr, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use self::failure::Failure;
use super::{Identity, Store, StoreError};

/// How long a statement waits for another process's lock.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const MIGRATIONS: &[(i64, &str, &str)] = &[(
    1,
    "registry",
    include_str!("../../../migrations/sqlite/0001_registry.sql"),
)];

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
            // Pages of 4 KiB: room for an import's index pages, and a checkpoint per 32 MiB rather than per batch.
            .connect_with(
                options
                    .clone()
                    .pragma("cache_size", "-32768")
                    .pragma("wal_autocheckpoint", "8192"),
            )
            .await
            .map_err(Failure::opening)?;
        migrate(&writer).await?;
        let identity = identify(&writer, candidate).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(Some(Duration::from_secs(600)))
            .connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"));
        Ok(Self {
            writer,
            reader,
            identity,
        })
    }

    /// Starts a transaction that may write.
    async fn begin(&self) -> Result<Transaction<'_, Sqlite>, Failure> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
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

async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let migrations: Vec<Migration> = MIGRATIONS
        .iter()
        .map(|&(version, name, sql)| {
            let kind = MigrationType::Simple;
            Migration::new(version, name.into(), kind, sql.into_sql_str(), false)
        })
        .collect();
    let known = MIGRATIONS.last().map_or(0, |m| m.0);
    Migrator::with_migrations(migrations)
        .run(pool)
        .await
        .map_err(|error| Failure::migrating(error, known))
}

async fn identify(pool: &SqlitePool, candidate: &Identity) -> Result<Identity, StoreError> {
    let read = || async {
        let rows = sqlx::query("SELECT name, value FROM meta WHERE name IN ('epoch', 'secret')")
            .fetch_all(pool)
            .await?;
        let (mut epoch, mut secret) = (None, None);
        for row in rows {
            let value: Vec<u8> = row.try_get("value")?;
            match row.try_get::<&str, _>("name")? {
                "epoch" => epoch = Uuid::from_slice(&value).ok(),
                _ => secret = <[u8; 32]>::try_from(value).ok(),
            }
        }
        Ok::<_, Failure>(
            epoch
                .zip(secret)
                .map(|(epoch, secret)| Identity { epoch, secret }),
        )
    };
    if let Some(identity) = read().await? {
        return Ok(identity);
    }
    sqlx::query(
        "INSERT INTO meta (name, value) VALUES ('epoch', ?), ('secret', ?) ON CONFLICT DO NOTHING",
    )
    .bind(candidate.epoch.as_bytes().to_vec())
    .bind(candidate.secret.to_vec())
    .execute(pool)
    .await
    .map_err(Failure::from)?;
    read()
        .await?
        .ok_or_else(|| StoreError::Corrupt("its identity cannot be read".to_owned()))
}

/// Gives the registry's next number to a change of these businesses: the last statements of a transaction.
async fn append_change(
    tx: &mut SqliteConnection,
    businesses: &[Uuid],
    at: i64,
) -> Result<u64, Failure> {
    let row = sqlx::query("SELECT seq FROM registry_head")
        .fetch_one(&mut *tx)
        .await?;
    let next = row.try_get::<i64, _>("seq")? + 1;
    sqlx::query("INSERT INTO registry_change (seq, business_id, at) SELECT ?, unhex(value), ? FROM json_each(?)")
        .bind(next)
        .bind(at)
        .bind(hex_list(businesses))
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE registry_head SET seq = ?")
        .bind(next)
        .execute(&mut *tx)
        .await?;
    Ok(next.unsigned_abs())
}

/// Ids as a JSON list of hexadecimal strings, for `json_each` and `unhex`.
fn hex_list(ids: &[Uuid]) -> String {
    let quoted: Vec<String> = ids
        .iter()
        .map(|id| format!("\"{}\"", id.simple()))
        .collect();
    format!("[{}]", quoted.join(","))
}

fn uuid_of(row: &SqliteRow, column: &str) -> Result<Uuid, Failure> {
    let bytes: &[u8] = row.try_get(column)?;
    Uuid::from_slice(bytes).map_err(|e| Failure::corrupt(column, e))
}

fn instant_of(row: &SqliteRow, column: &str) -> Result<jiff::Timestamp, Failure> {
    super::document::instant(row.try_get(column)?).map_err(|e| Failure::corrupt(column, e))
}

fn optional_instant_of(row: &SqliteRow, column: &str) -> Result<Option<jiff::Timestamp>, Failure> {
    row.try_get::<Option<i64>, _>(column)?
        .map(|micros| super::document::instant(micros).map_err(|e| Failure::corrupt(column, e)))
        .transpose()
}

fn count_of(row: &SqliteRow, column: &str) -> Result<u64, Failure> {
    Ok(row.try_get::<i64, _>(column)?.unsigned_abs())
}

/// A number of ours as SQLite keeps it; ours never come near the sign bit.
fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BusinessId, BusinessName, ExternalId, Profile};
    use crate::store::{BusinessStore, Upsert};

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
        });
        let now = jiff::Timestamp::UNIX_EPOCH;
        let outcome = store.upsert_batch(batch.collect(), now).await;
        assert_eq!(outcome, Err(StoreError::Full));
        assert_eq!(store.seq().await, Ok(0));
        let mut loaded = 0;
        store.load_all(&mut |_| loaded += 1).await.unwrap();
        assert_eq!(loaded, 0);
    }
}
