//! Claims: what a business says of itself and has to prove, each a state machine of its own.
//!
//! [`Claim::after`] is the whole machine. It is a pure function, so that a test can drive it along any path; the store writes
//! what it gives, and nothing else changes a claim.

use jiff::{SignedDuration, Timestamp};

use super::claim_subject::{ClaimKind, ClaimSubject};
use super::error::word_enum;
use super::{BusinessId, ClaimId, Evidence, ProofTimes};

word_enum! {
    /// Where a claim stands.
    "claim state" ClaimState {
        /// Nothing was tried yet, or all of it must be proved anew.
        Unproved = "unproved",
        /// Asked for, and not found yet.
        Pending = "pending",
        /// Proved.
        Proved = "proved",
        /// Proved, but gone when it was last looked for; it lapses unless it is found again soon.
        Failing = "failing",
        /// The proof has lapsed.
        Expired = "expired",
        /// The business claims it no more.
        Withdrawn = "withdrawn",
    }
}

word_enum! {
    /// What stood in the way of a proof.
    "kind of problem" ProblemKind {
        /// It was looked for, and is not there.
        NotFound = "not_found",
        /// It could not be looked for now; that says nothing about the claim, and is tried again.
        Unavailable = "unavailable",
        /// It cannot be looked for there at all.
        Refused = "refused",
    }
}

/// Why the last look did not prove a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofProblem {
    /// Of what kind it is.
    pub kind: ProblemKind,
    /// What was looked for, where, and what was found. At most [`Evidence::MAX_TEXT`] characters.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

/// Names that a service outside has for what is claimed, such as WhatsApp's id of a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutsideIds {
    /// Of the thing itself.
    pub thing: Option<String>,
    /// Of the account that it belongs to.
    pub account: Option<String>,
}

/// Something that a business has to prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Who claims it.
    pub business: BusinessId,
    /// What is claimed.
    pub subject: ClaimSubject,
    /// What services outside call it.
    pub outside: OutsideIds,
    /// Where it stands.
    pub state: ClaimState,
    /// Counts how often all had to be proved anew: each round has a challenge of its own, so that what was put up for one
    /// proves nothing in the next.
    pub round: u32,
    /// The newest evidence of this round.
    pub evidence: Option<Evidence>,
    /// When it is next looked at without anybody asking.
    pub next_check_at: Option<Timestamp>,
    /// Looks since the last that proved it.
    pub attempts: u32,
    /// Why the last look did not prove it.
    pub problem: Option<ProofProblem>,
    /// When the business was last reminded to renew it.
    pub reminded_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts changes, from 1.
    pub version: u64,
}

/// What happens to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimEvent {
    /// A code was sent, or a look was asked for.
    Asked,
    /// Evidence was found.
    Found(Evidence),
    /// It was looked for in vain, or could not be.
    Missed(ProofProblem),
    /// Time went by.
    Tick,
    /// All must be proved anew: the business changed, or was suspended.
    Voided,
    /// The business claims it no more.
    Withdrawn,
    /// The business claims again what it had withdrawn.
    Reopened,
}

/// An event that a claim in its state cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefusal {
    /// It is withdrawn.
    #[error("the claim was withdrawn; make it again first")]
    Withdrawn,
    /// It is not withdrawn.
    #[error("the business claims this already")]
    Open,
    /// Evidence that lies in the future or has lapsed.
    #[error("the evidence is not of this time")]
    Stale,
}

impl Claim {
    /// A new claim.
    pub fn new(id: ClaimId, business: BusinessId, subject: ClaimSubject, at: Timestamp) -> Self {
        Self {
            id,
            business,
            subject,
            outside: OutsideIds::default(),
            state: ClaimState::Unproved,
            round: 1,
            evidence: None,
            next_check_at: None,
            attempts: 0,
            problem: None,
            reminded_at: None,
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }

    /// What kind of thing is claimed.
    pub fn kind(&self) -> ClaimKind {
        self.subject.kind()
    }

    /// Whether it is proved at an instant, whatever its state says that nobody has looked at since.
    pub fn counts(&self, at: Timestamp) -> bool {
        matches!(self.state, ClaimState::Proved | ClaimState::Failing)
            && self.evidence.as_ref().is_some_and(|e| e.is_good(at))
    }

    /// The claim after an event at an instant.
    pub fn after(
        &self,
        event: ClaimEvent,
        at: Timestamp,
        times: &ProofTimes,
    ) -> Result<Self, ClaimRefusal> {
        let mut next = self.clone();
        next.lapse(at);
        match event {
            ClaimEvent::Reopened if next.state == ClaimState::Withdrawn => next.start_round(),
            ClaimEvent::Reopened => return Err(ClaimRefusal::Open),
            ClaimEvent::Withdrawn => next.withdraw(),
            ClaimEvent::Voided | ClaimEvent::Tick if next.state == ClaimState::Withdrawn => {}
            ClaimEvent::Voided => next.start_round(),
            _ if next.state == ClaimState::Withdrawn => return Err(ClaimRefusal::Withdrawn),
            ClaimEvent::Tick => next.tick(at, times),
            ClaimEvent::Asked => next.ask(),
            ClaimEvent::Found(evidence) => next.find(evidence, at, times)?,
            ClaimEvent::Missed(problem) => next.miss(problem, at, times),
        }
        next.updated_at = at;
        next.version = self.version + 1;
        Ok(next)
    }

    fn lapse(&mut self, at: Timestamp) {
        let counted = matches!(self.state, ClaimState::Proved | ClaimState::Failing);
        if counted && !self.counts(at) {
            self.state = ClaimState::Expired;
            self.next_check_at = None;
        }
    }

    fn start_round(&mut self) {
        self.state = ClaimState::Unproved;
        self.round = self.round.saturating_add(1);
        self.evidence = None;
        self.next_check_at = None;
        self.attempts = 0;
        self.problem = None;
        self.reminded_at = None;
    }

    fn withdraw(&mut self) {
        self.state = ClaimState::Withdrawn;
        self.evidence = None;
        self.next_check_at = None;
    }

    fn ask(&mut self) {
        if self.state == ClaimState::Unproved {
            self.state = ClaimState::Pending;
        }
    }

    fn find(
        &mut self,
        evidence: Evidence,
        at: Timestamp,
        times: &ProofTimes,
    ) -> Result<(), ClaimRefusal> {
        if !evidence.is_good(at) {
            return Err(ClaimRefusal::Stale);
        }
        self.state = ClaimState::Proved;
        self.evidence = Some(evidence);
        self.attempts = 0;
        self.problem = None;
        self.reminded_at = None;
        self.plan(at, times);
        Ok(())
    }

    fn miss(&mut self, problem: ProofProblem, at: Timestamp, times: &ProofTimes) {
        let gone = problem.kind != ProblemKind::Unavailable;
        self.attempts = self.attempts.saturating_add(1);
        self.problem = Some(problem);
        match self.state {
            ClaimState::Unproved => self.state = ClaimState::Pending,
            ClaimState::Proved if gone => {
                self.state = ClaimState::Failing;
                if let Some(evidence) = &mut self.evidence {
                    let grace = at.saturating_add(times.grace).unwrap_or(at);
                    evidence.expires_at = evidence.expires_at.min(grace);
                }
            }
            _ => {}
        }
        self.plan(at, times);
    }

    /// Time alone: what lapsed has lapsed already; who is late in renewing is reminded once.
    fn tick(&mut self, at: Timestamp, times: &ProofTimes) {
        if self.renewal_due(at, times) && self.reminded_at.is_none() {
            self.reminded_at = Some(at);
        }
        self.plan(at, times);
    }

    /// Whether the business has to renew the proof by its own doing, soon.
    pub fn renewal_due(&self, at: Timestamp, times: &ProofTimes) -> bool {
        !self.kind().is_looked_up()
            && self.state == ClaimState::Proved
            && self.remind_at(times).is_some_and(|remind| remind <= at)
    }

    fn remind_at(&self, times: &ProofTimes) -> Option<Timestamp> {
        let evidence = self.evidence.as_ref()?;
        let remind = evidence
            .expires_at
            .saturating_sub(times.remind_before)
            .ok()?;
        // What holds for less than the notice is reminded of half-way.
        let half = evidence.expires_at.duration_since(evidence.at) / 2;
        let half = evidence.at.saturating_add(half).ok()?;
        Some(remind.max(half))
    }

    /// Plans the next look that nobody has to ask for.
    fn plan(&mut self, at: Timestamp, times: &ProofTimes) {
        let lapses = self.evidence.as_ref().map(|e| e.expires_at);
        let counts = matches!(self.state, ClaimState::Proved | ClaimState::Failing);
        let next = if !self.kind().is_looked_up() {
            let remind = self.remind_at(times).filter(|_| self.reminded_at.is_none());
            remind.or(lapses).filter(|_| counts)
        } else if self.attempts > 0 {
            let pause = self.back_off(times);
            // Whoever does not finish is not looked after for ever.
            let given_up = !counts && self.attempts >= times.most_attempts;
            (!given_up).then(|| later(at, pause))
        } else {
            counts.then(|| later(at, self.spread(times.recheck_every)))
        };
        let lapses = lapses.filter(|_| counts);
        self.next_check_at = match (next, lapses) {
            (Some(next), Some(lapses)) => Some(next.min(lapses)),
            (next, lapses) => next.or(lapses),
        };
    }

    /// Doubles from a minute up to the time between two looks at a proved claim, an hour at most.
    fn back_off(&self, times: &ProofTimes) -> SignedDuration {
        let doubled = SignedDuration::from_secs(60 << self.attempts.saturating_sub(1).min(10));
        let longest = SignedDuration::from_hours(1).min(times.recheck_every);
        self.spread(doubled.min(longest))
    }

    /// A span, longer by up to a tenth: claims that were looked at together are not looked at together for ever. The share is
    /// the claim's own, from its id and the number of its change, so that the machine needs no dice.
    fn spread(&self, span: SignedDuration) -> SignedDuration {
        let seed = self.id.as_uuid().as_u128() as u64 ^ self.version.rotate_left(32);
        // The finaliser of SplitMix64 (Steele, Lea & Flood 2014).
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = i32::try_from((mixed ^ (mixed >> 31)) % 1_000).unwrap_or(0);
        span + span / 10_000 * share
    }
}

fn later(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_add(span).unwrap_or(at)
}
