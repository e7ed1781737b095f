//! Rulings, and the keys of confirmed impostors.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;
use uuid::Uuid;

use super::case_rows::{hold_at, hold_by_id, note_event, tell, write_case};
use super::feed::append_change;
use super::ruling_effects::{apply, mark, take_back, touch_keys};
use super::values::{digest_of, instant_of, integer, optional_instant_of, word_of};
use super::{Connection, DbRow, DbStore, Failure, audit};
use crate::domain::{
    Act, BulkId, BusinessId, Case, CaseId, CaseStep, Decision, RulingId, RulingKind, RulingState,
};
use crate::store::{
    ChannelRequest, Effects, ImpostorKey, RulingRecord, RulingStore, StoreError, retrying,
};

macro_rules! ruling_columns {
    () => {
        "id, case_id, at, actor, kind, reason, sentence, state, business_id, duplicate_of, bulk_id"
    };
}

macro_rules! key_columns {
    () => {
        "key_digest, case_id, business_id, ruled_at, lapses_at, ended_at"
    };
}

#[async_trait]
impl RulingStore for DbStore {
    async fn rule(
        &self,
        ruling: &RulingRecord,
        decision: &Decision,
        expected: u64,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, StoreError> {
        retrying(|| self.rule_once(ruling, decision, expected, effects, act)).await
    }

    async fn undo_ruling(
        &self,
        case: CaseId,
        expected: u64,
        by: &str,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, StoreError> {
        retrying(|| self.undo_ruling_once(case, expected, by, effects, act)).await
    }

    async fn rulings_of(&self, case: CaseId) -> Result<Vec<RulingRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            ruling_columns!(),
            " FROM ruling WHERE case_id = $1 ORDER BY id"
        ))
        .bind(case.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(ruling).collect::<Result<_, _>>()?)
    }

    async fn get_ruling(&self, id: RulingId) -> Result<Option<RulingRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            ruling_columns!(),
            " FROM ruling WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(ruling).transpose()?)
    }

    async fn rulings_of_bulk(&self, bulk: BulkId) -> Result<Vec<RulingRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            ruling_columns!(),
            " FROM ruling WHERE bulk_id = $1 ORDER BY id"
        ))
        .bind(bulk.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(ruling).collect::<Result<_, _>>()?)
    }

    async fn renew_impostor(
        &self,
        case: CaseId,
        lapses_at: Timestamp,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.renew_once(case, lapses_at, act)).await
    }

    async fn end_impostor(&self, key_digest: &[u8; 32], act: &Act) -> Result<bool, StoreError> {
        retrying(|| self.end_once(key_digest, act)).await
    }

    async fn channel_requests(
        &self,
        business: BusinessId,
    ) -> Result<Vec<ChannelRequest>, StoreError> {
        let rows = sqlx::query(
            "SELECT ruling_id, kind, value, at FROM channel_request WHERE business_id = $1 AND withdrawn_at IS NULL
             ORDER BY at, ruling_id LIMIT 200",
        )
        .bind(business.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(channel_request).collect::<Result<_, _>>()?)
    }

    async fn impostor_keys(&self, at: Timestamp) -> Result<Vec<ImpostorKey>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            key_columns!(),
            " FROM impostor_key WHERE ended_at IS NULL AND lapses_at > $1"
        ))
        .bind(at.as_microsecond())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(impostor_key).collect::<Result<_, _>>()?)
    }

    async fn impostor_key_of(&self, case: CaseId) -> Result<Option<ImpostorKey>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            key_columns!(),
            " FROM impostor_key WHERE ended_at IS NULL
              AND key_digest = (SELECT key_digest FROM review_case WHERE id = $1)"
        ))
        .bind(case.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(impostor_key).transpose()?)
    }
}

impl DbStore {
    async fn rule_once(
        &self,
        ruling: &RulingRecord,
        decision: &Decision,
        expected: u64,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, Failure> {
        let mut tx = self.begin().await?;
        let mut case = hold_at(&mut tx, ruling.case, Some(expected)).await?;
        let former = former_ruling(&mut tx, &case).await?;
        let decision = Decision {
            needs_second: decision.takes_two(case.reach.is_high(), former),
            ..decision.clone()
        };
        let proposed_before = case.proposal.as_ref().map(|p| p.ruling);
        case.take(&CaseStep::Decide(decision), act.at)
            .map_err(|refused| StoreError::Conflict(refused.0))?;
        let state = state_of(&case, ruling.id);
        if let Some(before) = proposed_before.filter(|_| state != RulingState::Noted) {
            mark(&mut tx, before, RulingState::Replaced).await?;
        }
        insert_ruling(&mut tx, ruling, state).await?;
        write_case(&mut tx, &case).await?;
        note_event(
            &mut tx,
            &case,
            act,
            event(state, ruling.kind),
            Some(ruling.id.to_string()),
        )
        .await?;
        let businesses = match state {
            RulingState::Standing => apply(&mut tx, &case, ruling, effects, act).await?,
            _ => None,
        };
        let told = serde_json::json!({
            "ruling_id": ruling.id.to_string(), "ruling": ruling.kind.as_str(),
            "reason": ruling.reason.as_str(), "state": state.as_str(),
        });
        tell(&mut tx, act, "case.ruled", case.id, told.clone()).await?;
        let act = act.clone().changing(None, Some(told.to_string()));
        audit::record(&mut tx, &act).await?;
        if let Some(businesses) = businesses {
            let seq = append_change(&mut tx, &businesses, act.at).await?;
            touch_keys(&mut tx, &case.key_digest, seq).await?;
        }
        tx.commit().await?;
        Ok(case)
    }

    async fn undo_ruling_once(
        &self,
        id: CaseId,
        expected: u64,
        by: &str,
        effects: &Effects,
        act: &Act,
    ) -> Result<Case, Failure> {
        let mut tx = self.begin().await?;
        let mut case = hold_at(&mut tx, id, Some(expected)).await?;
        let former = case.clone();
        let step = CaseStep::Undo { by: by.to_owned() };
        case.take(&step, act.at)
            .map_err(|refused| StoreError::Conflict(refused.0))?;
        let Some(undone) = former.standing.as_ref().map(|s| (s.ruling, s.kind)) else {
            return Err(StoreError::Conflict("the case has no ruling".to_owned()).into());
        };
        mark(&mut tx, undone.0, RulingState::Undone).await?;
        write_case(&mut tx, &case).await?;
        note_event(&mut tx, &case, act, "undone", Some(undone.0.to_string())).await?;
        let businesses = take_back(&mut tx, &former, undone, effects, act).await?;
        let told =
            serde_json::json!({"ruling_id": undone.0.to_string(), "ruling": undone.1.as_str()});
        tell(&mut tx, act, "case.undone", id, told.clone()).await?;
        let act = act.clone().changing(Some(told.to_string()), None);
        audit::record(&mut tx, &act).await?;
        if let Some(businesses) = businesses {
            let seq = append_change(&mut tx, &businesses, act.at).await?;
            touch_keys(&mut tx, &case.key_digest, seq).await?;
        }
        tx.commit().await?;
        Ok(case)
    }

    async fn renew_once(&self, id: CaseId, lapses_at: Timestamp, act: &Act) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let mut case = hold_by_id(&mut tx, id).await?;
        let done = sqlx::query(
            "UPDATE impostor_key SET lapses_at = $1 WHERE key_digest = $2 AND ended_at IS NULL AND lapses_at < $1",
        )
        .bind(lapses_at.as_microsecond())
        .bind(case.key_digest.as_slice())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            let what = format_args!("ruling of case {id} that could be renewed");
            return Err(Failure::not_found(what));
        }
        case.version += 1;
        case.updated_at = act.at;
        write_case(&mut tx, &case).await?;
        note_event(&mut tx, &case, act, "renewed", None).await?;
        audit::record(&mut tx, act).await?;
        let seq = append_change(&mut tx, &[], act.at).await?;
        touch_keys(&mut tx, &case.key_digest, seq).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn end_once(&self, key_digest: &[u8; 32], act: &Act) -> Result<bool, Failure> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE impostor_key SET ended_at = $1, ended_by = $2 WHERE key_digest = $3 AND ended_at IS NULL",
        )
        .bind(act.at.as_microsecond())
        .bind(act.id.to_string())
        .bind(key_digest.as_slice())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        audit::record(&mut tx, act).await?;
        let seq = append_change(&mut tx, &[], act.at).await?;
        touch_keys(&mut tx, key_digest, seq).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// What was last said of the account by a ruling that still counts: a key that checks answer by, or a case before this one.
async fn former_ruling(tx: &mut Connection, case: &Case) -> Result<Option<RulingKind>, Failure> {
    let key = sqlx::query("SELECT 1 FROM impostor_key WHERE key_digest = $1 AND ended_at IS NULL")
        .bind(case.key_digest.as_slice())
        .fetch_optional(&mut *tx)
        .await?;
    if key.is_some() {
        return Ok(Some(RulingKind::ConfirmedImpostor));
    }
    let row = sqlx::query(
        "SELECT outcome FROM review_case WHERE key_digest = $1 AND id <> $2 AND outcome IS NOT NULL
         AND outcome <> 'confirmed_impostor' AND golden IS NULL ORDER BY id DESC LIMIT 1",
    )
    .bind(case.key_digest.as_slice())
    .bind(case.id.as_uuid())
    .fetch_optional(tx)
    .await?;
    row.map(|row| word_of(&row, "outcome")).transpose()
}

/// What became of a ruling, as its case shows it.
fn state_of(case: &Case, id: RulingId) -> RulingState {
    if case.standing.as_ref().is_some_and(|s| s.ruling == id) {
        RulingState::Standing
    } else if case.proposal.as_ref().is_some_and(|p| p.ruling == id) {
        RulingState::Proposed
    } else {
        RulingState::Noted
    }
}

fn event(state: RulingState, kind: RulingKind) -> &'static str {
    match (state, kind) {
        (RulingState::Proposed, _) => "proposed",
        (_, RulingKind::Escalate) => "escalated",
        _ => "decided",
    }
}

/// Adds a ruling.
pub(super) async fn insert_ruling(
    tx: &mut Connection,
    ruling: &RulingRecord,
    state: RulingState,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO ruling (id, case_id, at, actor, kind, reason, sentence, state, business_id, duplicate_of, bulk_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(ruling.id.as_uuid())
    .bind(ruling.case.as_uuid())
    .bind(ruling.at.as_microsecond())
    .bind(&ruling.by)
    .bind(ruling.kind.as_str())
    .bind(ruling.reason.as_str())
    .bind(&ruling.sentence)
    .bind(state.as_str())
    .bind(ruling.business.map(BusinessId::as_uuid))
    .bind(ruling.duplicate_of.map(CaseId::as_uuid))
    .bind(ruling.bulk.map(BulkId::as_uuid))
    .execute(tx)
    .await?;
    Ok(())
}

/// Keys that changed after a number of the feed, as they are now; of one digest, the one that counts or else the last.
pub(super) async fn changed_since(
    tx: &mut Connection,
    seq: u64,
) -> Result<Vec<ImpostorKey>, Failure> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        key_columns!(),
        " FROM impostor_key WHERE feed_seq > $1
          ORDER BY CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END, ruled_at"
    ))
    .bind(integer(seq))
    .fetch_all(tx)
    .await?;
    rows.iter().map(impostor_key).collect()
}

fn ruling(row: &DbRow) -> Result<RulingRecord, Failure> {
    let optional = |column| row.try_get::<Option<Uuid>, _>(column);
    Ok(RulingRecord {
        id: RulingId::new(row.try_get("id")?),
        case: CaseId::new(row.try_get("case_id")?),
        at: instant_of(row, "at")?,
        by: row.try_get("actor")?,
        kind: word_of(row, "kind")?,
        reason: word_of(row, "reason")?,
        sentence: row.try_get("sentence")?,
        state: word_of(row, "state")?,
        business: optional("business_id")?.map(BusinessId::new),
        duplicate_of: optional("duplicate_of")?.map(CaseId::new),
        bulk: optional("bulk_id")?.map(BulkId::new),
    })
}

fn channel_request(row: &DbRow) -> Result<ChannelRequest, Failure> {
    Ok(ChannelRequest {
        ruling: RulingId::new(row.try_get("ruling_id")?),
        kind: row.try_get("kind")?,
        value: row.try_get("value")?,
        at: instant_of(row, "at")?,
    })
}

fn impostor_key(row: &DbRow) -> Result<ImpostorKey, Failure> {
    Ok(ImpostorKey {
        digest: digest_of(row, "key_digest")?,
        case: CaseId::new(row.try_get("case_id")?),
        business: row
            .try_get::<Option<Uuid>, _>("business_id")?
            .map(BusinessId::new),
        ruled_at: instant_of(row, "ruled_at")?,
        lapses_at: instant_of(row, "lapses_at")?,
        ended: optional_instant_of(row, "ended_at")?.is_some(),
    })
}
