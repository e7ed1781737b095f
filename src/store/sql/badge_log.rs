//! The badge log: one event for each change of a badge, in the transaction of the change.
//!
//! Whoever has read the head holds it until the transaction ends, so that events are committed in their order and without
//! holes. The head has all of the tree that an append needs, and the hash of each complete subtree is kept once: an append
//! reads one row and writes two for each event and, on average, one more; a proof reads a row for each level, whatever the size.

use std::collections::HashMap;

use async_trait::async_trait;
use sqlx::{QueryBuilder, Row};

use super::values::{count_of, digest_of, instant_of, integer, word_of};
use super::{Connection, Db, DbRow, DbStore, Failure};
use crate::domain::merkle::{Frontier, Subtree, TreeHash};
use crate::domain::{BadgeEvent, BusinessId, BusinessName};
use crate::store::{BadgeLogEntry, BadgeLogListing, BadgeLogStore, StoreError};

/// Rows of one statement.
const ROWS: usize = 250;

/// Appends events to the badge log, in their order; does nothing where there is none.
///
/// It has its place after `audit::record` and before `append_change`: all who write take the heads of the three logs in one order,
/// so that none waits for another in a circle.
pub(super) async fn append(tx: &mut Connection, events: &[BadgeEvent]) -> Result<(), Failure> {
    if events.is_empty() {
        return Ok(());
    }
    let head = sqlx::query(
        "UPDATE badge_log_head SET size = size + $1 RETURNING size - $1 AS size, frontier",
    )
    .bind(integer(events.len() as u64))
    .fetch_one(&mut *tx)
    .await?;
    let mut tree = tree(&head)?;
    let first = tree.size();
    let mut complete = Vec::with_capacity(2 * events.len());
    for event in events {
        complete.extend(tree.append(event.leaf_hash()));
    }
    for (from, chunk) in (first..).step_by(ROWS).zip(events.chunks(ROWS)) {
        write_events(tx, from, chunk).await?;
    }
    for chunk in complete.chunks(ROWS) {
        write_nodes(tx, chunk).await?;
    }
    sqlx::query("UPDATE badge_log_head SET frontier = $1")
        .bind(tree.hashes().concat())
        .execute(tx)
        .await?;
    Ok(())
}

async fn write_events(
    tx: &mut Connection,
    first: u64,
    events: &[BadgeEvent],
) -> Result<(), Failure> {
    let mut insert = QueryBuilder::<Db>::new(
        "INSERT INTO badge_event (leaf_index, at, business_id, name, badge, change, reason) ",
    );
    insert.push_values((first..).zip(events), |mut values, (index, event)| {
        values
            .push_bind(integer(index))
            .push_bind(event.at.as_microsecond())
            .push_bind(event.business.as_uuid())
            .push_bind(event.name.as_str())
            .push_bind(event.badge.as_str())
            .push_bind(event.change.as_str())
            .push_bind(event.reason.as_str());
    });
    let insert = insert.build().persistent(events.len() == 1);
    insert.execute(tx).await?;
    Ok(())
}

async fn write_nodes(tx: &mut Connection, nodes: &[(Subtree, TreeHash)]) -> Result<(), Failure> {
    let mut insert = QueryBuilder::<Db>::new("INSERT INTO badge_log_node (id, hash) ");
    insert.push_values(nodes, |mut values, (subtree, hash)| {
        values
            .push_bind(integer(subtree.id()))
            .push_bind(hash.as_slice());
    });
    let insert = insert.build().persistent(nodes.len() < 4);
    insert.execute(tx).await?;
    Ok(())
}

#[async_trait]
impl BadgeLogStore for DbStore {
    async fn badge_tree(&self) -> Result<Frontier, StoreError> {
        let row = sqlx::query("SELECT size, frontier FROM badge_log_head")
            .fetch_one(self.reader())
            .await
            .map_err(Failure::from)?;
        Ok(tree(&row)?)
    }

    async fn list_badge_events(
        &self,
        listing: &BadgeLogListing,
    ) -> Result<Vec<BadgeLogEntry>, StoreError> {
        let mut select = QueryBuilder::<Db>::new(
            "SELECT leaf_index, at, business_id, name, badge, change, reason, hash
             FROM badge_event JOIN badge_log_node ON badge_log_node.id = 2 * leaf_index WHERE leaf_index >= ",
        );
        select.push_bind(integer(listing.from));
        if let Some(business) = listing.business {
            select
                .push(" AND business_id = ")
                .push_bind(business.as_uuid());
        }
        select
            .push(" ORDER BY leaf_index LIMIT ")
            .push_bind(i64::from(listing.limit));
        let rows = select.build().fetch_all(self.reader()).await;
        let rows = rows.map_err(Failure::from)?;
        Ok(rows.iter().map(entry).collect::<Result<_, _>>()?)
    }

    async fn badge_subtrees(&self, ids: &[u64]) -> Result<HashMap<u64, TreeHash>, StoreError> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(ROWS) {
            let mut select =
                QueryBuilder::<Db>::new("SELECT id, hash FROM badge_log_node WHERE id IN (");
            let mut list = select.separated(", ");
            for id in chunk {
                list.push_bind(integer(*id));
            }
            select.push(")");
            let rows = select.build().fetch_all(self.reader()).await;
            for row in rows.map_err(Failure::from)? {
                found.insert(count_of(&row, "id")?, digest_of(&row, "hash")?);
            }
        }
        Ok(found)
    }
}

fn tree(head: &DbRow) -> Result<Frontier, Failure> {
    let (hashes, rest) = head.try_get::<&[u8], _>("frontier")?.as_chunks::<32>();
    let tree = Frontier::restored(count_of(head, "size")?, hashes.to_vec());
    tree.filter(|_| rest.is_empty())
        .ok_or_else(|| Failure::corrupt("frontier", "it is not that of a tree of its size"))
}

fn entry(row: &DbRow) -> Result<BadgeLogEntry, Failure> {
    let name: &str = row.try_get("name")?;
    Ok(BadgeLogEntry {
        index: count_of(row, "leaf_index")?,
        event: BadgeEvent {
            at: instant_of(row, "at")?,
            business: BusinessId::new(row.try_get("business_id")?),
            name: BusinessName::parse(name).map_err(|e| Failure::corrupt("name", e))?,
            badge: word_of(row, "badge")?,
            change: word_of(row, "change")?,
            reason: word_of(row, "reason")?,
        },
        leaf_hash: digest_of(row, "hash")?,
    })
}
