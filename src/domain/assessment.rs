use std::ops::Range;

use jiff::Timestamp;

use super::error::word_enum;
use super::{AnswerLanguage, BusinessId, ChannelKind, PhoneReading, Provenance};

word_enum! {
    /// What a check answers.
    "verdict" Verdict {
        /// The account is a channel of the business.
        Verified = "verified",
        /// A reviewer ruled on this very account.
        ConfirmedImpostor = "confirmed_impostor",
        /// It imitates a business, at the strictest threshold.
        LikelyImpostor = "likely_impostor",
        /// It may imitate a business.
        Suspicious = "suspicious",
        /// Nothing is known; never "safe".
        Unknown = "unknown",
    }
}

/// What a reviewer ruled on an account, as far as checks tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruled {
    /// When.
    pub at: Timestamp,
    /// The business that the account imitates.
    pub business: Option<BusinessId>,
}

/// One typed piece of evidence about the account and its best match.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Stable code, documented in the API.
    pub code: &'static str,
    /// What it added to the log-odds that the account imitates the match; prior and weights sum to logit(score).
    pub weight: f64,
    /// What was compared, where two strings were.
    pub compared: Option<Compared>,
    /// One plain sentence, in the language asked for.
    pub detail: String,
}

/// Two strings that were held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The account's side, as the account writes it; what was left out of it stands as ` … `.
    pub account: String,
    /// The registry's side.
    pub registry: String,
    /// The stretches of the account's side that are not as in the registry's, upper and lower case aside: code points of
    /// `account`, in order and apart. An empty one is the place of something that the account's side lacks.
    pub differs: Vec<Range<usize>>,
}

/// A business that the account may be or may imitate.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Its id.
    pub business_id: BusinessId,
    /// The importer's id, where there is one.
    pub external_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Probability that the account imitates it, 0–1; 0 when the account is verified as it.
    pub score: f64,
}

/// A channel of the genuine business that a person can use instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownChannel {
    /// Kind of channel.
    pub kind: ChannelKind,
    /// The number, address, link …
    pub value: String,
    /// Listed or proved.
    pub provenance: Provenance,
    /// When it was last confirmed, if known.
    pub confirmed_at: Option<Timestamp>,
}

/// What the person should do now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice {
    /// A few sentences, in the language asked for.
    pub text: String,
    /// Channels of the genuine business, best first, five at most.
    pub known_channels: Vec<KnownChannel>,
}

/// The answer of one check.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The language of its sentences.
    pub language: AnswerLanguage,
    /// The verdict.
    pub verdict: Verdict,
    /// What `verified` rests on.
    pub basis: Option<Provenance>,
    /// Calibrated probability that the account imitates `matches[0]`.
    pub score: f64,
    /// Log-odds before any evidence, at the stated prior.
    pub prior_log_odds: f64,
    /// Best first, three at most.
    pub matches: Vec<Match>,
    /// Evidence about `matches[0]`; empty when nothing was found or no explanation was asked for.
    pub signals: Vec<Signal>,
    /// A sentence that sums up.
    pub summary: String,
    /// What was found in the phone field, when there was one.
    pub phone: Option<PhoneReading>,
    /// What to do now.
    pub advice: Advice,
}
