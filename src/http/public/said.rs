//! What people outside are told when a report or an appeal is refused.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::domain::{AnswerLanguage, Sentence, say};
use crate::http::Problem;
use crate::http::pages::wrong_fields;
use crate::service::StoreError;
use crate::service::contract::FieldErrors;
use crate::service::review::ReviewError;

/// Why something was refused, for whoever filled in the form.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    wait: Option<u32>,
    /// In words.
    pub(super) words: Sentence,
}

impl Refused {
    /// Puts a refusal into words; what no form can mend stays a problem.
    pub(super) fn of(error: ReviewError, language: AnswerLanguage) -> Result<Self, Problem> {
        let words = match &error {
            ReviewError::TooFast { wait } => say!(language;
                en: "Too much comes at once, from your network or altogether. Nothing was lost that you typed: send it again in {wait} seconds.";
                zh: "目前请求过多（来自您的网络或整体）。您填写的内容仍在，请在 {wait} 秒后重新提交。"),
            ReviewError::UnknownToken => say!(language;
                en: "This token names nothing. It is the long text that you were told to keep; take it whole.";
                zh: "此凭证无效。请完整填写当时提示您保存的那串文字。"),
            ReviewError::CodeRefused => say!(language;
                en: "The code is not right, or works no more. You can have a new one sent.";
                zh: "验证码有误或已失效。您可以重新获取。"),
            ReviewError::NoWayToSend(why) => {
                say!(language; en: "{why}."; zh: "目前无法向该账号发送验证码。")
            }
            ReviewError::Fields(errors) => fields(errors, language),
            ReviewError::Store(StoreError::Conflict(why)) => {
                say!(language; en: "{why}."; zh: "目前无法这样做。")
            }
            ReviewError::Store(StoreError::NotFound(_)) => say!(language;
                en: "Nothing was ruled that could be appealed now: no check says of this account that it is a confirmed impostor, or the time for an appeal is over.";
                zh: "目前没有可以申诉的裁定：查询结果没有将该账号列为已确认的冒名者，或者申诉期限已过。"),
            _ => return Err(error.into()),
        };
        let problem = Problem::from(error);
        Ok(Self {
            status: problem.status(),
            wait: problem.retry_after(),
            words,
        })
    }

    /// An answer that says so.
    pub(super) fn answer(&self, page: impl FnOnce(StatusCode) -> Response) -> Response {
        let mut response = page(self.status);
        if let Some(wait) = self.wait {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

/// What is wrong with fields.
fn fields(errors: &FieldErrors, language: AnswerLanguage) -> Sentence {
    if errors.0.iter().any(|e| e.code == "no_key") {
        return say!(language;
            en: "A name alone could be anybody's: add the number, profile, link or e-mail address that it used.";
            zh: "仅凭名称无法确定是谁：请补充对方使用的号码、主页、链接或电子邮箱。");
    }
    wrong_fields(errors, language)
}
