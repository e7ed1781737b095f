//! Emergencies: a hijacked account, a swapped SIM. One call, and no channel of the business counts.

use super::{Verification, VerificationError};
use crate::domain::{Business, BusinessId, HoldCause};
use crate::service::author::Author;
use crate::store::Hold;

impl Verification {
    /// Suspends a business at once, by its owner or a reviewer: nothing that was proved counts, and nothing that is proved
    /// meanwhile will.
    pub async fn suspend(
        &self,
        id: BusinessId,
        cause: HoldCause,
        by: &Author,
    ) -> Result<Business, VerificationError> {
        self.own(id, by).await?;
        let act = by.act(&self.world, "business.suspend", Some(&id));
        let business = (self.store)
            .set_hold(id, Some(cause), &self.policy, &act)
            .await?;
        self.show().await;
        Ok(business)
    }

    /// Lifts a suspension, by a reviewer. The badge comes back by fresh proof alone: whatever was proved while the business
    /// was suspended may have been proved by whoever it was suspended for.
    pub async fn lift_suspension(
        &self,
        id: BusinessId,
        by: &Author,
    ) -> Result<Business, VerificationError> {
        let act = by.act(&self.world, "business.lift_suspension", Some(&id));
        let business = self.store.set_hold(id, None, &self.policy, &act).await?;
        self.show().await;
        Ok(business)
    }

    /// Why a business is suspended, if somebody had it suspended.
    pub async fn hold_of(&self, id: BusinessId) -> Result<Option<Hold>, VerificationError> {
        Ok(self.store.hold_of(id).await?)
    }
}
