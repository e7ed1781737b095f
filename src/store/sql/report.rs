//! Reports, and the evidence that comes with them.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;
use uuid::Uuid;

use super::case_rows::{hold_by_id, note_event, write_case};
use super::values::{count_of, digest_of, instant_of, integer, optional_instant_of, word_of};
use super::{DbRow, DbStore, Failure, audit};
use crate::domain::{Act, CaseId, FileId, ReportId, Reporter};
use crate::store::{FileRecord, ReportRecord, ReportStore, StoreError, retrying};

macro_rules! report_columns {
    () => {
        "id, case_id, at, reporter, weight, harm, content, bad_faith_at"
    };
}

macro_rules! file_columns {
    () => {
        "id, report_id, case_id, at, name, kind, size, sha256"
    };
}

#[async_trait]
impl ReportStore for DbStore {
    async fn get_report(&self, id: ReportId) -> Result<Option<ReportRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            report_columns!(),
            " FROM report WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(report).transpose()?)
    }

    async fn find_report(&self, token_hash: &[u8; 32]) -> Result<Option<ReportRecord>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            report_columns!(),
            " FROM report WHERE token_hash = $1"
        ))
        .bind(token_hash.as_slice())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(row.as_ref().map(report).transpose()?)
    }

    async fn reports_of(
        &self,
        case: CaseId,
        after: Option<ReportId>,
        limit: u32,
    ) -> Result<Vec<ReportRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            report_columns!(),
            " FROM report WHERE case_id IN (SELECT id FROM review_case WHERE id = $1 OR merged_into = $1)
              AND id > $2 ORDER BY id LIMIT $3"
        ))
        .bind(case.as_uuid())
        .bind(after.map_or(Uuid::nil(), ReportId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(report).collect::<Result<_, _>>()?)
    }

    async fn add_file(
        &self,
        file: &FileRecord,
        content: &[u8],
        most: u32,
        act: &Act,
    ) -> Result<(), StoreError> {
        retrying(|| self.add_file_once(file, content, most, act)).await
    }

    async fn files_of(&self, case: CaseId) -> Result<Vec<FileRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            file_columns!(),
            " FROM report_file WHERE case_id IN (SELECT id FROM review_case WHERE id = $1 OR merged_into = $1) ORDER BY id LIMIT 500"
        ))
        .bind(case.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        Ok(rows.iter().map(file).collect::<Result<_, _>>()?)
    }

    async fn get_file(&self, id: FileId) -> Result<Option<(FileRecord, Vec<u8>)>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            file_columns!(),
            ", content FROM report_file WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(self.reader())
        .await
        .map_err(Failure::from)?;
        let Some(row) = row else { return Ok(None) };
        let content = row.try_get("content").map_err(Failure::from)?;
        Ok(Some((file(&row)?, content)))
    }

    async fn note_bad_faith(&self, id: ReportId, act: &Act) -> Result<(), StoreError> {
        retrying(|| self.note_bad_faith_once(id, act)).await
    }
}

impl DbStore {
    async fn add_file_once(
        &self,
        file: &FileRecord,
        content: &[u8],
        most: u32,
        act: &Act,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        // Held, so that two uploads at once do not each find the last place free.
        let mut case = hold_by_id(&mut tx, file.case).await?;
        let row = sqlx::query("SELECT count(*) AS n FROM report_file WHERE report_id = $1")
            .bind(file.report.as_uuid())
            .fetch_one(&mut *tx)
            .await?;
        if count_of(&row, "n")? >= u64::from(most) {
            let why = format!("a report has at most {most} files");
            return Err(StoreError::Conflict(why).into());
        }
        sqlx::query(
            "INSERT INTO report_file (id, report_id, case_id, at, name, kind, size, sha256, content)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(file.id.as_uuid())
        .bind(file.report.as_uuid())
        .bind(file.case.as_uuid())
        .bind(file.at.as_microsecond())
        .bind(&file.name)
        .bind(file.kind.as_str())
        .bind(integer(file.size))
        .bind(file.sha256.as_slice())
        .bind(content)
        .execute(&mut *tx)
        .await?;
        case.version += 1;
        case.updated_at = act.at;
        write_case(&mut tx, &case).await?;
        note_event(&mut tx, &case, act, "file_added", Some(file.id.to_string())).await?;
        audit::record(&mut tx, act).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn note_bad_faith_once(&self, id: ReportId, act: &Act) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        let row = sqlx::query(concat!(
            "SELECT ",
            report_columns!(),
            " FROM report WHERE id = $1"
        ))
        .bind(id.as_uuid())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Err(Failure::not_found(format_args!("report {id}")));
        };
        let found = report(&row)?;
        let mut case = hold_by_id(&mut tx, found.case).await?;
        let done = sqlx::query(
            "UPDATE report SET bad_faith_at = $1, weight = 0 WHERE id = $2 AND bad_faith_at IS NULL",
        )
        .bind(act.at.as_microsecond())
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            let why = format!("report {id} is known to be made up already");
            return Err(StoreError::Conflict(why).into());
        }
        let row = sqlx::query(
            "UPDATE reporter SET bad_faith = bad_faith WHERE digest = $1 RETURNING reports, bad_faith, suspended_until",
        )
        .bind(found.reporter.as_slice())
        .fetch_one(&mut *tx)
        .await?;
        let mut reporter = reporter(&row)?;
        reporter.note_bad_faith(act.at);
        sqlx::query("UPDATE reporter SET bad_faith = $1, suspended_until = $2 WHERE digest = $3")
            .bind(i64::from(reporter.bad_faith))
            .bind(reporter.suspended_until.map(Timestamp::as_microsecond))
            .bind(found.reporter.as_slice())
            .execute(&mut *tx)
            .await?;
        case.reach.independent = (case.reach.independent - found.weight).max(0.0);
        case.version += 1;
        case.updated_at = act.at;
        case.priority = case.priority_at(act.at);
        write_case(&mut tx, &case).await?;
        note_event(&mut tx, &case, act, "bad_faith", Some(id.to_string())).await?;
        let told = serde_json::json!({
            "case_id": case.id.to_string(), "suspended": reporter.suspended_until.is_some(),
        });
        let act = act.clone().changing(None, Some(told.to_string()));
        audit::record(&mut tx, &act).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Reads what is known of a reporter.
pub(super) fn reporter(row: &DbRow) -> Result<Reporter, Failure> {
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Reporter {
        reports: small(count_of(row, "reports")?),
        bad_faith: small(count_of(row, "bad_faith")?),
        suspended_until: optional_instant_of(row, "suspended_until")?,
    })
}

fn report(row: &DbRow) -> Result<ReportRecord, Failure> {
    Ok(ReportRecord {
        id: ReportId::new(row.try_get("id")?),
        case: CaseId::new(row.try_get("case_id")?),
        at: instant_of(row, "at")?,
        reporter: digest_of(row, "reporter")?,
        weight: row.try_get("weight")?,
        harm: word_of(row, "harm")?,
        content: row.try_get("content")?,
        bad_faith_at: optional_instant_of(row, "bad_faith_at")?,
    })
}

fn file(row: &DbRow) -> Result<FileRecord, Failure> {
    Ok(FileRecord {
        id: FileId::new(row.try_get("id")?),
        report: ReportId::new(row.try_get("report_id")?),
        case: CaseId::new(row.try_get("case_id")?),
        at: instant_of(row, "at")?,
        name: row.try_get("name")?,
        kind: word_of(row, "kind")?,
        size: count_of(row, "size")?,
        sha256: digest_of(row, "sha256")?,
    })
}
