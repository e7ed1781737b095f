//! Sessions of people.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::user::{end_sessions, person, person_columns, stale};
use super::values::{count_of, digest_of, instant_of, integer, optional_instant_of};
use super::{Connection, DbRow, DbStore, Failure, audit};
use crate::domain::{Act, SessionId, UserId};
use crate::store::{
    Ended, SecondFactor, SessionRecord, SessionStore, StoreError, UserRecord, retrying,
};

macro_rules! session_columns {
    () => {
        "session.id AS session_id, session.person_id AS session_person, session.token_hash, session.created_at, \
         session.last_seen_at, session.expires_at, session.user_agent, session.second_factor, session.revoked_at"
    };
}

#[async_trait]
impl SessionStore for DbStore {
    async fn insert_session(
        &self,
        session: &SessionRecord,
        expected: u64,
        factor: Option<&SecondFactor>,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.insert_session_once(session, expected, factor, act)).await
    }

    async fn find_session(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<(SessionRecord, UserRecord)>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            session_columns!(),
            ", ",
            person_columns!(),
            " FROM session JOIN person ON person.id = session.person_id WHERE session.token_hash = $1"
        ))
        .bind(token_hash.as_slice())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(match row {
            None => None,
            Some(row) => Some((record(&row)?, person(&row)?)),
        })
    }

    async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE session SET last_seen_at = $1 WHERE id = $2 AND last_seen_at < $1")
            .bind(at.as_microsecond())
            .bind(id.as_uuid())
            .execute(self.writer())
            .await
            .map_err(Failure::from)?;
        Ok(())
    }

    async fn raise_session(
        &self,
        user: UserId,
        id: SessionId,
        step: u64,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            use_up(&mut tx, user, &SecondFactor::Totp(step)).await?;
            sqlx::query("UPDATE session SET second_factor = 1 WHERE id = $1 AND person_id = $2")
                .bind(id.as_uuid())
                .bind(user.as_uuid())
                .execute(&mut *tx)
                .await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn list_sessions(
        &self,
        user: UserId,
        now: Timestamp,
        seen_since: Timestamp,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            session_columns!(),
            " FROM session WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at > $3
              ORDER BY id DESC LIMIT 100"
        ))
        .bind(user.as_uuid())
        .bind(now.as_microsecond())
        .bind(seen_since.as_microsecond())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(record).collect::<Result<_, _>>()?)
    }

    async fn revoke_sessions(
        &self,
        user: UserId,
        which: Ended,
        act: &Act,
    ) -> Result<u64, StoreError> {
        retrying(|| self.revoke_sessions_once(user, which, act)).await
    }

    async fn purge_sessions(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut purged = 0;
        for statement in [
            "DELETE FROM session WHERE expires_at < $1",
            "DELETE FROM password_reset WHERE expires_at < $1",
        ] {
            let done = sqlx::query(statement)
                .bind(before.as_microsecond())
                .execute(self.writer())
                .await
                .map_err(Failure::from)?;
            purged += done.rows_affected();
        }
        Ok(purged)
    }
}

impl DbStore {
    async fn insert_session_once(
        &self,
        session: &SessionRecord,
        expected: u64,
        factor: Option<&SecondFactor>,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        // Held until the end: who changes the person meanwhile waits, and then finds this session to end.
        let done = sqlx::query(
            "UPDATE person SET failures = 0, locked_until = NULL
             WHERE id = $1 AND version = $2 AND disabled_at IS NULL",
        )
        .bind(session.user.as_uuid())
        .bind(integer(expected))
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(stale(&mut tx, session.user).await?);
        }
        if let Some(factor) = factor {
            use_up(&mut tx, session.user, factor).await?;
        }
        write(&mut tx, session).await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn revoke_sessions_once(
        &self,
        user: UserId,
        which: Ended,
        act: &Act,
    ) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let ended = match which {
            Ended::Others(keep) => end_sessions(&mut tx, user, Some(keep), act.at).await?,
            Ended::One(id) => {
                let done = sqlx::query(
                    "UPDATE session SET revoked_at = $1 WHERE id = $2 AND person_id = $3 AND revoked_at IS NULL",
                )
                .bind(act.at.as_microsecond())
                .bind(id.as_uuid())
                .bind(user.as_uuid())
                .execute(&mut *tx)
                .await?;
                if done.rows_affected() == 0 {
                    return Err(Failure::not_found(format_args!("session {id}")));
                }
                1
            }
        };
        if ended > 0 {
            audit::record(&mut tx, act).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }
}

/// Uses a second factor up; `Conflict` when it was used before.
async fn use_up(tx: &mut Connection, user: UserId, factor: &SecondFactor) -> Result<(), Failure> {
    let done = match factor {
        SecondFactor::Totp(step) => {
            sqlx::query(
                "UPDATE person SET totp_step = $1
                 WHERE id = $2 AND totp_confirmed_at IS NOT NULL AND (totp_step IS NULL OR totp_step < $1)",
            )
            .bind(integer(*step))
            .bind(user.as_uuid())
            .execute(tx)
            .await?
        }
        SecondFactor::Recovery(hash) => {
            sqlx::query("DELETE FROM recovery_code WHERE person_id = $1 AND hash = $2")
                .bind(user.as_uuid())
                .bind(hash.as_slice())
                .execute(tx)
                .await?
        }
    };
    if done.rows_affected() == 0 {
        let detail = "this code does not count, or was used before".to_owned();
        return Err(StoreError::Conflict(detail).into());
    }
    Ok(())
}

async fn write(tx: &mut Connection, session: &SessionRecord) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO session (id, person_id, token_hash, created_at, last_seen_at, expires_at, user_agent,
             second_factor, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(session.id.as_uuid())
    .bind(session.user.as_uuid())
    .bind(session.token_hash.as_slice())
    .bind(session.created_at.as_microsecond())
    .bind(session.last_seen_at.as_microsecond())
    .bind(session.expires_at.as_microsecond())
    .bind(session.user_agent.as_deref())
    .bind(i64::from(session.second_factor))
    .bind(session.revoked_at.map(Timestamp::as_microsecond))
    .execute(tx)
    .await?;
    Ok(())
}

fn record(row: &DbRow) -> Result<SessionRecord, Failure> {
    Ok(SessionRecord {
        id: SessionId::new(row.try_get("session_id")?),
        user: UserId::new(row.try_get("session_person")?),
        token_hash: digest_of(row, "token_hash")?,
        created_at: instant_of(row, "created_at")?,
        last_seen_at: instant_of(row, "last_seen_at")?,
        expires_at: instant_of(row, "expires_at")?,
        user_agent: row.try_get("user_agent")?,
        second_factor: count_of(row, "second_factor")? != 0,
        revoked_at: optional_instant_of(row, "revoked_at")?,
    })
}
