//! The time within which a channel holds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Invalid;

/// The time within which something holds: from an instant, until another, both included; always where neither is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Validity {
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::optional")]
    from: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::optional")]
    until: Option<Timestamp>,
}

/// How an instant stands to a [`Validity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// Within it.
    Current,
    /// Before it, which begins then.
    Upcoming(Timestamp),
    /// After it, which ended then.
    Lapsed(Timestamp),
}

impl Validity {
    /// Refuses an end that is not after the beginning. What is finer than a microsecond is cut off.
    pub fn new(from: Option<Timestamp>, until: Option<Timestamp>) -> Result<Self, Invalid> {
        let micros = |t: Timestamp| Timestamp::from_microsecond(t.as_microsecond()).unwrap_or(t);
        let (from, until) = (from.map(micros), until.map(micros));
        match (from, until) {
            (Some(from), Some(until)) if until <= from => Err(Invalid::new(
                "valid_until",
                &until.to_string(),
                format_args!("it must be after valid_from, which is {from}"),
            )),
            _ => Ok(Self { from, until }),
        }
    }

    /// When it begins.
    pub fn from(&self) -> Option<Timestamp> {
        self.from
    }

    /// When it ends.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Whether it has neither beginning nor end.
    pub fn is_always(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// How an instant stands to it.
    pub fn timing(&self, at: Timestamp) -> Timing {
        match (self.from, self.until) {
            (Some(from), _) if at < from => Timing::Upcoming(from),
            (_, Some(until)) if at > until => Timing::Lapsed(until),
            _ => Timing::Current,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_end_that_is_not_after_the_beginning_is_refused_by_name_and_value() {
        for until in [1_000, 999] {
            let refused = Validity::new(Some(at(1_000)), Some(at(until))).unwrap_err();
            assert_eq!(refused.kind, "valid_until");
            assert_eq!(refused.value, at(until).to_string());
        }
        assert!(Validity::new(Some(at(1_000)), Some(at(1_001))).is_ok());
    }

    #[test]
    fn both_ends_are_within() {
        let between = Validity::new(Some(at(10)), Some(at(20))).unwrap();
        for (second, timing) in [
            (9, Timing::Upcoming(at(10))),
            (10, Timing::Current),
            (20, Timing::Current),
            (21, Timing::Lapsed(at(20))),
        ] {
            assert_eq!(between.timing(at(second)), timing, "{second}");
        }
        assert_eq!(Validity::default().timing(at(0)), Timing::Current);
    }
}
