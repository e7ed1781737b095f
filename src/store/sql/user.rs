//! People who sign in, and who they are at OpenID providers.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;
use uuid::Uuid;

use super::values::{count_of, instant_of, integer, optional_instant_of};
use super::{Connection, DbRow, DbStore, Failure, audit};
use crate::domain::{Act, Email, OrganisationId, PersonName, Role, UserId};
use crate::store::{Lockout, ProviderIdentity, StoreError, UserRecord, UserStore, retrying};

/// What is read of a person, for a statement that names the table `person`.
macro_rules! person_columns {
    () => {
        "person.id AS person_id, person.email, person.name, person.role, person.organisation_id, \
         person.password_hash, person.totp_secret, person.totp_confirmed_at, person.totp_step, person.failures, \
         person.locked_until, person.disabled_at, person.version, person.created_at AS made_at, person.updated_at"
    };
}
pub(super) use person_columns;

#[async_trait]
impl UserStore for DbStore {
    async fn insert_user(
        &self,
        user: &UserRecord,
        identity: Option<&ProviderIdentity>,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.insert_user_once(user, identity, act)).await
    }

    async fn get_user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            person_columns!(),
            " FROM person WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(person).transpose()?)
    }

    async fn find_user(&self, email: &str) -> Result<Option<UserRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            person_columns!(),
            " FROM person WHERE email_key = $1"
        ))
        .bind(email)
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(person).transpose()?)
    }

    async fn list_users(
        &self,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            person_columns!(),
            " FROM person WHERE id > $1 ORDER BY id LIMIT $2"
        ))
        .bind(after.map_or(Uuid::nil(), UserId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(person).collect::<Result<_, _>>()?)
    }

    async fn update_user(
        &self,
        user: &UserRecord,
        ends_sessions: bool,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.update_user_once(user, ends_sessions, act)).await
    }

    async fn count_failure(
        &self,
        id: UserId,
        lockout: Lockout,
        refused: &Act,
        locked: &Act,
    ) -> Result<bool, StoreError> {
        retrying(|| self.count_failure_once(id, lockout, refused, locked)).await
    }

    async fn count_nothing(&self) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            // A write to the engine, with all that makes it last, although nothing is another value.
            sqlx::query("UPDATE audit_head SET seq = seq")
                .execute(&mut *tx)
                .await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn find_identity(
        &self,
        identity: &ProviderIdentity,
    ) -> Result<Option<UserId>, StoreError> {
        let row =
            sqlx::query("SELECT person_id FROM person_identity WHERE issuer = $1 AND subject = $2")
                .bind(&identity.issuer)
                .bind(&identity.subject)
                .fetch_optional(self.reader())
                .await
                .map_err(Failure::from)?;
        let id = row.map(|row| row.try_get("person_id").map(UserId::new));
        Ok(id.transpose().map_err(Failure::from)?)
    }

    async fn link_identity(
        &self,
        id: UserId,
        identity: &ProviderIdentity,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.link_identity_once(id, identity, act)).await
    }
}

impl DbStore {
    async fn insert_user_once(
        &self,
        user: &UserRecord,
        identity: Option<&ProviderIdentity>,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        require_organisation(&mut tx, user.organisation).await?;
        let written = sqlx::query(
            "INSERT INTO person (id, email, email_key, name, role, organisation_id, password_hash, failures, version,
                 created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $9)",
        )
        .bind(user.id.as_uuid())
        .bind(user.email.to_string())
        .bind(user.email.key())
        .bind(user.name.as_str())
        .bind(user.role.as_str())
        .bind(user.organisation.map(OrganisationId::as_uuid))
        .bind(user.password_hash.as_deref())
        .bind(integer(user.version))
        .bind(user.created_at.as_microsecond())
        .execute(&mut *tx)
        .await;
        let taken = format!("the e-mail address {} is somebody's already", user.email);
        unless_taken(written, taken)?;
        if let Some(identity) = identity {
            link(&mut tx, user.id, identity, act.at).await?;
        }
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn update_user_once(
        &self,
        user: &UserRecord,
        ends_sessions: bool,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        require_organisation(&mut tx, user.organisation).await?;
        let done = sqlx::query(
            "UPDATE person SET name = $1, role = $2, organisation_id = $3, disabled_at = $4, updated_at = $5,
                 version = version + 1
             WHERE id = $6 AND version = $7",
        )
        .bind(user.name.as_str())
        .bind(user.role.as_str())
        .bind(user.organisation.map(OrganisationId::as_uuid))
        .bind(user.disabled_at.map(Timestamp::as_microsecond))
        .bind(act.at.as_microsecond())
        .bind(user.id.as_uuid())
        .bind(integer(user.version.saturating_sub(1)))
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(stale(&mut tx, user.id).await?);
        }
        if ends_sessions {
            end_sessions(&mut tx, user.id, None, act.at).await?;
        }
        audit::record(&mut tx, act).await?;
        // Counted while the head of the audit log is held: of two who demote each other, the second sees the first.
        require_admin(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn count_failure_once(
        &self,
        id: UserId,
        lockout: Lockout,
        refused: &Act,
        locked: &Act,
    ) -> Result<bool, Failure> {
        let mut tx = self.begin().await?;
        let row = sqlx::query(
            "UPDATE person SET failures = failures + 1 WHERE id = $1 RETURNING failures",
        )
        .bind(id.as_uuid())
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Failure::not_found(format_args!("user {id}")))?;
        audit::record(&mut tx, refused).await?;
        let too_many = count_of(&row, "failures")? >= u64::from(lockout.most);
        if too_many {
            sqlx::query("UPDATE person SET failures = 0, locked_until = $1 WHERE id = $2")
                .bind(lockout.until.as_microsecond())
                .bind(id.as_uuid())
                .execute(&mut *tx)
                .await?;
            audit::record(&mut tx, locked).await?;
        }
        tx.commit().await?;
        Ok(too_many)
    }

    async fn link_identity_once(
        &self,
        id: UserId,
        identity: &ProviderIdentity,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        link(&mut tx, id, identity, act.at).await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn link(
    tx: &mut Connection,
    id: UserId,
    identity: &ProviderIdentity,
    at: Timestamp,
) -> Result<(), Failure> {
    let written = sqlx::query(
        "INSERT INTO person_identity (issuer, subject, person_id, linked_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(id.as_uuid())
    .bind(at.as_microsecond())
    .execute(tx)
    .await;
    let taken = format!("this identity at {} is somebody's already", identity.issuer);
    unless_taken(written, taken)
}

/// Says in plain words that a unique value is taken, where that is what went wrong.
fn unless_taken<T>(written: Result<T, sqlx::Error>, taken: String) -> Result<(), Failure> {
    match written.map_err(Failure::from) {
        Ok(_) => Ok(()),
        Err(failure) if matches!(failure.error, StoreError::Conflict(_)) => {
            Err(StoreError::Conflict(taken).into())
        }
        Err(failure) => Err(failure),
    }
}

async fn require_organisation(
    tx: &mut Connection,
    id: Option<OrganisationId>,
) -> Result<(), Failure> {
    let Some(id) = id else {
        return Ok(());
    };
    let row = sqlx::query("SELECT 1 FROM organisation WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await?;
    match row {
        Some(_) => Ok(()),
        None => Err(StoreError::Conflict(format!("there is no organisation {id}")).into()),
    }
}

/// Refuses to leave people without anybody who may administer them.
async fn require_admin(tx: &mut Connection) -> Result<(), Failure> {
    let row =
        sqlx::query("SELECT 1 FROM person WHERE role = 'admin' AND disabled_at IS NULL LIMIT 1")
            .fetch_optional(tx)
            .await?;
    if row.is_some() {
        return Ok(());
    }
    let detail = "nobody would be left to administer; make somebody else an admin first";
    Err(StoreError::Conflict(detail.to_owned()).into())
}

/// Why a write found no person of the version that it expected.
pub(super) async fn stale(tx: &mut Connection, id: UserId) -> Result<Failure, Failure> {
    let row = sqlx::query("SELECT version FROM person WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await?;
    Ok(match row {
        Some(row) => StoreError::Stale {
            current: count_of(&row, "version")?,
        }
        .into(),
        None => Failure::not_found(format_args!("user {id}")),
    })
}

/// Ends every session of a person but one.
pub(super) async fn end_sessions(
    tx: &mut Connection,
    user: UserId,
    keep: Option<crate::domain::SessionId>,
    at: Timestamp,
) -> Result<u64, Failure> {
    let done = sqlx::query(
        "UPDATE session SET revoked_at = $1 WHERE person_id = $2 AND id <> $3 AND revoked_at IS NULL",
    )
    .bind(at.as_microsecond())
    .bind(user.as_uuid())
    .bind(keep.map_or(Uuid::nil(), crate::domain::SessionId::as_uuid))
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// Reads a person.
pub(super) fn person(row: &DbRow) -> Result<UserRecord, Failure> {
    let corrupt = |column: &'static str| move |e| Failure::corrupt(column, e);
    Ok(UserRecord {
        id: UserId::new(row.try_get("person_id")?),
        email: Email::parse(row.try_get("email")?).map_err(corrupt("email"))?,
        name: PersonName::parse(row.try_get("name")?).map_err(corrupt("name"))?,
        role: row
            .try_get::<&str, _>("role")?
            .parse::<Role>()
            .map_err(corrupt("role"))?,
        organisation: row
            .try_get::<Option<Uuid>, _>("organisation_id")?
            .map(OrganisationId::new),
        password_hash: row.try_get("password_hash")?,
        totp_secret: row.try_get("totp_secret")?,
        totp_confirmed_at: optional_instant_of(row, "totp_confirmed_at")?,
        totp_step: row
            .try_get::<Option<i64>, _>("totp_step")?
            .map(i64::unsigned_abs),
        failures: u32::try_from(count_of(row, "failures")?).unwrap_or(u32::MAX),
        locked_until: optional_instant_of(row, "locked_until")?,
        disabled_at: optional_instant_of(row, "disabled_at")?,
        version: count_of(row, "version")?,
        created_at: instant_of(row, "made_at")?,
        updated_at: instant_of(row, "updated_at")?,
    })
}
