use jiff::tz::TimeZone;

use super::Invalid;

/// Minutes of the day at which a business opens and closes, 0 ≤ opens < 1,440, opens < closes ≤ 2,880;
/// over 1,440 means after midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSpan {
    /// Minutes after midnight.
    pub opens: u16,
    /// Minutes after that same midnight.
    pub closes: u16,
}

/// Opening hours per weekday in one time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningHours {
    time_zone: String,
    days: [Vec<OpenSpan>; 7],
}

impl OpeningHours {
    /// Weekdays as written in files and the API; Monday first, as in ISO 8601.
    pub const DAYS: [&'static str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// Builds hours from an IANA zone and spans of `HH:MM-HH:MM` per weekday, Monday first.
    pub fn parse(time_zone: &str, days: [Vec<String>; 7]) -> Result<Self, Invalid> {
        if TimeZone::get(time_zone).is_err() {
            return Err(Invalid::new(
                "time zone",
                time_zone,
                "it is not a zone of the IANA database, such as Europe/Berlin",
            ));
        }
        let mut parsed: [Vec<OpenSpan>; 7] = Default::default();
        for (spans, out) in days.iter().zip(&mut parsed) {
            if spans.len() > 6 {
                return Err(Invalid::new(
                    "opening hours",
                    &spans.join(" "),
                    "a day has at most 6 spans",
                ));
            }
            for span in spans {
                out.push(OpenSpan::parse(span)?);
            }
            out.sort_unstable();
            if out.windows(2).any(|pair| pair[1].opens < pair[0].closes) {
                return Err(Invalid::new(
                    "opening hours",
                    &spans.join(" "),
                    "two spans of one day overlap",
                ));
            }
        }
        Ok(Self {
            time_zone: time_zone.to_owned(),
            days: parsed,
        })
    }

    /// The IANA zone.
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// The spans of each weekday, Monday first.
    pub fn days(&self) -> &[Vec<OpenSpan>; 7] {
        &self.days
    }

    /// Whether it is open at an instant, spans that run past midnight included.
    pub fn is_open_at(&self, instant: jiff::Timestamp) -> bool {
        let Ok(zone) = TimeZone::get(&self.time_zone) else {
            return false;
        };
        let local = instant.to_zoned(zone);
        let minute =
            u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        let today = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
        let yesterday = (today + 6) % 7;
        let holds = |day: usize, at: u16| {
            self.days[day]
                .iter()
                .any(|s| s.opens <= at && at < s.closes)
        };
        holds(today, minute) || holds(yesterday, minute + 1_440)
    }
}

impl OpenSpan {
    /// Parses `HH:MM-HH:MM`; an end at or before the start is on the next day, `00:00-24:00` is all day.
    pub fn parse(value: &str) -> Result<Self, Invalid> {
        let refuse = || {
            Invalid::new(
                "opening hours",
                value,
                "a span is HH:MM-HH:MM, such as 09:00-17:30",
            )
        };
        let clock = |text: &str| -> Option<u16> {
            let (hours, minutes) = text.trim().split_once(':')?;
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            (minutes < 60 && (hours < 24 || (hours == 24 && minutes == 0)))
                .then_some(hours * 60 + minutes)
        };
        let (from, to) = value.split_once(['-', '–']).ok_or_else(refuse)?;
        let (opens, mut closes) = (
            clock(from).ok_or_else(refuse)?,
            clock(to).ok_or_else(refuse)?,
        );
        if opens == 1_440 {
            return Err(refuse());
        }
        if closes <= opens {
            closes += 1_440;
        }
        Ok(Self { opens, closes })
    }
}

impl std::fmt::Display for OpenSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let closes = if self.closes > 1_440 {
            self.closes - 1_440
        } else {
            self.closes
        };
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            self.opens / 60,
            self.opens % 60,
            closes / 60,
            closes % 60
        )
    }
}
