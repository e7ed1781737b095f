//! What proves who somebody is: passwords, links for choosing them, TOTP secrets, recovery codes.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::user::{end_sessions, stale};
use super::values::{count_of, instant_of, integer};
use super::{Connection, DbStore, Failure, audit};
use crate::domain::{Act, SessionId, UserId};
use crate::store::{StoreError, UserSecretStore, retrying};

#[async_trait]
impl UserSecretStore for DbStore {
    async fn set_password(
        &self,
        id: UserId,
        expected: u64,
        hash: &str,
        keep: Option<SessionId>,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            write_password(&mut tx, id, Some(expected), hash, keep, act.at).await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn insert_reset(
        &self,
        id: UserId,
        token_hash: &[u8; 32],
        expires_at: Timestamp,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.insert_reset_once(id, token_hash, expires_at, act)).await
    }

    async fn find_reset(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<(UserId, Timestamp)>, StoreError> {
        let row =
            sqlx::query("SELECT person_id, expires_at FROM password_reset WHERE token_hash = $1")
                .bind(token_hash.as_slice())
                .fetch_optional(self.reader())
                .await
                .map_err(Failure::from)?;
        let Some(row) = row else {
            return Ok(None);
        };
        let id = row.try_get("person_id").map_err(Failure::from)?;
        Ok(Some((UserId::new(id), instant_of(&row, "expires_at")?)))
    }

    async fn use_reset(
        &self,
        id: UserId,
        token_hash: &[u8; 32],
        hash: &str,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            let done =
                sqlx::query("DELETE FROM password_reset WHERE person_id = $1 AND token_hash = $2")
                    .bind(id.as_uuid())
                    .bind(token_hash.as_slice())
                    .execute(&mut *tx)
                    .await?;
            if done.rows_affected() == 0 {
                return Err(Failure::not_found("such link"));
            }
            write_password(&mut tx, id, None, hash, None, act.at).await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn set_totp(&self, id: UserId, sealed: &[u8], act: &Act) -> Result<(), StoreError> {
        retrying(|| self.set_totp_once(id, sealed, act)).await
    }

    async fn confirm_totp(
        &self,
        id: UserId,
        expected: u64,
        step: u64,
        codes: &[[u8; 32]],
        session: SessionId,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.confirm_totp_once(id, expected, step, codes, session, act)).await
    }

    async fn clear_totp(
        &self,
        id: UserId,
        keep: Option<SessionId>,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.clear_totp_once(id, keep, act)).await
    }

    async fn set_recovery_codes(
        &self,
        id: UserId,
        codes: &[[u8; 32]],
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            write_codes(&mut tx, id, codes).await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn recovery_codes_left(&self, id: UserId) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT count(*) AS n FROM recovery_code WHERE person_id = $1")
            .bind(id.as_uuid())
            .fetch_one(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(count_of(&row, "n")?)
    }
}

impl DbStore {
    async fn insert_reset_once(
        &self,
        id: UserId,
        token_hash: &[u8; 32],
        expires_at: Timestamp,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let row = sqlx::query("SELECT 1 FROM person WHERE id = $1")
            .bind(id.as_uuid())
            .fetch_optional(&mut *tx)
            .await?;
        if row.is_none() {
            return Err(Failure::not_found(format_args!("user {id}")));
        }
        sqlx::query(
            "INSERT INTO password_reset (person_id, token_hash, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (person_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at",
        )
        .bind(id.as_uuid())
        .bind(token_hash.as_slice())
        .bind(expires_at.as_microsecond())
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn set_totp_once(&self, id: UserId, sealed: &[u8], act: &Act) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE person SET totp_secret = $1, version = version + 1
             WHERE id = $2 AND totp_confirmed_at IS NULL",
        )
        .bind(sealed)
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(match stale(&mut tx, id).await? {
                missing @ Failure {
                    error: StoreError::NotFound(_),
                    ..
                } => missing,
                _ => StoreError::Conflict("TOTP is set up already".to_owned()).into(),
            });
        }
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn confirm_totp_once(
        &self,
        id: UserId,
        expected: u64,
        step: u64,
        codes: &[[u8; 32]],
        session: SessionId,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE person SET totp_confirmed_at = $1, totp_step = $2, version = version + 1
             WHERE id = $3 AND version = $4 AND totp_secret IS NOT NULL AND totp_confirmed_at IS NULL",
        )
        .bind(act.at.as_microsecond())
        .bind(integer(step))
        .bind(id.as_uuid())
        .bind(integer(expected))
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(stale(&mut tx, id).await?);
        }
        write_codes(&mut tx, id, codes).await?;
        sqlx::query("UPDATE session SET second_factor = 1 WHERE id = $1 AND person_id = $2")
            .bind(session.as_uuid())
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn clear_totp_once(
        &self,
        id: UserId,
        keep: Option<SessionId>,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE person SET totp_secret = NULL, totp_confirmed_at = NULL, totp_step = NULL, version = version + 1
             WHERE id = $1",
        )
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Failure::not_found(format_args!("user {id}")));
        }
        write_codes(&mut tx, id, &[]).await?;
        end_sessions(&mut tx, id, keep, act.at).await?;
        sqlx::query("UPDATE session SET second_factor = 0 WHERE person_id = $1")
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn write_password(
    tx: &mut Connection,
    id: UserId,
    expected: Option<u64>,
    hash: &str,
    keep: Option<SessionId>,
    at: Timestamp,
) -> Result<(), Failure> {
    let done = sqlx::query(
        "UPDATE person SET password_hash = $1, failures = 0, locked_until = NULL, version = version + 1
         WHERE id = $2 AND version = COALESCE($3, version)",
    )
    .bind(hash)
    .bind(id.as_uuid())
    .bind(expected.map(integer))
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(stale(tx, id).await?);
    }
    sqlx::query("DELETE FROM password_reset WHERE person_id = $1")
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await?;
    end_sessions(tx, id, keep, at).await?;
    Ok(())
}

async fn write_codes(tx: &mut Connection, id: UserId, codes: &[[u8; 32]]) -> Result<(), Failure> {
    sqlx::query("DELETE FROM recovery_code WHERE person_id = $1")
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await?;
    for code in codes {
        sqlx::query("INSERT INTO recovery_code (person_id, hash) VALUES ($1, $2)")
            .bind(id.as_uuid())
            .bind(code.as_slice())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
