//! What runs beside requests: following the change feed, reading keys anew, writing counters, deleting what
//! has been kept long enough.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::{MissedTickBehavior, interval};

use super::access::{Access, FLUSH, REFRESH};
use super::author::Author;
use super::live::LiveIndex;
use super::review::Review;
use super::world::World;
use crate::store::{Store, StoreError};

/// How often the change feed is read for changes of other processes.
pub const FOLLOW: Duration = Duration::from_secs(1);
/// How often lapsed claims are put back and priorities refreshed.
const SWEEP: Duration = Duration::from_secs(30);
const PURGE: Duration = Duration::from_secs(3_600);
/// How long ended sessions are kept, for who looks into what happened.
const SESSIONS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const CLAIMS_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long codes that were sent are counted and remembered.
const CODES_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long a process may lose sight of the change feed before it has to load the registry anew.
const CHANGES_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Everything that housekeeping works on.
#[derive(Clone)]
pub struct Housekeeping {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The index that follows it.
    pub live: Arc<LiveIndex>,
    /// The keys.
    pub access: Arc<Access>,
    /// The cases.
    pub review: Review,
    /// Clock.
    pub world: World,
    /// How long kept checks are kept.
    pub keep_checks: SignedDuration,
}

impl Housekeeping {
    /// Runs for ever; drop it to stop.
    pub async fn run(self) {
        let mut follow = ticks(FOLLOW);
        let mut refresh = ticks(REFRESH);
        let mut flush = ticks(FLUSH);
        let mut sweep = ticks(SWEEP);
        let mut purge = ticks(PURGE);
        loop {
            let (what, done) = tokio::select! {
                _ = follow.tick() => ("following the registry", self.live.catch_up().await.map(drop)),
                _ = refresh.tick() => ("reading the keys", self.access.refresh().await),
                _ = flush.tick() => ("writing counters", self.access.flush_uses().await),
                _ = sweep.tick() => ("tending the queue of cases", self.tend().await),
                _ = purge.tick() => ("deleting what is old", self.purge().await),
            };
            if let Err(error) = done {
                tracing::warn!(%error, "{what} failed; it is tried again");
            }
        }
    }

    /// Puts back cases that are held too long, and computes anew the priorities that are old.
    pub async fn tend(&self) -> Result<(), StoreError> {
        self.review.release_lapsed().await?;
        while self.review.refresh().await? > 0 {}
        Ok(())
    }

    /// Deletes what has been kept long enough.
    pub async fn purge(&self) -> Result<(), StoreError> {
        let now = self.world.now();
        let before = |age| now.checked_sub(age).unwrap_or(jiff::Timestamp::MIN);
        let checks = self.store.purge_checks(before(self.keep_checks)).await?;
        let claims = self.store.purge_claims(before(CLAIMS_KEPT)).await?;
        let changes = self.store.prune_changes(before(CHANGES_KEPT)).await?;
        let codes = self.store.purge_codes(before(CODES_KEPT)).await?;
        self.review.close_old(&Author::server()).await?;
        for done in [
            self.review.withdraw_waiting().await,
            self.review.mix_golden().await,
        ] {
            if let Err(error) = done {
                tracing::warn!(%error, "appeals or golden cases could not be tended; it is tried again");
            }
        }
        let sessions = self.store.purge_sessions(before(SESSIONS_KEPT)).await?;
        if checks + claims + changes + codes + sessions > 0 {
            tracing::info!(
                checks,
                claims,
                changes,
                codes,
                sessions,
                "deleted what was kept long enough"
            );
        }
        Ok(())
    }
}

fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
