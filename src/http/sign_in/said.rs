//! What people are told when something about their account is refused.

use crate::domain::{AnswerLanguage, say};
use crate::http::pages::wrong_fields;
use crate::service::people::PeopleError;

/// Why something was refused, for whoever filled in the form; none for what no form can mend.
pub fn said(error: &PeopleError, language: AnswerLanguage) -> Option<String> {
    let sentence = match error {
        PeopleError::SignInRefused => say!(language;
            en: "The e-mail address, the password or the code is wrong, or the account is locked for some minutes after too many tries.";
            zh: "电子邮箱、密码或验证码有误，或者该账户因尝试次数过多被锁定几分钟。"),
        PeopleError::StepLost => say!(language;
            en: "The code came too late. Sign in again.";
            zh: "验证码提交得太晚，请重新登录。"),
        PeopleError::TooFast { wait } => say!(language;
            en: "Too many tries from your network. Try again in {wait} seconds.";
            zh: "您的网络尝试次数过多，请在 {wait} 秒后重试。"),
        PeopleError::Busy => say!(language;
            en: "Too many people sign in at once. Try again in a second.";
            zh: "同时登录的人太多，请稍后再试。"),
        PeopleError::CodeRefused => say!(language;
            en: "The code is wrong, or was used before. Wait for the next one.";
            zh: "验证码有误或已被使用，请等待下一个。"),
        PeopleError::ResetRefused => say!(language;
            en: "This link was used already, has lapsed, or was replaced by a newer one. Ask an admin for a new one.";
            zh: "此链接已被使用、已过期，或已被新链接取代。请向管理员索取新链接。"),
        PeopleError::State(why) => say!(language; en: "{why}."; zh: "账户当前状态不允许此操作。"),
        PeopleError::Fields(errors) => wrong_fields(errors, language),
        _ => return None,
    };
    Some(sentence.into())
}
