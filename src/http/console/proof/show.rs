//! The checklist as a page: what is proved, until when, what is missing, and exactly how to prove it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::businesses::ShownBadge;
use super::owner_or_reviewer;
use super::words::Words;
use crate::domain::{
    BusinessId, Claim, ClaimKind, ClaimState, ClaimSubject, HoldCause, LegalIdentity, Platform, say,
};
use crate::http::extract::IdOf;
use crate::http::pages::{Frame, Shown, Visitor, When, page};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::verification::{Checklist, ClaimStep};

/// The room that the page belongs to.
const ROOM: &str = "/console/businesses";
/// Longest text of a stranger, in characters.
const LONGEST: usize = 300;

#[derive(Debug, Template)]
#[template(
    path = "console/proof/show.html",
    config = "src/http/pages/askama.toml"
)]
struct ProofPage {
    frame: Frame,
    /// Where its forms go.
    path: String,
    id: BusinessId,
    name: Shown,
    badge: ShownBadge,
    hold: Option<HoldRow>,
    badges: Vec<BadgeRow>,
    claims: Vec<ClaimRow>,
    /// Whether the visitor may claim and prove.
    owner: bool,
    /// Whether the visitor may approve, note documents, lift.
    reviewer: bool,
    kinds: Vec<Choice>,
    causes: Vec<Choice>,
}

/// Something to choose, and what it is called.
#[derive(Debug)]
struct Choice {
    value: &'static str,
    words: &'static str,
}

#[derive(Debug)]
struct HoldRow {
    cause: &'static str,
    since: When,
}

#[derive(Debug)]
struct BadgeRow {
    name: &'static str,
    missing: Vec<String>,
}

#[derive(Debug)]
struct ClaimRow {
    id: String,
    kind: &'static str,
    value: Shown,
    tone: &'static str,
    state: &'static str,
    proof: Option<ProofRow>,
    problem: Option<ProblemRow>,
    next_check: Option<When>,
    renewal_due: bool,
    ways: Vec<WayRow>,
    /// What can be done with it.
    looked_for: bool,
    by_code: bool,
    by_document: bool,
    withdrawable: bool,
    again: bool,
}

#[derive(Debug)]
struct ProofRow {
    kind: &'static str,
    detail: Shown,
    at: When,
    until: When,
}

#[derive(Debug)]
struct ProblemRow {
    kind: &'static str,
    detail: Shown,
    at: When,
}

#[derive(Debug)]
struct WayRow {
    text: String,
    place: Option<String>,
    content: Option<String>,
}

pub(super) async fn show(
    State(state): State<HttpState>,
    visitor: Visitor,
    IdOf(id): IdOf<BusinessId>,
) -> Result<Response, Problem> {
    owner_or_reviewer(&visitor)?;
    let verification = &state.services.verification;
    let checklist = verification.checklist(id, &visitor.author()).await?;
    let shown = ProofPage::of(&checklist, &visitor);
    Ok(page(StatusCode::OK, visitor.language, &shown))
}

impl ProofPage {
    fn of(checklist: &Checklist, visitor: &Visitor) -> Self {
        let language = visitor.language;
        let words = Words(language);
        let business = &checklist.business;
        let title = say!(language; en: "Proof"; zh: "证明");
        let badges = checklist.badges.iter().map(|step| BadgeRow {
            name: words.badge(step.badge),
            missing: words.missing(&step.missing),
        });
        let own_kinds = ClaimKind::ALL.iter().filter(|k| **k != ClaimKind::Approval);
        Self {
            frame: visitor.frame(title, ROOM),
            path: super::path(business.id),
            id: business.id,
            name: Shown::name(business.profile.name.as_str()),
            badge: ShownBadge::of(business.badge, business.badge_state, language),
            hold: checklist.hold.as_ref().map(|hold| HoldRow {
                cause: words.cause(hold.cause),
                since: hold.at.into(),
            }),
            badges: badges.collect(),
            claims: (checklist.claims.iter())
                .map(|step| ClaimRow::of(step, &words))
                .collect(),
            owner: visitor.caller().may(Scope::RegistryWrite),
            reviewer: visitor.caller().may(Scope::Review),
            kinds: own_kinds
                .map(|kind| Choice {
                    value: kind.as_str(),
                    words: words.kind(*kind),
                })
                .collect(),
            causes: (HoldCause::ALL.iter())
                .map(|cause| Choice {
                    value: cause.as_str(),
                    words: words.cause(*cause),
                })
                .collect(),
        }
    }

    /// The platforms of profiles.
    fn platforms() -> impl Iterator<Item = &'static str> {
        Platform::ALL.iter().map(|p| p.as_str())
    }
}

impl ClaimRow {
    fn of(step: &ClaimStep, words: &Words) -> Self {
        let claim = &step.claim;
        let (tone, state) = words.state(claim.state, step.counts);
        let open = claim.state != ClaimState::Withdrawn;
        let unsettled = !step.instructions.is_empty();
        let company = matches!(
            claim.subject,
            ClaimSubject::LegalIdentity(LegalIdentity::Company(..))
        );
        let approval = claim.kind() == ClaimKind::Approval;
        Self {
            id: claim.id.to_string(),
            kind: words.kind(claim.kind()),
            value: Shown::of(&words.value(&claim.subject), LONGEST),
            tone,
            state,
            proof: proof(claim, words),
            problem: claim.problem.as_ref().map(|problem| ProblemRow {
                kind: words.problem(problem.kind),
                detail: Shown::of(&problem.detail, LONGEST),
                at: problem.at.into(),
            }),
            next_check: claim.next_check_at.map(When),
            renewal_due: step.renewal_due,
            ways: (step.instructions.iter())
                .map(|way| WayRow {
                    text: words.way(way),
                    place: way.place.clone(),
                    content: way.content.clone(),
                })
                .collect(),
            looked_for: open && !approval && !company && !claim.kind().is_by_code(),
            by_code: unsettled && claim.kind().is_by_code(),
            by_document: open && unsettled && claim.kind() == ClaimKind::LegalIdentity,
            withdrawable: open && !approval,
            again: !open && !approval && claim.kind() != ClaimKind::Whatsapp,
        }
    }
}

/// The newest proof, with words of reviewers left to reviewers' own pages.
fn proof(claim: &Claim, words: &Words) -> Option<ProofRow> {
    let evidence = claim.evidence.as_ref()?;
    Some(ProofRow {
        kind: words.evidence(evidence.kind),
        detail: Shown::of(&evidence.detail, LONGEST),
        at: evidence.at.into(),
        until: evidence.expires_at.into(),
    })
}
