//! An assessment as JSON, the same for `check`, `screen` and `POST /v1/checks`.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words;
use crate::domain::{Advice, AnswerLanguage, Assessment, Match, PhoneReading, Signal};

/// A business that the account may be or may imitate.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Match)]
pub struct MatchBody {
    /// The business's id.
    pub business_id: String,
    /// The id by which its importer knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub external_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Probability that the account imitates it, 0–1; 0 when the account is verified as it.
    pub score: f64,
}

/// One piece of evidence.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Signal)]
pub struct SignalBody {
    /// Stable code; new ones may come.
    #[schema(example = "disguise_leet")]
    pub code: String,
    /// What it added to the log-odds; prior and weights sum to logit(score) within 0.001.
    pub weight: f64,
    /// One plain sentence, in the language asked for.
    pub detail: String,
    /// The account's side of what was compared, as the account writes it; words that were not compared are
    /// left out, and ` … ` stands for those between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub account_side: Option<String>,
    /// The registry's side of what was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registry_side: Option<String>,
    /// The stretches of `account_side` that are not as in `registry_side`, in order, upper and lower case aside; left
    /// out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<SpanBody>,
}

/// A stretch of a text, in Unicode code points from 0. An empty one (`start` = `end`) is the place where something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Span)]
pub struct SpanBody {
    /// The first code point of it.
    #[schema(example = 4)]
    pub start: u32,
    /// One past the last.
    #[schema(example = 5)]
    pub end: u32,
}

/// Why a phone field could not be used.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PhoneError)]
pub struct PhoneErrorBody {
    /// Stable code.
    #[schema(example = "masked")]
    pub code: String,
    /// What is wrong, for a person, in the language asked for.
    pub detail: String,
}

/// What was found in the phone field.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PhoneReading)]
pub struct PhoneBody {
    /// number, short_code or sender_id.
    #[schema(value_type = words::PhoneKind)]
    pub kind: String,
    /// Whether it is a valid number of its numbering plan; that says nothing of who holds it.
    pub valid: bool,
    /// E.164 form; only when valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub e164: Option<String>,
    /// Number type by Google's names, such as MOBILE; only when valid.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub number_type: Option<String>,
    /// Country of the plan, or `001`; only when valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub region: Option<String>,
    /// Why it could not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<PhoneErrorBody>,
}

/// A channel of the genuine business that a person can use instead.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = KnownChannel)]
pub struct KnownChannelBody {
    /// phone, whatsapp, sender_id, website, email or handle.
    #[schema(value_type = words::ChannelKind)]
    pub kind: String,
    /// The number, address, link …
    pub value: String,
    /// listed or proved.
    #[schema(value_type = words::Provenance)]
    pub provenance: String,
    /// RFC 3339; when it was last confirmed, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_confirmed: Option<String>,
}

/// What the person should do now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Advice)]
pub struct AdviceBody {
    /// A few sentences, in the language asked for.
    pub text: String,
    /// Channels of the genuine business, best first, five at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_channels: Vec<KnownChannelBody>,
}

/// The answer of one check.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Assessment)]
pub struct AssessmentBody {
    /// The caller's id of the case (`screen`, batches), or `chk_…` of a kept check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    /// verified, confirmed_impostor, likely_impostor, suspicious or unknown. `unknown` is never "safe".
    #[schema(value_type = words::Verdict)]
    pub verdict: String,
    /// What `verified` rests on: `listed` reads "publicly listed, unproved".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Provenance>, nullable = false)]
    pub basis: Option<String>,
    /// Calibrated probability, 0–1, that the account imitates `matches[0]`, at the stated prior.
    pub score: f64,
    /// The prior's log-odds, to which the signals' weights are added.
    pub prior_log_odds: f64,
    /// One sentence that sums up, in the language asked for.
    pub summary: String,
    /// Best first, three at most.
    pub matches: Vec<MatchBody>,
    /// The evidence about `matches[0]`.
    pub signals: Vec<SignalBody>,
    /// Only when a phone was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone: Option<PhoneBody>,
    /// What to do now; left out by `screen`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub advice: Option<AdviceBody>,
    /// Version of the model that scored.
    pub model: String,
    /// Sequence number of the registry that was asked.
    pub registry_seq: u64,
}

impl AssessmentBody {
    /// Renders an assessment; `model` and `registry_seq` name what it was made with.
    pub fn render(assessment: &Assessment, model: &str, registry_seq: u64) -> Self {
        Self {
            id: None,
            verdict: assessment.verdict.to_string(),
            basis: assessment.basis.map(|b| b.to_string()),
            score: assessment.score,
            prior_log_odds: assessment.prior_log_odds,
            summary: assessment.summary.clone(),
            matches: assessment.matches.iter().map(MatchBody::from).collect(),
            signals: assessment.signals.iter().map(SignalBody::from).collect(),
            phone: (assessment.phone.as_ref()).map(|p| PhoneBody::told(p, assessment.language)),
            advice: Some(AdviceBody::from(&assessment.advice)),
            model: model.to_owned(),
            registry_seq,
        }
    }
}

impl From<&Match> for MatchBody {
    fn from(m: &Match) -> Self {
        Self {
            business_id: m.business_id.to_string(),
            external_id: m.external_id.clone(),
            name: m.name.clone(),
            score: m.score,
        }
    }
}

impl From<&Signal> for SignalBody {
    fn from(s: &Signal) -> Self {
        let sides = s.compared.as_ref();
        Self {
            code: s.code.to_owned(),
            // Four decimals: prior and weights still sum to logit(score) within 0.001.
            weight: (s.weight * 1e4).round() / 1e4,
            detail: s.detail.clone(),
            account_side: sides.map(|c| c.account.clone()),
            registry_side: sides.map(|c| c.registry.clone()),
            differs: sides
                .map_or_else(Vec::new, |c| c.differs.iter().map(SpanBody::from).collect()),
        }
    }
}

impl From<&Range<usize>> for SpanBody {
    fn from(span: &Range<usize>) -> Self {
        Self {
            start: span.start as u32,
            end: span.end as u32,
        }
    }
}

impl PhoneBody {
    fn told(p: &PhoneReading, language: AnswerLanguage) -> Self {
        Self {
            kind: p.kind.to_string(),
            valid: p.number.is_some(),
            e164: p.number.map(|n| n.e164.to_string()),
            number_type: p.number.map(|n| n.number_type.to_string()),
            region: p.number.map(|n| n.region_code().to_owned()),
            error: p.error.as_ref().map(|(code, detail)| PhoneErrorBody {
                code: code.to_string(),
                detail: detail.of(language).clone(),
            }),
        }
    }
}

impl From<&Advice> for AdviceBody {
    fn from(a: &Advice) -> Self {
        Self {
            text: a.text.clone(),
            known_channels: a
                .known_channels
                .iter()
                .map(|c| KnownChannelBody {
                    kind: c.kind.to_string(),
                    value: c.value.clone(),
                    provenance: c.provenance.to_string(),
                    last_confirmed: c.confirmed_at.map(|t| t.to_string()),
                })
                .collect(),
        }
    }
}
