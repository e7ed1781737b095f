//! Checks: one account or a batch against the live index.
//!
//! Screening names is work for the processor, so that it runs apart from the threads that answer requests, as many
//! at once as there are processors. A bounded number waits; who comes after that is told to come back. An account
//! that is a number and nothing else takes some microseconds, less than handing it over, and is answered on the spot.

pub(in crate::service) mod digest;
mod pool;
mod replay;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use metrics::{Counter, counter};
use uuid::Uuid;

use self::digest::Digests;
use self::pool::Pool;
pub use self::replay::{Difference, Replay};
use super::author::Author;
use super::contract::AssessmentBody;
use super::live::{Impostors, LiveIndex, Snapshot};
use super::review::Intake;
use super::world::World;
use crate::domain::{
    Account, AccountKey, Actor, AnswerLanguage, Assessment, CheckId, KeyId, Verdict,
};
use crate::engine::index::Index;
use crate::engine::screening::{Options, model_version, screen};
pub use crate::store::KeptCheck;
use crate::store::{Store, StoreError};

/// The version of the model that checks are made with.
pub fn model() -> &'static str {
    model_version()
}

/// Why a check could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Too many wait already.
    #[error("too many checks are waiting; try again in a second")]
    Overloaded,
    /// The work was lost, which is a fault of ours.
    #[error("the check was interrupted")]
    Interrupted,
    /// A replay was asked for with an account that is not the kept check's. The values are not kept, so that
    /// nobody can say where the two differ.
    #[error(
        "this is not the account of check {0}: give every field, region and medium as they were given then"
    )]
    OtherAccount(CheckId),
    /// The check could not be kept, or there is none of this id.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How to check.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// Keep digests and the coarse result.
    pub keep: bool,
    /// Write sentences.
    pub explain: bool,
    /// In which language.
    pub language: AnswerLanguage,
    /// Who asks.
    pub caller: Option<KeyId>,
}

impl How {
    /// Who asks, as somebody whose check opens a case.
    fn author(&self) -> Author {
        Author::of(self.caller.map_or(Actor::Server, Actor::Key))
    }
}

/// What holds for every check.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The share of impostors before any evidence.
    pub prior: f64,
    /// How long a kept check can be replayed.
    pub kept_for: SignedDuration,
    /// Accounts that may be screened or wait for it at once; bare numbers are not counted.
    pub at_once: u32,
    /// The mildest verdict whose kept checks open a case; none where no check does.
    pub opens_cases: Option<Verdict>,
}

/// Makes checks.
pub struct Checks {
    live: Arc<LiveIndex>,
    store: Arc<dyn Store>,
    world: World,
    pool: Pool,
    rules: Rules,
    digests: Digests,
    intake: Intake,
    verdicts: Verdicts,
    /// Tells this process's index from those of others.
    process: Uuid,
}

impl Checks {
    /// Checks against a live index.
    pub fn new(live: Arc<LiveIndex>, store: Arc<dyn Store>, world: World, rules: Rules) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let digests = Digests::new(&store.identity().secret);
        Self {
            intake: Intake::new(Arc::clone(&store), world.clone()),
            live,
            store,
            process: world.new_id(),
            world,
            pool: Pool::new(processors, rules.at_once),
            rules,
            digests,
            verdicts: Verdicts::new(),
        }
    }

    /// Checks accounts in order, all against the same registry; kept ones get an id.
    pub async fn check(
        &self,
        accounts: Vec<Account>,
        how: How,
    ) -> Result<Vec<AssessmentBody>, CheckError> {
        let done = self.screen(accounts, &how, self.world.now()).await?;
        if !how.keep {
            return Ok(done.into_bodies());
        }
        let records = self.records(&done, how.caller);
        self.store.keep_checks(&records).await?;
        self.open_cases(&done, &how, &records).await?;
        let mut bodies = done.into_bodies();
        for (body, record) in bodies.iter_mut().zip(&records) {
            body.id = Some(record.id.to_string());
        }
        Ok(bodies)
    }

    /// Screens one account in full, for a case: as checks do, waiting for its turn.
    pub(in crate::service) async fn assess(
        &self,
        account: Account,
        language: AnswerLanguage,
    ) -> Result<(Assessment, Arc<Snapshot>), CheckError> {
        let how = How {
            keep: false,
            explain: true,
            language,
            caller: None,
        };
        let done = self.screen(vec![account], &how, self.world.now()).await?;
        let snapshot = Arc::clone(&done.snapshot);
        let assessed = done.accounts.into_iter().next();
        let (_, assessment) = assessed.ok_or(CheckError::Interrupted)?;
        Ok((assessment, snapshot))
    }

    /// Opens or joins a case for each kept check that is flagged, as the settings say.
    async fn open_cases(
        &self,
        done: &Screened,
        how: &How,
        records: &[KeptCheck],
    ) -> Result<(), CheckError> {
        let Some(mildest) = self.rules.opens_cases else {
            return Ok(());
        };
        let flagged = |verdict: Verdict| {
            matches!(verdict, Verdict::LikelyImpostor | Verdict::Suspicious) && verdict <= mildest
        };
        let by = how.author();
        let mut batch = Vec::new();
        for ((account, assessment), record) in done.accounts.iter().zip(records) {
            if flagged(assessment.verdict) {
                let mut act = by.act(&self.world, "case.check", None);
                act.at = record.at;
                let index = &done.snapshot.index;
                batch.extend(self.intake.incoming(account, assessment, index, None, act));
            }
        }
        self.intake.take(batch).await?;
        Ok(())
    }

    /// Screens accounts in order, as of an instant: on the spot what is looked up only, the rest when its turn comes.
    async fn screen(
        &self,
        accounts: Vec<Account>,
        how: &How,
        at: Timestamp,
    ) -> Result<Screened, CheckError> {
        let options = Options {
            prior: self.rules.prior,
            explain: how.explain,
            language: how.language,
            at: Some(at),
            ..Options::default()
        };
        let digests = self.digests;
        let done = if matches!(&accounts[..], [account] if is_number_only(account)) {
            screen_all(self.live.snapshot(), digests, accounts, &options)
        } else {
            let places = self.pool.places(accounts.len())?;
            let live = Arc::clone(&self.live);
            let work = move || screen_all(live.snapshot(), digests, accounts, &options);
            self.pool.run(places, work).await?
        };
        for (_, assessment) in &done.accounts {
            self.verdicts.count(assessment.verdict);
        }
        Ok(done)
    }

    /// What is kept of checks: digests and the coarse result.
    fn records(&self, done: &Screened, caller: Option<KeyId>) -> Vec<KeptCheck> {
        let at = self.world.now();
        let record = |(account, assessment): &(Account, Assessment)| {
            let phone = assessment.phone.as_ref();
            KeptCheck {
                id: CheckId::new(self.world.new_id()),
                at,
                digest: self.digests.of_identity(account, phone),
                input_digest: self.digests.of_input(account, phone),
                medium: account.medium,
                verdict: assessment.verdict,
                basis: assessment.basis,
                score: assessment.score,
                prior_log_odds: assessment.prior_log_odds,
                business_id: assessment.matches.first().map(|m| m.business_id),
                model: model_version().to_owned(),
                epoch: done.snapshot.epoch,
                registry_seq: done.snapshot.registry_seq,
                grown_in: done.grown().then_some(self.process),
                key_id: caller,
            }
        };
        done.accounts.iter().map(record).collect()
    }
}

impl std::fmt::Debug for Checks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checks")
    }
}

struct Screened {
    accounts: Vec<(Account, Assessment)>,
    snapshot: Arc<Snapshot>,
}

impl Screened {
    fn into_bodies(self) -> Vec<AssessmentBody> {
        let seq = self.snapshot.registry_seq;
        let accounts = self.accounts.into_iter();
        let render = |(_, a): (Account, Assessment)| AssessmentBody::of(a, model_version(), seq);
        accounts.map(render).collect()
    }

    /// Whether the index had grown change by change.
    fn grown(&self) -> bool {
        self.snapshot.index.only_segment().is_none()
    }
}

/// Longest text, in bytes, in which a number is looked for on the spot; in a longer one many stretches may be tried.
const BARE_NUMBER: usize = 40;

/// Whether there is no name to be compared, nor anything that is read as one, such as a link or a handle.
fn is_number_only(account: &Account) -> bool {
    let Account {
        phone: Some(phone),
        default_region: _,
        display_name: None,
        handle: None,
        website: None,
        email: None,
        sender_id: None,
        about: None,
        claimed_badge: _,
        catalogue,
        medium: _,
        language: _,
    } = account
    else {
        return false;
    };
    phone.len() <= BARE_NUMBER && catalogue.is_empty()
}

fn screen_all(
    snapshot: Arc<Snapshot>,
    digests: Digests,
    accounts: Vec<Account>,
    options: &Options,
) -> Screened {
    let accounts = accounts.into_iter().map(|account| {
        let assessment = screen_ruled(
            &snapshot.index,
            &snapshot.impostors,
            digests,
            &account,
            options,
        );
        (account, assessment)
    });
    Screened {
        accounts: accounts.collect(),
        snapshot,
    }
}

/// Screens an account; one that a reviewer ruled on is told of as such, which few are.
pub(super) fn screen_ruled(
    index: &Index,
    impostors: &Impostors,
    digests: Digests,
    account: &Account,
    options: &Options,
) -> Assessment {
    let assessment = screen(index, account, options);
    if impostors.is_empty() {
        return assessment;
    }
    let key = AccountKey::of(account, assessment.phone.as_ref());
    let ruled = key
        .zip(options.at)
        .and_then(|(key, at)| impostors.get(&digests.of_key(&key), at));
    match ruled {
        None => assessment,
        ruled => screen(index, account, &Options { ruled, ..*options }),
    }
}

/// The counters of verdicts, found once.
struct Verdicts(Vec<(Verdict, Counter)>);

impl Verdicts {
    fn new() -> Self {
        let counter = |&verdict: &Verdict| {
            let label = verdict.as_str();
            (
                verdict,
                counter!("bonafide_checks_total", "verdict" => label),
            )
        };
        Self(Verdict::ALL.iter().map(counter).collect())
    }

    fn count(&self, verdict: Verdict) {
        let counter = self.0.iter().find(|(counted, _)| *counted == verdict);
        if let Some((_, counter)) = counter {
            counter.increment(1);
        }
    }
}
