//! Appeals against rulings.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Effects, RulingRecord, StoreError};
use crate::domain::{Act, Appeal, AppealId, AppealState, AppealStep, CaseId, ReasonCode};

/// An appeal as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealRecord {
    /// Its course.
    pub appeal: Appeal,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Why it was judged so, countable.
    pub reason: Option<ReasonCode>,
    /// What the appellant says, sealed by the case's key.
    pub grounds: Vec<u8>,
    /// What the appellant is told: the finding or the condition.
    pub finding: Option<Vec<u8>>,
    /// What the appellant answered to a condition.
    pub answer: Option<Vec<u8>>,
    /// The code that was sent to the account.
    pub code: Option<SentCode>,
    /// How many were sent.
    pub codes_sent: u32,
}

/// A code that was sent to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentCode {
    /// Keyed hash of it.
    pub hash: [u8; 32],
    /// Until when it works.
    pub until: Timestamp,
    /// How often it was tried.
    pub tries: u32,
}

/// What is written with a step of an appeal.
#[derive(Debug, Clone, Default)]
pub struct AppealTold {
    /// Why it is judged so.
    pub reason: Option<ReasonCode>,
    /// The finding or condition, sealed.
    pub finding: Option<Vec<u8>>,
    /// The answer, sealed.
    pub answer: Option<Vec<u8>>,
    /// The ruling that takes the place of the former, and what it does.
    pub instead: Option<(RulingRecord, Effects)>,
}

/// Appeals.
#[async_trait]
pub trait AppealStore: Send + Sync {
    /// Adds an appeal; the case becomes an appealed one with the first that is received. `Conflict` where it may not.
    async fn insert_appeal(
        &self,
        record: &AppealRecord,
        token_hash: &[u8; 32],
        act: &Act,
    ) -> Result<(), StoreError>;
    /// One appeal.
    async fn get_appeal(&self, id: AppealId) -> Result<Option<AppealRecord>, StoreError>;
    /// The appeal of a token.
    async fn find_appeal(&self, token_hash: &[u8; 32]) -> Result<Option<AppealRecord>, StoreError>;
    /// Appeals of a case, oldest first.
    async fn appeals_of(&self, case: CaseId) -> Result<Vec<AppealRecord>, StoreError>;
    /// Appeals in a state after one, oldest first.
    async fn list_appeals(
        &self,
        state: AppealState,
        after: Option<AppealId>,
        limit: u32,
    ) -> Result<Vec<AppealRecord>, StoreError>;
    /// Keeps a code that is about to be sent; `Conflict` when `most` were.
    async fn keep_code(
        &self,
        id: AppealId,
        code: &SentCode,
        most: u32,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Counts a wrong code; gives how often the present one was tried.
    async fn count_try(&self, id: AppealId, act: &Act) -> Result<u32, StoreError>;
    /// Lets an appeal take a step, and its case with it.
    async fn step_appeal(
        &self,
        id: AppealId,
        step: AppealStep,
        told: &AppealTold,
        act: &Act,
    ) -> Result<AppealRecord, StoreError>;
}
