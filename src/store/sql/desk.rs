//! What reviewers keep for themselves, and figures of their work.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use uuid::Uuid;

use super::case_rows::{hold_by_id, insert_case, note_event, write_case};
use super::organisation::taken;
use super::values::{count_of, instant_of, optional_instant_of, word_of};
use super::{DbRow, DbStore, Failure, audit};
use crate::domain::{Act, Case, CaseId, NoteId, TemplateId, ViewId};
use crate::store::{
    CaseFigures, CaseNote, CaseSecret, Decided, DeskStore, GoldenResult, StoreError, Template,
    View, keepable, retrying,
};

/// A day.
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[async_trait]
impl DeskStore for DbStore {
    async fn case_figures(&self, at: Timestamp) -> Result<CaseFigures, StoreError> {
        let since = at.checked_sub(DAY).unwrap_or(Timestamp::MIN);
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM review_case WHERE opened_at >= $1) AS inbound,
                    (SELECT count(*) FROM report WHERE at >= $1) AS reports,
                    (SELECT count(*) FROM review_case WHERE state IN ('open', 'claimed')) AS pending,
                    (SELECT count(*) FROM review_case WHERE escalated_at IS NOT NULL AND state IN ('open', 'claimed'))
                        AS escalated,
                    (SELECT count(*) FROM appeal WHERE state IN ('received', 'answered')) AS appeals,
                    (SELECT min(opened_at) FROM review_case WHERE state IN ('open', 'claimed')) AS oldest",
        )
        .bind(since.as_microsecond())
        .fetch_one(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(CaseFigures {
            inbound_24h: count_of(&row, "inbound")?,
            reports_24h: count_of(&row, "reports")?,
            pending: count_of(&row, "pending")?,
            escalated: count_of(&row, "escalated")?,
            appeals: count_of(&row, "appeals")?,
            oldest: optional_instant_of(&row, "oldest")?,
        })
    }

    async fn decided_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        after: Option<(Timestamp, CaseId)>,
        limit: u32,
    ) -> Result<Vec<Decided>, StoreError> {
        let (at, id) = after.map_or((from, Uuid::nil()), |(at, id)| (at, id.as_uuid()));
        let rows = sqlx::query(
            "SELECT id, decided_at, decided_by, outcome, handled_in, signals, state FROM review_case
             WHERE decided_at >= $1 AND decided_at < $2 AND golden IS NULL AND (decided_at > $1 OR id > $3)
             ORDER BY decided_at, id LIMIT $4",
        )
        .bind(at.as_microsecond())
        .bind(to.as_microsecond())
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(decided).collect::<Result<_, _>>()?)
    }

    async fn golden_results(&self, since: Timestamp) -> Result<Vec<GoldenResult>, StoreError> {
        let rows = sqlx::query(
            "SELECT case_id, at, actor, expected, given FROM golden_result WHERE at >= $1 ORDER BY at, case_id",
        )
        .bind(since.as_microsecond())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(golden).collect::<Result<_, _>>()?)
    }

    async fn golden_pending(&self) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT count(*) AS n FROM review_case WHERE golden IS NOT NULL AND state IN ('open', 'claimed')",
        )
        .fetch_one(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(count_of(&row, "n")?)
    }

    async fn plant_golden(
        &self,
        case: &Case,
        secret: &CaseSecret,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            insert_case(&mut tx, case, secret).await?;
            note_event(&mut tx, case, act, "opened", None).await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn add_case_note(
        &self,
        id: CaseId,
        note: &CaseNote,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            let mut case = hold_by_id(&mut tx, id).await?;
            sqlx::query(
                "INSERT INTO case_note (id, case_id, at, actor, text) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(note.id.as_uuid())
            .bind(id.as_uuid())
            .bind(note.at.as_microsecond())
            .bind(&note.by)
            .bind(&note.text)
            .execute(&mut *tx)
            .await?;
            case.version += 1;
            case.updated_at = act.at;
            write_case(&mut tx, &case).await?;
            note_event(&mut tx, &case, act, "noted", Some(note.id.to_string())).await?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn case_notes(&self, case: CaseId) -> Result<Vec<CaseNote>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, at, actor, text FROM case_note WHERE case_id = $1 ORDER BY id LIMIT 200",
        )
        .bind(case.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(note).collect::<Result<_, _>>()?)
    }

    async fn put_template(&self, template: &Template, act: &Act) -> Result<(), StoreError> {
        keepable("the template's name", &template.name)?;
        keepable("the template", &template.text)?;
        retrying(|| async move {
            let mut tx = self.begin().await?;
            sqlx::query(
                "INSERT INTO reply_template (id, name, language, text, updated_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (id) DO UPDATE SET name = $2, language = $3, text = $4, updated_at = $5",
            )
            .bind(template.id.as_uuid())
            .bind(&template.name)
            .bind(&template.language)
            .bind(&template.text)
            .bind(template.updated_at.as_microsecond())
            .execute(&mut *tx)
            .await
            .map_err(|e| taken(e, &template.name))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn delete_template(&self, id: TemplateId, act: &Act) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            let done = sqlx::query("DELETE FROM reply_template WHERE id = $1")
                .bind(id.as_uuid())
                .execute(&mut *tx)
                .await?;
            if done.rows_affected() == 0 {
                return Err(Failure::not_found(format_args!("template {id}")));
            }
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn list_templates(&self) -> Result<Vec<Template>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, language, text, updated_at FROM reply_template ORDER BY name",
        )
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(template).collect::<Result<_, _>>()?)
    }

    async fn insert_view(&self, view: &View, act: &Act) -> Result<(), StoreError> {
        keepable("the view's name", &view.name)?;
        retrying(|| async move {
            let mut tx = self.begin().await?;
            sqlx::query(
                "INSERT INTO case_view (id, owner, name, filter, created_at) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(view.id.as_uuid())
            .bind(&view.owner)
            .bind(&view.name)
            .bind(&view.filter)
            .bind(act.at.as_microsecond())
            .execute(&mut *tx)
            .await
            .map_err(|e| taken(e, &view.name))?;
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn delete_view(&self, id: ViewId, owner: &str, act: &Act) -> Result<(), StoreError> {
        retrying(|| async move {
            let mut tx = self.begin().await?;
            let done = sqlx::query("DELETE FROM case_view WHERE id = $1 AND owner = $2")
                .bind(id.as_uuid())
                .bind(owner)
                .execute(&mut *tx)
                .await?;
            if done.rows_affected() == 0 {
                return Err(Failure::not_found(format_args!("view {id}")));
            }
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn list_views(&self, owner: &str) -> Result<Vec<View>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, owner, name, filter FROM case_view WHERE owner = $1 ORDER BY name",
        )
        .bind(owner)
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(view).collect::<Result<_, _>>()?)
    }
}

fn decided(row: &DbRow) -> Result<Decided, Failure> {
    let signals: &str = row.try_get("signals")?;
    Ok(Decided {
        case: CaseId::new(row.try_get("id")?),
        at: instant_of(row, "decided_at")?,
        by: row.try_get("decided_by")?,
        kind: word_of(row, "outcome")?,
        handled_in: count_of(row, "handled_in")?,
        signals: signals.split_whitespace().map(str::to_owned).collect(),
        state: word_of(row, "state")?,
    })
}

fn golden(row: &DbRow) -> Result<GoldenResult, Failure> {
    Ok(GoldenResult {
        case: CaseId::new(row.try_get("case_id")?),
        at: instant_of(row, "at")?,
        by: row.try_get("actor")?,
        expected: word_of(row, "expected")?,
        given: word_of(row, "given")?,
    })
}

fn note(row: &DbRow) -> Result<CaseNote, Failure> {
    Ok(CaseNote {
        id: NoteId::new(row.try_get("id")?),
        at: instant_of(row, "at")?,
        by: row.try_get("actor")?,
        text: row.try_get("text")?,
    })
}

fn template(row: &DbRow) -> Result<Template, Failure> {
    Ok(Template {
        id: TemplateId::new(row.try_get("id")?),
        name: row.try_get("name")?,
        language: row.try_get("language")?,
        text: row.try_get("text")?,
        updated_at: instant_of(row, "updated_at")?,
    })
}

fn view(row: &DbRow) -> Result<View, Failure> {
    Ok(View {
        id: ViewId::new(row.try_get("id")?),
        owner: row.try_get("owner")?,
        name: row.try_get("name")?,
        filter: row.try_get("filter")?,
    })
}
