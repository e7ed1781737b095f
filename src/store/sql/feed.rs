//! The change feed: one head row that every transaction which changes the registry updates as its last act.
//!
//! Whoever has updated the head row holds it until the transaction ends, so that numbers are committed in their
//! order and without holes.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row};
use uuid::Uuid;

use super::values::{count_of, integer};
use super::{APPEND_ONE, Connection, Db, DbStore, Failure};
use crate::domain::BusinessId;
use crate::store::{Changes, FeedPlace};

const CHANGED: &str = concat!(
    "SELECT changed, ",
    business_columns!(),
    " FROM (SELECT DISTINCT business_id AS changed FROM registry_change WHERE seq > $1 AND seq <= $2) changes
      LEFT JOIN business ON id = changed"
);

/// Changes of one statement.
const ROWS: usize = 1_000;

/// Gives the registry's next number to a change of these businesses: the last statements of a transaction.
pub(super) async fn append_change(
    tx: &mut Connection,
    businesses: &[Uuid],
    at: Timestamp,
) -> Result<u64, Failure> {
    if let [one] = businesses {
        let appended = sqlx::query(APPEND_ONE)
            .bind(*one)
            .bind(at.as_microsecond())
            .fetch_one(tx)
            .await?;
        return count_of(&appended, "seq");
    }
    let head = sqlx::query("UPDATE registry_head SET seq = seq + 1 RETURNING seq")
        .fetch_one(&mut *tx)
        .await?;
    let seq = count_of(&head, "seq")?;
    for chunk in businesses.chunks(ROWS) {
        let mut insert =
            QueryBuilder::<Db>::new("INSERT INTO registry_change (seq, business_id, at) ");
        insert.push_values(chunk, |mut values, id| {
            values
                .push_bind(integer(seq))
                .push_bind(*id)
                .push_bind(at.as_microsecond());
        });
        let repeats = chunk.len() == ROWS;
        let insert = insert.build().persistent(repeats);
        insert.execute(&mut *tx).await?;
    }
    Ok(seq)
}

/// Where the feed stands: the newest number, and the one up to which changes have been dropped.
pub(super) struct Head {
    pub seq: u64,
    pub pruned: u64,
}

pub(super) async fn head(connection: &mut Connection) -> Result<Head, Failure> {
    let row = sqlx::query("SELECT seq, pruned FROM registry_head")
        .fetch_one(connection)
        .await?;
    Ok(Head {
        seq: count_of(&row, "seq")?,
        pruned: count_of(&row, "pruned")?,
    })
}

/// What changed after a place, all of it as of one snapshot. Businesses are told as they are now, which may be later than the number
/// up to which the changes lead: whoever reads on to the newest number meets those that have changed since once more.
pub(super) async fn changes_since(
    store: &DbStore,
    from: FeedPlace,
    most: u32,
) -> Result<Changes, Failure> {
    let mut tx = store.snapshot().await?;
    let epoch = store.epoch(&mut tx).await?;
    let Head { seq, pruned } = head(&mut tx).await?;
    let mut changes = Changes {
        seq,
        too_old: from.epoch != epoch || from.seq < pruned || from.seq > seq,
        ..Changes::default()
    };
    if changes.too_old || from.seq == seq {
        return Ok(changes);
    }
    if let Some(last) = last_of(&mut tx, from.seq, most).await? {
        (changes.seq, changes.more) = (last, last < seq);
    }
    let rows = sqlx::query(CHANGED)
        .bind(integer(from.seq))
        .bind(integer(changes.seq))
        .fetch_all(&mut *tx)
        .await?;
    for row in &rows {
        if row.try_get::<Option<Uuid>, _>("id")?.is_some() {
            changes.upserts.push(super::business_rows::business(row)?);
        } else {
            let id = BusinessId::new(row.try_get("changed")?);
            changes.removed.push(id);
        }
    }
    changes.impostors = super::ruling::changed_since(&mut tx, from.seq).await?;
    Ok(changes)
}

/// The number under which so many changes after another are reached; none where there are fewer.
async fn last_of(tx: &mut Connection, from: u64, most: u32) -> Result<Option<u64>, Failure> {
    let row = sqlx::query(
        "SELECT seq FROM registry_change WHERE seq > $1 ORDER BY seq LIMIT 1 OFFSET $2",
    )
    .bind(integer(from))
    .bind(i64::from(most.saturating_sub(1)))
    .fetch_optional(tx)
    .await?;
    row.map(|row| count_of(&row, "seq")).transpose()
}

/// Forgets changes made before an instant, and those with smaller numbers; gives how many.
pub(super) async fn prune(store: &DbStore, before: Timestamp) -> Result<u64, Failure> {
    let mut tx = store.begin().await?;
    // By number, since clocks of two writers may disagree about which change was first.
    let last = sqlx::query("SELECT max(seq) AS seq FROM registry_change WHERE at < $1")
        .bind(before.as_microsecond())
        .fetch_one(&mut *tx)
        .await?;
    let Some(last) = last.try_get::<Option<i64>, _>("seq")? else {
        return Ok(0);
    };
    sqlx::query("UPDATE registry_head SET pruned = $1 WHERE pruned < $1")
        .bind(last)
        .execute(&mut *tx)
        .await?;
    let done = sqlx::query("DELETE FROM registry_change WHERE seq <= $1")
        .bind(last)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}
