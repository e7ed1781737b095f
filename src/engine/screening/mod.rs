//! Screening: one account against the index, giving an assessment that explains itself.

use crate::domain::{Account, Advice, Assessment, Coverage, Match, Verdict};
use crate::engine::index::Index;

/// How a screening is to be done; everything that is not the account or the registry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Share of accounts that are impostors before any evidence, 0 < prior < 1; default 0.01.
    pub prior: f64,
    /// Takes every coverage to be this, whatever businesses say (measurements only).
    pub assume_coverage: Option<Coverage>,
    /// Whether sentences and compared strings are wanted; scores are the same without.
    pub explain: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            prior: 0.01,
            assume_coverage: None,
            explain: true,
        }
    }
}

/// The version of the model that [`screen`] scores with, as every answer names it.
pub fn model_version() -> &'static str {
    "draft"
}

/// Screens one account against the index.
pub fn screen(index: &Index, account: &Account, options: &Options) -> Assessment {
    let name = account
        .display_name
        .as_ref()
        .map(|n| n.as_str().to_lowercase());
    let matches = index
        .businesses()
        .filter(|b| {
            name.as_deref()
                .is_some_and(|n| n.contains(&b.profile.name.as_str().to_lowercase()))
        })
        .take(3)
        .map(|b| Match {
            business_id: b.id,
            external_id: b
                .profile
                .external_id
                .as_ref()
                .map(|e| e.as_str().to_owned()),
            name: b.profile.name.to_string(),
            score: options.prior,
        })
        .collect();
    Assessment {
        verdict: Verdict::Unknown,
        basis: None,
        score: options.prior,
        prior_log_odds: (options.prior / (1.0 - options.prior)).ln(),
        matches,
        signals: Vec::new(),
        summary: String::new(),
        phone: None,
        advice: Advice::default(),
    }
}
