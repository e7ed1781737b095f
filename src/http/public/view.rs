//! What the page shows, in plain words.

use askama::Template;

use super::form::CheckForm;
use crate::domain::{AnswerLanguage, Bilingual, say};
use crate::http::HttpState;
use crate::service::contract::{AssessmentBody, KnownChannelBody};

/// The page.
#[derive(Debug, Template)]
#[template(path = "page.html", config = "src/http/public/askama.toml")]
pub(super) struct Page {
    pub(super) language: AnswerLanguage,
    pub(super) form: CheckForm,
    pub(super) answer: Option<Answer>,
    pub(super) error: Option<String>,
    pub(super) businesses: String,
    pub(super) empty: bool,
}

impl Page {
    /// The page with a form and no answer.
    pub(super) fn of(state: &HttpState, form: CheckForm, language: AnswerLanguage) -> Self {
        let count = state.services.live.snapshot().index.len();
        Self {
            language,
            form,
            answer: None,
            error: None,
            businesses: grouped(count),
            empty: count == 0,
        }
    }

    /// A text of the page in its language; the template gives both.
    fn says(&self, en: &'static str, zh: &'static str) -> &'static str {
        Bilingual { en, zh }.of(self.language)
    }
}

/// An assessment as a person reads it.
#[derive(Debug)]
pub(super) struct Answer {
    /// Names the style.
    pub(super) tone: &'static str,
    pub(super) mark: &'static str,
    pub(super) heading: String,
    pub(super) summary: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) phone_note: Option<String>,
    pub(super) advice: String,
    pub(super) channels: Vec<Channel>,
    pub(super) business: Option<String>,
    pub(super) footnote: String,
}

#[derive(Debug)]
pub(super) struct Evidence {
    /// Names the style: `against`, `for` or `neutral`.
    pub(super) side: &'static str,
    /// The same for those who do not see the style.
    pub(super) side_in_words: &'static str,
    pub(super) says: String,
}

#[derive(Debug)]
pub(super) struct Channel {
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) standing: String,
}

impl Answer {
    pub(super) fn of(body: AssessmentBody, language: AnswerLanguage) -> Self {
        let business = body.matches.first().map(|m| m.name.clone());
        let (tone, mark, heading) = heading(&body, language);
        let advice = body
            .advice
            .unwrap_or_else(|| crate::service::contract::AdviceBody {
                text: String::new(),
                known_channels: Vec::new(),
            });
        let evidence = body.signals.into_iter().filter(|s| !s.detail.is_empty());
        Self {
            tone,
            mark,
            heading,
            summary: body.summary,
            evidence: evidence
                .map(|s| Evidence::of(s.weight, s.detail, language))
                .collect(),
            phone_note: body.phone.and_then(|p| p.error).map(|e| e.detail),
            advice: advice.text,
            channels: (advice.known_channels.into_iter())
                .map(|c| Channel::of(c, language))
                .collect(),
            business,
            footnote: say!(language;
                en: "Registry {}, model {}", body.registry_seq, body.model;
                zh: "登记库 {}，模型 {}", body.registry_seq, body.model)
            .into(),
        }
    }
}

/// The style, mark and heading of a verdict.
fn heading(
    body: &AssessmentBody,
    language: AnswerLanguage,
) -> (&'static str, &'static str, String) {
    let (name, quoted) = match body.matches.first() {
        Some(first) => (first.name.clone(), format!("“{}”", first.name)),
        None => ("a known business".to_owned(), "一家已登记的企业".to_owned()),
    };
    let proved = body.basis.as_deref() == Some("proved");
    let (tone, mark, heading) = match body.verdict.as_ref() {
        "verified" if proved => (
            "good",
            "✓",
            say!(language; en: "This is {name}"; zh: "这是{quoted}"),
        ),
        "verified" => (
            "good",
            "✓",
            say!(language; en: "Publicly listed as {name}"; zh: "公开资料列为{quoted}"),
        ),
        "confirmed_impostor" => (
            "bad",
            "✕",
            say!(language; en: "This is not {name}"; zh: "这不是{quoted}"),
        ),
        "likely_impostor" => (
            "bad",
            "✕",
            say!(language; en: "Probably not {name}"; zh: "很可能不是{quoted}"),
        ),
        "suspicious" => (
            "doubt",
            "!",
            say!(language; en: "Doubtful: may not be {name}"; zh: "存疑：可能不是{quoted}"),
        ),
        _ => (
            "unknown",
            "?",
            say!(language; en: "We do not know this account"; zh: "我们不了解这个账号"),
        ),
    };
    (tone, mark, heading.into())
}

impl Evidence {
    /// Log-odds under a tenth move nothing that a person would notice.
    fn of(weight: f64, says: String, language: AnswerLanguage) -> Self {
        let (side, side_in_words) = if weight > 0.1 {
            let words = Bilingual {
                en: "Speaks against the account:",
                zh: "对账号不利：",
            };
            ("against", *words.of(language))
        } else if weight < -0.1 {
            let words = Bilingual {
                en: "Speaks for the account:",
                zh: "对账号有利：",
            };
            ("for", *words.of(language))
        } else {
            ("neutral", "")
        };
        Self {
            side,
            side_in_words,
            says,
        }
    }
}

impl Channel {
    fn of(channel: KnownChannelBody, language: AnswerLanguage) -> Self {
        let day = channel.last_confirmed.as_ref().and_then(|t| t.get(..10));
        let standing = match (channel.provenance.as_ref(), day) {
            ("proved", Some(day)) => say!(language;
                en: "proved, last confirmed {day}"; zh: "已证实，最近确认于 {day}"),
            ("proved", None) => say!(language; en: "proved"; zh: "已证实"),
            (_, Some(day)) => say!(language;
                en: "publicly listed, last seen {day}"; zh: "公开列出，最近见于 {day}"),
            _ => say!(language; en: "publicly listed"; zh: "公开列出"),
        };
        let (en, zh) = match channel.kind.as_ref() {
            "phone" => ("Phone", "电话"),
            "whatsapp" => ("WhatsApp", "WhatsApp"),
            "sender_id" => ("Text messages from", "短信发件人"),
            "website" => ("Website", "网站"),
            "email" => ("E-mail", "电子邮箱"),
            _ => ("Profile", "社交主页"),
        };
        Self {
            kind: Bilingual { en, zh }.of(language),
            value: channel.value,
            standing: standing.into(),
        }
    }
}

/// 30904 as `30,904`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
