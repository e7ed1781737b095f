//! Import runs: many batches that are one act to people, and can be undone as one.

use super::{Registry, RegistryError};
use crate::domain::{BusinessId, Profile, RunId};
use crate::service::author::Author;
use crate::store::{ImportRun, StoreError, Undone, Upsert, UpsertCounts};

/// Businesses that are undone in one transaction.
const STEP: u32 = 500;

/// A page of runs, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<ImportRun>,
    /// The run before which the next page starts, if there is one.
    pub next: Option<RunId>,
}

/// What undoing an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UndoReport {
    /// Businesses deleted again, and businesses as they were before.
    pub undone: Undone,
    /// Businesses that somebody has changed since the import, and that were left alone.
    pub left: u64,
}

impl Registry {
    /// Begins an import of a source, such as a file's name.
    pub async fn begin_import(&self, source: &str, by: &Author) -> Result<ImportRun, StoreError> {
        let id = RunId::new(self.world.new_id());
        let act = by.act(&self.world, "import.begin", Some(&id));
        let run = ImportRun {
            id,
            actor: by.actor.to_string(),
            source: source.chars().take(500).collect(),
            started_at: act.at,
            finished_at: None,
            undone_at: None,
            counts: UpsertCounts::default(),
            rejected: 0,
        };
        let told = serde_json::json!({"source": run.source});
        let act = act.changing(None, Some(told.to_string()));
        self.store.begin_run(&run, &act).await?;
        Ok(run)
    }

    /// Writes profiles by external id in one transaction, under no import.
    pub async fn upsert_batch(
        &self,
        profiles: Vec<Profile>,
        by: &Author,
    ) -> Result<UpsertCounts, StoreError> {
        self.write_batch(profiles, None, by).await
    }

    /// Writes profiles by external id in one transaction, as a part of an import or of none; about 1,000 at a time are fast. All
    /// or none. Of an author's organisation, those of others are left alone and counted as refused.
    pub async fn write_batch(
        &self,
        profiles: Vec<Profile>,
        run: Option<RunId>,
        by: &Author,
    ) -> Result<UpsertCounts, StoreError> {
        let (profiles, foreign) = self.without_foreign_parents(profiles, by).await?;
        let batch = profiles.into_iter().map(|profile| Upsert {
            id_if_new: BusinessId::new(self.world.new_id()),
            profile,
            organisation: by.organisation,
        });
        let mut act = by.act(&self.world, "registry.import", None);
        act.run = run;
        act.subject = run.map(|run| run.to_string());
        let mut counts = self.store.upsert_batch(batch.collect(), &act).await?;
        counts.refused += foreign;
        if counts.created + counts.updated > 0 {
            self.show().await;
        }
        Ok(counts)
    }

    /// The profiles that an author may write as far as their parents go, and how many others there were.
    async fn without_foreign_parents(
        &self,
        profiles: Vec<Profile>,
        by: &Author,
    ) -> Result<(Vec<Profile>, u64), StoreError> {
        let all = profiles.len();
        let mut kept = Vec::with_capacity(all);
        for profile in profiles {
            if self.may_join(profile.parent, by.organisation).await? {
                kept.push(profile);
            }
        }
        let foreign = (all - kept.len()) as u64;
        Ok((kept, foreign))
    }

    /// Ends an import, and says what it did.
    pub async fn finish_import(
        &self,
        run: RunId,
        rejected: u64,
        by: &Author,
    ) -> Result<ImportRun, StoreError> {
        let report = self.get_import(run).await?;
        let mut act = by.act(&self.world, "import.finish", Some(&run));
        let UpsertCounts {
            created,
            updated,
            unchanged,
            ..
        } = report.counts;
        let told = serde_json::json!({
            "created": created, "updated": updated, "unchanged": unchanged, "rejected": rejected,
        });
        act.after = Some(told.to_string());
        self.store.finish_run(run, rejected, &act).await?;
        self.get_import(run).await
    }

    /// One import.
    pub async fn get_import(&self, run: RunId) -> Result<ImportRun, StoreError> {
        let found = self.store.get_run(run).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("import {run}")))
    }

    /// Imports before one, newest first; of one actor only, if one is given.
    pub async fn list_imports(
        &self,
        before: Option<RunId>,
        actor: Option<&str>,
        limit: u32,
    ) -> Result<RunPage, StoreError> {
        let mut runs = self.store.list_runs(before, actor, limit + 1).await?;
        let more = runs.len() > limit as usize;
        runs.truncate(limit as usize);
        let next = runs.last().filter(|_| more).map(|run| run.id);
        Ok(RunPage { runs, next })
    }

    /// Undoes an import: businesses that it added are deleted, those that it changed are as they were before. What somebody has
    /// changed since is left alone. Cut off in between, it can be called again and goes on from there.
    pub async fn undo_import(&self, run: RunId, by: &Author) -> Result<UndoReport, RegistryError> {
        if let Some(at) = self.get_import(run).await?.undone_at {
            let detail = format!("import {run} was undone at {at}");
            return Err(StoreError::Conflict(detail).into());
        }
        let left = self.store.changed_since_run(run).await?;
        let mut undone = Undone::default();
        loop {
            let act = by.act(&self.world, "import.undo", Some(&run));
            let step = self.store.undo_some(run, STEP, &act).await?;
            if step == Undone::default() {
                break;
            }
            undone += step;
            self.show().await;
        }
        let told = serde_json::json!({
            "deleted": undone.deleted, "restored": undone.restored, "left": left,
        });
        let act = by.act(&self.world, "import.undone", Some(&run));
        let act = act.changing(None, Some(told.to_string()));
        self.store.finish_undo(run, &act).await?;
        Ok(UndoReport { undone, left })
    }
}
