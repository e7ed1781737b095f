//! The schema and the identity of a database.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Row, SqlSafeStr};
use uuid::Uuid;

use super::{Connection, Failure, MIGRATIONS};
use crate::store::{Identity, StoreError};

/// Brings a database to this program's schema.
pub(super) async fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let migrations: Vec<Migration> = MIGRATIONS
        .iter()
        .map(|&(version, name, sql)| {
            let kind = MigrationType::Simple;
            Migration::new(version, name.into(), kind, sql.into_sql_str(), false)
        })
        .collect();
    Migrator::with_migrations(migrations)
        .run(connection)
        .await
        .map_err(|error| Failure::migrating(error, newest_known()))
}

/// The newest schema version that this program knows.
pub(super) fn newest_known() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.0)
}

/// The version of a database's schema; an error when it is none of ours.
pub(super) async fn newest_migration(connection: &mut Connection) -> Result<i64, Failure> {
    let newest = sqlx::query("SELECT max(version) AS version FROM _sqlx_migrations WHERE success")
        .fetch_one(connection)
        .await?;
    Ok(newest.try_get::<Option<i64>, _>("version")?.unwrap_or(0))
}

/// The identity that a database has, or else gets.
pub(super) async fn identify(
    connection: &mut Connection,
    candidate: &Identity,
) -> Result<Identity, StoreError> {
    if let Some(identity) = read(connection).await? {
        return Ok(identity);
    }
    sqlx::query(
        "INSERT INTO meta (name, value) VALUES ('epoch', $1), ('secret', $2) ON CONFLICT DO NOTHING",
    )
    .bind(candidate.epoch.as_bytes().as_slice())
    .bind(candidate.secret.as_slice())
    .execute(&mut *connection)
    .await
    .map_err(Failure::from)?;
    read(connection)
        .await?
        .ok_or_else(|| StoreError::Corrupt("its identity cannot be read".to_owned()))
}

/// The identity that a database has.
pub(super) async fn read(connection: &mut Connection) -> Result<Option<Identity>, Failure> {
    let rows = sqlx::query("SELECT name, value FROM meta WHERE name IN ('epoch', 'secret')")
        .fetch_all(connection)
        .await?;
    let (mut epoch, mut secret) = (None, None);
    for row in rows {
        let value: &[u8] = row.try_get("value")?;
        match row.try_get::<&str, _>("name")? {
            "epoch" => epoch = Uuid::from_slice(value).ok(),
            _ => secret = <[u8; 32]>::try_from(value).ok(),
        }
    }
    Ok(epoch
        .zip(secret)
        .map(|(epoch, secret)| Identity { epoch, secret }))
}
