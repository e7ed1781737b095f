//! Figures of the review: what waits, how it was ruled, how long it took, how right signals and reviewers are.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use jiff::SignedDuration;

use super::actors::Actors;
use crate::domain::{AnswerLanguage, say};
use crate::http::pages::{Fields, Frame, Visitor, page, words};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::review::Statistics;

const PATH: &str = "/console/statistics";
/// Spans that can be chosen, in days.
const SPANS: [u32; 4] = [7, 30, 90, 365];
/// Signals that are shown.
const SIGNALS: usize = 25;
/// Length of the longest bar, in units of the drawing.
const LONGEST: f64 = 200.0;

pub(super) fn routes() -> Router<HttpState> {
    Router::new().route(PATH, get(show))
}

#[derive(Debug, Template)]
#[template(
    path = "console/statistics/show.html",
    config = "src/http/pages/askama.toml"
)]
struct StatisticsPage {
    frame: Frame,
    days: u32,
    /// The query of the same figures as CSV.
    csv: String,
    tiles: Vec<Tile>,
    rulings: Vec<Bar>,
    signals: Vec<Bar>,
    reviewers: Vec<ReviewerRow>,
}

/// One figure.
#[derive(Debug)]
struct Tile {
    value: String,
    name: String,
    /// Where what it counts is.
    path: Option<&'static str>,
}

/// One bar of a chart.
#[derive(Debug)]
struct Bar {
    name: String,
    style: &'static str,
    width: f64,
    value: String,
}

#[derive(Debug)]
struct ReviewerRow {
    name: String,
    decided: u64,
    confirmed: u64,
    median: String,
    golden: String,
}

/// A time in the unit that people would say it in.
fn lasted(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3_600.0),
        s => format!("{:.0} d", s / 86_400.0),
    }
}

fn per_cent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn tiles(figures: &Statistics, language: AnswerLanguage) -> Vec<Tile> {
    let none = || "–".to_owned();
    let tile = |value: String, name: crate::domain::Sentence, path| Tile {
        value,
        name: name.into(),
        path,
    };
    let now = &figures.now;
    let oldest = figures.oldest_seconds.map(|s| lasted(s as f64));
    let rate = figures.action_rate.map(per_cent);
    let median = figures.median_seconds.map(lasted);
    vec![
        tile(
            now.pending.to_string(),
            say!(language; en: "pending"; zh: "待处理"),
            Some("/console/cases"),
        ),
        tile(
            oldest.unwrap_or_else(none),
            say!(language; en: "the oldest waits"; zh: "最久等待"),
            None,
        ),
        tile(
            now.inbound_24h.to_string(),
            say!(language; en: "new cases in 24 h"; zh: "24 小时新案件"),
            None,
        ),
        tile(
            now.reports_24h.to_string(),
            say!(language; en: "reports in 24 h"; zh: "24 小时举报"),
            None,
        ),
        tile(
            now.escalated.to_string(),
            say!(language; en: "escalated"; zh: "已上报"),
            Some("/console/cases?escalated=true"),
        ),
        tile(
            now.appeals.to_string(),
            say!(language; en: "appeals that wait"; zh: "待裁决申诉"),
            Some("/console/appeals"),
        ),
        tile(
            rate.unwrap_or_else(none),
            say!(language; en: "confirmed of those ruled on"; zh: "确认冒名比例"),
            None,
        ),
        tile(
            median.unwrap_or_else(none),
            say!(language; en: "median from claim to ruling"; zh: "处理时间中位数"),
            None,
        ),
    ]
}

fn rulings(figures: &Statistics, language: AnswerLanguage) -> Vec<Bar> {
    let most = figures.rulings.values().copied().max().unwrap_or(1).max(1);
    let bars = figures.rulings.iter().map(|(kind, count)| {
        let name = words::ruling(*kind, language);
        Bar {
            name: name.words.to_owned(),
            style: name.tone,
            width: LONGEST * *count as f64 / most as f64,
            value: count.to_string(),
        }
    });
    bars.collect()
}

fn signals(figures: &Statistics) -> Vec<Bar> {
    let bars = figures.signals.iter().take(SIGNALS).map(|signal| Bar {
        name: signal.code.clone(),
        style: "info",
        width: LONGEST * signal.precision(),
        value: format!(
            "{} ({}/{})",
            per_cent(signal.precision()),
            signal.confirmed,
            signal.cases
        ),
    });
    bars.collect()
}

async fn reviewers(state: &HttpState, figures: &Statistics) -> Result<Vec<ReviewerRow>, Problem> {
    let every = figures.reviewers.iter().map(|r| r.by.as_str());
    let actors = Actors::of(state, every).await?;
    let rows = figures.reviewers.iter().map(|reviewer| ReviewerRow {
        name: actors.name(&reviewer.by),
        decided: reviewer.decided,
        confirmed: reviewer.confirmed,
        median: reviewer
            .median_seconds
            .map_or_else(|| "–".to_owned(), lasted),
        golden: match reviewer.golden {
            0 => "–".to_owned(),
            golden => format!("{}/{golden}", reviewer.golden_right),
        },
    });
    Ok(rows.collect())
}

async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let visitor = visitor.with(Scope::Review)?;
    let language = visitor.language;
    let days = fields.text("days").parse().unwrap_or(30);
    let days = if SPANS.contains(&days) { days } else { 30 };
    let to = state.services.world.now();
    let span = SignedDuration::from_hours(i64::from(days) * 24);
    let from = to.checked_sub(span).unwrap_or(to);
    let review = &state.services.review;
    let figures = review.statistics(Some(from), Some(to)).await?;
    let title = say!(language; en: "Statistics"; zh: "统计");
    let shown = StatisticsPage {
        frame: visitor.frame(title, PATH),
        days,
        csv: format!("from={from}&to={to}"),
        tiles: tiles(&figures, language),
        rulings: rulings(&figures, language),
        signals: signals(&figures),
        reviewers: reviewers(&state, &figures).await?,
    };
    Ok(page(StatusCode::OK, language, &shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_unit_that_people_would_say() {
        for (seconds, told) in [
            (0.0, "0 s"),
            (119.0, "119 s"),
            (120.0, "2 min"),
            (7_200.0, "2 h"),
            (172_800.0, "2 d"),
        ] {
            assert_eq!(lasted(seconds), told);
        }
    }
}
