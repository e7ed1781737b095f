//! What a key used.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Access;
use super::limits::{date_of, day_of, month_of};
use crate::domain::KeyId;
use crate::store::StoreError;

/// What a key used in a month so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The key.
    pub key: KeyId,
    /// First day of the month.
    pub from: Date,
    /// When the next month begins, and with it a new quota.
    pub until: Timestamp,
    /// Requests of the month.
    pub requests: u64,
    /// Units of the month: a batch counts as many as it has items.
    pub units: u64,
    /// Most units of a month, if there is an end.
    pub quota: Option<u64>,
    /// Requests a minute, if there is an end.
    pub rate_per_minute: Option<u32>,
    /// Day by day, those without use left out.
    pub days: Vec<DayOfUse>,
}

/// What a key used on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayOfUse {
    /// The day (UTC).
    pub date: Date,
    /// Requests.
    pub requests: u64,
    /// Units.
    pub units: u64,
}

impl Access {
    /// What a key used in the month of an instant; what is not written yet is written first.
    pub async fn usage(&self, id: KeyId, at: Timestamp) -> Result<Usage, StoreError> {
        let key = self.get(id).await?;
        self.flush_uses().await?;
        let (first, until) = month_of(at);
        let last = day_of(until) - 1;
        let days: Vec<DayOfUse> = self
            .store
            .usage(id, first, last)
            .await?
            .into_iter()
            .map(|day| DayOfUse {
                date: date_of(day.day),
                requests: day.requests,
                units: day.units,
            })
            .collect();
        Ok(Usage {
            key: id,
            from: date_of(first),
            until,
            requests: days.iter().map(|d| d.requests).sum(),
            units: days.iter().map(|d| d.units).sum(),
            quota: key.monthly_quota,
            rate_per_minute: key
                .rate_per_minute
                .or(self.rate_per_minute.map(std::num::NonZeroU32::get)),
            days,
        })
    }
}
