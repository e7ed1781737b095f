//! Appealing a ruling: by the holder of an account, who shows control of it by a code, or by whoever's report was refused.
//! Works without scripts; the token by which an appeal is followed travels in forms, never in an address.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates call methods, and pass all by reference"
)]

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::reports::account;
use super::said::Refused;
use crate::domain::{AnswerLanguage, AppealState, Sentence, say};
use crate::http::language::Spoken;
use crate::http::pages::words::Toned;
use crate::http::pages::{Door, Fields, Frame, Unknown, When, page, words};
use crate::http::{HttpState, Problem};
use crate::service::author::Author;
use crate::service::review::{AppealInput, AppealStatus, ReviewError};

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/appeal", get(show).post(take))
        .route("/appeal/{step}", post(follow))
}

/// Where an appeal begins.
#[derive(Debug, Template)]
#[template(
    path = "public/appeals/form.html",
    config = "src/http/pages/askama.toml"
)]
struct AppealPage {
    frame: Frame,
    typed: Fields,
    error: Option<Sentence>,
}

/// How an appeal stands, for its appellant.
#[derive(Debug, Template)]
#[template(
    path = "public/appeals/status.html",
    config = "src/http/pages/askama.toml"
)]
struct StatusPage {
    frame: Frame,
    token: String,
    /// Whether the token is told for the first and only time.
    fresh: bool,
    standing: Option<Standing>,
    typed: Fields,
    done: Option<Sentence>,
    error: Option<Sentence>,
}

#[derive(Debug)]
struct Standing {
    state: AppealState,
    words: Toned,
    at: When,
    judged_at: Option<When>,
    finding: Option<String>,
    /// The statement of reasons, a sentence each.
    statement: Vec<String>,
}

impl Standing {
    fn of(status: AppealStatus, language: AnswerLanguage) -> Self {
        let statement = status.statement.map(|s| s.of(language).clone());
        Self {
            state: status.state,
            words: words::appeal_state(status.state, language),
            at: status.at.into(),
            judged_at: status.judged_at.map(When),
            finding: status.finding,
            statement: statement
                .iter()
                .flat_map(|s| s.lines().map(str::to_owned))
                .collect(),
        }
    }

    fn is_final(&self) -> bool {
        self.state.is_final()
    }
}

impl AppealPage {
    fn of(language: AnswerLanguage, typed: Fields) -> Self {
        Self {
            frame: Door(language).frame("Appeal a ruling", "对裁定提出申诉", None),
            typed,
            error: None,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        page(status, self.frame.language, self)
    }
}

impl StatusPage {
    fn of(language: AnswerLanguage, token: &str) -> Self {
        Self {
            frame: Door(language).frame("Your appeal", "您的申诉", None),
            token: token.to_owned(),
            fresh: false,
            standing: None,
            typed: Fields::default(),
            done: None,
            error: None,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        page(status, self.frame.language, self)
    }
}

async fn show(Spoken(language): Spoken) -> Response {
    AppealPage::of(language, Fields::default()).answer(StatusCode::OK)
}

async fn take(State(state): State<HttpState>, form: Unknown) -> Result<Response, Problem> {
    let review = &state.services.review;
    let report_token = form.fields.given("report_token");
    let input = AppealInput {
        account: match report_token {
            Some(_) => None,
            None => Some(account(&form.fields, &form.headers)),
        },
        report_token,
        grounds: form.fields.text("grounds").to_owned(),
    };
    let appealed = match review.admit(form.device.network) {
        Ok(()) => review.appeal(&input, &Author::server()).await,
        Err(error) => Err(error),
    };
    match appealed {
        Ok(appealed) => {
            let shown = StatusPage {
                fresh: true,
                standing: Some(Standing::of(appealed.status, form.language)),
                ..StatusPage::of(form.language, &appealed.token)
            };
            Ok(shown.answer(StatusCode::CREATED))
        }
        Err(error) => {
            let refused = Refused::of(error, form.language)?;
            let mut shown = AppealPage::of(form.language, form.fields);
            shown.error = Some(refused.words.clone());
            Ok(refused.answer(|status| shown.answer(status)))
        }
    }
}

/// One step of an appellant, or only a look at how the appeal stands.
async fn follow(
    State(state): State<HttpState>,
    Path(step): Path<String>,
    form: Unknown,
) -> Result<Response, Problem> {
    let language = form.language;
    let token = form.fields.text("token");
    let review = &state.services.review;
    let mut shown = StatusPage::of(language, token);
    if let Err(error) = review.admit(form.device.network) {
        let refused = Refused::of(error, language)?;
        shown.error = Some(refused.words.clone());
        return Ok(refused.answer(|status| shown.answer(status)));
    }
    let refused = match taken(&state, &step, token, &form).await? {
        Ok(done) => {
            shown.done = done;
            None
        }
        Err(error) => Some(Refused::of(error, language)?),
    };
    // However the step went, the page tells how the appeal stands now.
    let refused = match (review.appeal_status(token).await, refused) {
        (Ok(status), refused) => {
            shown.standing = Some(Standing::of(status, language));
            refused
        }
        (Err(_), Some(refused)) => Some(refused),
        (Err(error), None) => Some(Refused::of(error, language)?),
    };
    let Some(refused) = refused else {
        return Ok(shown.answer(StatusCode::OK));
    };
    shown.error = Some(refused.words.clone());
    shown.typed = form.fields.clone();
    Ok(refused.answer(|status| shown.answer(status)))
}

/// Takes a step; gives what is to be said of it.
async fn taken(
    state: &HttpState,
    step: &str,
    token: &str,
    form: &Unknown,
) -> Result<Result<Option<Sentence>, ReviewError>, Problem> {
    let review = &state.services.review;
    let language = form.language;
    Ok(match step {
        "status" => Ok(None),
        "code" => review.send_code(token, language).await.map(|()| {
            Some(say!(language;
                en: "A code is on its way to the account. It works for 10 minutes."; zh: "验证码已发往该账号，10 分钟内有效。"))
        }),
        "confirm" => {
            let code = form.fields.text("code");
            review.confirm_code(token, code).await.map(|_| {
                Some(say!(language; en: "The account is yours: the appeal is received."; zh: "已证明该账号归您控制，申诉已受理。"))
            })
        }
        "skip" => review.go_on(token).await.map(|_| {
            Some(say!(language; en: "The appeal is received."; zh: "申诉已受理。"))
        }),
        "answer" => {
            let answer = form.fields.text("answer");
            review.answer_condition(token, answer).await.map(|_| {
                Some(say!(language; en: "Your answer is kept."; zh: "您的答复已收到。"))
            })
        }
        "withdraw" => review.withdraw(token).await.map(|_| {
            Some(say!(language; en: "The appeal is withdrawn."; zh: "申诉已撤回。"))
        }),
        _ => return Err(Problem::not_found("There is nothing at this address.")),
    })
}
