//! An assessment as JSON, the same for `check`, `screen` and `POST /v1/checks`.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words;
use crate::domain::{
    Advice, AnswerLanguage, Assessment, KnownChannel, Match, PhoneReading, Signal,
};

/// A word of a set that the program knows; owned only where it was read from outside.
pub type Word = Cow<'static, str>;

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
    #[schema(value_type = String, example = "disguise_leet")]
    pub code: Word,
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
    #[schema(value_type = String, example = "masked")]
    pub code: Word,
    /// What is wrong, for a person, in the language asked for.
    pub detail: String,
}

/// What was found in the phone field.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PhoneReading)]
pub struct PhoneBody {
    /// number, short_code or sender_id.
    #[schema(value_type = words::PhoneKind)]
    pub kind: Word,
    /// Whether it is a valid number of its numbering plan; that says nothing of who holds it.
    pub valid: bool,
    /// E.164 form; only when valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub e164: Option<String>,
    /// Number type by Google's names, such as MOBILE; only when valid.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub number_type: Option<Word>,
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
    pub kind: Word,
    /// The number, address, link …
    pub value: String,
    /// listed or proved.
    #[schema(value_type = words::Provenance)]
    pub provenance: Word,
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
    pub verdict: Word,
    /// What `verified` rests on: `listed` reads "publicly listed, unproved".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Provenance>, nullable = false)]
    pub basis: Option<Word>,
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
    #[schema(value_type = String)]
    pub model: Word,
    /// Sequence number of the registry that was asked.
    pub registry_seq: u64,
}

impl AssessmentBody {
    /// The body of an assessment; `model` and `registry_seq` name what it was made with.
    pub fn of(assessment: Assessment, model: &'static str, registry_seq: u64) -> Self {
        let language = assessment.language;
        Self {
            id: None,
            verdict: assessment.verdict.as_str().into(),
            basis: assessment.basis.map(|b| b.as_str().into()),
            score: assessment.score,
            prior_log_odds: assessment.prior_log_odds,
            summary: assessment.summary,
            matches: each(assessment.matches),
            signals: each(assessment.signals),
            phone: (assessment.phone).map(|phone| PhoneBody::told(phone, language)),
            advice: Some(assessment.advice.into()),
            model: model.into(),
            registry_seq,
        }
    }
}

fn each<T, Body: From<T>>(parts: Vec<T>) -> Vec<Body> {
    parts.into_iter().map(Body::from).collect()
}

impl From<Match> for MatchBody {
    fn from(m: Match) -> Self {
        Self {
            business_id: m.business_id.to_string(),
            external_id: m.external_id,
            name: m.name,
            score: m.score,
        }
    }
}

impl From<Signal> for SignalBody {
    fn from(s: Signal) -> Self {
        let (account_side, registry_side, differs) = match s.compared {
            Some(c) => (Some(c.account), Some(c.registry), each(c.differs)),
            None => (None, None, Vec::new()),
        };
        Self {
            code: s.code.into(),
            // Four decimals: prior and weights still sum to logit(score) within 0.001.
            weight: (s.weight * 1e4).round() / 1e4,
            detail: s.detail,
            account_side,
            registry_side,
            differs,
        }
    }
}

impl From<Range<usize>> for SpanBody {
    fn from(span: Range<usize>) -> Self {
        Self {
            start: span.start as u32,
            end: span.end as u32,
        }
    }
}

impl PhoneBody {
    fn told(p: PhoneReading, language: AnswerLanguage) -> Self {
        Self {
            kind: p.kind.as_str().into(),
            valid: p.number.is_some(),
            e164: p.number.map(|n| n.e164.to_string()),
            number_type: p.number.map(|n| n.number_type.as_str().into()),
            region: p.number.map(|n| n.region_code().to_owned()),
            error: p.error.map(|(code, detail)| PhoneErrorBody {
                code: code.as_str().into(),
                detail: detail.of(language).clone(),
            }),
        }
    }
}

impl From<Advice> for AdviceBody {
    fn from(a: Advice) -> Self {
        Self {
            text: a.text,
            known_channels: each(a.known_channels),
        }
    }
}

impl From<KnownChannel> for KnownChannelBody {
    fn from(c: KnownChannel) -> Self {
        Self {
            kind: c.kind.as_str().into(),
            value: c.value,
            provenance: c.provenance.as_str().into(),
            last_confirmed: c.confirmed_at.map(|t| t.to_string()),
        }
    }
}
