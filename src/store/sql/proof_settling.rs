//! What follows from claims: the proofs of channels and the badges of their businesses, in the transaction that changes them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::business_rows::{
    BusinessRow, Known, clear_channels, keep_versions, write_businesses, write_channels,
};
use super::claims::{self, Claimant};
use super::feed::append_change;
use super::proof::{held, hold_in};
use super::{Connection, DbStore, Failure, audit, badge_log, proof_code, proof_rows};
use crate::domain::{
    Act, BadgeEvent, Business, BusinessId, Claim, ClaimId, HoldCause, Profile, ProofPolicy,
    Provenance,
};
use crate::store::{Settled, StoreError, document};

/// Writes claims as they are to be, and what follows for their businesses, in one transaction.
pub(super) async fn change(
    store: &DbStore,
    changes: &[Claim],
    policy: &ProofPolicy,
    act: &Act,
) -> Result<Settled, Failure> {
    let mut of_business: BTreeMap<BusinessId, Vec<&Claim>> = BTreeMap::new();
    for change in changes {
        of_business.entry(change.business).or_default().push(change);
    }
    let mut tx = store.begin().await?;
    let mut settling = Settling::default();
    // In the order of their ids, so that two batches never wait for each other in a circle.
    for (id, changes) in of_business {
        match held(&mut tx, id).await {
            Ok(business) => {
                let claims = settling.write(&mut tx, id, &changes).await?;
                settling
                    .settle(&mut tx, &business, &claims, policy, act.at)
                    .await?;
            }
            Err(Failure {
                error: StoreError::NotFound(_),
                ..
            }) => settling.stale.extend(changes.iter().map(|c| c.id)),
            Err(failure) => return Err(failure),
        }
    }
    if settling.is_nothing() {
        return Ok(settling.into_settled());
    }
    settling.finish(&mut tx, act).await?;
    tx.commit().await?;
    Ok(settling.into_settled())
}

/// Holds a business, or lets it go, and voids its claims.
pub(super) async fn set_hold(
    store: &DbStore,
    id: BusinessId,
    cause: Option<HoldCause>,
    policy: &ProofPolicy,
    act: &Act,
) -> Result<Business, Failure> {
    let mut tx = store.begin().await?;
    let business = held(&mut tx, id).await?;
    let done = match cause {
        Some(cause) => {
            sqlx::query(
                "INSERT INTO badge_hold (business_id, cause, at, actor) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            )
            .bind(id.as_uuid())
            .bind(cause.as_str())
            .bind(act.at.as_microsecond())
            .bind(act.actor.to_string())
            .execute(&mut *tx)
            .await?
        }
        None => {
            sqlx::query("DELETE FROM badge_hold WHERE business_id = $1")
                .bind(id.as_uuid())
                .execute(&mut *tx)
                .await?
        }
    };
    if done.rows_affected() == 0 {
        let already = cause.map_or("is not suspended", |_| "is suspended already");
        return Err(StoreError::Conflict(format!("business {id} {already}")).into());
    }
    proof_rows::void(&mut tx, &[id.as_uuid()], act.at).await?;
    let claims = proof_rows::of_business(&mut tx, id).await?;
    let mut settling = Settling::default();
    settling
        .settle(&mut tx, &business, &claims, policy, act.at)
        .await?;
    if let Some(cause) = cause {
        settling.after.push(json!({"cause": cause.as_str()}));
    }
    settling.finish(&mut tx, act).await?;
    tx.commit().await?;
    let settled = settling.into_settled().businesses.pop();
    Ok(settled.unwrap_or(business))
}

/// What one transaction changes of claims and their businesses.
#[derive(Default)]
struct Settling {
    stale: Vec<ClaimId>,
    /// Businesses as they were and as they are to be.
    businesses: Vec<(Business, Business)>,
    before: Vec<Value>,
    after: Vec<Value>,
    written: usize,
}

impl Settling {
    fn is_nothing(&self) -> bool {
        self.written == 0 && self.businesses.is_empty()
    }

    /// Writes changes of one business's claims; gives all its claims as they are then.
    async fn write(
        &mut self,
        tx: &mut Connection,
        business: BusinessId,
        changes: &[&Claim],
    ) -> Result<Vec<Claim>, Failure> {
        let mut claims = proof_rows::of_business(tx, business).await?;
        for &change in changes {
            let old = claims.iter_mut().find(|c| c.id == change.id);
            let Some(old) = old.filter(|old| old.version + 1 == change.version) else {
                self.stale.push(change.id);
                continue;
            };
            let new = change.evidence.as_ref();
            let new = new.filter(|e| old.evidence.as_ref().is_none_or(|o| o.id != e.id));
            if let Some(evidence) = new {
                if change.kind().is_by_code() && !proof_code::use_up(tx, change, evidence).await? {
                    self.stale.push(change.id);
                    continue;
                }
                proof_rows::keep_evidence(tx, change.id, evidence).await?;
            }
            proof_rows::update(tx, change).await?;
            if old.state != change.state {
                self.before.push(told(old));
                self.after.push(told(change));
            }
            self.written += 1;
            old.clone_from(change);
        }
        Ok(claims)
    }

    /// Finds what follows for a business.
    async fn settle(
        &mut self,
        tx: &mut Connection,
        business: &Business,
        claims: &[Claim],
        policy: &ProofPolicy,
        at: Timestamp,
    ) -> Result<(), Failure> {
        let hold = hold_in(tx, business.id).await?;
        let next = business.settled(claims, hold.is_some(), policy, at);
        if next != *business {
            let next = Business {
                updated_at: at,
                version: business.version + 1,
                ..next
            };
            self.before.push(standing(business));
            self.after.push(standing(&next));
            self.businesses.push((business.clone(), next));
        }
        Ok(())
    }

    /// Writes the businesses, the entry of the audit log, and the place in the change feed.
    async fn finish(&self, tx: &mut Connection, act: &Act) -> Result<(), Failure> {
        let ids: Vec<Uuid> = (self.businesses.iter())
            .map(|(_, next)| next.id.as_uuid())
            .collect();
        if !ids.is_empty() {
            let rows = self.businesses.iter().map(|(_, b)| BusinessRow::of(b, act));
            let rows: Vec<BusinessRow> = rows.collect();
            let profiles: Vec<(Uuid, &Profile)> = (self.businesses.iter())
                .map(|(_, b)| (b.id.as_uuid(), &b.profile))
                .collect();
            keep_versions(tx, &ids).await?;
            write_businesses(tx, &rows, Known::Overwrite).await?;
            clear_channels(tx, &ids).await?;
            write_channels(tx, &profiles).await?;
        }
        let told = |list: &[Value]| json!({"changed": list}).to_string();
        let (before, after) = (told(&self.before), told(&self.after));
        audit::record(tx, &act.clone().changing(Some(before), Some(after))).await?;
        let changes = self.businesses.iter();
        let events =
            changes.flat_map(|(old, new)| BadgeEvent::of_change(Some(old), Some(new), act));
        badge_log::append(tx, &events.collect::<Vec<_>>()).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let claimants = self.businesses.iter().map(|(old, next)| {
            // What was merely listed and is proved now is claimed anew: another may have proved it, too.
            let mut before = claims::of(&next.profile);
            for key in newly_proved(&old.profile, &next.profile) {
                before.remove(&key);
            }
            Claimant::new(next, &before)
        });
        let claimants: Vec<Claimant> = claimants.collect();
        // Nobody is refused who has proved a channel; where another has, too, a reviewer looks at it.
        claims::open_conflicts(tx, &claimants, act.at).await?;
        append_change(tx, &ids, act.at).await?;
        Ok(())
    }

    fn into_settled(self) -> Settled {
        Settled {
            stale: self.stale,
            businesses: self.businesses.into_iter().map(|(_, next)| next).collect(),
        }
    }
}

/// The channels that are proved in a profile and were not before.
fn newly_proved(old: &Profile, next: &Profile) -> BTreeSet<(&'static str, String)> {
    let proved = |profile: &Profile| -> BTreeSet<_> {
        let channels = profile.channels.iter();
        let proved = channels.filter(|c| c.provenance == Provenance::Proved);
        proved.map(|c| document::channel_key(&c.value)).collect()
    };
    &proved(next) - &proved(old)
}

fn told(claim: &Claim) -> Value {
    json!({"claim_id": claim.id.to_string(), "kind": claim.kind().as_str(), "state": claim.state.as_str()})
}

fn standing(business: &Business) -> Value {
    json!({
        "business_id": business.id.to_string(),
        "badge": business.badge.as_str(),
        "badge_state": business.badge_state.as_str(),
        "version": business.version,
    })
}
