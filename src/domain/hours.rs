//! When a business is open.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

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

    /// Whether it is open at an instant.
    ///
    /// A span is the time between two instants: its ends are read on the local clock of the day that it belongs to, so that
    /// one that runs past midnight, or through the night in which the clock is changed, is one stretch. An end that the
    /// clock skips is the moment at which it skips; one that it shows twice is the first.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Ok(zone) = TimeZone::get(&self.time_zone) else {
            return false;
        };
        let today = at.to_zoned(zone.clone()).date();
        // A span ends within two days of the midnight before it.
        [Some(today), today.yesterday().ok()]
            .into_iter()
            .flatten()
            .any(|day| self.holds(&zone, day, at))
    }

    /// Whether a span of a day holds an instant: its end is no part of it.
    fn holds(&self, zone: &TimeZone, day: Date, at: Timestamp) -> bool {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let spans = self.days.get(weekday).map_or(&[][..], Vec::as_slice);
        spans.iter().any(|span| {
            let ends = [span.opens, span.closes].map(|minute| instant(zone, day, minute));
            matches!(ends, [Some(opens), Some(closes)] if opens <= at && at < closes)
        })
    }
}

/// The instant of a minute after a day's midnight on the clock of a zone; none where the calendar ends.
fn instant(zone: &TimeZone, day: Date, minute: u16) -> Option<Timestamp> {
    let local = day.to_datetime(Time::midnight());
    let local = local
        .checked_add(SignedDuration::from_mins(i64::from(minute)))
        .ok()?;
    let found = zone.to_ambiguous_timestamp(local);
    match found.offset() {
        // Read by the offset after it, a time that is skipped lies just before the clock is changed.
        AmbiguousOffset::Gap { after, .. } => {
            let before = after.to_timestamp(local).ok()?;
            Some(zone.following(before).next()?.timestamp())
        }
        _ => found.earlier().ok(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: &str, day: &str, spans: &[&str]) -> OpeningHours {
        let mut days: [Vec<String>; 7] = Default::default();
        let which = OpeningHours::DAYS.iter().position(|d| *d == day).unwrap();
        days[which] = spans.iter().map(|s| (*s).to_owned()).collect();
        OpeningHours::parse(zone, days).unwrap()
    }

    #[track_caller]
    fn assert_open(hours: &OpeningHours, instants: &[(&str, bool)]) {
        for (at, open) in instants {
            assert_eq!(hours.is_open(at.parse().unwrap()), *open, "{at}");
        }
    }

    #[test]
    fn an_ordinary_day_follows_the_local_clock_and_its_end_is_closed() {
        // Tokyo is nine hours ahead: Monday there begins on Sunday in London.
        let shop = hours("Asia/Tokyo", "mon", &["08:00-12:00", "13:00-24:00"]);
        assert_open(
            &shop,
            &[
                ("2026-03-01T22:59:59Z", false),
                ("2026-03-01T23:00:00Z", true),
                ("2026-03-02T02:59:59Z", true),
                ("2026-03-02T03:00:00Z", false),
                ("2026-03-02T14:59:59Z", true),
                ("2026-03-02T15:00:00Z", false),
                ("2026-03-09T00:00:00Z", true),
            ],
        );
    }

    #[test]
    fn a_span_over_midnight_belongs_to_the_day_on_which_it_opens() {
        let bar = hours("Europe/Berlin", "sat", &["22:00-04:00"]);
        assert_open(
            &bar,
            &[
                ("2026-01-09T23:00:00Z", false), // Saturday 0:00: Friday has no span
                ("2026-01-10T20:59:00Z", false),
                ("2026-01-10T21:00:00Z", true),
                ("2026-01-11T02:59:00Z", true), // Sunday 3:59
                ("2026-01-11T03:00:00Z", false),
            ],
        );
        let always = hours("Europe/Berlin", "sat", &["09:00-09:00"]);
        assert_open(
            &always,
            &[
                ("2026-01-10T08:00:00Z", true),
                ("2026-01-11T07:59:00Z", true),
                ("2026-01-11T08:00:00Z", false),
            ],
        );
    }

    #[test]
    fn the_night_in_which_the_clock_goes_back_is_one_stretch() {
        // Berlin, Sunday 2026-10-25: 2:00–3:00 is shown twice, from 0:00Z and from 1:00Z.
        let bar = hours("Europe/Berlin", "sat", &["22:00-02:30"]);
        assert_open(
            &bar,
            &[
                ("2026-10-25T00:29:00Z", true),
                ("2026-10-25T00:30:00Z", false),
                ("2026-10-25T01:15:00Z", false), // 2:15 again: it does not open twice
            ],
        );
        let baker = hours("Europe/Berlin", "sun", &["02:30-06:00"]);
        assert_open(
            &baker,
            &[
                ("2026-10-25T00:29:00Z", false),
                ("2026-10-25T00:30:00Z", true),
                ("2026-10-25T01:10:00Z", true), // 2:10 again, within the stretch
                ("2026-10-25T04:59:00Z", true),
                ("2026-10-25T05:00:00Z", false),
            ],
        );
    }

    #[test]
    fn a_time_that_the_clock_skips_is_the_moment_of_the_change() {
        // New York, Sunday 2026-03-08: 2:00 becomes 3:00 at 7:00Z.
        let early = hours("America/New_York", "sun", &["02:30-05:00"]);
        assert_open(
            &early,
            &[
                ("2026-03-08T06:59:00Z", false),
                ("2026-03-08T07:00:00Z", true),
                ("2026-03-08T08:59:00Z", true),
                ("2026-03-08T09:00:00Z", false),
            ],
        );
        let late = hours("America/New_York", "sat", &["20:00-02:00"]);
        assert_open(
            &late,
            &[
                ("2026-03-08T06:59:00Z", true),
                ("2026-03-08T07:00:00Z", false),
            ],
        );
        let skipped = hours("America/New_York", "sun", &["02:10-02:50"]);
        assert_open(
            &skipped,
            &[
                ("2026-03-08T07:00:00Z", false),
                ("2026-03-08T07:20:00Z", false),
                ("2026-03-15T06:20:00Z", true),
            ],
        );
    }

    #[test]
    fn a_day_lasts_until_midnight_however_many_hours_it_has() {
        // Cairo, Friday 2026-04-24: midnight itself is skipped; the clock goes from 0:00 to 1:00 at 22:00Z.
        let shop = hours("Africa/Cairo", "thu", &["00:00-24:00"]);
        assert_open(
            &shop,
            &[
                ("2026-04-22T21:59:00Z", false),
                ("2026-04-22T22:00:00Z", true),
                ("2026-04-23T21:59:00Z", true),
                ("2026-04-23T22:00:00Z", false),
            ],
        );
    }
}
