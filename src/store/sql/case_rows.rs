//! Cases as rows.

use jiff::{SignedDuration, Timestamp};
use sqlx::{QueryBuilder, Row};
use uuid::Uuid;

use super::values::{
    count_of, digest_of, instant_of, integer, optional_instant_of, optional_word_of, word_of,
};
use super::{Connection, Db, DbRow, Failure, LOCK_BUSINESS};
use crate::domain::{
    Act, BusinessId, Case, CaseClaim, CaseId, Clusters, Medium, Proposal, Reach, RulingId,
    RulingKind, Standing,
};
use crate::store::{CaseSecret, StoreError};

/// What is read of a case.
macro_rules! case_columns {
    () => {
        "id, version, key_digest, key_kind, state, business_id, verdict, score, signals, medium, reports, \
         independent, business_size, priority, opened_at, updated_at, escalated_at, escalated_by, claimed_by, \
         claimed_at, claim_until, proposal_id, proposal_kind, proposed_by, ruling_id, outcome, decided_by, first_by, \
         decided_at, undo_until, handled_in, merged_into, block_digest, name_digest, site_digest, golden"
    };
}
pub(super) use case_columns;

/// Reads a case and holds it until the transaction ends.
pub(super) async fn hold_case(
    tx: &mut Connection,
    condition: &'static str,
    bind: impl FnOnce(&mut QueryBuilder<Db>),
) -> Result<Option<Case>, Failure> {
    let mut select = QueryBuilder::<Db>::new(concat!(
        "SELECT ",
        case_columns!(),
        " FROM review_case WHERE "
    ));
    select.push(condition);
    bind(&mut select);
    select.push(LOCK_BUSINESS);
    let row = select.build().fetch_optional(tx).await?;
    row.as_ref().map(case).transpose()
}

/// The case of an id, held.
pub(super) async fn hold_by_id(tx: &mut Connection, id: CaseId) -> Result<Case, Failure> {
    let found = hold_case(tx, "id = ", |select| {
        select.push_bind(id.as_uuid());
    });
    let found = found.await?;
    found.ok_or_else(|| Failure::not_found(format_args!("case {id}")))
}

/// The case of an id at a version, held.
pub(super) async fn hold_at(
    tx: &mut Connection,
    id: CaseId,
    expected: Option<u64>,
) -> Result<Case, Failure> {
    let case = hold_by_id(tx, id).await?;
    if expected.is_some_and(|expected| expected != case.version) {
        let current = case.version;
        return Err(StoreError::Stale { current }.into());
    }
    Ok(case)
}

/// Adds a case with what is read only by its key.
pub(super) async fn insert_case(
    tx: &mut Connection,
    case: &Case,
    secret: &CaseSecret,
) -> Result<(), Failure> {
    let mut insert = QueryBuilder::<Db>::new(concat!(
        "INSERT INTO review_case (",
        case_columns!(),
        ", priority_at) VALUES ("
    ));
    let mut row = insert.separated(", ");
    let signals = case.signals.join(" ");
    row.push_bind(case.id.as_uuid())
        .push_bind(integer(case.version))
        .push_bind(case.key_digest.to_vec())
        .push_bind(case.key_kind.as_str())
        .push_bind(case.state.as_str())
        .push_bind(case.business.map(BusinessId::as_uuid))
        .push_bind(case.verdict.as_str())
        .push_bind(case.score)
        .push_bind(signals)
        .push_bind(case.medium.map(Medium::as_str))
        .push_bind(i64::from(case.reach.reports))
        .push_bind(case.reach.independent)
        .push_bind(case.reach.business)
        .push_bind(case.priority)
        .push_bind(case.opened_at.as_microsecond())
        .push_bind(case.updated_at.as_microsecond());
    for _ in 0..15 {
        row.push("NULL");
    }
    let digest = |digest: Option<[u8; 32]>| digest.map(|d| d.to_vec());
    row.push("NULL")
        .push_bind(digest(case.clusters.block))
        .push_bind(digest(case.clusters.name))
        .push_bind(digest(case.clusters.site))
        .push_bind(case.golden.map(RulingKind::as_str))
        .push_bind(case.updated_at.as_microsecond());
    insert.push(")");
    insert.build().execute(&mut *tx).await.map_err(|error| {
        let failure = Failure::from(error);
        match failure.error {
            // Another process has just opened a case of this account: join that.
            StoreError::Conflict(_) => Failure::collision(),
            _ => failure,
        }
    })?;
    sqlx::query("INSERT INTO case_secret (case_id, sealed_key, account) VALUES ($1, $2, $3)")
        .bind(case.id.as_uuid())
        .bind(&secret.sealed_key)
        .bind(&secret.account)
        .execute(tx)
        .await?;
    Ok(())
}

/// Writes everything of a case that changes.
pub(super) async fn write_case(tx: &mut Connection, case: &Case) -> Result<(), Failure> {
    let (claim, proposal) = (case.claim.as_ref(), case.proposal.as_ref());
    let standing = case.standing.as_ref();
    let (escalated_at, escalated_by) = case.escalated.as_ref().map(|(at, by)| (*at, by)).unzip();
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    let handled = standing.map(|s| i64::try_from(s.handled_in.as_micros()).unwrap_or(i64::MAX));
    sqlx::query(
        "UPDATE review_case SET version = $2, state = $3, business_id = $4, verdict = $5, score = $6, signals = $7,
             reports = $8, independent = $9, business_size = $10, priority = $11, priority_at = $12, updated_at = $12,
             escalated_at = $13, escalated_by = $14, claimed_by = $15, claimed_at = $16, claim_until = $17,
             proposal_id = $18, proposal_kind = $19, proposed_by = $20, ruling_id = $21, outcome = $22,
             decided_by = $23, first_by = $24, decided_at = $25, undo_until = $26, handled_in = $27, merged_into = $28
         WHERE id = $1",
    )
    .bind(case.id.as_uuid())
    .bind(integer(case.version))
    .bind(case.state.as_str())
    .bind(case.business.map(BusinessId::as_uuid))
    .bind(case.verdict.as_str())
    .bind(case.score)
    .bind(case.signals.join(" "))
    .bind(i64::from(case.reach.reports))
    .bind(case.reach.independent)
    .bind(case.reach.business)
    .bind(case.priority)
    .bind(case.updated_at.as_microsecond())
    .bind(micros(escalated_at))
    .bind(escalated_by)
    .bind(claim.map(|c| c.by.as_str()))
    .bind(micros(claim.map(|c| c.at)))
    .bind(micros(claim.map(|c| c.until)))
    .bind(proposal.map(|p| p.ruling.as_uuid()))
    .bind(proposal.map(|p| p.kind.as_str()))
    .bind(proposal.map(|p| p.by.as_str()))
    .bind(standing.map(|s| s.ruling.as_uuid()))
    .bind(standing.map(|s| s.kind.as_str()))
    .bind(standing.map(|s| s.by.as_str()))
    .bind(standing.and_then(|s| s.first.as_deref()))
    .bind(micros(standing.map(|s| s.at)))
    .bind(micros(standing.map(|s| s.undo_until)))
    .bind(handled)
    .bind(case.merged_into.map(CaseId::as_uuid))
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes what made this version of a case.
pub(super) async fn note_event(
    tx: &mut Connection,
    case: &Case,
    act: &Act,
    what: &str,
    detail: Option<String>,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO case_event (case_id, version, at, actor, what, detail) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(case.id.as_uuid())
    .bind(integer(case.version))
    .bind(act.at.as_microsecond())
    .bind(act.actor.to_string())
    .bind(what)
    .bind(detail)
    .execute(tx)
    .await?;
    Ok(())
}

/// Tells others, in the transaction of what they are told of.
pub(super) async fn tell(
    tx: &mut Connection,
    act: &Act,
    what: &str,
    subject: CaseId,
    body: serde_json::Value,
) -> Result<(), Failure> {
    // An act tells of a subject at most once, so that its id with the subject's names the message.
    let id = uuid::Builder::from_custom_bytes(message_id(act, what, subject)).into_uuid();
    sqlx::query("INSERT INTO outbox (id, at, what, subject, body) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(act.at.as_microsecond())
        .bind(what)
        .bind(subject.to_string())
        .bind(body.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// The time of the act, so that messages sort by it, then a digest of what makes the message the one that it is.
fn message_id(act: &Act, what: &str, subject: CaseId) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key("bonafide 2026 outbox ids");
    hasher.update(act.id.as_uuid().as_bytes());
    hasher.update(subject.as_uuid().as_bytes());
    hasher.update(what.as_bytes());
    let mut id = [0; 16];
    id[..6].copy_from_slice(&act.id.as_uuid().as_bytes()[..6]);
    id[6..].copy_from_slice(&hasher.finalize().as_bytes()[..10]);
    id
}

/// Reads a case.
pub(super) fn case(row: &DbRow) -> Result<Case, Failure> {
    let signals: &str = row.try_get("signals")?;
    Ok(Case {
        id: CaseId::new(row.try_get("id")?),
        version: count_of(row, "version")?,
        key_digest: digest_of(row, "key_digest")?,
        key_kind: word_of(row, "key_kind")?,
        state: word_of(row, "state")?,
        business: row
            .try_get::<Option<Uuid>, _>("business_id")?
            .map(BusinessId::new),
        verdict: word_of(row, "verdict")?,
        score: row.try_get("score")?,
        signals: signals.split_whitespace().map(str::to_owned).collect(),
        medium: optional_word_of(row, "medium")?,
        reach: Reach {
            reports: u32::try_from(count_of(row, "reports")?).unwrap_or(u32::MAX),
            independent: row.try_get("independent")?,
            business: row.try_get("business_size")?,
        },
        priority: row.try_get("priority")?,
        opened_at: instant_of(row, "opened_at")?,
        updated_at: instant_of(row, "updated_at")?,
        escalated: optional_instant_of(row, "escalated_at")?.zip(row.try_get("escalated_by")?),
        claim: claim(row)?,
        proposal: proposal(row)?,
        standing: standing(row)?,
        merged_into: row
            .try_get::<Option<Uuid>, _>("merged_into")?
            .map(CaseId::new),
        clusters: Clusters {
            block: optional_digest_of(row, "block_digest")?,
            name: optional_digest_of(row, "name_digest")?,
            site: optional_digest_of(row, "site_digest")?,
        },
        golden: optional_word_of(row, "golden")?,
    })
}

fn claim(row: &DbRow) -> Result<Option<CaseClaim>, Failure> {
    let Some(by) = row.try_get("claimed_by")? else {
        return Ok(None);
    };
    Ok(Some(CaseClaim {
        by,
        at: instant_of(row, "claimed_at")?,
        until: instant_of(row, "claim_until")?,
    }))
}

fn proposal(row: &DbRow) -> Result<Option<Proposal>, Failure> {
    let Some(id) = row.try_get::<Option<Uuid>, _>("proposal_id")? else {
        return Ok(None);
    };
    Ok(Some(Proposal {
        ruling: RulingId::new(id),
        kind: word_of(row, "proposal_kind")?,
        by: row.try_get("proposed_by")?,
    }))
}

fn standing(row: &DbRow) -> Result<Option<Standing>, Failure> {
    let Some(id) = row.try_get::<Option<Uuid>, _>("ruling_id")? else {
        return Ok(None);
    };
    Ok(Some(Standing {
        ruling: RulingId::new(id),
        kind: word_of(row, "outcome")?,
        by: row.try_get("decided_by")?,
        first: row.try_get("first_by")?,
        at: instant_of(row, "decided_at")?,
        undo_until: instant_of(row, "undo_until")?,
        handled_in: SignedDuration::from_micros(row.try_get("handled_in")?),
    }))
}

pub(super) fn optional_digest_of(row: &DbRow, column: &str) -> Result<Option<[u8; 32]>, Failure> {
    match row.try_get::<Option<&[u8]>, _>(column)? {
        None => Ok(None),
        Some(bytes) => <[u8; 32]>::try_from(bytes)
            .map(Some)
            .map_err(|_| Failure::corrupt(column, "it is not 32 bytes")),
    }
}
