//! What the page shows, in plain words.

use askama::Template;

use super::form::CheckForm;
use crate::http::HttpState;
use crate::service::contract::{AssessmentBody, KnownChannelBody};

/// The page.
#[derive(Debug, Template)]
#[template(path = "page.html", config = "src/http/public/askama.toml")]
pub(super) struct Page {
    pub(super) form: CheckForm,
    pub(super) answer: Option<Answer>,
    pub(super) error: Option<String>,
    pub(super) businesses: String,
    pub(super) empty: bool,
}

impl Page {
    /// The page with a form and no answer.
    pub(super) fn of(state: &HttpState, form: CheckForm) -> Self {
        let count = state.services.live.snapshot().index.len();
        Self {
            form,
            answer: None,
            error: None,
            businesses: grouped(count),
            empty: count == 0,
        }
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
    pub(super) fn of(body: AssessmentBody) -> Self {
        let business = body.matches.first().map(|m| m.name.clone());
        let name = business
            .clone()
            .unwrap_or_else(|| "a known business".to_owned());
        let proved = body.basis.as_deref() == Some("proved");
        let (tone, mark, heading) = match body.verdict.as_str() {
            "verified" if proved => ("good", "✓", format!("This is {name}")),
            "verified" => ("good", "✓", format!("Publicly listed as {name}")),
            "confirmed_impostor" => ("bad", "✕", format!("This is not {name}")),
            "likely_impostor" => ("bad", "✕", format!("Probably not {name}")),
            "suspicious" => ("doubt", "!", format!("Doubtful: may not be {name}")),
            _ => ("unknown", "?", "We do not know this account".to_owned()),
        };
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
            evidence: evidence.map(|s| Evidence::of(s.weight, s.detail)).collect(),
            phone_note: body.phone.and_then(|p| p.error).map(|e| e.detail),
            advice: advice.text,
            channels: advice.known_channels.into_iter().map(Channel::of).collect(),
            business,
            footnote: format!("Registry {}, model {}", body.registry_seq, body.model),
        }
    }
}

impl Evidence {
    /// Log-odds under a tenth move nothing that a person would notice.
    fn of(weight: f64, says: String) -> Self {
        let (side, side_in_words) = if weight > 0.1 {
            ("against", "Speaks against the account:")
        } else if weight < -0.1 {
            ("for", "Speaks for the account:")
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
    fn of(channel: KnownChannelBody) -> Self {
        let day = channel.last_confirmed.as_ref().and_then(|t| t.get(..10));
        let standing = match (channel.provenance.as_str(), day) {
            ("proved", Some(day)) => format!("proved, last confirmed {day}"),
            ("proved", None) => "proved".to_owned(),
            (_, Some(day)) => format!("publicly listed, last seen {day}"),
            _ => "publicly listed".to_owned(),
        };
        Self {
            kind: match channel.kind.as_str() {
                "phone" => "Phone",
                "whatsapp" => "WhatsApp",
                "sender_id" => "Text messages from",
                "website" => "Website",
                "email" => "E-mail",
                _ => "Profile",
            },
            value: channel.value,
            standing,
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
