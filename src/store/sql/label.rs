//! Labels of businesses, and notes on them.

use async_trait::async_trait;
use sqlx::Row;
use uuid::Uuid;

use super::organisation::taken;
use super::values::instant_of;
use super::{Connection, DbRow, DbStore, Failure, audit};
use crate::domain::{Act, BusinessId, LabelId, NoteId};
use crate::store::{Label, LabelStore, Note, StoreError, keepable, retrying};

#[async_trait]
impl LabelStore for DbStore {
    async fn insert_label(&self, label: &Label, act: &Act) -> Result<(), StoreError> {
        keepable("the label's name", &label.name)?;
        let once = || async {
            let mut tx = self.begin().await?;
            sqlx::query("INSERT INTO label (id, name, colour, created_at) VALUES ($1, $2, $3, $4)")
                .bind(label.id.as_uuid())
                .bind(&label.name)
                .bind(&label.colour)
                .bind(act.at.as_microsecond())
                .execute(&mut *tx)
                .await
                .map_err(|e| taken(e, &label.name))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn update_label(&self, label: &Label, act: &Act) -> Result<(), StoreError> {
        keepable("the label's name", &label.name)?;
        let once = || async {
            let mut tx = self.begin().await?;
            let done = sqlx::query("UPDATE label SET name = $1, colour = $2 WHERE id = $3")
                .bind(&label.name)
                .bind(&label.colour)
                .bind(label.id.as_uuid())
                .execute(&mut *tx)
                .await
                .map_err(|e| taken(e, &label.name))?;
            found(done.rows_affected(), format_args!("label {}", label.id))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn delete_label(&self, id: LabelId, act: &Act) -> Result<(), StoreError> {
        let once = || async {
            let mut tx = self.begin().await?;
            let done = sqlx::query("DELETE FROM label WHERE id = $1")
                .bind(id.as_uuid())
                .execute(&mut *tx)
                .await?;
            found(done.rows_affected(), format_args!("label {id}"))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn list_labels(&self) -> Result<Vec<Label>, StoreError> {
        let rows = sqlx::query("SELECT id, name, colour FROM label ORDER BY name")
            .fetch_all(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(rows.iter().map(label).collect::<Result<_, _>>()?)
    }

    async fn put_label(&self, id: LabelId, on: BusinessId, act: &Act) -> Result<(), StoreError> {
        let once = || async {
            let mut tx = self.begin().await?;
            known_business(&mut tx, on).await?;
            known_label(&mut tx, id).await?;
            let done = sqlx::query(
                "INSERT INTO business_label (label_id, business_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind(id.as_uuid())
            .bind(on.as_uuid())
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() > 0 {
                audit::record(&mut tx, act).await?;
            }
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn take_label(&self, id: LabelId, off: BusinessId, act: &Act) -> Result<(), StoreError> {
        let once = || async {
            let mut tx = self.begin().await?;
            let done =
                sqlx::query("DELETE FROM business_label WHERE label_id = $1 AND business_id = $2")
                    .bind(id.as_uuid())
                    .bind(off.as_uuid())
                    .execute(&mut *tx)
                    .await?;
            found(done.rows_affected(), format_args!("label {id} on {off}"))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn labels_of(&self, business: BusinessId) -> Result<Vec<Label>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, colour FROM label JOIN business_label ON label_id = id
             WHERE business_id = $1 ORDER BY name",
        )
        .bind(business.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(label).collect::<Result<_, _>>()?)
    }

    async fn insert_note(
        &self,
        business: BusinessId,
        note: &Note,
        act: &Act,
    ) -> Result<(), StoreError> {
        keepable("the note", &note.text)?;
        let once = || async {
            let mut tx = self.begin().await?;
            known_business(&mut tx, business).await?;
            sqlx::query(
                "INSERT INTO business_note (id, business_id, at, actor, text) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(note.id.as_uuid())
            .bind(business.as_uuid())
            .bind(note.at.as_microsecond())
            .bind(&note.actor)
            .bind(&note.text)
            .execute(&mut *tx)
            .await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn delete_note(
        &self,
        business: BusinessId,
        note: NoteId,
        act: &Act,
    ) -> Result<(), StoreError> {
        let once = || async {
            let mut tx = self.begin().await?;
            let done = sqlx::query("DELETE FROM business_note WHERE id = $1 AND business_id = $2")
                .bind(note.as_uuid())
                .bind(business.as_uuid())
                .execute(&mut *tx)
                .await?;
            found(done.rows_affected(), format_args!("note {note}"))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }

    async fn list_notes(
        &self,
        business: BusinessId,
        before: Option<NoteId>,
        limit: u32,
    ) -> Result<Vec<Note>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, at, actor, text FROM business_note WHERE business_id = $1 AND id < $2
             ORDER BY id DESC LIMIT $3",
        )
        .bind(business.as_uuid())
        .bind(before.map_or(Uuid::max(), NoteId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(note).collect::<Result<_, _>>()?)
    }
}

fn found(rows: u64, what: impl std::fmt::Display) -> Result<(), Failure> {
    if rows == 0 {
        return Err(Failure::not_found(what));
    }
    Ok(())
}

async fn known_business(tx: &mut Connection, id: BusinessId) -> Result<(), Failure> {
    let row = sqlx::query("SELECT 1 FROM business WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await?;
    found(u64::from(row.is_some()), format_args!("business {id}"))
}

async fn known_label(tx: &mut Connection, id: LabelId) -> Result<(), Failure> {
    let row = sqlx::query("SELECT 1 FROM label WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await?;
    found(u64::from(row.is_some()), format_args!("label {id}"))
}

fn label(row: &DbRow) -> Result<Label, Failure> {
    Ok(Label {
        id: LabelId::new(row.try_get("id")?),
        name: row.try_get("name")?,
        colour: row.try_get("colour")?,
    })
}

fn note(row: &DbRow) -> Result<Note, Failure> {
    Ok(Note {
        id: NoteId::new(row.try_get("id")?),
        at: instant_of(row, "at")?,
        actor: row.try_get("actor")?,
        text: row.try_get("text")?,
    })
}
