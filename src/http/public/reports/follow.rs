//! Following a report: how it stands, and evidence that comes later.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::said::Refused;
use super::super::upload::Upload;
use super::{FileDone, keep_files};
use crate::domain::{AnswerLanguage, CaseState, RulingKind, Sentence, say};
use crate::http::language::Spoken;
use crate::http::pages::{Door, Frame, Unknown, When, page};
use crate::http::{HttpState, Problem};
use crate::service::review::{ReportStatus, ReviewError};

#[derive(Debug, Template)]
#[template(
    path = "public/reports/status.html",
    config = "src/http/pages/askama.toml"
)]
struct StatusPage {
    frame: Frame,
    token: String,
    standing: Option<Standing>,
    files: Vec<FileDone>,
    error: Option<Sentence>,
}

/// How a report stands, in words.
#[derive(Debug)]
struct Standing {
    at: When,
    words: Sentence,
    /// Whether evidence still helps.
    open: bool,
    appeal_until: Option<When>,
}

impl Standing {
    fn of(status: &ReportStatus, language: AnswerLanguage) -> Self {
        Self {
            at: status.at.into(),
            words: match status.outcome {
                Some(outcome) => found(outcome, language),
                None => waits(status.state, language),
            },
            open: !matches!(status.state, CaseState::Decided | CaseState::Closed),
            appeal_until: status.appeal_until.map(When),
        }
    }
}

fn waits(state: CaseState, language: AnswerLanguage) -> Sentence {
    match state {
        CaseState::Open => say!(language;
            en: "It waits for a person to look at it."; zh: "正在等待工作人员审查。"),
        CaseState::Claimed => say!(language;
            en: "A person is looking at it."; zh: "工作人员正在审查。"),
        CaseState::Appealed => say!(language;
            en: "The ruling was appealed; another person looks at it again."; zh: "裁定已被申诉，由另一名工作人员重新审查。"),
        CaseState::Decided | CaseState::Closed => say!(language;
            en: "It is closed."; zh: "已结案。"),
    }
}

fn found(outcome: RulingKind, language: AnswerLanguage) -> Sentence {
    match outcome {
        RulingKind::ConfirmedImpostor => say!(language;
            en: "We found that the account is an impostor's. Whoever checks it is told so now. Thank you."; zh: "我们认定该账号为冒名者，查询该账号的人现在会看到这一结论。感谢您的举报。"),
        RulingKind::Legitimate => say!(language;
            en: "We found that the account imitates nobody."; zh: "我们认定该账号没有冒充任何企业。"),
        RulingKind::AuthorisedRepresentative | RulingKind::NewChannel => say!(language;
            en: "We found that the account may speak for the business."; zh: "我们认定该账号可以代表该企业。"),
        RulingKind::NotEnoughEvidence => say!(language;
            en: "The evidence does not carry a finding. New evidence opens the case again."; zh: "证据不足以得出结论。如有新证据，将重新审查。"),
        RulingKind::Duplicate | RulingKind::Escalate => say!(language;
            en: "It is dealt with together with other reports."; zh: "正与其他举报一并处理。"),
    }
}

impl StatusPage {
    fn of(language: AnswerLanguage, token: &str) -> Self {
        Self {
            frame: Door(language).frame("Your report", "您的举报", None),
            token: token.to_owned(),
            standing: None,
            files: Vec::new(),
            error: None,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        page(status, self.frame.language, self)
    }

    /// The page with how the report stands, or why that is not told.
    fn told(mut self, status: Result<ReportStatus, ReviewError>) -> Result<Response, Problem> {
        let language = self.frame.language;
        match status {
            Ok(status) => {
                self.standing = Some(Standing::of(&status, language));
                Ok(self.answer(StatusCode::OK))
            }
            Err(error) => {
                let refused = Refused::of(error, language)?;
                self.error = Some(refused.words.clone());
                Ok(refused.answer(|status| self.answer(status)))
            }
        }
    }
}

pub(super) async fn ask(Spoken(language): Spoken) -> Response {
    StatusPage::of(language, "").answer(StatusCode::OK)
}

pub(super) async fn tell(
    State(state): State<HttpState>,
    form: Unknown,
) -> Result<Response, Problem> {
    let token = form.fields.text("token");
    let review = &state.services.review;
    let status = match review.admit(form.device.network) {
        Ok(()) => review.report_status(token).await,
        Err(error) => Err(error),
    };
    StatusPage::of(form.language, token).told(status)
}

pub(super) async fn add_files(
    State(state): State<HttpState>,
    mut form: Upload,
) -> Result<Response, Problem> {
    let token = form.fields.text("token").to_owned();
    let review = &state.services.review;
    let status = match review.admit(form.device.network) {
        Ok(()) => review.report_status(&token).await,
        Err(error) => Err(error),
    };
    let mut shown = StatusPage::of(form.language, &token);
    // Who has no report uploads nothing.
    if status.is_ok() {
        shown.files = keep_files(&state, &token, &mut form).await?;
    } else {
        form.finish().await;
    }
    shown.told(status)
}
