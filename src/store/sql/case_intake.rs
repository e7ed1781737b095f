//! What opens a case or joins one: flagged checks and reports.

use sqlx::Row;
use uuid::Uuid;

use super::case_rows::{hold_by_id, hold_case, insert_case, note_event, tell, write_case};
use super::values::count_of;
use super::{Connection, DbStore, Failure, audit};
use crate::domain::{Case, CaseStep};
use crate::store::{Incoming, NewReport, Sealer, StoreError, Taken};

/// Reports of one source beyond which a further one weighs no less.
const NEAR: i64 = 50;

/// Takes a batch in, all of it or nothing.
pub(super) async fn take_in(
    store: &DbStore,
    batch: &[Incoming],
    sealer: &dyn Sealer,
) -> Result<Vec<Taken>, Failure> {
    let mut tx = store.begin().await?;
    // Rows are held in the order of keys, so that two processes with the same accounts do not wait for each other.
    let mut order: Vec<usize> = (0..batch.len()).collect();
    order.sort_by_key(|&i| (batch[i].case.key_digest, i));
    let mut taken = vec![None; batch.len()];
    for i in order {
        taken[i] = Some(take_one(&mut tx, &batch[i], sealer).await?);
    }
    let taken: Vec<Taken> = taken.into_iter().flatten().collect();
    for (incoming, taken) in batch.iter().zip(&taken) {
        let report = incoming.report.as_ref().map(|r| r.id.to_string());
        let told = serde_json::json!({"report_id": report, "opened": taken.opened});
        let mut act = incoming.act.clone().changing(None, Some(told.to_string()));
        act.subject = Some(taken.case.to_string());
        audit::record(&mut tx, &act).await?;
    }
    tx.commit().await?;
    Ok(taken)
}

async fn take_one(
    tx: &mut Connection,
    incoming: &Incoming,
    sealer: &dyn Sealer,
) -> Result<Taken, Failure> {
    let at = incoming.act.at;
    let found = live_case(tx, &incoming.case.key_digest).await?;
    let opened = found.is_none();
    let mut case = found.unwrap_or_else(|| incoming.case.clone());
    let weight = match &incoming.report {
        Some(report) => Some(weigh(tx, &case, report, incoming).await?),
        None => None,
    };
    if opened {
        if let Some(weight) = weight {
            case.reach.reports = 1;
            case.reach.independent = weight;
            case.priority = case.priority_at(at);
        }
        insert_case(tx, &case, &incoming.secret).await?;
    } else {
        case.join(&incoming.case, weight, at);
        write_case(tx, &case).await?;
    }
    let (what, detail) = match &incoming.report {
        Some(report) => ("reported", Some(report.id.to_string())),
        None => ("checked", None),
    };
    let what = if opened { "opened" } else { what };
    note_event(tx, &case, &incoming.act, what, detail).await?;
    if opened {
        let body = serde_json::json!({"case_id": case.id.to_string()});
        tell(tx, &incoming.act, "case.opened", case.id, body).await?;
    }
    if let Some((report, weight)) = incoming.report.as_ref().zip(weight) {
        insert_report(tx, &case, report, weight, incoming, sealer).await?;
    }
    if case.reopens(at) && weight.is_some_and(|w| w > 0.0) {
        super::case::step_held(tx, &mut case, &CaseStep::Reopen, &incoming.act).await?;
    }
    Ok(Taken {
        case: case.id,
        opened,
    })
}

/// The live case of an account, held; of a duplicate, the case of which it is one, if that is live.
async fn live_case(tx: &mut Connection, key_digest: &[u8; 32]) -> Result<Option<Case>, Failure> {
    let found = hold_case(
        tx,
        "state <> 'closed' AND golden IS NULL AND key_digest = ",
        |s| {
            s.push_bind(key_digest.to_vec());
        },
    );
    let Some(case) = found.await? else {
        return Ok(None);
    };
    match case.merged_into {
        None => Ok(Some(case)),
        Some(target) => {
            let target = hold_by_id(tx, target).await?;
            Ok(Some(if target.is_live() { target } else { case }))
        }
    }
}

/// Counts the reporter, and says how much the report weighs.
async fn weigh(
    tx: &mut Connection,
    case: &Case,
    report: &NewReport,
    incoming: &Incoming,
) -> Result<f64, Failure> {
    let row = sqlx::query(
        "INSERT INTO reporter (digest, reports, bad_faith) VALUES ($1, 1, 0)
         ON CONFLICT (digest) DO UPDATE SET reports = reporter.reports + 1
         RETURNING reports, bad_faith, suspended_until",
    )
    .bind(report.reporter.as_slice())
    .fetch_one(&mut *tx)
    .await?;
    let reporter = super::report::reporter(&row)?;
    let known = sqlx::query(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM report WHERE case_id = $1 AND reporter = $2 LIMIT 1) own) AS own,
                (SELECT count(*) FROM (SELECT 1 FROM report WHERE case_id = $1 AND source = $3 LIMIT $4) near) AS near",
    )
    .bind(case.id.as_uuid())
    .bind(report.reporter.as_slice())
    .bind(report.source.as_slice())
    .bind(NEAR)
    .fetch_one(tx)
    .await?;
    let before = count_of(&known, "own")? > 0;
    let near = u32::try_from(count_of(&known, "near")?).unwrap_or(u32::MAX);
    Ok(reporter.weight(incoming.act.at, before, near))
}

async fn insert_report(
    tx: &mut Connection,
    case: &Case,
    report: &NewReport,
    weight: f64,
    incoming: &Incoming,
    sealer: &dyn Sealer,
) -> Result<(), Failure> {
    let key = sealed_key(tx, case.id.as_uuid()).await?;
    let content = key
        .and_then(|key| sealer.seal(case.id, &key, "report", &report.content))
        .ok_or_else(|| StoreError::Corrupt(format!("the key of case {}", case.id)))?;
    sqlx::query(
        "INSERT INTO report (id, case_id, at, reporter, source, weight, harm, content, token_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(report.id.as_uuid())
    .bind(case.id.as_uuid())
    .bind(incoming.act.at.as_microsecond())
    .bind(report.reporter.as_slice())
    .bind(report.source.as_slice())
    .bind(weight)
    .bind(report.harm.as_str())
    .bind(content)
    .bind(report.token_hash.as_slice())
    .execute(tx)
    .await?;
    Ok(())
}

/// The sealed key of a case.
async fn sealed_key(tx: &mut Connection, case: Uuid) -> Result<Option<Vec<u8>>, Failure> {
    let row = sqlx::query("SELECT sealed_key FROM case_secret WHERE case_id = $1")
        .bind(case)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|row| row.try_get("sealed_key")).transpose()?)
}
