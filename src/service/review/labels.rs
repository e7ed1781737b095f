//! Decided cases as labelled ones, in the format that training and evaluation read.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Review, ReviewError};
use crate::domain::{CaseId, RulingKind};
use crate::store::{CaseSecret, Decided};

/// Cases that are read at once.
const PAGE: u32 = 500;

/// A labelled case: the line of the cases and the line of the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledCase {
    /// The account, with an id.
    pub case: Value,
    /// What is known of it: `{"id","label","family","target","accept"}`.
    pub truth: Value,
}

impl Review {
    /// Hands over every case that was confirmed or cleared in a span and whose ruling can be undone no more; gives how many. An
    /// impostor of no business that the importer has a name for cannot be labelled, nor can an erased case.
    pub async fn export_labels<E: From<ReviewError>>(
        &self,
        from: Timestamp,
        to: Timestamp,
        mut each: impl FnMut(LabelledCase) -> Result<(), E>,
    ) -> Result<u64, E> {
        let now = self.world.now();
        let settled = now.checked_sub(crate::domain::Case::UNDO);
        let to = to.min(settled.unwrap_or(Timestamp::MIN));
        let (mut after, mut count) = (None, 0);
        loop {
            let page = self.store.decided_between(from, to, after, PAGE).await;
            let page = page.map_err(ReviewError::from)?;
            let ids: Vec<CaseId> = page.iter().map(|d| d.case).collect();
            let secrets = self.store.secrets_of(&ids).await;
            let mut secrets: std::collections::HashMap<CaseId, CaseSecret> =
                secrets.map_err(ReviewError::from)?.into_iter().collect();
            for decided in &page {
                let secret = secrets.remove(&decided.case);
                if let Some(labelled) = self.labelled(decided, secret).await? {
                    each(labelled)?;
                    count += 1;
                }
            }
            after = page.last().map(|d| (d.at, d.case));
            if page.len() < PAGE as usize {
                return Ok(count);
            }
        }
    }

    async fn labelled(
        &self,
        decided: &Decided,
        secret: Option<CaseSecret>,
    ) -> Result<Option<LabelledCase>, ReviewError> {
        let label = match decided.kind {
            RulingKind::ConfirmedImpostor => "impostor",
            RulingKind::Legitimate | RulingKind::AuthorisedRepresentative => "clean",
            _ => return Ok(None),
        };
        let Some(secret) = secret else {
            return Ok(None);
        };
        let key = self.intake.seal().open(decided.case, &secret.sealed_key);
        let Some(account) = key.and_then(|key| super::opened::account(&key, &secret)) else {
            return Ok(None);
        };
        let target = match label {
            "impostor" => match self.target(decided.case).await? {
                Some(target) => Some(target),
                None => return Ok(None),
            },
            _ => None,
        };
        let mut case = serde_json::to_value(&account).unwrap_or_default();
        case["id"] = json!(decided.case.to_string());
        let truth = json!({
            "id": decided.case.to_string(), "label": label, "family": "reviewed",
            "target": target, "accept": target.iter().collect::<Vec<_>>(),
        });
        Ok(Some(LabelledCase { case, truth }))
    }

    /// The importer's name of the business that a case is about.
    async fn target(&self, case: CaseId) -> Result<Option<String>, ReviewError> {
        let Some(business) = self.get(case).await?.business else {
            return Ok(None);
        };
        let found = self.store.get(business).await?;
        let external = found.and_then(|b| b.profile.external_id);
        Ok(external.map(|e| e.as_str().to_owned()))
    }
}
