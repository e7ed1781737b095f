//! The written policy of badges: which claims earn which badge, how fresh they must be, and what follows from changes.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::error::word_enum;
use super::{
    Badge, BadgeState, Business, Channel, ChannelProof, Claim, ClaimKind, Profile, Provenance,
};

word_enum! {
    /// Why a business is held: a code to count, beside the words of whoever asked.
    "cause of a suspension" HoldCause {
        /// Somebody else has got into an account of it.
        Hijacked = "hijacked",
        /// Its number was moved to somebody else's SIM.
        SimSwap = "sim_swap",
        /// It has lost access to what proves who it is.
        LostAccess = "lost_access",
        /// Somebody disputes who it is.
        Dispute = "dispute",
        /// Something else.
        Other = "other",
    }
}

/// The times of one kind of claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProofTimes {
    /// How long evidence holds.
    pub valid_for: SignedDuration,
    /// How often it is looked for again, where the server can.
    pub recheck_every: SignedDuration,
    /// How long what was proved still counts after it was found gone.
    pub grace: SignedDuration,
    /// How long before it lapses the business is reminded, where only the business can renew it.
    pub remind_before: SignedDuration,
    /// Looks at what was never proved before the server stops by itself.
    pub most_attempts: u32,
}

/// What a badge takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadgeRule {
    /// Kinds of claim of which one each must be proved.
    pub needs: Vec<ClaimKind>,
    /// Kinds of claim of which one at all must be proved; empty where none need be.
    pub one_of: Vec<ClaimKind>,
    /// How many different people must approve.
    pub approvals: usize,
    /// How old the evidence may be at most, whatever it holds for.
    pub fresh_within: Option<SignedDuration>,
}

/// What is missing for a badge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// Kinds of claim of which each is needed.
    pub needs: Vec<ClaimKind>,
    /// Kinds of claim of which one is needed.
    pub one_of: Vec<ClaimKind>,
    /// Approvals by further people.
    pub approvals: usize,
}

impl Missing {
    /// Whether nothing is.
    pub fn is_nothing(&self) -> bool {
        self.needs.is_empty() && self.one_of.is_empty() && self.approvals == 0
    }
}

impl BadgeRule {
    /// Whether it asks for nothing: such a rule would give its badge to everybody.
    pub fn is_empty(&self) -> bool {
        self.needs.is_empty() && self.one_of.is_empty() && self.approvals == 0
    }

    /// What a business lacks.
    pub fn missing(&self, claims: &[Claim], at: Timestamp) -> Missing {
        let good = |kind: ClaimKind| {
            claims
                .iter()
                .filter(move |c| c.kind() == kind && c.counts(at) && self.is_fresh(c, at))
        };
        let proved = |kind: &ClaimKind| good(*kind).next().is_some();
        let any = self.one_of.is_empty() || self.one_of.iter().any(proved);
        let approvals = good(ClaimKind::Approval).count();
        Missing {
            needs: self.needs.iter().copied().filter(|k| !proved(k)).collect(),
            one_of: if any { Vec::new() } else { self.one_of.clone() },
            approvals: self.approvals.saturating_sub(approvals),
        }
    }

    fn is_fresh(&self, claim: &Claim, at: Timestamp) -> bool {
        let Some(within) = self.fresh_within else {
            return true;
        };
        let evidence = claim.evidence.as_ref();
        evidence.is_some_and(|e| at.duration_since(e.at) <= within)
    }
}

/// Everything that decides about proofs and badges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPolicy {
    /// What `verified` takes.
    pub verified: BadgeRule,
    /// What `official` takes beyond `verified`.
    pub official: BadgeRule,
    /// The times of kinds of claim that differ from the rest.
    pub times: BTreeMap<ClaimKind, ProofTimes>,
    /// The times of the rest.
    pub other_times: ProofTimes,
}

impl ProofPolicy {
    /// The times of a kind of claim.
    pub fn times(&self, kind: ClaimKind) -> &ProofTimes {
        self.times.get(&kind).unwrap_or(&self.other_times)
    }

    /// The badge that claims earn.
    pub fn earned(&self, claims: &[Claim], at: Timestamp) -> Badge {
        let has = |rule: &BadgeRule| !rule.is_empty() && rule.missing(claims, at).is_nothing();
        if !has(&self.verified) {
            Badge::None
        } else if has(&self.official) {
            Badge::Official
        } else {
            Badge::Verified
        }
    }
}

/// A badge and whether it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadgeStanding {
    /// What was earned.
    pub badge: Badge,
    /// Whether it counts.
    pub state: BadgeState,
}

impl BadgeStanding {
    /// The standing that follows from what is earned now. What was taken away comes back by nothing here; what is held comes
    /// back by nothing while it is.
    #[must_use]
    pub fn settled(self, earned: Badge, held: bool) -> Self {
        let state = match (self.state, earned) {
            (BadgeState::Revoked, _) => return self,
            _ if held => BadgeState::Suspended,
            (_, Badge::Verified | Badge::Official) => {
                return Self {
                    badge: earned,
                    state: BadgeState::Active,
                };
            }
            (_, Badge::None) if self.badge == Badge::None => BadgeState::Active,
            (BadgeState::Active, Badge::None) => BadgeState::Expired,
            (state, Badge::None) => state,
        };
        Self { state, ..self }
    }
}

/// How old the date of a proof may grow in a profile before it is written anew: each writing is a version of the profile.
const RESTATE_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Business {
    /// The badge and whether it counts.
    pub fn standing(&self) -> BadgeStanding {
        BadgeStanding {
            badge: self.badge,
            state: self.badge_state,
        }
    }

    /// Takes a profile that somebody wrote. A changed name, logo or proved channel casts doubt on every proof: the badge is set
    /// aside and every channel is merely listed until it is proved again (DESIGN §1).
    pub fn take_profile(&mut self, next: Profile, at: Timestamp) {
        let doubtful = self.profile.is_cast_in_doubt_by(&next);
        self.profile = next;
        if !doubtful {
            return;
        }
        for channel in &mut self.profile.channels {
            end_proof(channel, at);
        }
        if self.badge != Badge::None && self.badge_state == BadgeState::Active {
            self.badge_state = BadgeState::Suspended;
        }
    }

    /// The business as its claims and the policy leave it: its channels' proofs, its badge.
    #[must_use]
    pub fn settled(
        &self,
        claims: &[Claim],
        held: bool,
        policy: &ProofPolicy,
        at: Timestamp,
    ) -> Self {
        let mut next = self.clone();
        let good: Vec<&Claim> = claims.iter().filter(|c| c.counts(at)).collect();
        for claim in &good {
            next.profile.hold_channel_of(claim);
        }
        for channel in &mut next.profile.channels {
            let proofs = good.iter().filter(|c| c.subject.proves(&channel.value));
            let newest = proofs
                .filter_map(|c| c.evidence.as_ref())
                .max_by_key(|e| (e.at, e.id));
            match newest {
                Some(evidence) => prove(
                    channel,
                    ChannelProof {
                        evidence: evidence.kind,
                        at: evidence.at,
                        until: evidence.expires_at,
                    },
                    at,
                ),
                None => end_proof(channel, at),
            }
        }
        let standing = self.standing().settled(policy.earned(claims, at), held);
        next.badge = standing.badge;
        next.badge_state = standing.state;
        next
    }
}

impl Profile {
    /// Whether another profile, written over this one, casts doubt on what was proved: by another logo, by a name that this one
    /// lacks, or by another set of proved channels. A name less says nothing new.
    pub fn is_cast_in_doubt_by(&self, next: &Self) -> bool {
        let is_proved = |c: &&Channel| c.provenance == Provenance::Proved;
        let gone =
            |c: &Channel| !(next.channels.iter().filter(is_proved)).any(|n| n.value == c.value);
        let new_name = next
            .every_name()
            .any(|name| !self.every_name().any(|n| n == name));
        self.name != next.name
            || new_name
            || self.logo_url != next.logo_url
            || self.channels.iter().filter(is_proved).any(gone)
    }

    /// Enters the channel of a proved claim where it is missing.
    fn hold_channel_of(&mut self, claim: &Claim) {
        let known = self.channels.iter().any(|c| claim.subject.proves(&c.value));
        if known || self.channels.len() >= Self::MAX_CHANNELS {
            return;
        }
        if let Some(value) = claim.subject.channel() {
            self.channels.push(Channel::listed(value, None));
        }
    }
}

/// States a proof of a channel, anew only where that says something: another kind, another span, a date that has grown old, or an
/// end that is near although the evidence reaches further.
fn prove(channel: &mut Channel, proof: ChannelProof, at: Timestamp) {
    let restated = channel.proof.is_none_or(|old| {
        let (span, old_span) = (
            proof.until.duration_since(proof.at),
            old.until.duration_since(old.at),
        );
        let ends_soon = proof.until > old.until && old.until.duration_since(at) < span / 2;
        old.evidence != proof.evidence
            || span != old_span
            || ends_soon
            || proof.at.duration_since(old.at) >= RESTATE_AFTER.min(span / 2)
    });
    if channel.provenance == Provenance::Proved && !restated {
        return;
    }
    channel.provenance = Provenance::Proved;
    channel.proof = Some(proof);
    channel.confirmed_at = channel.confirmed_at.max(Some(proof.at));
}

fn end_proof(channel: &mut Channel, at: Timestamp) {
    if channel.provenance == Provenance::Proved {
        channel.provenance = Provenance::Listed;
        if let Some(proof) = &mut channel.proof {
            proof.until = proof.until.min(at);
        }
    }
}
