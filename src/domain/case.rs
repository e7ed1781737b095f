//! Cases: one account under review, its place in the queue, and the steps that it may take.
//!
//! Everything that may happen to a case is a [`CaseStep`] here, so that no store and no edge can take it where it may
//! not go. Instants are arguments; who acts is told by the text of the audit log (`user_…`, `key_…`).

mod steps;

use jiff::{SignedDuration, Timestamp};

use super::error::word_enum;
use super::{BusinessId, CaseId, Decision, KeyKind, Medium, RulingId, RulingKind, Verdict};

word_enum! {
    /// Where a case stands.
    "state of a case" CaseState {
        /// It waits in the queue.
        Open = "open",
        /// One reviewer holds it.
        Claimed = "claimed",
        /// It is ruled on.
        Decided = "decided",
        /// Somebody has appealed against the ruling.
        Appealed = "appealed",
        /// Nothing more happens to it.
        Closed = "closed",
    }
}

/// Who holds a case, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseClaim {
    /// Who.
    pub by: String,
    /// Since when; the time to decide counts from here.
    pub at: Timestamp,
    /// When the claim lapses.
    pub until: Timestamp,
}

/// A ruling that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The ruling.
    pub ruling: RulingId,
    /// What it says.
    pub kind: RulingKind,
    /// Who made it.
    pub by: String,
}

/// The ruling that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The ruling.
    pub ruling: RulingId,
    /// What it says.
    pub kind: RulingKind,
    /// Who made it; with a second person, that one.
    pub by: String,
    /// Who proposed it, where it took two.
    pub first: Option<String>,
    /// Since when.
    pub at: Timestamp,
    /// Until when it can be undone.
    pub undo_until: Timestamp,
    /// Time from the claim to the ruling.
    pub handled_in: SignedDuration,
}

/// How many people an account may reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Reports, all of them.
    pub reports: u32,
    /// Reports by weight: independent people count once, those who share a source less and less.
    pub independent: f64,
    /// Size of the imitated business: 1 for one with a channel or two, more with its channels and badge.
    pub business: f64,
}

impl Reach {
    /// From so many independent reports on, or with a business of so many [`Self::business`], a ruling takes two people.
    pub const HIGH_INDEPENDENT: f64 = 10.0;

    /// Whether a mistake would be met by many.
    pub fn is_high(&self) -> bool {
        self.independent >= Self::HIGH_INDEPENDENT
    }

    /// The size of a business as far as the registry shows it: its channels, and whether its badge is official. There is
    /// no better measure that a business could not make up for itself.
    pub fn of_business(channels: usize, official: bool) -> f64 {
        let by_channels = 1.0 + (channels.min(10_000) as f64).ln_1p() / 4.0;
        if official {
            1.5 * by_channels
        } else {
            by_channels
        }
    }

    /// The factor of the priority.
    pub fn factor(&self) -> f64 {
        (1.0 + self.independent.max(0.0)) * self.business.max(1.0)
    }
}

/// What a case has in common with others, as keyed digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clusters {
    /// The block of 1,000 numbers.
    pub block: Option<[u8; 32]>,
    /// The folded name.
    pub name: Option<[u8; 32]>,
    /// The website.
    pub site: Option<[u8; 32]>,
}

/// One account under review.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The id.
    pub id: CaseId,
    /// Counts changes, from 1.
    pub version: u64,
    /// Keyed digest of the account's key.
    pub key_digest: [u8; 32],
    /// What kind of key that is.
    pub key_kind: KeyKind,
    /// Where it stands.
    pub state: CaseState,
    /// The business that it is said to imitate.
    pub business: Option<BusinessId>,
    /// What the last check answered.
    pub verdict: Verdict,
    /// The score of that check; reports never change it.
    pub score: f64,
    /// The codes of its signals, weightiest first.
    pub signals: Vec<String>,
    /// Where the account was met.
    pub medium: Option<Medium>,
    /// How many it may reach.
    pub reach: Reach,
    /// Its place in the queue; see [`Case::priority_at`].
    pub priority: f64,
    /// Since when it is open.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Since when it waits for somebody with more say, and who asked.
    pub escalated: Option<(Timestamp, String)>,
    /// Who holds it.
    pub claim: Option<CaseClaim>,
    /// The ruling that waits for a second person.
    pub proposal: Option<Proposal>,
    /// The ruling that stands.
    pub standing: Option<Standing>,
    /// The case of which it is a duplicate.
    pub merged_into: Option<CaseId>,
    /// What it has in common with others.
    pub clusters: Clusters,
    /// What is known to be right, where the case was put there to measure reviewers.
    pub golden: Option<RulingKind>,
}

/// Why a step may not be taken, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// One thing that happens to a case.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseStep {
    /// A reviewer takes it, until a time; its holder takes it anew.
    Claim {
        /// Who.
        by: String,
        /// Until when.
        until: Timestamp,
    },
    /// Its holder gives it back.
    Release {
        /// Who.
        by: String,
    },
    /// Its claim has lapsed.
    Lapse,
    /// Its holder rules.
    Decide(Decision),
    /// The ruling is undone within its time.
    Undo {
        /// Who.
        by: String,
    },
    /// New evidence came after a ruling that there was not enough.
    Reopen,
    /// Somebody appeals.
    Appeal,
    /// The appeal is taken back.
    Withdraw,
    /// Another person judges the appeal: the ruling stands, or another takes its place.
    Judge {
        /// Who.
        by: String,
        /// The ruling that takes its place.
        instead: Option<(RulingId, RulingKind)>,
    },
    /// The time for appeals is over.
    Close,
}

impl Case {
    /// How long a claim holds.
    pub const CLAIM: SignedDuration = SignedDuration::from_mins(30);
    /// How long a ruling can be undone.
    pub const UNDO: SignedDuration = SignedDuration::from_mins(15);
    /// How long a ruling can be appealed: six months, counted as 183 days.
    pub const APPEAL: SignedDuration = SignedDuration::from_hours(183 * 24);
    /// In how long the age doubles a case's priority.
    const AGE: f64 = 3.0 * 24.0 * 3_600.0;

    /// Its place in the queue at an instant: probability × reach × age.
    pub fn priority_at(&self, at: Timestamp) -> f64 {
        let waited = at.duration_since(self.opened_at).as_secs_f64().max(0.0);
        self.score.clamp(0.0, 1.0).max(0.001) * self.reach.factor() * (1.0 + waited / Self::AGE)
    }

    /// Takes a step at an instant. The case is unchanged where the step is refused; what was written is its next version.
    pub fn take(&mut self, step: &CaseStep, at: Timestamp) -> Result<(), Refused> {
        let mut next = self.clone();
        match step {
            CaseStep::Claim { by, until } => next.claim_for(by, at, *until)?,
            CaseStep::Release { by } => {
                next.held_by(by)?;
                next.put_back();
            }
            CaseStep::Lapse => {
                if next.claim.as_ref().is_none_or(|c| c.until > at) {
                    return steps::refuse("its claim has not lapsed");
                }
                next.put_back();
            }
            CaseStep::Decide(decision) => next.decide(decision, at)?,
            CaseStep::Undo { by } => next.undo(by, at)?,
            CaseStep::Reopen => next.reopen()?,
            CaseStep::Appeal => next.appeal(at)?,
            CaseStep::Withdraw => {
                next.require(CaseState::Appealed)?;
                next.state = CaseState::Decided;
            }
            CaseStep::Judge { by, instead } => next.judge(by, instead.as_ref(), at)?,
            CaseStep::Close => {
                next.require(CaseState::Decided)?;
                next.state = CaseState::Closed;
            }
        }
        next.version += 1;
        next.updated_at = at;
        next.priority = next.priority_at(at);
        *self = next;
        Ok(())
    }

    /// Takes over what a further check of the account says and, of a report, how much it weighs.
    pub fn join(&mut self, check: &Self, report: Option<f64>, at: Timestamp) {
        self.verdict = check.verdict;
        self.score = check.score;
        self.signals.clone_from(&check.signals);
        if check.business.is_some() {
            self.business = check.business;
            self.reach.business = check.reach.business;
        }
        if let Some(weight) = report {
            self.reach.reports = self.reach.reports.saturating_add(1);
            self.reach.independent += weight;
        }
        self.version += 1;
        self.updated_at = at;
        self.priority = self.priority_at(at);
    }

    /// Whether further evidence opens it again: it was ruled that there was too little, and that cannot be undone any more.
    pub fn reopens(&self, at: Timestamp) -> bool {
        let standing = self.standing.as_ref();
        self.state == CaseState::Decided
            && standing
                .is_some_and(|s| s.kind == RulingKind::NotEnoughEvidence && s.undo_until < at)
    }

    /// Whether an account's further checks and reports belong to it.
    pub fn is_live(&self) -> bool {
        self.state != CaseState::Closed
    }

    /// Until when its ruling can be appealed.
    pub fn appeal_until(&self) -> Option<Timestamp> {
        let at = self.standing.as_ref()?.at;
        Some(at.checked_add(Self::APPEAL).unwrap_or(Timestamp::MAX))
    }
}
