//! Proof: what a business claims, how it is proved, and what follows from it.
//!
//! A claim is a state machine of the domain ([`Claim::after`]); here is what drives it: looks outside by the providers, codes
//! that are sent and come back, reviewers' words, and time. Every change goes through [`ProofStore::change_claims`], which
//! settles the channels' proofs and the badge in the same transaction. Checks never wait for any of it: they read the live
//! index, which follows the change feed.
//!
//! [`ProofStore::change_claims`]: crate::store::ProofStore::change_claims

mod approvals;
mod challenges;
mod checklist;
mod codes;
mod error;
mod finding;
mod look;
mod profile_import;
mod schedule;
mod suspension;
mod whatsapp;

use std::sync::Arc;

use serde_json::json;

use super::author::Author;
use super::live::LiveIndex;
use super::registry::Registry;
use super::seal::Seal;
use super::world::World;
use crate::domain::{
    Business, BusinessId, Claim, ClaimEvent, ClaimId, ClaimState, ClaimSubject, OutsideIds,
    ProofPolicy, Secret,
};
use crate::providers::Providers;
use crate::store::{Store, StoreError};

pub use approvals::ReviewNote;
pub use checklist::{BadgeStep, Checklist, ClaimStep, Instruction};
pub use codes::{CODE_FOR, CodeSent, MOST_TRIES};
pub use error::VerificationError;
pub use whatsapp::WhatsAppHook;

pub use crate::providers::CodeWay;
pub use crate::providers::whatsapp::PhoneNumberId;
pub use crate::providers::whatsapp::webhook::SignatureFault;
pub use crate::store::Hold;

/// Claims that one business can make.
const MOST_CLAIMS: usize = 200;

/// Everything about proofs and badges.
pub struct Verification {
    store: Arc<dyn Store>,
    live: Arc<LiveIndex>,
    registry: Registry,
    world: World,
    policy: ProofPolicy,
    providers: Providers,
    hook: WhatsAppHook,
    /// Looks outside that the schedule makes at once.
    at_once: usize,
    seal: Seal,
    challenge_key: [u8; 32],
    code_key: [u8; 32],
    address_key: [u8; 32],
}

/// What is set about proofs.
#[derive(Debug, Clone)]
pub struct VerificationRules {
    /// Which claims earn which badge, and how fresh they must be.
    pub policy: ProofPolicy,
    /// Looks outside that the schedule makes at once.
    pub at_once: usize,
    /// What WhatsApp's webhook knows us by.
    pub hook: WhatsAppHook,
}

/// What somebody claims.
#[derive(Debug, Clone)]
pub struct NewClaim {
    /// What.
    pub subject: ClaimSubject,
    /// WhatsApp's id of the number, and a token that may read it; for WhatsApp numbers only.
    pub whatsapp: Option<WhatsAppAccess>,
}

/// What WhatsApp asks for to tell of a number.
#[derive(Debug, Clone)]
pub struct WhatsAppAccess {
    /// Its id of the number.
    pub id: PhoneNumberId,
    /// The id of the account that the number belongs to, by which WhatsApp tells news of it.
    pub account: Option<String>,
    /// The owner's token.
    pub token: Secret,
}

impl WhatsAppAccess {
    fn outside(&self) -> OutsideIds {
        OutsideIds {
            thing: Some(self.id.as_str().to_owned()),
            account: self.account.clone(),
        }
    }
}

impl Verification {
    /// Proofs of a store's businesses.
    pub fn new(
        store: Arc<dyn Store>,
        live: Arc<LiveIndex>,
        registry: Registry,
        world: World,
        rules: VerificationRules,
        providers: Providers,
    ) -> Self {
        let secret = store.identity().secret;
        let key = |context| blake3::derive_key(context, &secret);
        Self {
            seal: Seal::new(key("bonafide 2026 tokens of claims")),
            challenge_key: key("bonafide 2026 challenges of claims"),
            code_key: key("bonafide 2026 one-time codes"),
            address_key: key("bonafide 2026 addresses of codes"),
            policy: rules.policy,
            at_once: rules.at_once.max(1),
            hook: rules.hook,
            store,
            live,
            registry,
            world,
            providers,
        }
    }

    /// The policy in force.
    pub fn policy(&self) -> &ProofPolicy {
        &self.policy
    }

    /// Makes a claim, or one that was withdrawn again. Of a number on WhatsApp that is claimed already, it keeps the newer token.
    pub async fn claim(
        &self,
        id: BusinessId,
        new: NewClaim,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        self.own(id, by).await?;
        let claims = self.store.claims_of(id).await?;
        let key = new.subject.key();
        let same = |c: &&Claim| c.kind() == new.subject.kind() && c.subject.key() == key;
        if let Some(former) = claims.iter().find(same) {
            return self.reopen(former, new.whatsapp, by).await;
        }
        if claims.len() >= MOST_CLAIMS {
            return Err(VerificationError::TooManyClaims(MOST_CLAIMS));
        }
        let now = self.world.now();
        let claim_id = ClaimId::new(self.world.new_id());
        let mut claim = Claim::new(claim_id, id, new.subject, now);
        let token = match &new.whatsapp {
            Some(access) => {
                claim.outside = access.outside();
                Some(self.sealed(claim_id, &access.token)?)
            }
            None => None,
        };
        let act = by.act(&self.world, "claim.create", Some(&id));
        let told = json!({"claim_id": claim_id.to_string(), "kind": claim.kind().as_str()});
        let act = act.changing(None, Some(told.to_string()));
        self.store
            .insert_claim(&claim, token.as_deref(), &act)
            .await?;
        Ok(claim)
    }

    async fn reopen(
        &self,
        former: &Claim,
        access: Option<WhatsAppAccess>,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        let mut former = former.clone();
        if let Some(access) = access {
            let act = by.act(&self.world, "claim.set_token", Some(&former.business));
            let sealed = self.sealed(former.id, &access.token)?;
            former.outside = access.outside();
            (self.store)
                .set_claim_token(former.id, &former.outside, &sealed, &act)
                .await?;
            if former.state != ClaimState::Withdrawn {
                return Ok(former);
            }
        }
        let next = self.after(&former, ClaimEvent::Reopened)?;
        self.write(next, "claim.create", by).await
    }

    /// Withdraws a claim: the business says it no more, and the badge follows.
    pub async fn withdraw(
        &self,
        business: BusinessId,
        id: ClaimId,
        by: &Author,
    ) -> Result<(), VerificationError> {
        let (_, claim) = self.own_claim(business, id, by).await?;
        let next = self.after(&claim, ClaimEvent::Withdrawn)?;
        self.write(next, "claim.withdraw", by).await?;
        Ok(())
    }

    /// A business that its author may write.
    async fn own(&self, id: BusinessId, by: &Author) -> Result<Business, VerificationError> {
        let business = self.registry.get(id).await?;
        if by.organisation.is_some() && by.organisation != business.organisation {
            return Err(VerificationError::NotYours(id));
        }
        Ok(business)
    }

    /// A claim of a business that its author may write.
    async fn own_claim(
        &self,
        business: BusinessId,
        id: ClaimId,
        by: &Author,
    ) -> Result<(Business, Claim), VerificationError> {
        let business = self.own(business, by).await?;
        let claim = self.store.get_claim(id).await?;
        let claim = claim.filter(|c| c.business == business.id);
        let claim = claim.ok_or_else(|| StoreError::NotFound(format!("claim {id}")))?;
        Ok((business, claim))
    }

    fn after(&self, claim: &Claim, event: ClaimEvent) -> Result<Claim, VerificationError> {
        let times = self.policy.times(claim.kind());
        Ok(claim.after(event, self.world.now(), times)?)
    }

    /// Writes one claim as it is to be, and makes what follows visible to checks.
    async fn write(
        &self,
        next: Claim,
        action: &'static str,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        let act = by.act(&self.world, action, Some(&next.business));
        let changes = std::slice::from_ref(&next);
        let settled = (self.store)
            .change_claims(changes, &self.policy, &act)
            .await?;
        if !settled.stale.is_empty() {
            return Err(VerificationError::Changed);
        }
        if !settled.businesses.is_empty() {
            self.show().await;
        }
        Ok(next)
    }

    /// Brings a committed change into the live index; it follows by its own loop where this fails.
    async fn show(&self) {
        if let Err(error) = self.live.catch_up().await {
            tracing::warn!(%error, "a proof is committed, but not yet visible to checks");
        }
    }

    fn sealed(&self, claim: ClaimId, token: &Secret) -> Result<Vec<u8>, VerificationError> {
        let purpose = claim.to_string();
        let sealed = (self.seal).seal(&self.world, purpose.as_bytes(), token.expose().as_bytes());
        sealed.ok_or(VerificationError::Fault("a token could not be sealed"))
    }

    async fn token_of(&self, claim: &Claim) -> Result<Secret, VerificationError> {
        let sealed = self.store.claim_token(claim.id).await?;
        let purpose = claim.id.to_string();
        let token = sealed.and_then(|sealed| self.seal.open(purpose.as_bytes(), &sealed));
        let token = token.and_then(|bytes| String::from_utf8(bytes).ok());
        let token = token.ok_or(VerificationError::Fault("a claim's token cannot be opened"))?;
        Ok(Secret::from(token.as_str()))
    }
}

impl std::fmt::Debug for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verification")
    }
}
