//! Who claims which channel, and where two businesses outside one group claim the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row};
use uuid::{Builder, Uuid};

use super::values::{instant_of, optional_instant_of};
use super::{Connection, Db, DbRow, DbStore, Failure, audit};
use crate::domain::{Act, Business, BusinessId, ConflictId, Profile, Provenance, hosts};
use crate::store::{
    ChannelConflict, ConflictStore, ContestedChannel, StoreError, document, keepable, retrying,
};

/// Channels of one statement.
const CHANNELS: usize = 500;

/// The kind of a channel and the value by which it is looked up.
pub(super) type Key = (&'static str, String);

/// The channels of a profile that can be one business's only.
pub(super) fn of(profile: &Profile) -> BTreeSet<Key> {
    let exclusive = profile.channels.iter().map(|c| &c.value);
    let exclusive = exclusive.filter(|value| hosts::is_exclusive(value));
    exclusive.map(document::channel_key).collect()
}

/// A business that claims channels which it did not claim before.
pub(super) struct Claimant {
    id: Uuid,
    group: Uuid,
    /// The channels, and whether each is proved.
    claims: Vec<(Key, bool)>,
}

impl Claimant {
    /// What a business claims, but for what it claimed before.
    pub(super) fn new(business: &Business, before: &BTreeSet<Key>) -> Self {
        let profile = &business.profile;
        let proved: BTreeSet<Key> = profile
            .channels
            .iter()
            .filter(|c| c.provenance == Provenance::Proved)
            .map(|c| document::channel_key(&c.value))
            .collect();
        let new = of(profile).into_iter().filter(|key| !before.contains(key));
        Self {
            id: business.id.as_uuid(),
            group: group_of(
                business.id.as_uuid(),
                profile.parent.map(BusinessId::as_uuid),
            ),
            claims: new
                .map(|key| (key.clone(), proved.contains(&key)))
                .collect(),
        }
    }
}

/// Businesses with the same are of one group: a business without a parent is its children's.
fn group_of(id: Uuid, parent: Option<Uuid>) -> Uuid {
    parent.unwrap_or(id)
}

/// Who holds a channel.
struct Holder {
    id: Uuid,
    group: Uuid,
    proved: bool,
}

/// Opens a conflict for each channel that others outside the claimant's group hold, too; gives the claimants of whom another has
/// proved a channel, for whom nothing may be written, each with the first such channel.
///
/// Called while the head of the audit log is held: of two businesses that claim one channel at the same time, the later
/// transaction sees the earlier.
pub(super) async fn open_conflicts(
    tx: &mut Connection,
    claimants: &[Claimant],
    at: Timestamp,
) -> Result<HashMap<Uuid, Key>, Failure> {
    let claimed: BTreeSet<&Key> = claimants
        .iter()
        .flat_map(|c| c.claims.iter().map(|(key, _)| key))
        .collect();
    let holders = holders_of(tx, &claimed.into_iter().collect::<Vec<_>>()).await?;
    let mut refused = HashMap::new();
    let mut contested: BTreeSet<&Key> = BTreeSet::new();
    for claimant in claimants {
        for (key, proved) in &claimant.claims {
            let others = holders.get(key).into_iter().flatten();
            let mut others = others.filter(|h| h.id != claimant.id && h.group != claimant.group);
            let Some(first) = others.next() else { continue };
            contested.insert(key);
            if !proved && (first.proved || others.any(|h| h.proved)) {
                refused.entry(claimant.id).or_insert_with(|| key.clone());
            }
        }
    }
    if refused.is_empty() {
        write(tx, &contested.into_iter().collect::<Vec<_>>(), at).await?;
    }
    Ok(refused)
}

async fn holders_of(
    tx: &mut Connection,
    keys: &[&Key],
) -> Result<BTreeMap<Key, Vec<Holder>>, Failure> {
    let mut holders: BTreeMap<Key, Vec<Holder>> = BTreeMap::new();
    let asked: HashMap<(&str, &str), &Key> = keys.iter().map(|k| ((k.0, &*k.1), *k)).collect();
    for chunk in keys.chunks(CHANNELS) {
        let mut select = QueryBuilder::<Db>::new(
            "SELECT kind, value, business_id, provenance, parent_id FROM business_channel
             JOIN business ON business.id = business_id WHERE (kind, value) IN (",
        );
        select.push_values(chunk, |mut pair, (kind, value)| {
            pair.push_bind(*kind).push_bind(value);
        });
        let select = select.push(")").build();
        let repeats = chunk.len() == CHANNELS || chunk.len() == 1;
        for row in select.persistent(repeats).fetch_all(&mut *tx).await? {
            let found: (&str, &str) = (row.try_get("kind")?, row.try_get("value")?);
            let Some(key) = asked.get(&found) else {
                continue;
            };
            let id = row.try_get("business_id")?;
            holders.entry((*key).clone()).or_default().push(Holder {
                id,
                group: group_of(id, row.try_get("parent_id")?),
                proved: row.try_get::<&str, _>("provenance")? == Provenance::Proved.as_str(),
            });
        }
    }
    Ok(holders)
}

/// Opens conflicts, settled ones anew: somebody else claims the channel now.
async fn write(tx: &mut Connection, keys: &[&Key], at: Timestamp) -> Result<(), Failure> {
    for chunk in keys.chunks(CHANNELS) {
        let mut insert =
            QueryBuilder::<Db>::new("INSERT INTO channel_conflict (id, kind, value, opened_at) ");
        insert.push_values(chunk, |mut row, key| {
            row.push_bind(id_of(key))
                .push_bind(key.0)
                .push_bind(&key.1)
                .push_bind(at.as_microsecond());
        });
        insert.push(
            " ON CONFLICT (kind, value) DO UPDATE SET
                 opened_at = excluded.opened_at, settled_at = NULL, settled_by = NULL, finding = NULL
              WHERE channel_conflict.settled_at IS NOT NULL",
        );
        insert
            .build()
            .persistent(chunk.len() == 1)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// A channel's conflict has one id for all time.
fn id_of((kind, value): &Key) -> Uuid {
    let mut hasher = blake3::Hasher::new_derive_key("bonafide 2026 channel conflict");
    hasher
        .update(kind.as_bytes())
        .update(&[0])
        .update(value.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

macro_rules! conflicts {
    ($where:literal) => {
        concat!(
            "SELECT id, kind, value, opened_at, settled_at, settled_by, finding FROM channel_conflict WHERE ",
            $where
        )
    };
}

#[async_trait]
impl ConflictStore for DbStore {
    async fn contested(&self, business: BusinessId) -> Result<Vec<ContestedChannel>, StoreError> {
        // A conflict ends by itself when nobody else claims the channel any more.
        let rows = sqlx::query(
            "SELECT conflict.id, conflict.kind, conflict.value FROM business_channel mine
             JOIN channel_conflict conflict ON conflict.kind = mine.kind AND conflict.value = mine.value
             WHERE mine.business_id = $1 AND settled_at IS NULL AND EXISTS (
                 SELECT 1 FROM business_channel theirs WHERE theirs.kind = mine.kind
                     AND theirs.value = mine.value AND theirs.business_id <> mine.business_id)
             ORDER BY conflict.kind, conflict.value",
        )
        .bind(business.as_uuid())
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        let contested = |row: &DbRow| -> Result<ContestedChannel, Failure> {
            Ok(ContestedChannel {
                conflict: ConflictId::new(row.try_get("id")?),
                kind: row.try_get("kind")?,
                value: row.try_get("value")?,
            })
        };
        Ok(rows.iter().map(contested).collect::<Result<_, _>>()?)
    }

    async fn list_conflicts(
        &self,
        after: Option<ConflictId>,
        limit: u32,
    ) -> Result<Vec<ChannelConflict>, StoreError> {
        let rows = sqlx::query(conflicts!(
            "settled_at IS NULL AND id > $1 AND (SELECT count(*) FROM business_channel
                 WHERE business_channel.kind = channel_conflict.kind
                     AND business_channel.value = channel_conflict.value) > 1
             ORDER BY id LIMIT $2"
        ))
        .bind(after.map_or(Uuid::nil(), ConflictId::as_uuid))
        .bind(i64::from(limit))
        .fetch_all(self.reader())
        .await
        .map_err(Failure::from)?;
        let mut listed = Vec::with_capacity(rows.len());
        for row in &rows {
            listed.push(self.conflict(row).await?);
        }
        Ok(listed)
    }

    async fn get_conflict(&self, id: ConflictId) -> Result<Option<ChannelConflict>, StoreError> {
        let row = sqlx::query(conflicts!("id = $1"))
            .bind(id.as_uuid())
            .fetch_optional(self.reader())
            .await
            .map_err(Failure::from)?;
        match row {
            Some(row) => Ok(Some(self.conflict(&row).await?)),
            None => Ok(None),
        }
    }

    async fn settle_conflict(
        &self,
        id: ConflictId,
        finding: &str,
        act: &Act,
    ) -> Result<(), StoreError> {
        keepable("the finding", finding)?;
        let once = || async {
            let mut tx = self.begin().await?;
            let done = sqlx::query(
                "UPDATE channel_conflict SET settled_at = $1, settled_by = $2, finding = $3
                 WHERE id = $4 AND settled_at IS NULL",
            )
            .bind(act.at.as_microsecond())
            .bind(act.actor.to_string())
            .bind(finding)
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() == 0 {
                let detail = format!("conflict {id} is settled already, or there is none");
                return Err(StoreError::Conflict(detail).into());
            }
            audit::record(&mut tx, act).await?;
            Ok(tx.commit().await?)
        };
        retrying(once).await
    }
}

impl DbStore {
    async fn conflict(&self, row: &DbRow) -> Result<ChannelConflict, Failure> {
        let (kind, value): (String, String) = (row.try_get("kind")?, row.try_get("value")?);
        let claimants = sqlx::query(
            "SELECT business_id FROM business_channel WHERE kind = $1 AND value = $2 ORDER BY business_id LIMIT 50",
        )
        .bind(&kind)
        .bind(&value)
        .fetch_all(self.reader())
        .await?;
        let claimants = claimants
            .iter()
            .map(|row| Ok(BusinessId::new(row.try_get("business_id")?)));
        Ok(ChannelConflict {
            id: ConflictId::new(row.try_get("id")?),
            claimants: claimants.collect::<Result<_, Failure>>()?,
            kind,
            value,
            opened_at: instant_of(row, "opened_at")?,
            settled_at: optional_instant_of(row, "settled_at")?,
            settled_by: row.try_get("settled_by")?,
            finding: row.try_get("finding")?,
        })
    }
}
