//! Organisations.

use async_trait::async_trait;
use sqlx::Row;
use uuid::Uuid;

use super::values::instant_of;
use super::{DbRow, DbStore, Failure, audit};
use crate::domain::{Act, OrganisationId};
use crate::store::{Organisation, OrganisationStore, StoreError, keepable, retrying};

#[async_trait]
impl OrganisationStore for DbStore {
    async fn insert_organisation(&self, new: &Organisation, act: &Act) -> Result<(), StoreError> {
        keepable("the organisation's name", &new.name)?;
        let once = || async {
            let mut tx = self.begin().await?;
            sqlx::query("INSERT INTO organisation (id, name, created_at) VALUES ($1, $2, $3)")
                .bind(new.id.as_uuid())
                .bind(&new.name)
                .bind(new.created_at.as_microsecond())
                .execute(&mut *tx)
                .await
                .map_err(|e| taken(e, &new.name))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn rename_organisation(
        &self,
        id: OrganisationId,
        name: &str,
        act: &Act,
    ) -> Result<(), StoreError> {
        keepable("the organisation's name", name)?;
        let once = || async {
            let mut tx = self.begin().await?;
            let done = sqlx::query("UPDATE organisation SET name = $1 WHERE id = $2")
                .bind(name)
                .bind(id.as_uuid())
                .execute(&mut *tx)
                .await
                .map_err(|e| taken(e, name))?;
            if done.rows_affected() == 0 {
                return Err(Failure::not_found(format_args!("organisation {id}")));
            }
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn get_organisation(
        &self,
        id: OrganisationId,
    ) -> Result<Option<Organisation>, StoreError> {
        let row = sqlx::query("SELECT id, name, created_at FROM organisation WHERE id = $1")
            .bind(id.as_uuid())
            .fetch_optional(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(row.as_ref().map(organisation).transpose()?)
    }

    async fn list_organisations(
        &self,
        after: Option<OrganisationId>,
        limit: u32,
    ) -> Result<Vec<Organisation>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, created_at FROM organisation WHERE id > $1 ORDER BY id LIMIT $2",
        )
        .bind(after.map_or(Uuid::nil(), OrganisationId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(organisation).collect::<Result<_, _>>()?)
    }
}

/// Says which name is taken.
pub(super) fn taken(error: sqlx::Error, name: &str) -> Failure {
    match Failure::from(error) {
        Failure {
            error: StoreError::Conflict(_),
            ..
        } => StoreError::Conflict(format!("the name {name:?} is taken")).into(),
        other => other,
    }
}

fn organisation(row: &DbRow) -> Result<Organisation, Failure> {
    Ok(Organisation {
        id: OrganisationId::new(row.try_get("id")?),
        name: row.try_get("name")?,
        created_at: instant_of(row, "created_at")?,
    })
}
