//! What was refused, in the language of whoever reads the page.

use axum::response::Response;

use super::{Flash, Visitor, see_other};
use crate::domain::{AnswerLanguage, Sentence, say};
use crate::http::{HttpState, Problem};
use crate::service::contract::FieldErrors;

/// A refusal in words. In Chinese what kind it is, then the detail as the API gives it, in English: it names fields and values.
pub fn told(problem: &Problem, language: AnswerLanguage) -> Sentence {
    let detail = &problem.detail;
    say!(language; en: "{detail}"; zh: "{}（{detail}）", kind_in_chinese(problem.code))
}

/// What is wrong with fields that somebody filled in. What exactly is told in English only, as by the API.
pub fn wrong_fields(errors: &FieldErrors, language: AnswerLanguage) -> Sentence {
    let details: Vec<&str> = errors.0.iter().map(|e| e.detail.as_str()).collect();
    let details = details.join("; ");
    say!(language; en: "{details}."; zh: "填写的内容不符合要求：{details}。")
}

/// What kind of refusal a code stands for; one for all that only a program could cause.
fn kind_in_chinese(code: &str) -> &'static str {
    match code {
        "invalid_request" | "invalid_json" => "填写的内容不符合要求",
        "version_mismatch" => "您查看之后内容已被更改，请核对后重试",
        "conflict" | "in_progress" => "与目前的状态冲突",
        "channel_proved" => "该渠道已被证实属于另一家企业",
        "not_found" => "没有找到",
        "queue_empty" => "目前没有等待您处理的案件",
        "erased" => "该账号的相关信息已被删除",
        "rate_limited" | "quota_exceeded" | "overloaded" => "请求过多，请稍后重试",
        "not_yours" => "您无权处理此企业",
        "scope_needed" => "您的角色无权这样做",
        "person_needed" => "这一步必须由登录的人员完成",
        "own_business" => "不能审批自己的企业",
        "too_many_claims" => "主张过多，请先撤回其中一些",
        "other_proof" => "这一主张要用其他方式证实",
        "domain_unproved" => "请先证实该域名",
        "claim_unproved" => "这一主张尚未证实",
        "not_set_up" => "本服务没有设置这一功能",
        "code_not_sent" => "请先获取验证码",
        "code_expired" => "验证码已过期，请重新获取",
        "code_spent" => "尝试次数已用完，请重新获取验证码",
        "code_used" => "验证码已被使用，请重新获取",
        "code_wrong" | "code_refused" => "验证码有误",
        "no_code" => "无法向该账号发送验证码",
        "provider_unavailable" => "外部服务暂时没有响应，请稍后重试",
        "provider_refused" => "外部服务拒绝了请求",
        "body_too_large" => "提交的内容太大",
        "csrf" => "无法确认表单来自本页面，请重新打开页面后再提交",
        "method_not_allowed" | "unsupported_media_type" | "bad_request" => "无法理解此请求",
        "database_locked" | "database_unavailable" | "database_full" | "database_read_only" => {
            "数据库暂时不可用"
        }
        "internal_error" => "我们这边出了问题，已记录在日志中",
        _ => "无法这样做",
    }
}

impl Visitor {
    /// To a page, which says what was done or why not. Faults of ours are no matter of that page.
    pub fn back(
        &self,
        state: &HttpState,
        path: &str,
        done: Result<Sentence, Problem>,
    ) -> Result<Response, Problem> {
        let flash = match done {
            Ok(words) => Flash::good(words),
            Err(problem) if problem.status().is_client_error() => {
                Flash::bad(&problem, self.language)
            }
            Err(problem) => return Err(problem),
        };
        Ok(flash.on(state, see_other(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_in_chinese_what_kind_it_is_and_in_english_what_exactly() {
        let problem = Problem::not_found("There is no label lbl_1.");
        let words = |language| String::from(told(&problem, language));
        assert_eq!(words(AnswerLanguage::English), "There is no label lbl_1.");
        assert_eq!(
            words(AnswerLanguage::SimplifiedChinese),
            "没有找到（There is no label lbl_1.）"
        );
    }
}
