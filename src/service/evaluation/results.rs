//! What is compared: labelled cases, and what was answered to them.

use std::collections::HashMap;
use std::io::{self, Read};

use serde::Deserialize;

use super::super::lines::{LineReader, RawLine};
use crate::domain::{Assessment, Verdict};

const MAX_LINE: usize = 1024 * 1024;

/// Why cases cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line is not what it should be.
    #[error("line {line}: {reason}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// Cases were not answered.
    #[error("{missing} of {cases} cases have no result, e.g. {example}")]
    Missing {
        /// How many.
        missing: usize,
        /// Of how many.
        cases: usize,
        /// The id of one.
        example: String,
    },
}

/// One labelled case.
#[derive(Debug, Clone, Deserialize)]
pub struct Truth {
    /// The case.
    pub id: String,
    /// impostor, clean, verified or carrying.
    pub label: String,
    /// The tactic, or the kind of clean name.
    pub family: String,
    /// The external ids of the businesses that are a right answer.
    #[serde(default)]
    pub accept: Vec<String>,
}

/// Reads the labels of cases, in the file's order.
pub fn read_truth(stream: impl Read) -> Result<Vec<Truth>, EvaluationError> {
    let mut truths = Vec::new();
    let mut lines = LineReader::new(stream, MAX_LINE);
    while let Some(line) = lines.next_line()? {
        if !line.is_blank() {
            truths.push(parse(&line)?);
        }
    }
    Ok(truths)
}

fn parse<'a, T: Deserialize<'a>>(line: &'a RawLine) -> Result<T, EvaluationError> {
    serde_json::from_slice(&line.bytes).map_err(|e| EvaluationError::Line {
        line: line.number,
        reason: e.to_string(),
    })
}

/// What was answered to one case, as far as it is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// Probability of an impostor at the run's prior.
    pub score: f64,
    /// External ids of the matches, best first, three at most.
    pub matches: Vec<Option<String>>,
}

impl Outcome {
    /// Whether the account was called an impostor.
    pub fn hard(&self) -> bool {
        matches!(
            self.verdict,
            Verdict::LikelyImpostor | Verdict::ConfirmedImpostor
        )
    }

    /// Whether it was called suspicious or worse.
    pub fn soft(&self) -> bool {
        self.hard() || self.verdict == Verdict::Suspicious
    }

    /// Whether the best match is one of `accept`.
    pub fn first_in(&self, accept: &[String]) -> bool {
        self.matches
            .first()
            .and_then(Option::as_ref)
            .is_some_and(|id| accept.contains(id))
    }

    /// Whether one of the three best is.
    pub fn any_in(&self, accept: &[String]) -> bool {
        self.matches.iter().flatten().any(|id| accept.contains(id))
    }
}

impl From<&Assessment> for Outcome {
    fn from(assessment: &Assessment) -> Self {
        Self {
            verdict: assessment.verdict,
            score: assessment.score,
            matches: assessment
                .matches
                .iter()
                .take(3)
                .map(|m| m.external_id.clone())
                .collect(),
        }
    }
}

/// Answers by the id of their case.
pub type Results = HashMap<String, Outcome>;

#[derive(Deserialize)]
struct ResultLine {
    id: String,
    #[serde(default)]
    verdict: Option<String>,
    #[serde(default)]
    score: f64,
    #[serde(default)]
    matches: Vec<MatchLine>,
}

#[derive(Deserialize)]
struct MatchLine {
    #[serde(default)]
    external_id: Option<String>,
}

impl Outcome {
    /// Reads one line that `screen` wrote; none for a line that answers with an error.
    pub fn read(line: &RawLine) -> Result<Option<(String, Self)>, EvaluationError> {
        let read: ResultLine = parse(line)?;
        let Some(verdict) = read.verdict else {
            return Ok(None);
        };
        let verdict = verdict.parse().map_err(|e| EvaluationError::Line {
            line: line.number,
            reason: format!("{e}"),
        })?;
        let matches = read.matches.into_iter().take(3).map(|m| m.external_id);
        let outcome = Self {
            verdict,
            score: read.score,
            matches: matches.collect(),
        };
        Ok(Some((read.id, outcome)))
    }
}
