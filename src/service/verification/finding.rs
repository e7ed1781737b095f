//! What a look outside finds, as evidence and problems of the domain.

use crate::domain::{
    Claim, ClaimEvent, Evidence, EvidenceId, EvidenceKind, ProblemKind, ProofPolicy, ProofProblem,
};
use crate::providers::Failure;
use crate::service::world::World;

/// Something that was found.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) kind: EvidenceKind,
    pub(super) issuer: String,
    pub(super) detail: String,
}

impl Finding {
    pub(super) fn new(
        kind: EvidenceKind,
        issuer: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            issuer: issuer.into(),
            detail: detail.into(),
        }
    }

    /// As evidence of a claim, found now.
    pub(super) fn into_evidence(
        self,
        claim: &Claim,
        policy: &ProofPolicy,
        world: &World,
    ) -> Evidence {
        let at = world.now();
        let valid_for = policy.times(claim.kind()).valid_for;
        Evidence {
            id: EvidenceId::new(world.new_id()),
            kind: self.kind,
            at,
            expires_at: at.saturating_add(valid_for).unwrap_or(at),
            issuer: plain(&self.issuer),
            detail: plain(&self.detail),
        }
    }
}

/// What a look makes of a claim.
pub(super) fn event_of(
    claim: &Claim,
    looked: Result<Finding, Failure>,
    policy: &ProofPolicy,
    world: &World,
) -> ClaimEvent {
    match looked {
        Ok(finding) => ClaimEvent::Found(finding.into_evidence(claim, policy, world)),
        Err(failure) => ClaimEvent::Missed(problem_of(&failure, world)),
    }
}

fn problem_of(failure: &Failure, world: &World) -> ProofProblem {
    ProofProblem {
        kind: match failure {
            Failure::NotFound { .. } => ProblemKind::NotFound,
            Failure::Unavailable { .. } => ProblemKind::Unavailable,
            Failure::Refused { .. } => ProblemKind::Refused,
        },
        detail: plain(&failure.to_string()),
        at: world.now(),
    }
}

/// A text as it is kept: one line, within its bound, whatever a server outside put into it.
pub(super) fn plain(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    visible.take(Evidence::MAX_TEXT).collect()
}
