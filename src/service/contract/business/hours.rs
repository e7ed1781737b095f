//! Opening hours as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Invalid, OpeningHours};

/// Opening hours per weekday, each a list of `HH:MM-HH:MM`; an end before the start is on the next day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = OpeningHours)]
#[allow(missing_docs)]
pub struct HoursBody {
    /// IANA time zone.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["09:00-12:30", "13:30-18:00"]))]
    pub mon: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tue: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wed: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thu: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fri: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sat: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sun: Vec<String>,
}

impl HoursBody {
    pub(super) fn parse(&self) -> Result<OpeningHours, Invalid> {
        let days = [
            &self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun,
        ];
        OpeningHours::parse(&self.time_zone, days.map(Clone::clone))
    }

    pub(super) fn of(hours: &OpeningHours) -> Self {
        let [mon, tue, wed, thu, fri, sat, sun] = hours
            .days()
            .each_ref()
            .map(|spans| spans.iter().map(ToString::to_string).collect());
        Self {
            time_zone: hours.time_zone().to_owned(),
            mon,
            tue,
            wed,
            thu,
            fri,
            sat,
            sun,
        }
    }
}
