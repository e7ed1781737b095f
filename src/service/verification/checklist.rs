//! The checklist of a business: what is proved, until when, what is missing, and exactly how to prove it.

use jiff::Timestamp;

use super::look::can_be_looked_for;
use super::{Verification, VerificationError};
use crate::domain::{
    Badge, Business, BusinessId, ChannelValue, Claim, ClaimId, ClaimState, ClaimSubject, Evidence,
    LegalIdentity, Missing,
};
use crate::providers::{SiteFile, txt_name, txt_text, well_known_url};
use crate::service::author::Author;
use crate::store::Hold;

/// Everything about the standing of a business.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// The business.
    pub business: Business,
    /// Why it is suspended, if somebody had it suspended.
    pub hold: Option<Hold>,
    /// What it claims.
    pub claims: Vec<ClaimStep>,
    /// What each badge takes.
    pub badges: Vec<BadgeStep>,
}

/// One claim, and how it is proved.
#[derive(Debug, Clone)]
pub struct ClaimStep {
    /// The claim.
    pub claim: Claim,
    /// Whether it counts now.
    pub counts: bool,
    /// Whether the business has to renew it soon.
    pub renewal_due: bool,
    /// What to do, any of these; empty where there is nothing to do.
    pub instructions: Vec<Instruction>,
}

/// One way to prove a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instruction {
    /// A word for the way.
    pub method: &'static str,
    /// What to do, in a few sentences.
    pub text: String,
    /// The name of what is to be put up: of a DNS record, of a file.
    pub place: Option<String>,
    /// What is to stand there, to be copied as it is.
    pub content: Option<String>,
}

/// A badge, and what is missing for it.
#[derive(Debug, Clone)]
pub struct BadgeStep {
    /// The badge.
    pub badge: Badge,
    /// What is missing.
    pub missing: Missing,
}

impl Verification {
    /// The checklist of a business, for those who may write it and for reviewers.
    pub async fn checklist(
        &self,
        id: BusinessId,
        by: &Author,
    ) -> Result<Checklist, VerificationError> {
        let business = self.own(id, by).await?;
        let claims = self.store.claims_of(id).await?;
        let now = self.world.now();
        let policy = &self.policy;
        let badges = [
            (Badge::Verified, &policy.verified),
            (Badge::Official, &policy.official),
        ];
        let badges = badges.map(|(badge, rule)| BadgeStep {
            badge,
            missing: rule.missing(&claims, now),
        });
        let steps = claims
            .into_iter()
            .map(|claim| self.step(&business, claim, now));
        Ok(Checklist {
            hold: self.store.hold_of(id).await?,
            claims: steps.collect(),
            badges: badges.into(),
            business,
        })
    }

    /// One claim of a business, and how it is proved.
    pub async fn claim_step(
        &self,
        business: BusinessId,
        id: ClaimId,
        by: &Author,
    ) -> Result<ClaimStep, VerificationError> {
        let (business, claim) = self.own_claim(business, id, by).await?;
        Ok(self.step(&business, claim, self.world.now()))
    }

    /// Evidence of a claim, newest first, fifty at most.
    pub async fn evidence(
        &self,
        business: BusinessId,
        id: ClaimId,
        by: &Author,
    ) -> Result<Vec<Evidence>, VerificationError> {
        let (_, claim) = self.own_claim(business, id, by).await?;
        Ok(self.store.evidence_of(claim.id, 50).await?)
    }

    fn step(&self, business: &Business, claim: Claim, now: Timestamp) -> ClaimStep {
        let counts = claim.counts(now);
        let renewal_due = claim.renewal_due(now, self.policy.times(claim.kind()));
        let settled = counts && claim.state == ClaimState::Proved && !renewal_due;
        let instructions = if settled || claim.state == ClaimState::Withdrawn {
            Vec::new()
        } else {
            self.instructions(business, &claim)
        };
        ClaimStep {
            claim,
            counts,
            renewal_due,
            instructions,
        }
    }

    fn instructions(&self, business: &Business, claim: &Claim) -> Vec<Instruction> {
        let path = format!("/v1/businesses/{}/claims/{}", business.id, claim.id);
        let mut ways = match &claim.subject {
            ClaimSubject::Domain(domain) => {
                let token = self.token(claim);
                let channels = business.profile.channels.iter();
                let own: Vec<ChannelValue> = channels.map(|c| c.value.clone()).collect();
                vec![
                    Instruction {
                        method: "dns_txt",
                        text: format!(
                            "Add a TXT record to the DNS of {domain}, with this name and this text, and leave it there."
                        ),
                        place: Some(txt_name(domain)),
                        content: Some(txt_text(&token)),
                    },
                    Instruction {
                        method: "well_known",
                        text: format!(
                            "Or put this file on the web server of {domain}, and leave it there. Its channels are those that you call your own: correct them."
                        ),
                        place: Some(well_known_url(domain)),
                        content: Some(SiteFile::to_publish(&token, &own)),
                    },
                ]
            }
            ClaimSubject::Handle(handle) => vec![Instruction {
                method: "profile_link",
                text: format!(
                    "List {} {:?} among the channels of the file /.well-known/bonafide.json of a proved domain, and link to that domain from the profile.",
                    handle.platform(),
                    handle.value()
                ),
                ..Instruction::default()
            }],
            ClaimSubject::Email(_) | ClaimSubject::Phone(_) => vec![Instruction {
                method: "code",
                text: format!(
                    "Let a code be sent (POST {path}/code), then answer with it within 10 minutes (POST {path}/confirm)."
                ),
                ..Instruction::default()
            }],
            ClaimSubject::Whatsapp(number) => vec![Instruction {
                method: "whatsapp_business",
                text: format!(
                    "In WhatsApp Manager, {number} must be verified and bear an approved display name that is a name of this business."
                ),
                ..Instruction::default()
            }],
            ClaimSubject::LegalIdentity(identity) => vec![legal(identity)],
            ClaimSubject::Approval(_) => vec![Instruction {
                method: "approval",
                text: "A reviewer approves the business by their own word.".to_owned(),
                ..Instruction::default()
            }],
        };
        if can_be_looked_for(claim) {
            for way in &mut ways {
                way.text = format!("{} Then let it be looked for: POST {path}/check.", way.text);
            }
        }
        ways
    }
}

fn legal(identity: &LegalIdentity) -> Instruction {
    let (method, text) = match identity {
        LegalIdentity::Lei(lei) => (
            "lei_record",
            format!(
                "The record of LEI {lei} must be issued to an active entity that bears a name of this business; its legal name can be added to the profile's names."
            ),
        ),
        LegalIdentity::Company(country, number) => (
            "document",
            format!(
                "Send an extract of the register of companies of {country} about {} to the operator: a reviewer notes that it was seen.",
                number.as_str()
            ),
        ),
    };
    Instruction {
        method,
        text,
        ..Instruction::default()
    }
}
