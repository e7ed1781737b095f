//! Replays: what a kept check said, beside what is said of the same account now.
//!
//! Neither the registry nor the model of then is kept, so that a replay answers with those of now, and says
//! whether they are the same. If they are, so must the answer be; that is what makes a kept answer checkable.
//! Two processes at one change number need not have the same index: one that grew layer by layer may find a
//! faint likeness that one built at once leaves out.

use std::slice;

use jiff::Timestamp;

use super::{CheckError, Checks, How};
use crate::domain::{Account, AnswerLanguage, CheckId};
use crate::service::contract::AssessmentBody;
use crate::store::{KeptCheck, StoreError};

/// What has changed where nothing else has and a channel was scheduled to come or go.
const THE_TIME: &str = "the time";

/// A kept check and its account's answer of now.
#[derive(Debug, Clone)]
pub struct Replay {
    /// As it was kept.
    pub kept: KeptCheck,
    /// As it is answered now.
    pub today: AssessmentBody,
    /// What the answer rests on and is not what it was: some of `the model`, `the registry`, `the index`, `the prior`; or
    /// `the time`, where nothing else has changed and a channel was scheduled for it.
    pub changed: Vec<&'static str>,
    /// Where the answers differ.
    pub differences: Vec<Difference>,
}

/// One part of an answer that is not what it was; a side is absent when its answer has no such part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which part: `verdict`, `basis`, `score` or `match`.
    pub field: &'static str,
    /// What it was.
    pub kept: Option<String>,
    /// What it is.
    pub today: Option<String>,
}

impl Replay {
    /// Whether model, registry and prior are those of then.
    pub fn same_versions(&self) -> bool {
        self.changed.is_empty()
    }

    /// Whether the answer is that of then.
    pub fn same_answer(&self) -> bool {
        self.differences.is_empty()
    }

    /// A sentence that says how to read it.
    pub fn note(&self) -> String {
        let changed = self.changed.join(" and ");
        let have = if self.changed.len() == 1 {
            "has"
        } else {
            "have"
        };
        if self.changed == [THE_TIME] {
            return "Model, registry, index and prior are those of then; a channel that was scheduled to come or go has done so since.".to_owned();
        }
        match (self.same_versions(), self.same_answer()) {
            (true, true) => "Model, registry, index and prior are those of then, and the answer is the same.".to_owned(),
            (true, false) => "Model, registry, index and prior are those of then, and yet the answer differs: the program that applies them has changed.".to_owned(),
            (false, true) => format!(
                "Since then {changed} {have} changed, and the former state is gone; even so the answer is the same today."
            ),
            (false, false) => format!(
                "Since then {changed} {have} changed, and the former state is gone: the differences show what would be answered today, not that the answer was wrong then."
            ),
        }
    }
}

impl Checks {
    /// Answers the account of a kept check anew. Another account is refused, and a check that has been kept
    /// long enough is not found, whether it is deleted yet or not.
    pub async fn replay(
        &self,
        id: CheckId,
        account: Account,
        how: How,
    ) -> Result<Replay, CheckError> {
        let kept = self.kept(id).await?;
        let done = self
            .screen(vec![account.clone()], &how, self.world.now())
            .await?;
        let record = self.records(&done, how.caller).pop();
        let record = record.ok_or(CheckError::Interrupted)?;
        if record.input_digest != kept.input_digest {
            return Err(CheckError::OtherAccount(id));
        }
        let mut today = done.into_bodies().pop().ok_or(CheckError::Interrupted)?;
        if how.keep {
            self.store.keep_checks(slice::from_ref(&record)).await?;
            today.id = Some(record.id.to_string());
        }
        let mut changed = changed(&kept, &record);
        let differences = differences(&kept, &record);
        if changed.is_empty() && !differences.is_empty() && self.is_so_then(&kept, account).await? {
            changed.push(THE_TIME);
        }
        Ok(Replay {
            kept,
            today,
            changed,
            differences,
        })
    }

    /// Whether the account is answered as it was when it is asked for the instant of then: a channel may have been scheduled to
    /// come or go since.
    async fn is_so_then(&self, kept: &KeptCheck, account: Account) -> Result<bool, CheckError> {
        let how = How {
            keep: false,
            explain: false,
            language: AnswerLanguage::default(),
            caller: None,
        };
        let done = self.screen(vec![account], &how, kept.at).await?;
        let then = self.records(&done, None).pop();
        Ok(then.is_some_and(|then| differences(kept, &then).is_empty()))
    }

    async fn kept(&self, id: CheckId) -> Result<KeptCheck, StoreError> {
        let oldest = self.world.now().checked_sub(self.rules.kept_for);
        let oldest = oldest.unwrap_or(Timestamp::MIN);
        let kept = self.store.get_check(id).await?;
        kept.filter(|check| check.at >= oldest)
            .ok_or_else(|| StoreError::NotFound(format!("check {id}, or it is no longer kept")))
    }
}

/// What an answer rests on and is not what it was. Numbers of two epochs cannot be compared.
fn changed(then: &KeptCheck, now: &KeptCheck) -> Vec<&'static str> {
    let same_registry = (then.epoch, then.registry_seq) == (now.epoch, now.registry_seq);
    // The index of another registry is another one, which needs no saying.
    let same_index = !same_registry || then.grown_in == now.grown_in;
    let same_prior = then.prior_log_odds.total_cmp(&now.prior_log_odds).is_eq();
    [
        ("the model", then.model == now.model),
        ("the registry", same_registry),
        ("the index", same_index),
        ("the prior", same_prior),
    ]
    .into_iter()
    .filter_map(|(what, same)| (!same).then_some(what))
    .collect()
}

fn differences(then: &KeptCheck, now: &KeptCheck) -> Vec<Difference> {
    parts(then)
        .into_iter()
        .zip(parts(now))
        .filter(|((_, then), (_, now))| then != now)
        .map(|((field, kept), (_, today))| Difference { field, kept, today })
        .collect()
}

/// The parts of an answer that are kept, as text: the shortest that reads back as the same number.
fn parts(check: &KeptCheck) -> [(&'static str, Option<String>); 4] {
    [
        ("verdict", Some(check.verdict.to_string())),
        ("basis", check.basis.map(|b| b.to_string())),
        ("score", Some(check.score.to_string())),
        ("match", check.business_id.map(|id| id.to_string())),
    ]
}
