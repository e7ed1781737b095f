//! What a ruling does beyond its case, in the ruling's transaction, and how that is taken back.

use uuid::Uuid;

use super::business::write_version;
use super::case_rows::{hold_by_id, note_event, tell, write_case};
use super::values::integer;
use super::{Connection, Failure};
use crate::domain::{Act, BusinessId, Case, CaseId, RulingId, RulingKind, RulingState};
use crate::store::{Effects, RulingRecord, StoreError};

/// The number of a key that gets its own as the transaction's last act.
const UNNUMBERED: i64 = -1;

/// Does what a ruling that stands does. Gives the businesses that changed, where the change feed has to tell of it at all.
pub(super) async fn apply(
    tx: &mut Connection,
    case: &Case,
    ruling: &RulingRecord,
    effects: &Effects,
    act: &Act,
) -> Result<Option<Vec<Uuid>>, Failure> {
    if let Some(expected) = case.golden {
        return note_golden(tx, case, ruling, expected, act)
            .await
            .map(|()| None);
    }
    let mut told = false;
    if ruling.kind.has_effect() {
        told = end_key(tx, case, &ruling.id.to_string(), act).await?;
    }
    let mut businesses = Vec::new();
    match ruling.kind {
        RulingKind::ConfirmedImpostor => {
            insert_key(tx, case, ruling).await?;
            told = true;
        }
        RulingKind::NewChannel => request_channel(tx, ruling, effects, act).await?,
        RulingKind::Duplicate => reweigh_target(tx, case, act, 1.0).await?,
        _ => {}
    }
    if let Some((business, expected)) = &effects.business {
        write_version(tx, business, *expected, act).await?;
        businesses.push(business.id.as_uuid());
        told = true;
    }
    Ok(told.then_some(businesses))
}

/// Takes back what a ruling did.
pub(super) async fn take_back(
    tx: &mut Connection,
    case: &Case,
    (ruling, kind): (RulingId, RulingKind),
    effects: &Effects,
    act: &Act,
) -> Result<Option<Vec<Uuid>>, Failure> {
    if case.golden.is_some() {
        sqlx::query("DELETE FROM golden_result WHERE case_id = $1")
            .bind(case.id.as_uuid())
            .execute(tx)
            .await?;
        return Ok(None);
    }
    let mut businesses = Vec::new();
    let ended = sqlx::query(
        "UPDATE impostor_key SET ended_at = $1, ended_by = $2 WHERE ruling_id = $3 AND ended_at IS NULL",
    )
    .bind(act.at.as_microsecond())
    .bind(act.id.to_string())
    .bind(ruling.as_uuid())
    .execute(&mut *tx)
    .await?;
    // What the ruling had ended counts again.
    let again = sqlx::query(
        "UPDATE impostor_key SET ended_at = NULL, ended_by = NULL WHERE ended_by = $1 AND lapses_at > $2",
    )
    .bind(ruling.to_string())
    .bind(act.at.as_microsecond())
    .execute(&mut *tx)
    .await?;
    let mut told = ended.rows_affected() + again.rows_affected() > 0;
    match kind {
        RulingKind::NewChannel => {
            sqlx::query("UPDATE channel_request SET withdrawn_at = $1 WHERE ruling_id = $2")
                .bind(act.at.as_microsecond())
                .bind(ruling.as_uuid())
                .execute(&mut *tx)
                .await?;
        }
        RulingKind::Duplicate => reweigh_target(tx, case, act, -1.0).await?,
        _ => {}
    }
    if let Some((business, expected)) = &effects.business {
        write_version(tx, business, *expected, act).await?;
        businesses.push(business.id.as_uuid());
        told = true;
    }
    Ok(told.then_some(businesses))
}

/// Ends the key by which checks answer for a case's account; gives whether there was one.
pub(super) async fn end_key(
    tx: &mut Connection,
    case: &Case,
    by: &str,
    act: &Act,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE impostor_key SET ended_at = $1, ended_by = $2, feed_seq = $4
         WHERE key_digest = $3 AND ended_at IS NULL",
    )
    .bind(act.at.as_microsecond())
    .bind(by)
    .bind(case.key_digest.as_slice())
    .bind(UNNUMBERED)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

async fn insert_key(
    tx: &mut Connection,
    case: &Case,
    ruling: &RulingRecord,
) -> Result<(), Failure> {
    let lapses_at = ruling.at.checked_add(RulingKind::LASTS);
    let lapses_at = lapses_at.unwrap_or(jiff::Timestamp::MAX);
    sqlx::query(
        "INSERT INTO impostor_key (ruling_id, case_id, key_digest, business_id, ruled_at, lapses_at, feed_seq)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(ruling.id.as_uuid())
    .bind(case.id.as_uuid())
    .bind(case.key_digest.as_slice())
    .bind(ruling.business.map(BusinessId::as_uuid))
    .bind(ruling.at.as_microsecond())
    .bind(lapses_at.as_microsecond())
    .bind(UNNUMBERED)
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives the keys of an account the number under which the feed tells of them. Every key of the account is told of: there
/// are few, and a key that counts comes last.
pub(super) async fn touch_keys(
    tx: &mut Connection,
    key_digest: &[u8; 32],
    seq: u64,
) -> Result<(), Failure> {
    sqlx::query("UPDATE impostor_key SET feed_seq = $1 WHERE key_digest = $2")
        .bind(integer(seq))
        .bind(key_digest.as_slice())
        .execute(tx)
        .await?;
    Ok(())
}

async fn request_channel(
    tx: &mut Connection,
    ruling: &RulingRecord,
    effects: &Effects,
    act: &Act,
) -> Result<(), Failure> {
    let Some((business, (kind, value))) = ruling.business.zip(effects.channel.as_ref()) else {
        let why = "a new channel needs the business whose it is, and an account with a channel";
        return Err(StoreError::Conflict(why.to_owned()).into());
    };
    sqlx::query(
        "INSERT INTO channel_request (ruling_id, case_id, business_id, kind, value, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(ruling.id.as_uuid())
    .bind(ruling.case.as_uuid())
    .bind(business.as_uuid())
    .bind(kind)
    .bind(value)
    .bind(act.at.as_microsecond())
    .execute(&mut *tx)
    .await?;
    let body = serde_json::json!({
        "business_id": business.to_string(), "ruling_id": ruling.id.to_string(), "kind": kind,
    });
    tell(tx, act, "channel.proof_requested", ruling.case, body).await
}

/// Adds what a duplicate weighs to the case of which it is one, or takes it away again.
async fn reweigh_target(
    tx: &mut Connection,
    case: &Case,
    act: &Act,
    sign: f64,
) -> Result<(), Failure> {
    let Some(target) = case.merged_into else {
        let why = "a duplicate needs the case of which it is one";
        return Err(StoreError::Conflict(why.to_owned()).into());
    };
    let mut target = merge_target(tx, case.id, target, sign > 0.0).await?;
    let reports = i64::from(target.reach.reports) + sign as i64 * i64::from(case.reach.reports);
    target.reach.reports = u32::try_from(reports.max(0)).unwrap_or(u32::MAX);
    target.reach.independent = (target.reach.independent + sign * case.reach.independent).max(0.0);
    target.version += 1;
    target.updated_at = act.at;
    target.priority = target.priority_at(act.at);
    write_case(tx, &target).await?;
    let what = if sign > 0.0 {
        "duplicate_joined"
    } else {
        "duplicate_left"
    };
    note_event(tx, &target, act, what, Some(case.id.to_string())).await
}

async fn merge_target(
    tx: &mut Connection,
    duplicate: CaseId,
    target: CaseId,
    joining: bool,
) -> Result<Case, Failure> {
    let refuse = |why: &str| Err(StoreError::Conflict(why.to_owned()).into());
    if duplicate == target {
        return refuse("a case is no duplicate of itself");
    }
    let found = hold_by_id(tx, target).await?;
    if joining && (!found.is_live() || found.merged_into.is_some() || found.golden.is_some()) {
        return refuse(
            "the other case is closed, or a duplicate itself; name the one that goes on",
        );
    }
    Ok(found)
}

async fn note_golden(
    tx: &mut Connection,
    case: &Case,
    ruling: &RulingRecord,
    expected: RulingKind,
    act: &Act,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO golden_result (case_id, at, actor, expected, given) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(case.id.as_uuid())
    .bind(act.at.as_microsecond())
    .bind(&ruling.by)
    .bind(expected.as_str())
    .bind(ruling.kind.as_str())
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes what became of a ruling.
pub(super) async fn mark(
    tx: &mut Connection,
    id: RulingId,
    state: RulingState,
) -> Result<(), Failure> {
    sqlx::query("UPDATE ruling SET state = $1 WHERE id = $2")
        .bind(state.as_str())
        .bind(id.as_uuid())
        .execute(tx)
        .await?;
    Ok(())
}
