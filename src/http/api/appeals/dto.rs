//! Appeals on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{AppealId, AppealState, ReasonCode};
use crate::http::api::cases::dto::{RulingRequest, StatementBody};
use crate::http::paging::{cursor, limit};
use crate::service::contract::{AccountInput, FieldErrors, words};
use crate::service::review::{AppealInput, AppealStatus, Appealed, Judgement, OpenedAppeal};

/// An appeal: by `account` as its holder, or by `report_token` as its reporter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealTerms)]
pub(super) struct AppealRequest {
    /// The account, of its holder.
    #[serde(default)]
    #[schema(nullable = false)]
    account: Option<AccountInput>,
    /// The token of the report, of its reporter.
    #[serde(default)]
    #[schema(nullable = false)]
    report_token: Option<String>,
    /// Why the ruling is wrong, 10–4,000 characters.
    #[schema(min_length = 10, max_length = 4000)]
    grounds: String,
}

impl From<AppealRequest> for AppealInput {
    fn from(request: AppealRequest) -> Self {
        Self {
            account: request.account,
            report_token: request.report_token,
            grounds: request.grounds,
        }
    }
}

/// How an appeal stands. Reviewers are not named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppealStatus)]
pub(super) struct StatusBody {
    /// Its id.
    id: String,
    /// Who appeals.
    #[schema(value_type = words::Appellant)]
    appellant: &'static str,
    /// Where it stands.
    #[schema(value_type = words::AppealState)]
    state: &'static str,
    /// What is known of your control of the account.
    #[schema(value_type = words::Control)]
    control: &'static str,
    /// When it was made.
    at: String,
    /// When it was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    judged_at: Option<String>,
    /// The finding, or the condition that waits for your answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    finding: Option<String>,
    /// Why the account was ruled on as it was; for its holder, once the appeal is received.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    statement: Option<StatementBody>,
}

impl From<AppealStatus> for StatusBody {
    fn from(status: AppealStatus) -> Self {
        Self {
            id: status.id.to_string(),
            appellant: status.by.as_str(),
            state: status.state.as_str(),
            control: status.control.as_str(),
            at: status.at.to_string(),
            judged_at: status.judged_at.map(|at| at.to_string()),
            finding: status.finding,
            statement: status.statement.map(Into::into),
        }
    }
}

/// An appeal that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appealed)]
pub(super) struct AppealedBody {
    /// How it stands.
    appeal: StatusBody,
    /// By which it is followed. It is told once.
    token: String,
}

impl From<Appealed> for AppealedBody {
    fn from(appealed: Appealed) -> Self {
        Self {
            appeal: appealed.status.into(),
            token: appealed.token,
        }
    }
}

/// A code that came back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealCode)]
pub(super) struct CodeInput {
    /// Six digits.
    #[schema(example = "123456")]
    pub code: String,
}

/// An answer to a condition.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppealAnswer)]
pub(super) struct AnswerInput {
    /// 10–4,000 characters.
    #[schema(min_length = 10, max_length = 4000)]
    pub answer: String,
}

/// Which appeals to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AppealQuery {
    /// unproved, received, conditional, answered, upheld, reversed or withdrawn; received where nothing is said.
    #[param(nullable = false)]
    state: Option<String>,
    /// Most entries of a page, 1–200; 50 when left out.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

impl AppealQuery {
    pub(super) fn parse(&self) -> Result<(AppealState, Option<AppealId>, u32), FieldErrors> {
        let state = self.state.as_deref().unwrap_or("received");
        let state = state
            .parse()
            .map_err(|e| FieldErrors::one("/state", "invalid_value", format!("{e}")));
        Ok((state?, cursor(self.cursor.as_deref())?, limit(self.limit)?))
    }
}

/// An appeal, as the person who judges it reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appeal)]
pub(super) struct AppealBody {
    /// Its id.
    #[schema(example = "apl_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// The case.
    case_id: String,
    /// The ruling that is appealed.
    ruling_id: String,
    /// Who appeals.
    #[schema(value_type = words::Appellant)]
    appellant: &'static str,
    /// Where it stands.
    #[schema(value_type = words::AppealState)]
    state: &'static str,
    /// What is known of the appellant's control of the account.
    #[schema(value_type = words::Control)]
    control: &'static str,
    /// When it was made.
    at: String,
    /// Why the ruling is said to be wrong.
    grounds: String,
    /// When it was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    judged_at: Option<String>,
    /// Who judged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    judged_by: Option<String>,
    /// Why, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ReasonCode>, nullable = false)]
    reason: Option<&'static str>,
    /// What the appellant was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    finding: Option<String>,
    /// What the appellant answered to a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<String>,
}

impl From<OpenedAppeal> for AppealBody {
    fn from(opened: OpenedAppeal) -> Self {
        let appeal = opened.appeal;
        Self {
            id: appeal.id.to_string(),
            case_id: appeal.case.to_string(),
            ruling_id: appeal.ruling.to_string(),
            appellant: appeal.by.as_str(),
            state: appeal.state.as_str(),
            control: appeal.control.as_str(),
            at: appeal.at.to_string(),
            grounds: opened.grounds,
            judged_at: appeal.judged_at.map(|at| at.to_string()),
            judged_by: appeal.judged_by,
            reason: opened.reason.map(ReasonCode::as_str),
            finding: opened.finding,
            answer: opened.answer,
        }
    }
}

/// A page of appeals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppealList)]
pub(super) struct AppealList {
    /// The appeals, oldest first.
    appeals: Vec<AppealBody>,
    /// Give it as `cursor` to get the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl AppealList {
    pub(super) fn of(appeals: Vec<OpenedAppeal>, next: Option<AppealId>) -> Self {
        Self {
            appeals: appeals.into_iter().map(AppealBody::from).collect(),
            next_cursor: next.map(|id| id.to_string()),
        }
    }
}

/// A judgement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Judgement)]
pub(super) struct JudgementRequest {
    /// What is found.
    #[schema(value_type = words::AppealOutcome)]
    outcome: String,
    /// Why, as a code.
    #[schema(value_type = words::ReasonCode)]
    reason: String,
    /// What the appellant is told: why, or the condition; 10–2,000 characters.
    #[schema(min_length = 10, max_length = 2000)]
    finding: String,
    /// With a reversal: the ruling that takes the place of the former. Left out, who was confirmed as an impostor is cleared, and
    /// who was not is confirmed.
    #[serde(default)]
    #[schema(nullable = false)]
    ruling: Option<RulingRequest>,
}

impl JudgementRequest {
    pub(super) fn parse(self) -> Result<Judgement, FieldErrors> {
        let instead = self.ruling.map(RulingRequest::parse).transpose()?;
        Judgement::parse(&self.outcome, &self.reason, &self.finding, instead)
    }
}
