//! Re-checks on a schedule that the store keeps, so that it survives restarts and is shared by all processes.
//!
//! A claim says when it is next due. A process takes due claims on a lease, so many that it can look at them well within it,
//! looks at a bounded number at once, and writes what came of them by the dozen. A process that dies leaves its leases to
//! lapse; one that is late finds that the claim's version is no longer its own. Claims that were due together are spread when
//! they are planned anew ([`crate::domain::Claim::after`]).

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::SignedDuration;
use tokio::time::{MissedTickBehavior, interval};

use super::{Verification, VerificationError};
use crate::domain::{
    AnswerLanguage, Claim, ClaimEvent, ClaimSubject, ProblemKind, ProofProblem, say,
};
use crate::providers::Mail;
use crate::service::author::Author;
use crate::store::StoreError;

/// How often due claims are asked for.
const EVERY: Duration = Duration::from_secs(5);
/// Claims of one lease. At eight at once and ten seconds each, which is the most, it is looked through in four minutes.
const BATCH: u32 = 200;
/// How long a lease holds.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// Claims that are written in one transaction.
const TOGETHER: usize = 50;

impl Verification {
    /// Looks at due claims for ever; drop it to stop.
    pub async fn keep_up(self: Arc<Self>) {
        let mut every = interval(EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            if let Err(error) = self.run_due().await {
                tracing::warn!(%error, "looking at due claims failed; it is tried again");
            }
        }
    }

    /// Looks at every claim that is due; gives how many there were.
    pub async fn run_due(&self) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let now = self.world.now();
            let until = now.saturating_add(LEASE).unwrap_or(now);
            let leased = self.store.lease_due(now, until, BATCH).await?;
            let taken = leased.len();
            all += taken;
            self.look_at_all(leased).await?;
            if taken < BATCH as usize {
                return Ok(all);
            }
        }
    }

    async fn look_at_all(&self, leased: Vec<Claim>) -> Result<(), StoreError> {
        let looks = stream::iter(leased).map(|claim| self.look_at_due(claim));
        let mut looks = std::pin::pin!(looks.buffer_unordered(self.at_once));
        let mut done = Vec::with_capacity(TOGETHER);
        while let Some(next) = looks.next().await {
            done.extend(next);
            if done.len() >= TOGETHER {
                self.keep(&mut done).await?;
            }
        }
        self.keep(&mut done).await
    }

    /// A claim as its look leaves it; none where nothing can be written of it now.
    async fn look_at_due(&self, claim: Claim) -> Option<Claim> {
        let event = match self.event_of_due(&claim).await {
            Ok(event) => event,
            Err(VerificationError::Store(error)) => {
                tracing::warn!(%error, claim = %claim.id, "a due claim could not be looked at");
                return None;
            }
            // A fault of ours says nothing about the claim.
            Err(error) => ClaimEvent::Missed(ProofProblem {
                kind: ProblemKind::Unavailable,
                detail: error.to_string(),
                at: self.world.now(),
            }),
        };
        self.after(&claim, event).ok()
    }

    async fn event_of_due(&self, claim: &Claim) -> Result<ClaimEvent, VerificationError> {
        if !claim.kind().is_looked_up() {
            return Ok(ClaimEvent::Tick);
        }
        let business = self.registry.get(claim.business).await?;
        self.look(&business, claim).await
    }

    /// Writes what came of looks, and reminds of what lapses soon.
    async fn keep(&self, done: &mut Vec<Claim>) -> Result<(), StoreError> {
        let claims = std::mem::take(done);
        if claims.is_empty() {
            return Ok(());
        }
        let act = Author::server().act(&self.world, "claim.recheck", None);
        let settled = (self.store)
            .change_claims(&claims, &self.policy, &act)
            .await?;
        if !settled.businesses.is_empty() {
            self.show().await;
        }
        for claim in &claims {
            let reminded = claim.reminded_at == Some(claim.updated_at);
            if reminded && !settled.stale.contains(&claim.id) {
                self.remind(claim).await;
            }
        }
        Ok(())
    }

    /// Reminds a business, at its proved addresses, of a proof that lapses soon. Best effort: the checklist says it, too.
    async fn remind(&self, claim: &Claim) {
        let Some(mailer) = &self.providers.mailer else {
            return;
        };
        let now = self.world.now();
        let Ok(claims) = self.store.claims_of(claim.business).await else {
            return;
        };
        let lapses = claim.evidence.as_ref().map(|e| e.expires_at);
        let day = lapses.map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string());
        for own in claims.iter().filter(|c| c.counts(now)) {
            let ClaimSubject::Email(to) = &own.subject else {
                continue;
            };
            let (kind, subject) = (claim.kind(), &claim.subject);
            let language = AnswerLanguage::English;
            let mail = Mail {
                id: format!("{}-{}-{}", claim.id, claim.version, own.id),
                to: to.clone(),
                subject: say!(language;
                    en: "A proof of yours lapses on {day}"; zh: "您的一项证实将于 {day} 失效")
                .into(),
                text: say!(language;
                    en: "The proof of {kind} {subject} lapses on {day}. Renew it before then, or the badge that rests on it lapses with it. How: GET /v1/businesses/{}/verification", claim.business;
                    zh: "{kind} {subject} 的证实将于 {day} 失效。请在此之前续期，否则以它为依据的徽章也会失效。方法见：GET /v1/businesses/{}/verification", claim.business)
                .into(),
                at: now,
            };
            if let Err(failure) = mailer.send(&mail).await {
                tracing::warn!(%failure, claim = %claim.id, "a reminder could not be sent");
            }
        }
    }
}
