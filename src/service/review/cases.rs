//! The queue, claims, and a case with everything that is known of it.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::opened::{self, OpenedFile, OpenedNote, OpenedReport, OpenedRuling};
use super::seal::CaseKey;
use super::{Review, ReviewError};
use crate::domain::{Case, CaseId, CaseState, CaseStep, NoteId, ReportId, Text};
use crate::service::author::Author;
use crate::service::contract::{AccountInput, AssessmentBody};
use crate::store::{
    CaseEvent, CaseListing, CaseNote, CasePlace, CaseSecret, ImpostorKey, StoreError,
};

/// Which cases to list.
pub type CaseQuery = CaseListing;

/// Cases that a reviewer tries to take before the queue counts as empty for now.
const TRIED: u32 = 50;
/// Cases that housekeeping works on at once.
const SWEPT: u32 = 500;
/// How old a priority may be.
const REFRESHED: SignedDuration = SignedDuration::from_mins(10);
/// Reports that are read with a case; further ones by pages.
const REPORTS: u32 = 50;

/// A case in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The case.
    pub case: Case,
    /// Its account; none where that is erased.
    pub account: Option<AccountInput>,
}

/// A page of the queue.
#[derive(Debug, Clone)]
pub struct CasePage {
    /// The cases, by priority.
    pub cases: Vec<Listed>,
    /// Where the next page starts, if there is one.
    pub next: Option<CasePlace>,
}

/// A case with everything that is known of it.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The case.
    pub case: Case,
    /// Its account; none where that is erased.
    pub account: Option<AccountInput>,
    /// What happened to it, oldest first, 500 at most.
    pub events: Vec<CaseEvent>,
    /// Rulings, oldest first.
    pub rulings: Vec<OpenedRuling>,
    /// Reports, oldest first, the first 50.
    pub reports: Vec<OpenedReport>,
    /// Files of evidence.
    pub files: Vec<OpenedFile>,
    /// Notes, oldest first.
    pub notes: Vec<OpenedNote>,
    /// The key by which checks answer for the account now.
    pub impostor: Option<ImpostorKey>,
}

impl Review {
    /// A page of cases by priority. Claims that have lapsed by now are none.
    pub async fn list(&self, query: &CaseQuery) -> Result<CasePage, ReviewError> {
        self.release_lapsed().await?;
        let wanted = CaseListing {
            limit: query.limit + 1,
            ..query.clone()
        };
        let mut cases = self.store.list_cases(&wanted).await?;
        let more = cases.len() > query.limit as usize;
        cases.truncate(query.limit as usize);
        let next = cases.last().filter(|_| more).map(|case| CasePlace {
            priority: case.priority,
            id: case.id,
        });
        Ok(CasePage {
            cases: self.listed(cases).await?,
            next,
        })
    }

    /// Cases with their accounts.
    pub(super) async fn listed(&self, cases: Vec<Case>) -> Result<Vec<Listed>, ReviewError> {
        let ids: Vec<CaseId> = cases.iter().map(|c| c.id).collect();
        let mut accounts = self.accounts(&ids).await?;
        let listed = cases.into_iter().map(|case| Listed {
            account: accounts.remove(&case.id),
            case,
        });
        Ok(listed.collect())
    }

    /// The accounts of cases, by case, without those whose values are gone.
    pub async fn accounts(
        &self,
        cases: &[CaseId],
    ) -> Result<HashMap<CaseId, AccountInput>, ReviewError> {
        let secrets = self.store.secrets_of(cases).await?;
        let opened = |(id, secret): (CaseId, CaseSecret)| {
            let account = self.account_of(id, &secret)?;
            Some((id, account))
        };
        Ok(secrets.into_iter().filter_map(opened).collect())
    }

    fn account_of(&self, id: CaseId, secret: &CaseSecret) -> Option<AccountInput> {
        let key = self.intake.seal().open(id, &secret.sealed_key)?;
        opened::account(&key, secret)
    }

    /// The case alone.
    pub async fn get(&self, id: CaseId) -> Result<Case, ReviewError> {
        let found = self.store.get_case(id).await?;
        Ok(found.ok_or_else(|| StoreError::NotFound(format!("case {id}")))?)
    }

    /// A case with everything that is known of it.
    pub async fn open(&self, id: CaseId) -> Result<CaseFile, ReviewError> {
        let case = self.get(id).await?;
        let secret = self.store.secrets_of(&[id]).await?.pop();
        let key = secret.as_ref().and_then(|(_, secret)| {
            let key = self.intake.seal().open(id, &secret.sealed_key)?;
            Some((key, secret))
        });
        let account = key
            .as_ref()
            .and_then(|(key, secret)| opened::account(key, secret));
        let key = key.as_ref().map(|(key, _)| key);
        let rulings = self.store.rulings_of(id).await?.into_iter();
        let notes = self.store.case_notes(id).await?.into_iter();
        Ok(CaseFile {
            events: self.store.case_events(id, 0).await?,
            rulings: rulings.map(|r| opened::ruling(key, r)).collect(),
            reports: self.reports_of(id, None, REPORTS).await?,
            files: self.files_of(id).await?,
            notes: notes.map(|n| opened::note(key, n)).collect(),
            impostor: match case.golden {
                Some(_) => None,
                None => self.store.impostor_key_of(id).await?,
            },
            account,
            case,
        })
    }

    /// What a check says of a case's account now, with every signal.
    pub async fn assess(&self, id: CaseId) -> Result<AssessmentBody, ReviewError> {
        self.get(id).await?;
        let (key, secret) = self.key_of(id).await?;
        let account = opened::account(&key, &secret).ok_or(ReviewError::Erased(id))?;
        let account = account.parse()?;
        let (assessment, snapshot) = self.checks.assess(account, Self::LANGUAGE).await?;
        let model = crate::service::check::model();
        Ok(AssessmentBody::of(assessment, model, snapshot.registry_seq))
    }

    /// Reports of a case and of its duplicates after one, oldest first.
    pub async fn reports_of(
        &self,
        id: CaseId,
        after: Option<ReportId>,
        limit: u32,
    ) -> Result<Vec<OpenedReport>, ReviewError> {
        let records = self.store.reports_of(id, after, limit).await?;
        let keys = self.keys_of(records.iter().map(|r| r.case)).await?;
        let open = |record: crate::store::ReportRecord| {
            let key = keys.get(&record.case)?;
            Some(opened::report(key, record))
        };
        Ok(records.into_iter().filter_map(open).collect())
    }

    /// Files of a case and of its duplicates.
    pub async fn files_of(&self, id: CaseId) -> Result<Vec<OpenedFile>, ReviewError> {
        let records = self.store.files_of(id).await?;
        let keys = self.keys_of(records.iter().map(|r| r.case)).await?;
        let open = |record: crate::store::FileRecord| {
            let key = keys.get(&record.case);
            opened::file(key, record)
        };
        Ok(records.into_iter().map(open).collect())
    }

    /// The keys of cases that are not erased.
    pub(super) async fn keys_of(
        &self,
        cases: impl Iterator<Item = CaseId>,
    ) -> Result<HashMap<CaseId, CaseKey>, ReviewError> {
        let mut ids: Vec<CaseId> = cases.collect();
        ids.sort_unstable();
        ids.dedup();
        let secrets = self.store.secrets_of(&ids).await?;
        let open = |(id, secret): (CaseId, CaseSecret)| {
            let key = self.intake.seal().open(id, &secret.sealed_key)?;
            Some((id, key))
        };
        Ok(secrets.into_iter().filter_map(open).collect())
    }

    /// Takes a case for its reviewer alone, for half an hour; its holder takes it anew.
    pub async fn claim(&self, id: CaseId, by: &Author) -> Result<Case, ReviewError> {
        self.claim_at(id, None, by).await
    }

    pub(super) async fn claim_at(
        &self,
        id: CaseId,
        expected: Option<u64>,
        by: &Author,
    ) -> Result<Case, ReviewError> {
        let act = by.act(&self.world, "case.claim", Some(&id));
        let step = CaseStep::Claim {
            by: by.actor.to_string(),
            until: act.at.checked_add(Case::CLAIM).unwrap_or(Timestamp::MAX),
        };
        Ok(self.store.step_case(id, expected, &step, &act).await?)
    }

    /// Takes the first case of a queue that the reviewer may have: no case that it proposed a ruling for or escalated.
    pub async fn claim_next(&self, query: &CaseQuery, by: &Author) -> Result<Case, ReviewError> {
        self.release_lapsed().await?;
        let wanted = CaseListing {
            state: Some(CaseState::Open),
            limit: TRIED,
            ..query.clone()
        };
        for case in self.store.list_cases(&wanted).await? {
            match self.claim_at(case.id, Some(case.version), by).await {
                Ok(case) => return Ok(case),
                // Somebody else was faster, or it is not for this reviewer: the next one.
                Err(ReviewError::Store(StoreError::Conflict(_) | StoreError::Stale { .. })) => {}
                Err(error) => return Err(error),
            }
        }
        Err(ReviewError::QueueEmpty)
    }

    /// Gives a case back.
    pub async fn release(&self, id: CaseId, by: &Author) -> Result<Case, ReviewError> {
        let act = by.act(&self.world, "case.release", Some(&id));
        let step = CaseStep::Release {
            by: by.actor.to_string(),
        };
        Ok(self.store.step_case(id, None, &step, &act).await?)
    }

    /// Puts back what is held too long; gives how many cases.
    pub async fn release_lapsed(&self) -> Result<u64, StoreError> {
        let act = Author::server().act(&self.world, "case.lapse", None);
        self.store.release_lapsed(&act).await
    }

    /// Closes what was decided so long ago that nobody can appeal any more; gives how many cases.
    pub async fn close_old(&self, by: &Author) -> Result<u64, StoreError> {
        let act = by.act(&self.world, "case.close", None);
        let before = act.at.checked_sub(Case::APPEAL).unwrap_or(Timestamp::MIN);
        self.store.close_decided(before, SWEPT, &act).await
    }

    /// Computes priorities anew that are older than ten minutes; gives how many.
    pub async fn refresh(&self) -> Result<u64, StoreError> {
        let now = self.world.now();
        let before = now.checked_sub(REFRESHED).unwrap_or(Timestamp::MIN);
        self.store.refresh_priorities(before, now, SWEPT).await
    }

    /// Notes something on a case, for colleagues.
    pub async fn note(
        &self,
        id: CaseId,
        text: &Text<4_000>,
        by: &Author,
    ) -> Result<OpenedNote, ReviewError> {
        self.get(id).await?;
        let (key, _) = self.key_of(id).await?;
        let sealed = key.seal("note", text.as_str().as_bytes());
        let act = by.act(&self.world, "case.note", Some(&id));
        let note = CaseNote {
            id: NoteId::new(self.world.new_id()),
            at: act.at,
            by: by.actor.to_string(),
            text: sealed.ok_or(ReviewError::Erased(id))?,
        };
        self.store.add_case_note(id, &note, &act).await?;
        Ok(opened::note(Some(&key), note))
    }

    /// Destroys what is known of a case's account; the case is closed, its history stays.
    pub async fn erase(&self, id: CaseId, by: &Author) -> Result<(), ReviewError> {
        let act = by.act(&self.world, "case.erase", Some(&id));
        Ok(self.store.erase_case(id, &act).await?)
    }
}
