//! Which server gives the change numbers, and on which branch of its history.
//!
//! After an asynchronous fail-over or a restore to a point in time, numbers that were given before are given again
//! to other changes. The server marks such a branch by a new timeline, so that the epoch of the feed is made of the
//! database's own id, the cluster's identifier and the timeline. Managed servers may forbid to read the latter two;
//! then the epoch goes without them, and an operator has to restart the processes after such an event.

use sqlx::Row;
use uuid::{Builder, Uuid};

use super::{Connection, Failure};
use crate::store::StoreError;

macro_rules! cluster {
    () => {
        "(SELECT system_identifier FROM pg_control_system())"
    };
}

/// The timeline of what is written now. The one of the control file is that of the last checkpoint, which may lag
/// for minutes behind a promotion; but a standby can read no other.
macro_rules! timeline {
    () => {
        "CAST(('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32) AS BIGINT)"
    };
}

/// Where origins are read, the best source first.
const SOURCES: [&str; 4] = [
    concat!(
        "SELECT ",
        cluster!(),
        " AS cluster, ",
        timeline!(),
        " AS timeline"
    ),
    concat!(
        "SELECT ",
        cluster!(),
        " AS cluster, (SELECT CAST(timeline_id AS BIGINT) FROM pg_control_checkpoint()) AS timeline"
    ),
    concat!(
        "SELECT CAST(NULL AS BIGINT) AS cluster, ",
        timeline!(),
        " AS timeline"
    ),
    "SELECT CAST(NULL AS BIGINT) AS cluster, CAST(NULL AS BIGINT) AS timeline",
];

/// The way by which this role can learn where numbers come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    source: &'static str,
}

impl Origin {
    /// Finds the best source that the server lets us read.
    pub(super) async fn find(connection: &mut Connection) -> Result<Self, StoreError> {
        let mut refused = StoreError::Unavailable("no source was asked".to_owned());
        for (place, source) in SOURCES.into_iter().enumerate() {
            match sqlx::query(source).fetch_one(&mut *connection).await {
                Ok(_) if place < 2 => return Ok(Self { source }),
                Ok(_) => {
                    tracing::warn!(
                        reason = %refused,
                        "this PostgreSQL server does not say what tells two branches of its history apart: after a \
                         fail-over that lost changes, or a restore, restart every process that uses this database"
                    );
                    return Ok(Self { source });
                }
                Err(sqlx::Error::Database(error)) => {
                    refused = StoreError::Unavailable(error.message().to_owned());
                }
                Err(error) => return Err(Failure::opening(error)),
            }
        }
        Err(refused)
    }

    /// The epoch of numbers of the database `id`, as this connection's server gives them.
    pub(super) async fn epoch(
        self,
        connection: &mut Connection,
        id: Uuid,
    ) -> Result<Uuid, Failure> {
        let row = sqlx::query(self.source).fetch_one(connection).await?;
        let (cluster, timeline) = (row.try_get("cluster")?, row.try_get("timeline")?);
        Ok(mixed(id, cluster, timeline))
    }
}

fn mixed(id: Uuid, cluster: Option<i64>, timeline: Option<i64>) -> Uuid {
    let mut hash = blake3::Hasher::new();
    hash.update(id.as_bytes());
    for part in [cluster, timeline] {
        hash.update(&[u8::from(part.is_some())]);
        hash.update(&part.unwrap_or_default().to_le_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize().as_bytes()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_cluster_or_timeline_is_another_epoch() {
        let id = Uuid::from_u128(1);
        let epochs = [
            mixed(id, Some(7), Some(1)),
            mixed(id, Some(7), Some(2)),
            mixed(id, Some(8), Some(1)),
            mixed(id, None, Some(1)),
            mixed(id, None, None),
            mixed(Uuid::from_u128(2), Some(7), Some(1)),
        ];
        for (i, epoch) in epochs.iter().enumerate() {
            assert!(!epochs[..i].contains(epoch), "{i}");
        }
        assert_eq!(epochs[0], mixed(id, Some(7), Some(1)));
    }
}
