//! How much a key may ask: so many requests a minute, so many units a month.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Lets requests of one key through, evenly but for a burst of a minute's worth (generic cell rate algorithm).
#[derive(Debug)]
pub(super) struct Limiter {
    per_minute: NonZeroU32,
    clock: MonotonicClock,
    inner: RateLimiter<NotKeyed, InMemoryState, MonotonicClock, StateInformationMiddleware>,
}

impl Limiter {
    pub(super) fn new(per_minute: NonZeroU32) -> Self {
        let clock = MonotonicClock;
        let inner = RateLimiter::direct_with_clock(Quota::per_minute(per_minute), clock.clone());
        Self {
            per_minute,
            clock,
            inner: inner.with_middleware(),
        }
    }

    pub(super) fn per_minute(&self) -> NonZeroU32 {
        self.per_minute
    }

    /// Takes one request, or says how long to wait.
    pub(super) fn take(&self) -> Result<Allowance, Duration> {
        match self.inner.check() {
            Ok(state) => Ok(self.allowance(&state)),
            Err(not_until) => Err(not_until.wait_time_from(self.clock.now())),
        }
    }

    fn allowance(&self, state: &StateSnapshot) -> Allowance {
        Allowance {
            per_minute: self.per_minute.get(),
            left: state.remaining_burst_capacity(),
        }
    }
}

/// What is left of a key's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests a minute.
    pub per_minute: u32,
    /// Requests that would be let through at once.
    pub left: u32,
}

/// Days since 1970-01-01 (UTC).
pub fn day_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(24 * 3_600)
}

/// A day as a date.
pub fn date_of(day: i64) -> Date {
    let at = Timestamp::from_second(day.saturating_mul(24 * 3_600)).unwrap_or(Timestamp::MIN);
    at.to_zoned(TimeZone::UTC).date()
}

/// The first day of the calendar month (UTC), and the instant at which the next begins.
pub fn month_of(at: Timestamp) -> (i64, Timestamp) {
    let first = at.to_zoned(TimeZone::UTC).date().first_of_month();
    let start = |date: Date| {
        date.to_zoned(TimeZone::UTC)
            .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    };
    let next = first.checked_add(1.month()).map_or(Timestamp::MAX, start);
    (day_of(start(first)), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_and_end_in_utc() {
        let at: Timestamp = "2026-12-31T23:59:59Z".parse().unwrap();
        let (first, next) = month_of(at);
        assert_eq!(date_of(first).to_string(), "2026-12-01");
        assert_eq!(next.to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(date_of(day_of(at)).to_string(), "2026-12-31");
        assert_eq!(month_of(next).0, day_of(next));
    }

    #[test]
    fn a_minutes_worth_is_let_through_at_once_and_no_more() {
        let limiter = Limiter::new(NonZeroU32::new(3).unwrap());
        let left: Vec<u32> = (0..3).map(|_| limiter.take().unwrap().left).collect();
        assert_eq!(left, [2, 1, 0]);
        let wait = limiter.take().unwrap_err();
        assert!(
            wait <= Duration::from_secs(20) && wait > Duration::from_secs(15),
            "{wait:?}"
        );
    }
}
