//! Checks: one account or a batch against the live index.
//!
//! Screening is work for the processor, so that it runs apart from the threads that answer requests, as many
//! at once as there are processors. A bounded number waits; who comes after that is told to come back.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::contract::AssessmentBody;
use super::live::{LiveIndex, Snapshot};
use super::world::World;
use crate::domain::{Account, AnswerLanguage, Assessment, CheckId, KeyId, Verdict};
use crate::engine::screening::{Options, model_version, screen};
use crate::store::{KeptCheck, Store, StoreError};

/// The version of the model that checks are made with.
pub fn model() -> &'static str {
    model_version()
}

/// Requests that may wait for a processor.
const QUEUE: usize = 512;

/// Why a check could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Too many wait already.
    #[error("too many checks are waiting; try again in a second")]
    Overloaded,
    /// The work was lost, which is a fault of ours.
    #[error("the check was interrupted")]
    Interrupted,
    /// The check could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How to check.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// Keep a digest and the coarse result.
    pub keep: bool,
    /// Write sentences.
    pub explain: bool,
    /// In which language.
    pub language: AnswerLanguage,
    /// Who asks.
    pub caller: Option<KeyId>,
}

/// Makes checks.
pub struct Checks {
    live: Arc<LiveIndex>,
    store: Arc<dyn Store>,
    world: World,
    queue: Semaphore,
    processors: Semaphore,
    prior: f64,
    digest_key: [u8; 32],
}

impl Checks {
    /// Checks against a live index; `prior` is the share of impostors before any evidence.
    pub fn new(live: Arc<LiveIndex>, store: Arc<dyn Store>, world: World, prior: f64) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let secret = store.identity().secret;
        Self {
            live,
            store,
            world,
            queue: Semaphore::new(QUEUE),
            processors: Semaphore::new(processors),
            prior,
            digest_key: blake3::derive_key("bonafide 2026 kept checks", &secret),
        }
    }

    /// Checks accounts in order, all against the same registry; kept ones get an id.
    pub async fn check(
        &self,
        accounts: Vec<Account>,
        how: How,
    ) -> Result<Vec<AssessmentBody>, CheckError> {
        let _place = self
            .queue
            .try_acquire()
            .map_err(|_| CheckError::Overloaded)?;
        let _turn = self
            .processors
            .acquire()
            .await
            .map_err(|_| CheckError::Interrupted)?;
        let snapshot = self.live.snapshot();
        let options = Options {
            prior: self.prior,
            explain: how.explain,
            language: how.language,
            ..Options::default()
        };
        let work = move || screen_all(&snapshot, accounts, &options);
        let done = tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| CheckError::Interrupted)?;
        let seq = done.registry_seq;
        let render =
            |(_, a): &(Account, Assessment)| AssessmentBody::render(a, model_version(), seq);
        let mut bodies: Vec<_> = done.screened.iter().map(render).collect();
        if how.keep {
            self.keep(&done, how.caller, &mut bodies).await?;
        }
        for (_, assessment) in &done.screened {
            count(assessment.verdict);
        }
        Ok(bodies)
    }

    async fn keep(
        &self,
        done: &Screened,
        caller: Option<KeyId>,
        bodies: &mut [AssessmentBody],
    ) -> Result<(), StoreError> {
        let at = self.world.now();
        let kept: Vec<KeptCheck> = done
            .screened
            .iter()
            .map(|(account, assessment)| KeptCheck {
                id: CheckId::new(self.world.new_id()),
                at,
                digest: self.digest(account, assessment),
                medium: account.medium,
                verdict: assessment.verdict,
                score: assessment.score,
                business_id: assessment.matches.first().map(|m| m.business_id),
                model: model_version().to_owned(),
                registry_seq: done.registry_seq,
                key_id: caller,
            })
            .collect();
        self.store.keep_checks(&kept).await?;
        for (body, check) in bodies.iter_mut().zip(&kept) {
            body.id = Some(check.id.to_string());
        }
        Ok(())
    }

    /// A keyed digest of the account's identity: its strongest key, so that checks of one account can be
    /// counted together without keeping whose number it is.
    fn digest(&self, account: &Account, assessment: &Assessment) -> [u8; 32] {
        let number = assessment.phone.as_ref().and_then(|p| p.number);
        let identity = number
            .map(|n| format!("phone:{}", n.e164))
            .or_else(|| {
                account
                    .handle
                    .as_ref()
                    .map(|h| format!("{}:{}", h.platform(), h.key()))
            })
            .or_else(|| {
                account
                    .website
                    .as_ref()
                    .map(|w| format!("domain:{}", w.domain().registrable()))
            })
            .or_else(|| account.email.as_ref().map(|e| format!("email:{}", e.key())))
            .or_else(|| {
                let country = account
                    .default_region
                    .map(|c| c.to_string())
                    .unwrap_or_default();
                account
                    .sender_id
                    .as_ref()
                    .map(|s| format!("sender:{country}:{}", s.key()))
            })
            .or_else(|| {
                account
                    .display_name
                    .as_ref()
                    .map(|n| format!("name:{}", n.as_str()))
            })
            .or_else(|| account.phone.as_ref().map(|p| format!("unread:{p}")))
            .unwrap_or_default();
        *blake3::keyed_hash(&self.digest_key, identity.as_bytes()).as_bytes()
    }
}

impl std::fmt::Debug for Checks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checks")
    }
}

struct Screened {
    screened: Vec<(Account, Assessment)>,
    registry_seq: u64,
}

fn screen_all(snapshot: &Snapshot, accounts: Vec<Account>, options: &Options) -> Screened {
    let screened = accounts.into_iter().map(|account| {
        let assessment = screen(&snapshot.index, &account, options);
        (account, assessment)
    });
    Screened {
        screened: screened.collect(),
        registry_seq: snapshot.registry_seq,
    }
}

fn count(verdict: Verdict) {
    metrics::counter!("bonafide_checks_total", "verdict" => verdict.as_str()).increment(1);
}
