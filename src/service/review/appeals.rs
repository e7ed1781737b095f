//! Appeals: by the accused, who shows control of the account by a code that is sent to it, and by the reporter whose
//! report was refused. Another person than who ruled judges. Whoever appeals follows it by a token.

use jiff::Timestamp;

use super::reports::{below, is_open};
use super::rulings::RulingTerms;
use super::statement::Statement;
use super::{Review, ReviewError};
use crate::domain::{
    AccountKey, Actor, Appeal, AppealId, AppealOutcome, AppealState, AppealStep, Appellant, Case,
    CaseId, CaseState, Control, ReasonCode, RulingKind, RulingSentence, Text,
};
use crate::engine::screening::phone_of;
use crate::service::author::Author;
use crate::service::contract::{AccountInput, Collector, FieldErrors};
use crate::store::{AppealRecord, AppealTold, StoreError};

/// An appeal as it comes: of the accused, who names the account, or of a reporter, who shows the token of the report.
#[derive(Debug, Clone, Default)]
pub struct AppealInput {
    /// The account, of the accused.
    pub account: Option<AccountInput>,
    /// The token of the report, of a reporter.
    pub report_token: Option<String>,
    /// Why the ruling is wrong, 10–4,000 characters.
    pub grounds: String,
}

/// What an appellant is told at once.
#[derive(Debug, Clone)]
pub struct Appealed {
    /// The appeal.
    pub status: AppealStatus,
    /// By which the appellant follows it. It is told once.
    pub token: String,
}

/// How an appeal stands, for its appellant. Reviewers are shown by their role only, hence not at all.
#[derive(Debug, Clone)]
pub struct AppealStatus {
    /// The appeal.
    pub id: AppealId,
    /// Who appeals.
    pub by: Appellant,
    /// Where it stands.
    pub state: AppealState,
    /// Whether control of the account was shown.
    pub control: Control,
    /// When it was made.
    pub at: Timestamp,
    /// When it was judged.
    pub judged_at: Option<Timestamp>,
    /// The finding, or the condition that waits for an answer.
    pub finding: Option<String>,
    /// Why the account was ruled on as it was; for the accused, once control is shown.
    pub statement: Option<Statement>,
}

/// An appeal as the person who judges it reads it.
#[derive(Debug, Clone)]
pub struct OpenedAppeal {
    /// Its course.
    pub appeal: Appeal,
    /// Why the ruling is said to be wrong.
    pub grounds: String,
    /// The finding or condition.
    pub finding: Option<String>,
    /// The answer to a condition.
    pub answer: Option<String>,
    /// Why it was judged so, countable.
    pub reason: Option<ReasonCode>,
}

/// A judgement that can be made.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// What is found.
    pub outcome: AppealOutcome,
    /// Why, countable.
    pub reason: ReasonCode,
    /// What the appellant is told: why, or the condition.
    pub finding: RulingSentence,
    /// The ruling that takes the place of the former; with a reversal.
    pub instead: Option<RulingTerms>,
}

impl Judgement {
    /// Parses a judgement. A reversal without a ruling clears who was confirmed as an impostor, and confirms who was cleared.
    pub fn parse(
        outcome: &str,
        reason: &str,
        finding: &str,
        instead: Option<RulingTerms>,
    ) -> Result<Self, FieldErrors> {
        let mut errors = Collector::default();
        let outcome = errors.note("/outcome", outcome.parse());
        let reason = errors.note("/reason", reason.parse());
        let finding = errors.note("/finding", RulingSentence::parse(finding));
        if outcome != Some(AppealOutcome::Reversed) && instead.is_some() {
            let detail = "only a reversal puts another ruling in the place of the former";
            errors.push("/ruling", "invalid_value", detail.to_owned());
        }
        let parsed = errors.finish((outcome, reason, finding))?;
        let (Some(outcome), Some(reason), Some(finding)) = parsed else {
            return Err(FieldErrors::one("", "invalid_value", "a field is wrong"));
        };
        Ok(Self {
            outcome,
            reason,
            finding,
            instead,
        })
    }
}

impl Review {
    /// Takes an appeal in. One of the accused waits for a code, where one can be sent to the account.
    pub async fn appeal(&self, input: &AppealInput, by: &Author) -> Result<Appealed, ReviewError> {
        let grounds = grounds(&input.grounds)?;
        let (case, appellant, report) = match (&input.account, &input.report_token) {
            (Some(account), None) => (self.accused_case(account).await?, Appellant::Accused, None),
            (None, Some(token)) => {
                let report = self.report_of(token).await?;
                let case = self.refused_case(report.case).await?;
                (case, Appellant::Reporter, Some(report.id))
            }
            _ => {
                let detail = "give either account, to appeal as its holder, or report_token, to appeal as its reporter";
                return Err(FieldErrors::one("", "invalid_value", detail).into());
            }
        };
        let Some(standing) = &case.standing else {
            return Err(nothing_to_appeal().into());
        };
        let (key, _) = self.key_of(case.id).await?;
        let (state, control) = match appellant {
            Appellant::Reporter => (AppealState::Received, Control::NotNeeded),
            Appellant::Accused => (AppealState::Unproved, Control::Unproved),
        };
        let id = AppealId::new(self.world.new_id());
        let act = by.act(&self.world, "appeal.create", Some(&id));
        let record = AppealRecord {
            appeal: Appeal {
                id,
                case: case.id,
                ruling: standing.ruling,
                by: appellant,
                report,
                state,
                control,
                at: act.at,
                judged_at: None,
                judged_by: None,
            },
            updated_at: act.at,
            reason: None,
            grounds: key
                .seal("grounds", grounds.as_str().as_bytes())
                .ok_or(ReviewError::Erased(case.id))?,
            finding: None,
            answer: None,
            code: None,
            codes_sent: 0,
        };
        let token = self.token("apt_");
        let hash = self.token_hash(&token);
        self.store.insert_appeal(&record, &hash, &act).await?;
        let status = self.status_of(record).await?;
        Ok(Appealed { status, token })
    }

    /// The case by which an account is a confirmed impostor's.
    async fn accused_case(&self, account: &AccountInput) -> Result<Case, ReviewError> {
        let account = account.parse().map_err(below("/account"))?;
        let key = AccountKey::of(&account, phone_of(&account).as_ref());
        let Some(key) = key else {
            return Err(nothing_to_appeal().into());
        };
        let found = self.store.find_case(&self.intake.digest(&key)).await?;
        let confirmed = |case: &Case| {
            let kind = case.standing.as_ref().map(|s| s.kind);
            kind == Some(RulingKind::ConfirmedImpostor) && case.state == CaseState::Decided
        };
        Ok(found.filter(confirmed).ok_or_else(nothing_to_appeal)?)
    }

    /// The case by which a report was refused.
    async fn refused_case(&self, id: CaseId) -> Result<Case, ReviewError> {
        let mut case = self.get(id).await?;
        if let Some(target) = case.merged_into {
            case = self.get(target).await?;
        }
        let refused = self.settled(&case).is_some_and(RulingKind::refuses_report);
        if refused && case.state == CaseState::Decided {
            return Ok(case);
        }
        Err(nothing_to_appeal().into())
    }

    /// Answers the condition under which the ruling would be reversed.
    pub async fn answer_condition(
        &self,
        token: &str,
        answer: &str,
    ) -> Result<AppealStatus, ReviewError> {
        let record = self.appeal_of(token).await?;
        let answer = grounds(answer)?;
        let (key, _) = self.key_of(record.appeal.case).await?;
        let told = AppealTold {
            answer: key.seal("answer", answer.as_str().as_bytes()),
            ..AppealTold::default()
        };
        self.step(record.appeal.id, AppealStep::Answer, told, None)
            .await
    }

    /// Takes an appeal back.
    pub async fn withdraw(&self, token: &str) -> Result<AppealStatus, ReviewError> {
        let id = self.appeal_of(token).await?.appeal.id;
        let told = AppealTold::default();
        self.step(id, AppealStep::Withdraw, told, None).await
    }

    /// How an appeal stands.
    pub async fn appeal_status(&self, token: &str) -> Result<AppealStatus, ReviewError> {
        let record = self.appeal_of(token).await?;
        self.status_of(record).await
    }

    /// Judges an appeal.
    pub async fn judge(
        &self,
        id: AppealId,
        judgement: &Judgement,
        by: &Author,
    ) -> Result<OpenedAppeal, ReviewError> {
        let record = self.store.get_appeal(id).await?;
        let record = record.ok_or_else(|| StoreError::NotFound(format!("appeal {id}")))?;
        let case = self.get(record.appeal.case).await?;
        let (key, secret) = self.key_of(case.id).await?;
        let mut told = AppealTold {
            reason: Some(judgement.reason),
            finding: key.seal("finding", judgement.finding.as_str().as_bytes()),
            ..AppealTold::default()
        };
        if judgement.outcome == AppealOutcome::Reversed {
            let terms = reversal(judgement, &case);
            let now = self.world.now();
            let ruling = self.record(&case, &key, &terms, None, now, by)?;
            let effects = self.effects(&case, &key, &secret, &terms, now).await?;
            told.instead = Some((ruling, effects));
        }
        let step = AppealStep::Judge(judgement.outcome);
        self.step(id, step, told, Some(by)).await?;
        self.get_appeal(id).await
    }

    /// One appeal, for who judges it.
    pub async fn get_appeal(&self, id: AppealId) -> Result<OpenedAppeal, ReviewError> {
        let record = self.store.get_appeal(id).await?;
        let record = record.ok_or_else(|| StoreError::NotFound(format!("appeal {id}")))?;
        self.opened_appeal(record).await
    }

    /// Appeals in a state after one, oldest first.
    pub async fn list_appeals(
        &self,
        state: AppealState,
        after: Option<AppealId>,
        limit: u32,
    ) -> Result<(Vec<OpenedAppeal>, Option<AppealId>), ReviewError> {
        let mut records = self.store.list_appeals(state, after, limit + 1).await?;
        let more = records.len() > limit as usize;
        records.truncate(limit as usize);
        let next = records.last().filter(|_| more).map(|r| r.appeal.id);
        let mut appeals = Vec::with_capacity(records.len());
        for record in records {
            appeals.push(self.opened_appeal(record).await?);
        }
        Ok((appeals, next))
    }

    /// Appeals against rulings on a case, oldest first.
    pub async fn appeals_of(&self, case: CaseId) -> Result<Vec<OpenedAppeal>, ReviewError> {
        let mut appeals = Vec::new();
        for record in self.store.appeals_of(case).await? {
            appeals.push(self.opened_appeal(record).await?);
        }
        Ok(appeals)
    }

    /// Takes back appeals that have waited too long for a code or an answer; gives how many.
    pub async fn withdraw_waiting(&self) -> Result<u64, ReviewError> {
        let before = self.world.now().checked_sub(Appeal::WAITS);
        let before = before.unwrap_or(Timestamp::MIN);
        let mut done = 0;
        for state in [AppealState::Unproved, AppealState::Conditional] {
            for record in self.store.list_appeals(state, None, 200).await? {
                if record.updated_at < before {
                    let told = AppealTold::default();
                    self.step(record.appeal.id, AppealStep::Withdraw, told, None)
                        .await?;
                    done += 1;
                }
            }
        }
        Ok(done)
    }

    pub(super) async fn step(
        &self,
        id: AppealId,
        step: AppealStep,
        told: AppealTold,
        by: Option<&Author>,
    ) -> Result<AppealStatus, ReviewError> {
        let nobody = Author::of(Actor::Server);
        let action = match step {
            AppealStep::Prove => "appeal.prove",
            AppealStep::GoOn => "appeal.go_on",
            AppealStep::Judge(_) => "appeal.judge",
            AppealStep::Answer => "appeal.answer",
            AppealStep::Withdraw => "appeal.withdraw",
        };
        let act = by.unwrap_or(&nobody).act(&self.world, action, Some(&id));
        let record = self.store.step_appeal(id, step, &told, &act).await?;
        if told.instead.is_some() {
            self.show().await;
        }
        self.status_of(record).await
    }

    pub(super) async fn appeal_of(&self, token: &str) -> Result<AppealRecord, ReviewError> {
        let found = self.store.find_appeal(&self.token_hash(token)).await?;
        found.ok_or(ReviewError::UnknownToken)
    }

    async fn status_of(&self, record: AppealRecord) -> Result<AppealStatus, ReviewError> {
        let appeal = &record.appeal;
        let finding = match &record.finding {
            Some(sealed) => {
                let (key, _) = self.key_of(appeal.case).await?;
                key.open_text("finding", sealed)
            }
            None => None,
        };
        let told = appeal.by == Appellant::Accused && appeal.state != AppealState::Unproved;
        let statement = if told {
            Some(self.statement_of(appeal.case, appeal.ruling).await?)
        } else {
            None
        };
        Ok(AppealStatus {
            id: appeal.id,
            by: appeal.by,
            state: appeal.state,
            control: appeal.control,
            at: appeal.at,
            judged_at: appeal.judged_at,
            finding,
            statement,
        })
    }

    async fn opened_appeal(&self, record: AppealRecord) -> Result<OpenedAppeal, ReviewError> {
        let keys = self.keys_of([record.appeal.case].into_iter()).await?;
        let key = keys.get(&record.appeal.case);
        let open = |purpose: &str, sealed: &[u8]| key.and_then(|k| k.open_text(purpose, sealed));
        Ok(OpenedAppeal {
            grounds: open("grounds", &record.grounds).unwrap_or_default(),
            finding: record.finding.as_deref().and_then(|f| open("finding", f)),
            answer: record.answer.as_deref().and_then(|a| open("answer", a)),
            reason: record.reason,
            appeal: record.appeal,
        })
    }

    /// Whether a case has an appeal that waits.
    pub async fn has_open_appeal(&self, case: CaseId) -> Result<bool, ReviewError> {
        Ok(self.store.appeals_of(case).await?.iter().any(is_open))
    }
}

/// The ruling that a reversal puts in the place of the former, where nothing else is said.
fn reversal(judgement: &Judgement, case: &Case) -> RulingTerms {
    let former = case.standing.as_ref().map(|s| s.kind);
    judgement.instead.clone().unwrap_or(RulingTerms {
        kind: match former {
            Some(RulingKind::ConfirmedImpostor) => RulingKind::Legitimate,
            _ => RulingKind::ConfirmedImpostor,
        },
        reason: judgement.reason,
        sentence: judgement.finding.clone(),
        business: None,
        representative: None,
        duplicate_of: None,
    })
}

fn grounds(text: &str) -> Result<Text<4_000>, FieldErrors> {
    if text.trim().chars().count() < RulingSentence::MIN_CHARS {
        let detail = "say in a sentence or more why";
        return Err(FieldErrors::one("/grounds", "too_short", detail));
    }
    Text::parse("grounds", text)
        .map_err(|e| FieldErrors::one("/grounds", "invalid_value", e.to_string()))
}

fn nothing_to_appeal() -> StoreError {
    StoreError::NotFound("ruling that could be appealed now".to_owned())
}
