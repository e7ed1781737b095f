//! Reviewers' words: approvals, and documents that they saw.

use super::finding::Finding;
use super::{Verification, VerificationError};
use crate::domain::{
    Actor, BusinessId, Claim, ClaimEvent, ClaimId, ClaimKind, ClaimSubject, EvidenceKind, Text,
};
use crate::service::author::Author;
use crate::store::StoreError;

/// What a reviewer writes of an approval or a document.
pub type ReviewNote = Text<1000>;

impl Verification {
    /// Notes that a person approves a business. Each person counts once; a second approval of the same renews the first.
    pub async fn approve(
        &self,
        id: BusinessId,
        note: &ReviewNote,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        let Actor::User(person) = by.actor else {
            return Err(VerificationError::PersonNeeded);
        };
        let business = self.registry.get(id).await?;
        if by.organisation.is_some() && by.organisation == business.organisation {
            return Err(VerificationError::OwnBusiness);
        }
        let claims = self.store.claims_of(id).await?;
        let own = |c: &Claim| c.subject == ClaimSubject::Approval(person);
        let claim = if let Some(claim) = claims.into_iter().find(own) {
            claim
        } else {
            let claim_id = ClaimId::new(self.world.new_id());
            let subject = ClaimSubject::Approval(person);
            let claim = Claim::new(claim_id, id, subject, self.world.now());
            let act = by.act(&self.world, "claim.create", Some(&id));
            self.store.insert_claim(&claim, None, &act).await?;
            claim
        };
        let finding = Finding::new(EvidenceKind::Approval, by.actor.to_string(), note.as_str());
        self.note(claim, finding, "business.approve", by).await
    }

    /// Notes a document that a reviewer saw for the legal identity of a business.
    pub async fn note_document(
        &self,
        business: BusinessId,
        id: ClaimId,
        note: &ReviewNote,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        let claim = self.store.get_claim(id).await?;
        let claim = claim.filter(|c| c.business == business);
        let claim = claim.ok_or_else(|| StoreError::NotFound(format!("claim {id}")))?;
        if claim.kind() != ClaimKind::LegalIdentity {
            return Err(VerificationError::NotByDocument(claim.kind()));
        }
        let owner = self.registry.get(business).await?.organisation;
        if by.organisation.is_some() && by.organisation == owner {
            return Err(VerificationError::OwnBusiness);
        }
        let finding = Finding::new(EvidenceKind::Document, by.actor.to_string(), note.as_str());
        self.note(claim, finding, "claim.note_document", by).await
    }

    async fn note(
        &self,
        claim: Claim,
        finding: Finding,
        action: &'static str,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        let evidence = finding.into_evidence(&claim, &self.policy, &self.world);
        let next = self.after(&claim, ClaimEvent::Found(evidence))?;
        self.write(next, action, by).await
    }
}
