//! Golden cases: copies of cases of which is known what is right, mixed into the queue to measure reviewers. They do nothing
//! but that, and nobody sees which they are before they are ruled on.

use jiff::Timestamp;

use super::{Review, ReviewError};
use crate::domain::{Case, CaseId, CaseState, Reach, RulingKind};
use crate::service::author::Author;
use crate::store::{CaseListing, StoreError};

/// Of so many pending cases one is golden.
const SHARE: u64 = 50;
/// Golden cases that wait at most.
const MOST: u64 = 20;
/// Closed cases from which one is drawn.
const DRAWN_FROM: u32 = 50;

impl Review {
    /// Copies a case whose ruling can be undone no more, as one that measures reviewers.
    pub async fn plant_golden(&self, id: CaseId, by: &Author) -> Result<CaseId, ReviewError> {
        let case = self.get(id).await?;
        let known = self.settled(&case).filter(|kind| kind.has_effect());
        let Some(expected) = known.filter(|_| case.golden.is_none()) else {
            let why =
                "only a case is copied that was confirmed or cleared, and can be undone no more";
            return Err(StoreError::Conflict(why.to_owned()).into());
        };
        let (key, secret) = self.key_of(id).await?;
        let account = key.open("account", &secret.account);
        let account = account.ok_or(ReviewError::Erased(id))?;
        let copy = CaseId::new(self.world.new_id());
        let act = by.act(&self.world, "case.golden", Some(&copy));
        let secret = self.intake.seal().secret(copy, &account);
        let golden = copied(&case, copy, expected, act.at);
        let secret = secret.ok_or(ReviewError::Erased(id))?;
        self.store.plant_golden(&golden, &secret, &act).await?;
        Ok(copy)
    }

    /// Keeps one golden case among fifty that wait, drawn from closed cases; gives how many were added.
    pub async fn mix_golden(&self) -> Result<u64, ReviewError> {
        let now = self.world.now();
        let pending = self.store.case_figures(now).await?.pending;
        let wanted = (pending / SHARE).min(MOST);
        let there = self.store.golden_pending().await?;
        let mut added = 0;
        for _ in there..wanted {
            let kinds = [RulingKind::ConfirmedImpostor, RulingKind::Legitimate];
            let [byte] = self.world.random::<1>();
            let listing = CaseListing {
                state: Some(CaseState::Closed),
                outcome: Some(kinds[usize::from(byte & 1)]),
                limit: DRAWN_FROM,
                ..CaseListing::default()
            };
            let closed = self.store.list_cases(&listing).await?;
            let drawn = u16::from_le_bytes(self.world.random());
            let Some(case) = closed.get(usize::from(drawn) % closed.len().max(1)) else {
                break;
            };
            match self.plant_golden(case.id, &Author::server()).await {
                Ok(_) => added += 1,
                // Erased, or a golden one itself: none this time.
                Err(ReviewError::Erased(_) | ReviewError::Store(StoreError::Conflict(_))) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(added)
    }
}

fn copied(case: &Case, id: CaseId, expected: RulingKind, at: Timestamp) -> Case {
    let mut copy = Case {
        id,
        version: 1,
        state: CaseState::Open,
        opened_at: at,
        updated_at: at,
        escalated: None,
        claim: None,
        proposal: None,
        standing: None,
        merged_into: None,
        golden: Some(expected),
        reach: Reach {
            reports: 0,
            independent: 0.0,
            ..case.reach
        },
        ..case.clone()
    };
    copy.priority = copy.priority_at(at);
    copy
}
