//! Claims and checklists as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    Claim, ClaimKind, ClaimSubject, Evidence, EvidenceKind, Missing, ProofProblem,
};
use crate::service::contract::words;
use crate::service::verification::{BadgeStep, Checklist, ClaimStep, Hold, Instruction};

/// What stands for a reviewer, who is shown outward by role only.
const REVIEWER: &str = "reviewer";

/// Where a business stands, and what is missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verification)]
pub(super) struct VerificationBody {
    /// The business.
    #[schema(example = "biz_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    business_id: String,
    /// What it has earned.
    #[schema(value_type = words::Badge)]
    badge: String,
    /// Whether that counts now.
    #[schema(value_type = words::BadgeState)]
    badge_state: String,
    /// Why it is suspended, where somebody had it suspended: nothing that is proved meanwhile counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    suspension: Option<SuspensionBody>,
    /// What it claims.
    claims: Vec<ClaimBody>,
    /// What each badge takes yet.
    badges: Vec<BadgeStepBody>,
}

/// Why and since when a business is suspended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspension)]
pub(super) struct SuspensionBody {
    /// Why.
    #[schema(value_type = words::HoldCause)]
    cause: &'static str,
    /// Since when; RFC 3339, UTC.
    since: String,
}

/// What a badge takes yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadgeStep)]
pub(super) struct BadgeStepBody {
    /// The badge.
    #[schema(value_type = words::Badge)]
    badge: String,
    /// Whether nothing is missing. `official` takes `verified`, too.
    complete: bool,
    /// Kinds of claim of which each must be proved yet.
    #[schema(value_type = Vec<words::ClaimKind>)]
    needs: Vec<&'static str>,
    /// Kinds of claim of which one must be proved yet.
    #[schema(value_type = Vec<words::ClaimKind>)]
    needs_one_of: Vec<&'static str>,
    /// Approvals by further people.
    needs_approvals: usize,
}

/// Something that a business claims.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Claim)]
pub(super) struct ClaimBody {
    /// Its id.
    #[schema(example = "clm_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What kind of thing.
    #[schema(value_type = words::ClaimKind)]
    kind: &'static str,
    /// What: a domain, an address, a number, `platform:handle`, `lei:…`, `company:COUNTRY:NUMBER`, or `reviewer`.
    #[schema(example = "example.com")]
    value: String,
    /// Where it stands.
    #[schema(value_type = words::ClaimState)]
    state: &'static str,
    /// Whether it is proved now.
    proved: bool,
    /// Whether you have to renew it soon.
    renewal_due: bool,
    /// The newest proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    evidence: Option<EvidenceBody>,
    /// Why the last look did not prove it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<ProofProblemBody>,
    /// When it is next looked at without anybody asking; RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_check_at: Option<String>,
    /// How to prove it: any of these.
    instructions: Vec<InstructionBody>,
    /// When it was made; RFC 3339, UTC.
    created_at: String,
    /// When it last changed; RFC 3339, UTC.
    updated_at: String,
}

/// One proof.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(super) struct EvidenceBody {
    /// Its id.
    #[schema(example = "evd_0197a3c5d8f07c3e9b1f6a2b4c8d0e1f")]
    id: String,
    /// What it consists of.
    #[schema(value_type = words::EvidenceKind)]
    kind: &'static str,
    /// When it was found; RFC 3339, UTC.
    at: String,
    /// When it lapses; RFC 3339, UTC.
    expires_at: String,
    /// Who vouches for it.
    #[schema(example = "DNS of example.com")]
    issuer: String,
    /// What was found.
    detail: String,
}

/// Evidence, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceList)]
pub(super) struct EvidenceList {
    /// The evidence.
    evidence: Vec<EvidenceBody>,
}

/// Why a look did not prove a claim.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProofProblem)]
pub(super) struct ProofProblemBody {
    /// `not_found`: it was looked for and is not there. `unavailable`: nobody could look; it is tried again and says nothing
    /// about the claim. `refused`: it is not looked for there as things are.
    #[schema(value_type = words::ProblemKind)]
    kind: &'static str,
    /// What was looked for, where, and what was found.
    #[schema(
        example = "TXT record bonafide-verification=… at _bonafide.example.com not found; found 2 other TXT records"
    )]
    detail: String,
    /// When; RFC 3339, UTC.
    at: String,
}

/// One way to prove a claim.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProofInstruction)]
pub(super) struct InstructionBody {
    /// A word for it; new ones may come.
    #[schema(example = "dns_txt")]
    method: &'static str,
    /// What to do.
    text: String,
    /// Where to put something up: the name of a DNS record, the address of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "_bonafide.example.com")]
    place: Option<String>,
    /// What is to stand there, to be copied as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        example = "bonafide-verification=5f1d0c3b9a8e47f6b2c4d8e0a1b3c5d7"
    )]
    content: Option<String>,
}

impl VerificationBody {
    pub(super) fn of(checklist: &Checklist) -> Self {
        Self {
            business_id: checklist.business.id.to_string(),
            badge: checklist.business.badge.to_string(),
            badge_state: checklist.business.badge_state.to_string(),
            suspension: checklist.hold.as_ref().map(SuspensionBody::of),
            claims: checklist.claims.iter().map(ClaimBody::of).collect(),
            badges: checklist.badges.iter().map(BadgeStepBody::of).collect(),
        }
    }
}

impl SuspensionBody {
    fn of(hold: &Hold) -> Self {
        Self {
            cause: hold.cause.as_str(),
            since: hold.at.to_string(),
        }
    }
}

impl BadgeStepBody {
    fn of(step: &BadgeStep) -> Self {
        let Missing {
            needs,
            one_of,
            approvals,
        } = &step.missing;
        let kinds = |kinds: &[ClaimKind]| kinds.iter().map(|k| k.as_str()).collect();
        Self {
            badge: step.badge.to_string(),
            complete: step.missing.is_nothing(),
            needs: kinds(needs),
            needs_one_of: kinds(one_of),
            needs_approvals: *approvals,
        }
    }
}

impl ClaimBody {
    pub(super) fn of(step: &ClaimStep) -> Self {
        let claim = &step.claim;
        Self {
            id: claim.id.to_string(),
            kind: claim.kind().as_str(),
            value: shown(claim),
            state: claim.state.as_str(),
            proved: step.counts,
            renewal_due: step.renewal_due,
            evidence: claim.evidence.as_ref().map(EvidenceBody::of),
            problem: claim.problem.as_ref().map(ProofProblemBody::of),
            next_check_at: claim.next_check_at.map(|t| t.to_string()),
            instructions: step.instructions.iter().map(InstructionBody::of).collect(),
            created_at: claim.created_at.to_string(),
            updated_at: claim.updated_at.to_string(),
        }
    }
}

fn shown(claim: &Claim) -> String {
    match &claim.subject {
        ClaimSubject::Approval(_) => REVIEWER.to_owned(),
        other => other.to_string(),
    }
}

impl EvidenceBody {
    fn of(evidence: &Evidence) -> Self {
        let by_reviewer = matches!(
            evidence.kind,
            EvidenceKind::Approval | EvidenceKind::Document
        );
        Self {
            id: evidence.id.to_string(),
            kind: evidence.kind.as_str(),
            at: evidence.at.to_string(),
            expires_at: evidence.expires_at.to_string(),
            issuer: if by_reviewer {
                REVIEWER.to_owned()
            } else {
                evidence.issuer.clone()
            },
            detail: evidence.detail.clone(),
        }
    }
}

impl EvidenceList {
    pub(super) fn of(evidence: &[Evidence]) -> Self {
        Self {
            evidence: evidence.iter().map(EvidenceBody::of).collect(),
        }
    }
}

impl ProofProblemBody {
    fn of(problem: &ProofProblem) -> Self {
        Self {
            kind: problem.kind.as_str(),
            detail: problem.detail.clone(),
            at: problem.at.to_string(),
        }
    }
}

impl InstructionBody {
    fn of(instruction: &Instruction) -> Self {
        Self {
            method: instruction.method,
            text: instruction.text.clone(),
            place: instruction.place.clone(),
            content: instruction.content.clone(),
        }
    }
}
