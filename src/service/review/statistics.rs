//! Figures of the work: what comes in, what waits, how long it takes, and how right signals and reviewers are.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Review, ReviewError};
use crate::domain::{Case, RulingKind};
use crate::service::contract::FieldErrors;
use crate::store::{CaseFigures, Decided};

/// Rulings that are read at once.
const PAGE: u32 = 5_000;
/// Longest span of figures.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Figures of a span.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statistics {
    /// As of now.
    pub now: CaseFigures,
    /// Seconds for which the oldest pending case waits.
    pub oldest_seconds: Option<u64>,
    /// Rulings of the span that stand, by kind.
    pub rulings: BTreeMap<RulingKind, u64>,
    /// The share of them that confirm an impostor.
    pub action_rate: Option<f64>,
    /// Median time from claim to ruling, in seconds.
    pub median_seconds: Option<f64>,
    /// By reviewer.
    pub reviewers: Vec<ReviewerFigures>,
    /// By signal, those met most often first.
    pub signals: Vec<SignalFigures>,
}

/// Figures of one reviewer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReviewerFigures {
    /// Who.
    pub by: String,
    /// Rulings.
    pub decided: u64,
    /// Rulings that confirm an impostor.
    pub confirmed: u64,
    /// Median time from claim to ruling, in seconds.
    pub median_seconds: Option<f64>,
    /// Golden cases ruled on.
    pub golden: u64,
    /// Those ruled on rightly.
    pub golden_right: u64,
}

/// Figures of one signal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SignalFigures {
    /// Its code.
    pub code: String,
    /// Cases with it that were confirmed or cleared.
    pub cases: u64,
    /// Those that were confirmed.
    pub confirmed: u64,
}

impl SignalFigures {
    /// The share of its cases that were confirmed.
    pub fn precision(&self) -> f64 {
        self.confirmed as f64 / self.cases.max(1) as f64
    }
}

impl Review {
    /// Figures of a span, 366 days at most; of the last 30 where nothing is said.
    pub async fn statistics(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Statistics, ReviewError> {
        let now = self.world.now();
        let to = to.unwrap_or(now);
        let month = SignedDuration::from_hours(30 * 24);
        let from = from.unwrap_or_else(|| to.checked_sub(month).unwrap_or(Timestamp::MIN));
        if from > to || to.duration_since(from) > LONGEST {
            let detail = "from comes before to, by 366 days at most";
            return Err(FieldErrors::one("/from", "out_of_range", detail).into());
        }
        let figures = self.store.case_figures(now).await?;
        let mut counted = Counted::default();
        let mut after = None;
        loop {
            let page = self.store.decided_between(from, to, after, PAGE).await?;
            for decided in &page {
                counted.count(decided);
            }
            after = page.last().map(|d| (d.at, d.case));
            if page.len() < PAGE as usize {
                break;
            }
        }
        for golden in self.store.golden_results(from).await? {
            let reviewer = counted.reviewers.entry(golden.by).or_default();
            reviewer.golden += 1;
            reviewer.golden_right += u64::from(golden.given == golden.expected);
        }
        let oldest = figures.oldest.map(|at| now.duration_since(at).as_secs());
        Ok(Statistics {
            oldest_seconds: oldest.map(i64::unsigned_abs),
            now: figures,
            ..counted.finish()
        })
    }

    /// The same as CSV, one figure a line: part, name, figure, value.
    pub fn as_csv(figures: &Statistics) -> String {
        let mut lines = vec!["part,name,figure,value".to_owned()];
        let mut line = |part: &str, name: &str, figure: &str, value: String| {
            lines.push(format!("{part},{name},{figure},{value}"));
        };
        let now = &figures.now;
        for (figure, value) in [
            ("inbound_24h", now.inbound_24h),
            ("reports_24h", now.reports_24h),
            ("pending", now.pending),
            ("escalated", now.escalated),
            ("appeals", now.appeals),
        ] {
            line("queue", "", figure, value.to_string());
        }
        let optional = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
        let oldest = figures.oldest_seconds.map(|s| s.to_string());
        line("queue", "", "oldest_seconds", oldest.unwrap_or_default());
        line("queue", "", "action_rate", optional(figures.action_rate));
        line(
            "queue",
            "",
            "median_seconds",
            optional(figures.median_seconds),
        );
        for (kind, n) in &figures.rulings {
            line("ruling", kind.as_str(), "count", n.to_string());
        }
        for r in &figures.reviewers {
            line("reviewer", &r.by, "decided", r.decided.to_string());
            line("reviewer", &r.by, "confirmed", r.confirmed.to_string());
            line(
                "reviewer",
                &r.by,
                "median_seconds",
                optional(r.median_seconds),
            );
            line("reviewer", &r.by, "golden", r.golden.to_string());
            line(
                "reviewer",
                &r.by,
                "golden_right",
                r.golden_right.to_string(),
            );
        }
        for s in &figures.signals {
            line("signal", &s.code, "cases", s.cases.to_string());
            line("signal", &s.code, "confirmed", s.confirmed.to_string());
            line("signal", &s.code, "precision", s.precision().to_string());
        }
        lines.push(String::new());
        lines.join("\r\n")
    }

    /// Until when a case can be appealed, for whoever shows it.
    pub fn appeal_until(case: &Case) -> Option<Timestamp> {
        case.appeal_until()
    }
}

#[derive(Default)]
struct Counted {
    rulings: BTreeMap<RulingKind, u64>,
    times: Vec<u64>,
    reviewers: BTreeMap<String, Reviewer>,
    signals: BTreeMap<String, SignalFigures>,
}

#[derive(Default)]
struct Reviewer {
    times: Vec<u64>,
    confirmed: u64,
    golden: u64,
    golden_right: u64,
}

impl Counted {
    fn count(&mut self, decided: &Decided) {
        *self.rulings.entry(decided.kind).or_default() += 1;
        self.times.push(decided.handled_in);
        let confirmed = u64::from(decided.kind == RulingKind::ConfirmedImpostor);
        let reviewer = self.reviewers.entry(decided.by.clone()).or_default();
        reviewer.times.push(decided.handled_in);
        reviewer.confirmed += confirmed;
        if !decided.kind.has_effect() {
            return;
        }
        for code in &decided.signals {
            let signal = self.signals.entry(code.clone()).or_default();
            signal.cases += 1;
            signal.confirmed += confirmed;
        }
    }

    fn finish(self) -> Statistics {
        let all: u64 = self.rulings.values().sum();
        let confirmed = self.rulings.get(&RulingKind::ConfirmedImpostor);
        let confirmed = confirmed.copied().unwrap_or(0);
        let mut signals: Vec<SignalFigures> = (self.signals.into_iter())
            .map(|(code, figures)| SignalFigures { code, ..figures })
            .collect();
        signals.sort_by(|a, b| b.cases.cmp(&a.cases).then_with(|| a.code.cmp(&b.code)));
        let reviewers = self.reviewers.into_iter().map(|(by, r)| ReviewerFigures {
            by,
            decided: r.times.len() as u64,
            confirmed: r.confirmed,
            median_seconds: median(r.times),
            golden: r.golden,
            golden_right: r.golden_right,
        });
        Statistics {
            reviewers: reviewers.collect(),
            action_rate: (all > 0).then(|| confirmed as f64 / all as f64),
            median_seconds: median(self.times),
            rulings: self.rulings,
            signals,
            ..Statistics::default()
        }
    }
}

/// The median of times in microseconds, in seconds.
fn median(mut times: Vec<u64>) -> Option<f64> {
    let middle = times.len() / 2;
    if times.is_empty() {
        return None;
    }
    times.sort_unstable();
    let micros = if times.len() % 2 == 1 {
        times[middle] as f64
    } else {
        u64::midpoint(times[middle - 1], times[middle]) as f64
    };
    Some(micros / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        assert_eq!(median(Vec::new()), None);
        assert_eq!(median(vec![3_000_000, 1_000_000, 2_000_000]), Some(2.0));
        assert_eq!(median(vec![1_000_000, 2_000_000]), Some(1.5));
    }
}
