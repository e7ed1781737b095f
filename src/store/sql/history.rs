//! Versions of businesses, newest first.

use sqlx::Row;
use uuid::Uuid;

use super::values::{count_of, instant_of, integer, word_of};
use super::{DbRow, DbStore, Failure};
use crate::domain::{BusinessId, OrganisationId, RunId};
use crate::store::{Made, Version, document};

const VERSIONS: &str =
    "SELECT version, v.at, badge, badge_state, organisation_id, profile, seq, actor, action, reason, request_id, run_id
     FROM (SELECT version, at, act_id, badge, badge_state, organisation_id, profile
               FROM business_revision WHERE business_id = $1
           UNION ALL
           SELECT version, updated_at, act_id, badge, badge_state, organisation_id, profile
               FROM business WHERE id = $1) v
     LEFT JOIN audit_entry ON audit_entry.id = v.act_id
     WHERE version < $2 ORDER BY version DESC LIMIT $3";

/// Versions before one, at most so many.
pub(super) async fn versions(
    store: &DbStore,
    id: BusinessId,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Version>, Failure> {
    let rows = sqlx::query(VERSIONS)
        .bind(id.as_uuid())
        .bind(before.map_or(i64::MAX, integer))
        .bind(i64::from(limit))
        .fetch_all(store.reader())
        .await?;
    rows.iter().map(version).collect()
}

fn version(row: &DbRow) -> Result<Version, Failure> {
    let profile = row
        .try_get::<Option<&str>, _>("profile")?
        .map(|json| document::read(json).map_err(|e| Failure::corrupt("a version", e)));
    Ok(Version {
        version: count_of(row, "version")?,
        at: instant_of(row, "at")?,
        profile: profile.transpose()?,
        badge: word_of(row, "badge")?,
        badge_state: word_of(row, "badge_state")?,
        organisation: row
            .try_get::<Option<Uuid>, _>("organisation_id")?
            .map(OrganisationId::new),
        made: made(row)?,
    })
}

fn made(row: &DbRow) -> Result<Option<Made>, Failure> {
    let Some(seq) = row.try_get::<Option<i64>, _>("seq")? else {
        return Ok(None);
    };
    Ok(Some(Made {
        seq: seq.unsigned_abs(),
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        reason: row.try_get("reason")?,
        request_id: row.try_get("request_id")?,
        run: row.try_get::<Option<Uuid>, _>("run_id")?.map(RunId::new),
    }))
}
