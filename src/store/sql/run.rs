//! Import runs.

use async_trait::async_trait;
use sqlx::Row;
use uuid::Uuid;

use super::business_rows::{
    BusinessRow, Known, business, clear_channels, delete_businesses, keep_versions,
    write_businesses, write_channels,
};
use super::feed::append_change;
use super::values::{count_of, instant_of, integer, optional_instant_of};
use super::{Connection, DbRow, DbStore, Failure, LOCK_BUSINESS, audit, badge_log, proof_rows};
use crate::domain::{Act, BadgeEvent, Business, Profile, RunId};
use crate::store::{
    ImportRun, RunStore, StoreError, Undone, UpsertCounts, document, keepable, retrying,
};

macro_rules! columns {
    () => {
        "id, actor, source, started_at, finished_at, undone_at, created, updated, unchanged, rejected"
    };
}

#[async_trait]
impl RunStore for DbStore {
    async fn begin_run(&self, run: &ImportRun, act: &Act) -> Result<(), StoreError> {
        keepable("the source", &run.source)?;
        retrying(|| begin_once(self, run, act)).await
    }

    async fn finish_run(&self, id: RunId, rejected: u64, act: &Act) -> Result<(), StoreError> {
        retrying(|| finish_once(self, id, rejected, act)).await
    }

    async fn get_run(&self, id: RunId) -> Result<Option<ImportRun>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM import_run WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(run).transpose()?)
    }

    async fn list_runs(
        &self,
        before: Option<RunId>,
        actor: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ImportRun>, StoreError> {
        let before = before.map_or(Uuid::max(), RunId::as_uuid);
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM import_run WHERE id < $1 AND ($3 IS NULL OR actor = $3) ORDER BY id DESC LIMIT $2"
        ))
        .bind(before)
        .bind(i64::from(limit))
        .bind(actor)
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(run).collect::<Result<_, _>>()?)
    }

    async fn undo_some(&self, id: RunId, limit: u32, act: &Act) -> Result<Undone, StoreError> {
        retrying(|| undo_once(self, id, limit, act)).await
    }

    async fn changed_since_run(&self, id: RunId) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT count(DISTINCT old.business_id) AS n FROM audit_entry made
             JOIN business_revision old ON old.act_id = made.id
             JOIN business ON business.id = old.business_id
             LEFT JOIN audit_entry latest ON latest.id = business.act_id
             WHERE made.run_id = $1 AND (latest.run_id IS NULL OR latest.run_id <> $1)",
        )
        .bind(id.as_uuid())
        .fetch_one(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(count_of(&row, "n")?)
    }

    async fn finish_undo(&self, id: RunId, act: &Act) -> Result<(), StoreError> {
        retrying(|| finish_undo_once(self, id, act)).await
    }
}

/// Counts a batch for its run, in the batch's transaction.
pub(super) async fn count_batch(
    tx: &mut Connection,
    id: RunId,
    counts: UpsertCounts,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE import_run SET created = created + $1, updated = updated + $2, unchanged = unchanged + $3 WHERE id = $4",
    )
    .bind(integer(counts.created))
    .bind(integer(counts.updated))
    .bind(integer(counts.unchanged))
    .bind(id.as_uuid())
    .execute(tx)
    .await?;
    Ok(())
}

async fn begin_once(store: &DbStore, run: &ImportRun, act: &Act) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    sqlx::query("INSERT INTO import_run (id, actor, source, started_at) VALUES ($1, $2, $3, $4)")
        .bind(run.id.as_uuid())
        .bind(&run.actor)
        .bind(&run.source)
        .bind(run.started_at.as_microsecond())
        .execute(&mut *tx)
        .await?;
    audit::record(&mut tx, act).await?;
    tx.commit().await?;
    Ok(())
}

async fn finish_once(store: &DbStore, id: RunId, rejected: u64, act: &Act) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    let done = sqlx::query("UPDATE import_run SET finished_at = $1, rejected = $2 WHERE id = $3")
        .bind(act.at.as_microsecond())
        .bind(integer(rejected))
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(Failure::not_found(format_args!("import {id}")));
    }
    audit::record(&mut tx, act).await?;
    tx.commit().await?;
    Ok(())
}

async fn finish_undo_once(store: &DbStore, id: RunId, act: &Act) -> Result<(), Failure> {
    let mut tx = store.begin().await?;
    let done =
        sqlx::query("UPDATE import_run SET undone_at = $1 WHERE id = $2 AND undone_at IS NULL")
            .bind(act.at.as_microsecond())
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict(format!("import {id} is undone already")).into());
    }
    audit::record(&mut tx, act).await?;
    tx.commit().await?;
    Ok(())
}

async fn undo_once(store: &DbStore, id: RunId, limit: u32, act: &Act) -> Result<Undone, Failure> {
    let mut tx = store.begin().await?;
    let select = format!(
        "SELECT {} FROM business WHERE act_id IN (SELECT id FROM audit_entry WHERE run_id = $1) ORDER BY id LIMIT $2{}",
        business_columns!(),
        LOCK_BUSINESS
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(select))
        .bind(id.as_uuid())
        .bind(i64::from(limit))
        .fetch_all(&mut *tx)
        .await?;
    let (mut restored, mut added, mut all) = (Vec::new(), Vec::new(), Vec::new());
    let (mut doubtful, mut events) = (Vec::new(), Vec::new());
    for row in &rows {
        let current = business(row)?;
        all.push(current.id.as_uuid());
        let former = before_run(&mut tx, &current, id).await?;
        let former = former.map(|former| with_profile(&current, former, act));
        events.extend(BadgeEvent::of_change(Some(&current), former.as_ref(), act));
        match former {
            Some(former) => {
                if current.profile.is_cast_in_doubt_by(&former.profile) {
                    doubtful.push(current.id.as_uuid());
                }
                restored.push(former);
            }
            None => added.push(current.id.as_uuid()),
        }
    }
    let undone = Undone {
        deleted: added.len() as u64,
        restored: restored.len() as u64,
    };
    if all.is_empty() {
        return Ok(undone);
    }
    proof_rows::void(&mut tx, &doubtful, act.at).await?;
    restore(&mut tx, &restored, act).await?;
    delete_businesses(&mut tx, &added, act).await?;
    let told = serde_json::json!({"deleted": undone.deleted, "restored": undone.restored});
    audit::record(&mut tx, &act.clone().changing(None, Some(told.to_string()))).await?;
    badge_log::append(&mut tx, &events).await?;
    append_change(&mut tx, &all, act.at).await?;
    tx.commit().await?;
    Ok(undone)
}

async fn restore(tx: &mut Connection, businesses: &[Business], act: &Act) -> Result<(), Failure> {
    let ids: Vec<Uuid> = businesses.iter().map(|b| b.id.as_uuid()).collect();
    let rows: Vec<BusinessRow> = businesses.iter().map(|b| BusinessRow::of(b, act)).collect();
    let channels: Vec<(Uuid, &Profile)> = businesses
        .iter()
        .map(|b| (b.id.as_uuid(), &b.profile))
        .collect();
    keep_versions(tx, &ids).await?;
    write_businesses(tx, &rows, Known::Overwrite).await?;
    clear_channels(tx, &ids).await?;
    write_channels(tx, &channels).await
}

/// A business under a former profile. Its badge does not come back with it: that takes fresh proof.
fn with_profile(current: &Business, mut former: Profile, act: &Act) -> Business {
    former.keep_proofs(&current.profile);
    let mut next = current.clone();
    next.take_profile(former, act.at);
    Business {
        updated_at: act.at,
        version: next.version + 1,
        ..next
    }
}

/// The profile of a business before a run; none when the run added it.
async fn before_run(
    tx: &mut Connection,
    current: &Business,
    run: RunId,
) -> Result<Option<Profile>, Failure> {
    let row = sqlx::query(
        "SELECT profile FROM business_revision old
         LEFT JOIN audit_entry made ON made.id = old.act_id
         WHERE business_id = $1 AND (run_id IS NULL OR run_id <> $2)
         ORDER BY version DESC LIMIT 1",
    )
    .bind(current.id.as_uuid())
    .bind(run.as_uuid())
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(json) = row.try_get::<Option<&str>, _>("profile")? else {
        return Ok(None);
    };
    let profile = document::read(json).map_err(|e| Failure::corrupt("a version", e))?;
    Ok(Some(profile))
}

fn run(row: &DbRow) -> Result<ImportRun, Failure> {
    Ok(ImportRun {
        id: RunId::new(row.try_get("id")?),
        actor: row.try_get("actor")?,
        source: row.try_get("source")?,
        started_at: instant_of(row, "started_at")?,
        finished_at: optional_instant_of(row, "finished_at")?,
        undone_at: optional_instant_of(row, "undone_at")?,
        counts: UpsertCounts {
            created: count_of(row, "created")?,
            updated: count_of(row, "updated")?,
            unchanged: count_of(row, "unchanged")?,
            refused: 0,
        },
        rejected: count_of(row, "rejected")?,
    })
}
