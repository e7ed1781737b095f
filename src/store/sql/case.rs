//! Cases: their queue, their claims, and what happens to them but rulings.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row};

use super::case_intake::take_in;
use super::case_rows::{case, case_columns, hold_at, hold_case, note_event, write_case};
use super::values::{count_of, instant_of, integer};
use super::{Connection, Db, DbRow, DbStore, Failure, PLACE_IN, audit};
use crate::domain::{Act, BusinessId, Case, CaseId, CaseState, CaseStep, RulingKind};
use crate::store::{
    CaseEvent, CaseListing, CaseSecret, CaseStore, ClusterKey, Incoming, Sealer, StoreError, Taken,
    retrying,
};

/// Most events that are read at once.
const EVENTS: i64 = 500;
/// Cases of one sweep of lapsed claims.
const SWEPT: i64 = 200;

#[async_trait]
impl CaseStore for DbStore {
    async fn take_in(
        &self,
        batch: &[Incoming],
        sealer: Arc<dyn Sealer>,
    ) -> Result<Vec<Taken>, StoreError> {
        retrying(|| take_in(self, batch, &*sealer)).await
    }

    async fn get_case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            case_columns!(),
            " FROM review_case WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(case).transpose()?)
    }

    async fn find_case(&self, key_digest: &[u8; 32]) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            case_columns!(),
            " FROM review_case WHERE key_digest = $1 AND golden IS NULL ORDER BY id DESC LIMIT 1"
        ))
        .bind(key_digest.as_slice())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(case).transpose()?)
    }

    async fn secrets_of(&self, cases: &[CaseId]) -> Result<Vec<(CaseId, CaseSecret)>, StoreError> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = QueryBuilder::<Db>::new(
            "SELECT case_id, sealed_key, account FROM case_secret WHERE case_id IN (",
        );
        let mut ids = select.separated(", ");
        for id in cases {
            ids.push_bind(id.as_uuid());
        }
        select.push(")");
        let rows = select.build().persistent(cases.len() == 1);
        let rows = rows.fetch_all(self.reader()).await.map_err(Failure::from)?;
        Ok(rows.iter().map(secret).collect::<Result<_, _>>()?)
    }

    async fn list_cases(&self, listing: &CaseListing) -> Result<Vec<Case>, StoreError> {
        let mut select = select_of(listing);
        let rows = select.build().persistent(false).fetch_all(self.reader());
        let rows = rows.await.map_err(Failure::from)?;
        Ok(rows.iter().map(case).collect::<Result<_, _>>()?)
    }

    async fn cases_by_reporters(
        &self,
        case_id: CaseId,
        limit: u32,
    ) -> Result<Vec<Case>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            case_columns!(),
            " FROM review_case WHERE id <> $1 AND id IN (
                  SELECT case_id FROM report WHERE reporter IN (
                      SELECT reporter FROM report WHERE case_id = $1 ORDER BY id DESC LIMIT 200))
              ORDER BY id DESC LIMIT $2"
        ))
        .bind(case_id.as_uuid())
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(case).collect::<Result<_, _>>()?)
    }

    async fn case_events(&self, id: CaseId, after: u64) -> Result<Vec<CaseEvent>, StoreError> {
        let rows = sqlx::query(
            "SELECT version, at, actor, what, detail FROM case_event WHERE case_id = $1 AND version > $2
             ORDER BY version LIMIT $3",
        )
        .bind(id.as_uuid())
        .bind(integer(after))
        .bind(EVENTS)
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(event).collect::<Result<_, _>>()?)
    }

    async fn step_case(
        &self,
        id: CaseId,
        expected: Option<u64>,
        step: &CaseStep,
        act: &Act,
    ) -> Result<Case, StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            let mut case = hold_at(&mut tx, id, expected).await?;
            step_held(&mut tx, &mut case, step, act).await?;
            audit::record(&mut tx, act).await?;
            tx.commit().await?;
            Ok(case)
        })
        .await
    }

    async fn release_lapsed(&self, act: &Act) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT count(*) AS n FROM review_case WHERE state = 'claimed' AND claim_until <= $1",
        )
        .bind(act.at.as_microsecond())
        .fetch_one(self.reader())
        .await
        .map_err(Failure::from)?;
        if count_of(&row, "n")? == 0 {
            return Ok(0);
        }
        let condition = "state = 'claimed' AND claim_until <= $1";
        retrying(|| self.sweep(condition, act.at, SWEPT, &CaseStep::Lapse, act)).await
    }

    async fn close_decided(
        &self,
        before: Timestamp,
        limit: u32,
        act: &Act,
    ) -> Result<u64, StoreError> {
        let condition = "state = 'decided' AND decided_at < $1";
        let limit = i64::from(limit);
        retrying(|| self.sweep(condition, before, limit, &CaseStep::Close, act)).await
    }

    async fn refresh_priorities(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        retrying(|| self.refresh_once(before, now, limit)).await
    }

    async fn erase_case(&self, id: CaseId, act: &Act) -> Result<(), StoreError> {
        retrying(|| self.erase_once(id, act)).await
    }
}

impl DbStore {
    /// Lets every case of a condition take a step.
    async fn sweep(
        &self,
        condition: &'static str,
        before: Timestamp,
        limit: i64,
        step: &CaseStep,
        act: &Act,
    ) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let select = format!("SELECT id FROM review_case WHERE {condition} ORDER BY id LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(select))
            .bind(before.as_microsecond())
            .bind(limit)
            .fetch_all(&mut *tx)
            .await?;
        let mut done = 0;
        for row in rows {
            let id = CaseId::new(row.try_get("id")?);
            let held = hold_case(&mut tx, "id = ", |select| {
                select.push_bind(id.as_uuid());
            });
            let Some(mut case) = held.await? else {
                continue;
            };
            // Another transaction may have taken the case elsewhere meanwhile, which is no failure.
            if case.clone().take(step, act.at).is_ok() {
                step_held(&mut tx, &mut case, step, act).await?;
                done += 1;
            }
        }
        if done > 0 {
            let told = serde_json::json!({"cases": done});
            let act = act.clone().changing(None, Some(told.to_string()));
            audit::record(&mut tx, &act).await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    async fn refresh_once(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, Failure> {
        let mut tx = self.begin().await?;
        let rows = sqlx::query(concat!(
            "SELECT ",
            case_columns!(),
            " FROM review_case WHERE state = 'open' AND priority_at < $1 ORDER BY priority_at LIMIT $2"
        ))
        .bind(before.as_microsecond())
        .bind(i64::from(limit))
        .fetch_all(&mut *tx)
        .await?;
        for row in &rows {
            let case = case(row)?;
            // Its version stays: nobody has done anything to it.
            sqlx::query("UPDATE review_case SET priority = $1, priority_at = $2 WHERE id = $3 AND version = $4")
                .bind(case.priority_at(now))
                .bind(now.as_microsecond())
                .bind(case.id.as_uuid())
                .bind(integer(case.version))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(rows.len() as u64)
    }

    async fn erase_once(&self, id: CaseId, act: &Act) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let mut case = hold_at(&mut tx, id, None).await?;
        // Golden cases are copies of one, and go with it.
        let done = sqlx::query(
            "DELETE FROM case_secret WHERE case_id = $1
             OR case_id IN (SELECT id FROM review_case WHERE key_digest = $2 AND golden IS NOT NULL)",
        )
        .bind(id.as_uuid())
        .bind(case.key_digest.as_slice())
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict(format!("case {id} is erased already")).into());
        }
        // Nothing can be read of them any more; the bytes need not stay.
        sqlx::query("DELETE FROM report_file WHERE case_id = $1")
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await?;
        case.version += 1;
        case.updated_at = act.at;
        case.state = CaseState::Closed;
        case.claim = None;
        write_case(&mut tx, &case).await?;
        note_event(&mut tx, &case, act, "erased", None).await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Lets a case that is held take a step, and writes it.
pub(super) async fn step_held(
    tx: &mut Connection,
    case: &mut Case,
    step: &CaseStep,
    act: &Act,
) -> Result<(), Failure> {
    case.take(step, act.at)
        .map_err(|refused| StoreError::Conflict(refused.0))?;
    write_case(tx, case).await?;
    note_event(tx, case, act, word(step), None).await
}

/// The step as the case's history tells it.
fn word(step: &CaseStep) -> &'static str {
    match step {
        CaseStep::Claim { .. } => "claimed",
        CaseStep::Release { .. } => "released",
        CaseStep::Lapse => "claim_lapsed",
        CaseStep::Decide(_) => "decided",
        CaseStep::Undo { .. } => "undone",
        CaseStep::Reopen => "reopened",
        CaseStep::Appeal => "appealed",
        CaseStep::Withdraw => "appeal_withdrawn",
        CaseStep::Judge { .. } => "appeal_judged",
        CaseStep::Close => "closed",
    }
}

fn select_of(listing: &CaseListing) -> QueryBuilder<Db> {
    let mut select = QueryBuilder::<Db>::new(concat!(
        "SELECT ",
        case_columns!(),
        " FROM review_case WHERE state = "
    ));
    select.push_bind(listing.state.unwrap_or(CaseState::Open).as_str());
    if let Some(business) = listing.business {
        select
            .push(" AND business_id = ")
            .push_bind(BusinessId::as_uuid(business));
    }
    if let Some(holder) = &listing.holder {
        select.push(" AND claimed_by = ").push_bind(holder.clone());
    }
    for (column, wanted) in [
        ("escalated_at", listing.escalated),
        ("proposal_id", listing.proposed),
    ] {
        if let Some(wanted) = wanted {
            let is = if wanted { "IS NOT NULL" } else { "IS NULL" };
            select.push(format_args!(" AND {column} {is}"));
        }
    }
    if let Some(verdict) = listing.verdict {
        select.push(" AND verdict = ").push_bind(verdict.as_str());
    }
    if let Some(outcome) = listing.outcome {
        select
            .push(" AND outcome = ")
            .push_bind(RulingKind::as_str(outcome));
    }
    if let Some(signal) = &listing.signal {
        // The first costs a third of the second, which tells whole codes, and leaves it little to do.
        select
            .push(format_args!(" AND {PLACE_IN}(signals, "))
            .push_bind(signal.clone())
            .push(format_args!(") > 0 AND {PLACE_IN}(' ' || signals || ' ', "))
            .push_bind(format!(" {signal} "))
            .push(") > 0");
    }
    if let Some(cluster) = listing.cluster {
        let (column, digest) = match cluster {
            ClusterKey::Block(digest) => ("block_digest", digest),
            ClusterKey::Name(digest) => ("name_digest", digest),
            ClusterKey::Site(digest) => ("site_digest", digest),
        };
        select
            .push(format_args!(" AND {column} = "))
            .push_bind(digest.to_vec());
    }
    if let Some(since) = listing.opened_since {
        select
            .push(" AND opened_at >= ")
            .push_bind(since.as_microsecond());
    }
    if let Some(after) = listing.after {
        select
            .push(" AND priority <= ")
            .push_bind(after.priority)
            .push(" AND (priority < ")
            .push_bind(after.priority)
            .push(" OR id > ")
            .push_bind(after.id.as_uuid())
            .push(")");
    }
    select
        .push(" ORDER BY priority DESC, id LIMIT ")
        .push_bind(i64::from(listing.limit));
    select
}

fn secret(row: &DbRow) -> Result<(CaseId, CaseSecret), Failure> {
    Ok((
        CaseId::new(row.try_get("case_id")?),
        CaseSecret {
            sealed_key: row.try_get("sealed_key")?,
            account: row.try_get("account")?,
        },
    ))
}

fn event(row: &DbRow) -> Result<CaseEvent, Failure> {
    Ok(CaseEvent {
        version: count_of(row, "version")?,
        at: instant_of(row, "at")?,
        actor: row.try_get("actor")?,
        what: row.try_get("what")?,
        detail: row.try_get("detail")?,
    })
}
