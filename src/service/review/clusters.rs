//! What cases have in common, and rulings on many cases at once: by a filter, with a preview, and undone together.

use super::{CaseQuery, Listed, Review, ReviewError, RulingTerms};
use crate::domain::{BulkId, Case, CaseId, CaseState, RulingState};
use crate::service::author::Author;
use crate::store::{CaseListing, ClusterKey, StoreError};

/// Most cases of one ruling.
pub const MOST: u32 = 500;
/// Cases that are shown of each cluster, and of a preview.
const SHOWN: u32 = 20;

/// Cases that have something in common with one.
#[derive(Debug, Clone, Default)]
pub struct Clusters {
    /// The same block of 1,000 numbers.
    pub block: Vec<Listed>,
    /// The same folded name.
    pub name: Vec<Listed>,
    /// The same website.
    pub site: Vec<Listed>,
    /// Reported by the same people.
    pub reporters: Vec<Listed>,
}

/// What a ruling on many cases would be on.
#[derive(Debug, Clone)]
pub struct BulkPreview {
    /// How many cases, 500 at most.
    pub count: usize,
    /// The first 20.
    pub first: Vec<Listed>,
    /// Names these cases as they are now; the ruling is refused when they have changed.
    pub token: String,
}

/// What a ruling on many cases did.
#[derive(Debug, Clone)]
pub struct BulkDone {
    /// By which it can be undone.
    pub id: BulkId,
    /// Cases on which it stands.
    pub ruled: u64,
    /// Cases for which it waits for a second person.
    pub proposed: u64,
    /// Cases that were left alone, and why.
    pub skipped: Vec<(CaseId, String)>,
}

impl Review {
    /// Cases that have something in common with one; none of them is closed but those of the same reporters.
    pub async fn clusters(&self, id: CaseId) -> Result<Clusters, ReviewError> {
        let case = self.get(id).await?;
        let common = case.clusters;
        let reporters = self.store.cases_by_reporters(id, SHOWN).await?;
        Ok(Clusters {
            block: self
                .alike(&case, common.block.map(ClusterKey::Block))
                .await?,
            name: self.alike(&case, common.name.map(ClusterKey::Name)).await?,
            site: self.alike(&case, common.site.map(ClusterKey::Site)).await?,
            reporters: self.listed(reporters).await?,
        })
    }

    async fn alike(
        &self,
        case: &Case,
        cluster: Option<ClusterKey>,
    ) -> Result<Vec<Listed>, ReviewError> {
        let Some(cluster) = cluster else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for state in [CaseState::Open, CaseState::Claimed, CaseState::Decided] {
            let query = CaseListing {
                state: Some(state),
                cluster: Some(cluster),
                limit: SHOWN + 1,
                ..CaseListing::default()
            };
            found.extend(self.store.list_cases(&query).await?);
        }
        found.retain(|other| other.id != case.id);
        found.truncate(SHOWN as usize);
        self.listed(found).await
    }

    /// Says on which open cases a ruling by a filter would be.
    pub async fn preview(&self, query: &CaseQuery) -> Result<BulkPreview, ReviewError> {
        let cases = self.bulk_cases(query).await?;
        let token = self.bulk_token(&cases);
        let count = cases.len();
        let first = cases.into_iter().take(SHOWN as usize).collect();
        Ok(BulkPreview {
            count,
            first: self.listed(first).await?,
            token,
        })
    }

    /// Rules on every open case of a filter, as it was previewed. Each is a ruling of its own, with all that goes with one.
    pub async fn decide_bulk(
        &self,
        query: &CaseQuery,
        token: &str,
        terms: &RulingTerms,
        by: &Author,
    ) -> Result<BulkDone, ReviewError> {
        let cases = self.bulk_cases(query).await?;
        if self.bulk_token(&cases) != token {
            let why = "the cases of this filter have changed since the preview; look at them again";
            return Err(StoreError::Conflict(why.to_owned()).into());
        }
        let mut done = BulkDone {
            id: BulkId::new(self.world.new_id()),
            ruled: 0,
            proposed: 0,
            skipped: Vec::new(),
        };
        for case in cases {
            match self.decide_one(&case, terms, done.id, by).await {
                Ok(ruled) if ruled.standing.is_some() => done.ruled += 1,
                Ok(_) => done.proposed += 1,
                Err(error) => done.skipped.push((case.id, error.to_string())),
            }
        }
        Ok(done)
    }

    async fn decide_one(
        &self,
        case: &Case,
        terms: &RulingTerms,
        bulk: BulkId,
        by: &Author,
    ) -> Result<Case, ReviewError> {
        let claimed = self.claim_at(case.id, Some(case.version), by).await?;
        let ruled = self
            .decide_in(case.id, claimed.version, terms, Some(bulk), by)
            .await;
        if ruled.is_err() {
            self.release(case.id, by).await?;
        }
        ruled
    }

    /// Undoes a ruling on many cases, on each where it still can be.
    pub async fn undo_bulk(&self, bulk: BulkId, by: &Author) -> Result<BulkDone, ReviewError> {
        let rulings = self.store.rulings_of_bulk(bulk).await?;
        if rulings.is_empty() {
            return Err(StoreError::NotFound(format!("ruling {bulk}")).into());
        }
        let mut done = BulkDone {
            id: bulk,
            ruled: 0,
            proposed: 0,
            skipped: Vec::new(),
        };
        for ruling in rulings {
            if ruling.state != RulingState::Standing {
                continue;
            }
            let version = self.get(ruling.case).await?.version;
            match self.undo(ruling.case, version, by).await {
                Ok(_) => done.ruled += 1,
                Err(error) => done.skipped.push((ruling.case, error.to_string())),
            }
        }
        Ok(done)
    }

    async fn bulk_cases(&self, query: &CaseQuery) -> Result<Vec<Case>, ReviewError> {
        let query = CaseListing {
            state: Some(CaseState::Open),
            after: None,
            limit: MOST,
            ..query.clone()
        };
        Ok(self.store.list_cases(&query).await?)
    }

    fn bulk_token(&self, cases: &[Case]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.token_key);
        for case in cases {
            hasher.update(case.id.as_uuid().as_bytes());
            hasher.update(&case.version.to_le_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }
}
