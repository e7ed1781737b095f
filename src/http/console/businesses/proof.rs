//! What a business has proved: each claim, until when it counts, what to do; and suspensions in an emergency.

use axum::extract::State;
use axum::response::Response;

use super::annotate::{back, wrong};
use crate::domain::{
    AnswerLanguage, Badge, Bilingual, BusinessId, ClaimKind, ClaimState, HoldCause, Missing,
    Reason, say,
};
use crate::http::extract::IdOf;
use crate::http::pages::words::Toned;
use crate::http::pages::{Shown, Submitted, Visitor, When};
use crate::http::{HttpState, Problem};
use crate::service::access::Scope;
use crate::service::verification::{BadgeStep, ClaimStep, Instruction};

/// The checklist, for the business and for reviewers.
#[derive(Debug)]
pub(super) struct ProofPart {
    /// Why it is suspended, and since when.
    pub(super) hold: Option<(&'static str, When)>,
    pub(super) claims: Vec<ClaimRow>,
    pub(super) badges: Vec<BadgeRow>,
    /// Whether the visitor may lift a suspension.
    pub(super) may_lift: bool,
}

/// One claim.
#[derive(Debug)]
pub(super) struct ClaimRow {
    pub(super) kind: &'static str,
    pub(super) value: Shown,
    pub(super) state: Toned,
    pub(super) until: Option<When>,
    pub(super) renewal_due: bool,
    /// What the newest proof found.
    pub(super) evidence: Option<String>,
    pub(super) problem: Option<String>,
    pub(super) next: Option<When>,
    pub(super) instructions: Vec<Instruction>,
}

/// A badge, and what is missing for it.
#[derive(Debug)]
pub(super) struct BadgeRow {
    pub(super) name: &'static str,
    pub(super) missing: Vec<String>,
}

/// What somebody may see of a business's proofs: reviewers all of it, others of their own.
pub(super) async fn part(
    state: &HttpState,
    visitor: &Visitor,
    id: BusinessId,
    owner: bool,
) -> Result<Option<ProofPart>, Problem> {
    let (caller, language) = (visitor.caller(), visitor.language);
    let may_see = caller.may(Scope::Review) || owner && caller.may(Scope::RegistryWrite);
    if !may_see {
        return Ok(None);
    }
    let author = visitor.author();
    let list = state.services.verification.checklist(id, &author).await?;
    Ok(Some(ProofPart {
        hold: list.hold.map(|h| (cause(h.cause, language), h.at.into())),
        claims: (list.claims.into_iter())
            .map(|step| ClaimRow::of(step, language))
            .collect(),
        badges: (list.badges.iter())
            .map(|step| BadgeRow::of(step, language))
            .collect(),
        may_lift: caller.may(Scope::Review),
    }))
}

impl ClaimRow {
    fn of(step: ClaimStep, language: AnswerLanguage) -> Self {
        let claim = step.claim;
        let evidence = claim.evidence.as_ref();
        Self {
            kind: claim_kind(claim.kind(), language),
            value: Shown::of(&claim.subject.to_string(), 120),
            state: claim_state(claim.state, step.counts, language),
            until: evidence.map(|e| e.expires_at.into()),
            renewal_due: step.renewal_due,
            evidence: evidence.map(|e| e.detail.clone()),
            problem: claim.problem.map(|p| p.detail),
            next: claim.next_check_at.map(When),
            instructions: step.instructions,
        }
    }
}

impl BadgeRow {
    fn of(step: &BadgeStep, language: AnswerLanguage) -> Self {
        let (en, zh) = match step.badge {
            Badge::Official => ("official", "官方"),
            _ => ("verified", "已验证"),
        };
        Self {
            name: *Bilingual { en, zh }.of(language),
            missing: missing(&step.missing, language),
        }
    }
}

fn missing(missing: &Missing, language: AnswerLanguage) -> Vec<String> {
    let named = |kinds: &[ClaimKind]| {
        let names: Vec<_> = kinds.iter().map(|k| claim_kind(*k, language)).collect();
        names
    };
    let mut lines: Vec<String> = named(&missing.needs)
        .into_iter()
        .map(str::to_owned)
        .collect();
    if !missing.one_of.is_empty() {
        let any = named(&missing.one_of).join(" / ");
        lines.push(say!(language; en: "one of: {any}"; zh: "其中之一：{any}").into());
    }
    if missing.approvals > 0 {
        let count = missing.approvals;
        lines.push(
            say!(language; en: "approval by people: {count}"; zh: "人工批准：{count}").into(),
        );
    }
    lines
}

fn claim_kind(kind: ClaimKind, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match kind {
        ClaimKind::Domain => ("Domain", "域名"),
        ClaimKind::Email => ("E-mail", "电子邮箱"),
        ClaimKind::Phone => ("Phone", "电话"),
        ClaimKind::Whatsapp => ("WhatsApp", "WhatsApp"),
        ClaimKind::Handle => ("Profile", "社交账号"),
        ClaimKind::LegalIdentity => ("Legal identity", "法律身份"),
        ClaimKind::Approval => ("Approval", "人工批准"),
    };
    Bilingual { en, zh }.of(language)
}

fn claim_state(state: ClaimState, counts: bool, language: AnswerLanguage) -> Toned {
    let (tone, en, zh) = match (state, counts) {
        (ClaimState::Proved, true) => ("good", "✓ proved", "✓ 已证实"),
        (ClaimState::Failing, true) => (
            "doubt",
            "proved, but no longer found",
            "已证实，但近期未能找到",
        ),
        (ClaimState::Pending, _) => ("info", "being looked at", "核查中"),
        (ClaimState::Expired | ClaimState::Proved, _) => ("doubt", "lapsed", "已过期"),
        (ClaimState::Failing, _) => ("bad", "no longer found", "未能找到"),
        (ClaimState::Withdrawn, _) => ("calm", "withdrawn", "已撤回"),
        (ClaimState::Unproved, _) => ("calm", "not proved yet", "尚未证实"),
    };
    Toned {
        tone,
        words: Bilingual { en, zh }.of(language),
    }
}

/// Why a business is suspended.
pub(super) fn cause(cause: HoldCause, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match cause {
        HoldCause::Hijacked => ("An account was hijacked", "账号被盗"),
        HoldCause::SimSwap => ("A SIM was swapped", "SIM 卡被盗换"),
        HoldCause::LostAccess => ("They lost access", "失去访问权限"),
        HoldCause::Dispute => ("It is in dispute", "存在争议"),
        HoldCause::Other => ("Something else", "其他"),
    };
    Bilingual { en, zh }.of(language)
}

pub(super) async fn suspend(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, fields } = form;
    if !visitor.caller().may(Scope::Review) {
        visitor.caller().require(Scope::RegistryWrite)?;
    }
    let done = async {
        let cause = fields.text("cause").parse::<HoldCause>();
        let cause = cause.map_err(|e| wrong("/cause", e))?;
        let reason = fields.given("reason").map(|r| Reason::parse("reason", &r));
        let reason = reason.transpose().map_err(|e| wrong("/reason", e))?;
        let verification = &state.services.verification;
        let author = visitor.author_because(reason);
        verification.suspend(id, cause, &author).await?;
        Ok(say!(visitor.language;
            en: "Suspended: no check calls any of its channels verified now.";
            zh: "已暂停：查询不再将其任何渠道显示为已验证。"))
    };
    back(&state, id, done.await)
}

pub(super) async fn lift(
    State(state): State<HttpState>,
    IdOf(id): IdOf<BusinessId>,
    form: Submitted,
) -> Result<Response, Problem> {
    let Submitted { visitor, .. } = form.with(Scope::Review)?;
    let verification = &state.services.verification;
    let lifted = verification.lift_suspension(id, &visitor.author()).await;
    let done = lifted.map_err(Problem::from).map(|_| {
        say!(visitor.language;
            en: "The suspension is lifted. The badge comes back by fresh proof alone.";
            zh: "暂停已解除。徽章须重新证实后才会恢复。")
    });
    back(&state, id, done)
}
