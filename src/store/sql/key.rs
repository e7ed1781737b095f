//! API keys and what they used.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;
use uuid::Uuid;

use super::values::{count_of, digest_of, instant_of, integer, optional_instant_of};
use super::{Connection, DbRow, DbStore, Failure, audit};
use crate::domain::{Act, KeyId, OrganisationId};
use crate::store::{DayUsage, KeyRecord, KeyStore, KeyUse, StoreError, keepable, retrying};

macro_rules! columns {
    () => {
        "id, name, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at, uses, organisation_id, \
         rate_per_minute, monthly_quota, successor_id"
    };
}

#[async_trait]
impl KeyStore for DbStore {
    async fn insert_key(&self, key: &KeyRecord, act: &Act) -> Result<(), StoreError> {
        keepable("the key's name", &key.name)?;
        retrying(|| self.insert_key_once(key, act)).await
    }

    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let rows = sqlx::query(concat!("SELECT ", columns!(), " FROM api_key ORDER BY id"))
            .fetch_all(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(rows.iter().map(record).collect::<Result<_, _>>()?)
    }

    async fn get_key(&self, id: KeyId) -> Result<Option<KeyRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM api_key WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(record).transpose()?)
    }

    async fn revoke_key(&self, id: KeyId, act: &Act) -> Result<(), StoreError> {
        retrying(|| self.revoke_key_once(id, act)).await
    }

    async fn rotate_key(
        &self,
        old: KeyId,
        ends_at: Timestamp,
        new: &KeyRecord,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.rotate_key_once(old, ends_at, new, act)).await
    }

    async fn count_uses(&self, uses: &[KeyUse]) -> Result<(), StoreError> {
        let mut uses = uses.to_vec();
        // In one order, since two processes that count uses of the same keys wait for each other.
        uses.sort_unstable_by_key(|u| (u.key, u.day));
        retrying(|| add_uses(self, &uses)).await
    }

    async fn usage(&self, key: KeyId, from: i64, to: i64) -> Result<Vec<DayUsage>, StoreError> {
        let rows = sqlx::query(
            "SELECT day, requests, units FROM key_usage WHERE key_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day",
        )
        .bind(key.as_uuid())
        .bind(from)
        .bind(to)
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        let day = |row: &DbRow| -> Result<DayUsage, Failure> {
            Ok(DayUsage {
                day: row.try_get("day")?,
                requests: count_of(row, "requests")?,
                units: count_of(row, "units")?,
            })
        };
        Ok(rows.iter().map(day).collect::<Result<_, _>>()?)
    }

    async fn units_since(&self, day: i64) -> Result<Vec<(KeyId, u64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT key_id, CAST(sum(units) AS BIGINT) AS units FROM key_usage WHERE day >= $1 GROUP BY key_id",
        )
        .bind(day)
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        let sum = |row: &DbRow| -> Result<(KeyId, u64), Failure> {
            Ok((KeyId::new(row.try_get("key_id")?), count_of(row, "units")?))
        };
        Ok(rows.iter().map(sum).collect::<Result<_, _>>()?)
    }
}

impl DbStore {
    async fn insert_key_once(&self, key: &KeyRecord, act: &Act) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        write(&mut tx, key).await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn revoke_key_once(&self, id: KeyId, act: &Act) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let done =
            sqlx::query("UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
                .bind(act.at.as_microsecond())
                .bind(id.as_uuid())
                .execute(&mut *tx)
                .await?;
        if done.rows_affected() == 0 {
            return existing(&mut tx, id).await;
        }
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn rotate_key_once(
        &self,
        old: KeyId,
        ends_at: Timestamp,
        new: &KeyRecord,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE api_key SET successor_id = $1, expires_at = CASE WHEN expires_at < $2 THEN expires_at ELSE $2 END
             WHERE id = $3 AND revoked_at IS NULL AND successor_id IS NULL",
        )
        .bind(new.id.as_uuid())
        .bind(ends_at.as_microsecond())
        .bind(old.as_uuid())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            existing(&mut tx, old).await?;
            let detail = format!("key {old} is revoked, or has a successor already");
            return Err(StoreError::Conflict(detail).into());
        }
        write(&mut tx, new).await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn write(tx: &mut Connection, key: &KeyRecord) -> Result<(), Failure> {
    sqlx::query(concat!(
        "INSERT INTO api_key (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    ))
    .bind(key.id.as_uuid())
    .bind(&key.name)
    .bind(key.secret_hash.as_slice())
    .bind(key.scopes.join(" "))
    .bind(key.created_at.as_microsecond())
    .bind(key.expires_at.map(Timestamp::as_microsecond))
    .bind(key.revoked_at.map(Timestamp::as_microsecond))
    .bind(key.last_used_at.map(Timestamp::as_microsecond))
    .bind(integer(key.uses))
    .bind(key.organisation.map(OrganisationId::as_uuid))
    .bind(key.rate_per_minute.map(i64::from))
    .bind(key.monthly_quota.map(integer))
    .bind(key.successor.map(KeyId::as_uuid))
    .execute(tx)
    .await?;
    Ok(())
}

/// Fine when there is a key of this id.
async fn existing(tx: &mut Connection, id: KeyId) -> Result<(), Failure> {
    let row = sqlx::query("SELECT 1 FROM api_key WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await?;
    match row {
        Some(_) => Ok(()),
        None => Err(Failure::not_found(format_args!("key {id}"))),
    }
}

async fn add_uses(store: &DbStore, uses: &[KeyUse]) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    for used in uses {
        sqlx::query(
            "UPDATE api_key SET uses = uses + $1,
                 last_used_at = CASE WHEN last_used_at >= $2 THEN last_used_at ELSE $2 END
             WHERE id = $3",
        )
        .bind(integer(used.requests))
        .bind(used.last.as_microsecond())
        .bind(used.key.as_uuid())
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO key_usage (key_id, day, requests, units) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key_id, day) DO UPDATE SET requests = key_usage.requests + excluded.requests,
                 units = key_usage.units + excluded.units",
        )
        .bind(used.key.as_uuid())
        .bind(used.day)
        .bind(integer(used.requests))
        .bind(integer(used.units))
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

fn record(row: &DbRow) -> Result<KeyRecord, Failure> {
    let number = |column| row.try_get::<Option<i64>, _>(column);
    Ok(KeyRecord {
        id: KeyId::new(row.try_get("id")?),
        name: row.try_get("name")?,
        secret_hash: digest_of(row, "secret_hash")?,
        scopes: row
            .try_get::<&str, _>("scopes")?
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        created_at: instant_of(row, "created_at")?,
        expires_at: optional_instant_of(row, "expires_at")?,
        revoked_at: optional_instant_of(row, "revoked_at")?,
        last_used_at: optional_instant_of(row, "last_used_at")?,
        uses: count_of(row, "uses")?,
        organisation: row
            .try_get::<Option<Uuid>, _>("organisation_id")?
            .map(OrganisationId::new),
        rate_per_minute: number("rate_per_minute")?.and_then(|n| u32::try_from(n).ok()),
        monthly_quota: number("monthly_quota")?.map(i64::unsigned_abs),
        successor: row
            .try_get::<Option<Uuid>, _>("successor_id")?
            .map(KeyId::new),
    })
}
