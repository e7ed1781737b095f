//! Appeals.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;
use uuid::Uuid;

use super::case::step_held;
use super::case_rows::{hold_by_id, note_event, tell, write_case};
use super::feed::append_change;
use super::ruling::insert_ruling;
use super::ruling_effects::{apply, end_key, mark, touch_keys};
use super::values::{
    digest_of, instant_of, integer, optional_instant_of, optional_word_of, word_of,
};
use super::{Connection, DbRow, DbStore, Failure, LOCK_BUSINESS, audit};
use crate::domain::{
    Act, Appeal, AppealId, AppealState, AppealStep, Case, CaseId, CaseState, CaseStep, ReasonCode,
    ReportId, RulingId, RulingState,
};
use crate::store::{AppealRecord, AppealStore, AppealTold, SentCode, StoreError, retrying};

macro_rules! appeal_columns {
    () => {
        "id, case_id, ruling_id, appellant, report_id, state, control, at, updated_at, judged_at, judged_by, reason, \
         grounds, finding, answer, code_hash, code_until, code_tries, codes_sent"
    };
}

#[async_trait]
impl AppealStore for DbStore {
    async fn insert_appeal(
        &self,
        record: &AppealRecord,
        token_hash: &[u8; 32],
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.insert_appeal_once(record, token_hash, act)).await
    }

    async fn get_appeal(&self, id: AppealId) -> Result<Option<AppealRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            appeal_columns!(),
            " FROM appeal WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(appeal).transpose()?)
    }

    async fn find_appeal(&self, token_hash: &[u8; 32]) -> Result<Option<AppealRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            appeal_columns!(),
            " FROM appeal WHERE token_hash = $1"
        ))
        .bind(token_hash.as_slice())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(appeal).transpose()?)
    }

    async fn appeals_of(&self, case: CaseId) -> Result<Vec<AppealRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            appeal_columns!(),
            " FROM appeal WHERE case_id = $1 ORDER BY id"
        ))
        .bind(case.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(appeal).collect::<Result<_, _>>()?)
    }

    async fn list_appeals(
        &self,
        state: AppealState,
        after: Option<AppealId>,
        limit: u32,
    ) -> Result<Vec<AppealRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            appeal_columns!(),
            " FROM appeal WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3"
        ))
        .bind(state.as_str())
        .bind(after.map_or(Uuid::nil(), AppealId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(appeal).collect::<Result<_, _>>()?)
    }

    async fn keep_code(
        &self,
        id: AppealId,
        code: &SentCode,
        most: u32,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            let done = sqlx::query(
                "UPDATE appeal SET code_hash = $1, code_until = $2, code_tries = 0, codes_sent = codes_sent + 1,
                     updated_at = $3
                 WHERE id = $4 AND state = 'unproved' AND codes_sent < $5",
            )
            .bind(code.hash.as_slice())
            .bind(code.until.as_microsecond())
            .bind(act.at.as_microsecond())
            .bind(id.as_uuid())
            .bind(i64::from(most))
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() == 0 {
                let why = format!("no code is sent any more: {most} were, or none is needed");
                return Err(StoreError::Conflict(why).into());
            }
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn count_try(&self, id: AppealId, act: &Act) -> Result<u32, StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            let row = sqlx::query(
                "UPDATE appeal SET code_tries = code_tries + 1 WHERE id = $1 RETURNING code_tries",
            )
            .bind(id.as_uuid())
            .fetch_optional(&mut *tx)
            .await?;
            let Some(row) = row else {
                return Err(Failure::not_found(format_args!("appeal {id}")));
            };
            audit::record(&mut tx, act).await?;
            tx.commit().await?;
            Ok(small(row.try_get("code_tries")?))
        })
        .await
    }

    async fn step_appeal(
        &self,
        id: AppealId,
        step: AppealStep,
        told: &AppealTold,
        act: &Act,
    ) -> Result<AppealRecord, StoreError> {
        retrying(|| self.step_appeal_once(id, step, told, act)).await
    }
}

impl DbStore {
    async fn insert_appeal_once(
        &self,
        record: &AppealRecord,
        token_hash: &[u8; 32],
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let appeal = &record.appeal;
        let mut case = hold_by_id(&mut tx, appeal.case).await?;
        let standing = case.standing.as_ref().map(|s| s.ruling);
        if case.state != CaseState::Decided || standing != Some(appeal.ruling) {
            let why = "there is no ruling that could be appealed now";
            return Err(StoreError::Conflict(why.to_owned()).into());
        }
        sqlx::query(
            "INSERT INTO appeal (id, case_id, ruling_id, appellant, report_id, state, control, at, updated_at, grounds,
                 token_hash, code_tries, codes_sent)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, 0, 0)",
        )
        .bind(appeal.id.as_uuid())
        .bind(appeal.case.as_uuid())
        .bind(appeal.ruling.as_uuid())
        .bind(appeal.by.as_str())
        .bind(appeal.report.map(ReportId::as_uuid))
        .bind(appeal.state.as_str())
        .bind(appeal.control.as_str())
        .bind(appeal.at.as_microsecond())
        .bind(&record.grounds)
        .bind(token_hash.as_slice())
        .execute(&mut *tx)
        .await?;
        if appeal.state == AppealState::Received {
            step_held(&mut tx, &mut case, &CaseStep::Appeal, act).await?;
        }
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn step_appeal_once(
        &self,
        id: AppealId,
        step: AppealStep,
        told: &AppealTold,
        act: &Act,
    ) -> Result<AppealRecord, Failure> {
        let mut tx = self.begin().await?;
        let mut record = hold_appeal(&mut tx, id).await?;
        let before = record.appeal.state;
        let refused = |refused: crate::domain::Refused| StoreError::Conflict(refused.0);
        record.appeal.take(step).map_err(refused)?;
        let mut case = hold_by_id(&mut tx, record.appeal.case).await?;
        take_told(&mut record, step, told, act);
        write_appeal(&mut tx, &record).await?;
        let businesses = follow(&mut tx, &mut case, &record, before, told, act).await?;
        let state = record.appeal.state.as_str();
        let body = serde_json::json!({"appeal_id": id.to_string(), "state": state});
        tell(&mut tx, act, "appeal.changed", case.id, body.clone()).await?;
        let act = act.clone().changing(None, Some(body.to_string()));
        audit::record(&mut tx, &act).await?;
        if let Some(businesses) = businesses {
            let seq = append_change(&mut tx, &businesses, act.at).await?;
            touch_keys(&mut tx, &case.key_digest, seq).await?;
        }
        tx.commit().await?;
        Ok(record)
    }
}

/// Takes over what is written with a step.
fn take_told(record: &mut AppealRecord, step: AppealStep, told: &AppealTold, act: &Act) {
    record.updated_at = act.at;
    if matches!(step, AppealStep::Judge(_)) {
        record.appeal.judged_at = Some(act.at);
        record.appeal.judged_by = Some(act.actor.to_string());
        record.reason = told.reason;
        record.finding.clone_from(&told.finding);
    }
    if step == AppealStep::Answer {
        record.answer.clone_from(&told.answer);
    }
    if step == AppealStep::Prove {
        record.code = None;
    }
}

/// Takes the case to where its appeal is. Gives the businesses that changed, where the change feed has to tell of it at all.
async fn follow(
    tx: &mut Connection,
    case: &mut Case,
    record: &AppealRecord,
    before: AppealState,
    told: &AppealTold,
    act: &Act,
) -> Result<Option<Vec<Uuid>>, Failure> {
    let by = act.actor.to_string();
    match record.appeal.state {
        AppealState::Received => {
            step_held(tx, case, &CaseStep::Appeal, act).await?;
        }
        AppealState::Withdrawn if before != AppealState::Unproved => {
            step_held(tx, case, &CaseStep::Withdraw, act).await?;
        }
        AppealState::Upheld => {
            let step = CaseStep::Judge { by, instead: None };
            step_held(tx, case, &step, act).await?;
        }
        AppealState::Reversed => return reverse(tx, case, told, by, act).await,
        AppealState::Conditional | AppealState::Answered => {
            refuse_judge_of_own(case, &record.appeal, &by)?;
            case.version += 1;
            case.updated_at = act.at;
            write_case(tx, case).await?;
            let what = match record.appeal.state {
                AppealState::Conditional => "appeal_condition",
                _ => "appeal_answered",
            };
            note_event(tx, case, act, what, Some(record.appeal.id.to_string())).await?;
        }
        AppealState::Unproved | AppealState::Withdrawn => {}
    }
    Ok(None)
}

/// A condition is set by another person than who ruled, as a judgement is made.
fn refuse_judge_of_own(case: &Case, appeal: &Appeal, by: &str) -> Result<(), Failure> {
    let took_part = case
        .standing
        .as_ref()
        .is_some_and(|s| s.by == by || s.first.as_deref() == Some(by));
    if took_part && appeal.state == AppealState::Conditional {
        let why = "you took part in the ruling; another person judges the appeal";
        return Err(StoreError::Conflict(why.to_owned()).into());
    }
    Ok(())
}

async fn reverse(
    tx: &mut Connection,
    case: &mut Case,
    told: &AppealTold,
    by: String,
    act: &Act,
) -> Result<Option<Vec<Uuid>>, Failure> {
    let Some((ruling, effects)) = &told.instead else {
        let why = "a reversal says which ruling takes the place of the former";
        return Err(StoreError::Conflict(why.to_owned()).into());
    };
    let former = case.standing.as_ref().map(|s| s.ruling);
    let instead = Some((ruling.id, ruling.kind));
    step_held(tx, case, &CaseStep::Judge { by, instead }, act).await?;
    if let Some(former) = former {
        mark(tx, former, RulingState::Replaced).await?;
    }
    insert_ruling(tx, ruling, RulingState::Standing).await?;
    // Also where the new ruling has no effect of its own, the former one counts no more.
    let ended = end_key(tx, case, &ruling.id.to_string(), act).await?;
    let businesses = apply(tx, case, ruling, effects, act).await?;
    Ok(businesses.or(ended.then(Vec::new)))
}

async fn hold_appeal(tx: &mut Connection, id: AppealId) -> Result<AppealRecord, Failure> {
    let select = format!(
        "SELECT {} FROM appeal WHERE id = $1{LOCK_BUSINESS}",
        appeal_columns!()
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(select))
        .bind(id.as_uuid())
        .fetch_optional(tx)
        .await?;
    match row {
        Some(row) => appeal(&row),
        None => Err(Failure::not_found(format_args!("appeal {id}"))),
    }
}

async fn write_appeal(tx: &mut Connection, record: &AppealRecord) -> Result<(), Failure> {
    let (appeal, code) = (&record.appeal, record.code.as_ref());
    sqlx::query(
        "UPDATE appeal SET state = $2, control = $3, updated_at = $4, judged_at = $5, judged_by = $6, reason = $7,
             finding = $8, answer = $9, code_hash = $10, code_until = $11, code_tries = $12
         WHERE id = $1",
    )
    .bind(appeal.id.as_uuid())
    .bind(appeal.state.as_str())
    .bind(appeal.control.as_str())
    .bind(record.updated_at.as_microsecond())
    .bind(appeal.judged_at.map(Timestamp::as_microsecond))
    .bind(appeal.judged_by.as_deref())
    .bind(record.reason.map(ReasonCode::as_str))
    .bind(record.finding.as_deref())
    .bind(record.answer.as_deref())
    .bind(code.map(|c| c.hash.to_vec()))
    .bind(code.map(|c| c.until.as_microsecond()))
    .bind(integer(code.map_or(0, |c| u64::from(c.tries))))
    .execute(tx)
    .await?;
    Ok(())
}

fn small(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn appeal(row: &DbRow) -> Result<AppealRecord, Failure> {
    let code = row.try_get::<Option<&[u8]>, _>("code_hash")?;
    let code = match code {
        None => None,
        Some(_) => Some(SentCode {
            hash: digest_of(row, "code_hash")?,
            until: instant_of(row, "code_until")?,
            tries: small(row.try_get("code_tries")?),
        }),
    };
    Ok(AppealRecord {
        appeal: Appeal {
            id: AppealId::new(row.try_get("id")?),
            case: CaseId::new(row.try_get("case_id")?),
            ruling: RulingId::new(row.try_get("ruling_id")?),
            by: word_of(row, "appellant")?,
            report: row
                .try_get::<Option<Uuid>, _>("report_id")?
                .map(ReportId::new),
            state: word_of(row, "state")?,
            control: word_of(row, "control")?,
            at: instant_of(row, "at")?,
            judged_at: optional_instant_of(row, "judged_at")?,
            judged_by: row.try_get("judged_by")?,
        },
        updated_at: instant_of(row, "updated_at")?,
        reason: optional_word_of(row, "reason")?,
        grounds: row.try_get("grounds")?,
        finding: row.try_get("finding")?,
        answer: row.try_get("answer")?,
        code,
        codes_sent: small(row.try_get("codes_sent")?),
    })
}
