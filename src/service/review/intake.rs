//! What opens a case or joins one: flagged checks, results of bulk screening, reports.

use std::sync::Arc;

use super::seal::CaseSeal;
use crate::domain::{
    Account, AccountKey, Act, Assessment, Badge, BusinessId, Case, CaseId, CaseState, Clusters,
    Reach,
};
use crate::engine::index::Index;
use crate::engine::name::Folded;
use crate::service::check::digest::Digests;
use crate::service::contract::AccountInput;
use crate::service::world::World;
use crate::store::{CaseSecret, Incoming, NewReport, Sealer, Store, StoreError, Taken};

/// Takes accounts in for review.
#[derive(Clone)]
pub struct Intake {
    store: Arc<dyn Store>,
    world: World,
    digests: Digests,
    cluster_key: [u8; 32],
    seal: Arc<CaseSeal>,
}

impl Intake {
    /// Into the cases of a store.
    pub fn new(store: Arc<dyn Store>, world: World) -> Self {
        let secret = store.identity().secret;
        Self {
            digests: Digests::new(&secret),
            cluster_key: blake3::derive_key("bonafide 2026 clusters of cases", &secret),
            seal: Arc::new(CaseSeal::new(&secret, world.clone())),
            store,
            world,
        }
    }

    /// The digest of an account's key.
    pub fn digest(&self, key: &AccountKey) -> [u8; 32] {
        self.digests.of_key(key)
    }

    /// The keys of cases.
    pub(super) fn seal(&self) -> &CaseSeal {
        &self.seal
    }

    /// An account with what a check answered, ready to be taken in; none where it has no strong key, so that nobody could say
    /// whose case it is.
    pub fn incoming(
        &self,
        account: &Account,
        assessment: &Assessment,
        index: &Index,
        report: Option<NewReport>,
        act: Act,
    ) -> Option<Incoming> {
        let key = AccountKey::of(account, assessment.phone.as_ref())?;
        let id = CaseId::new(self.world.new_id());
        let told = serde_json::to_vec(&AccountInput::from(account)).ok()?;
        let business = assessment.matches.first().map(|m| m.business_id);
        let mut case = Case {
            id,
            version: 1,
            key_digest: self.digests.of_key(&key),
            key_kind: key.kind(),
            state: CaseState::Open,
            business,
            verdict: assessment.verdict,
            score: assessment.score,
            signals: codes(assessment),
            medium: account.medium,
            reach: Reach {
                reports: 0,
                independent: 0.0,
                business: size(index, business),
            },
            priority: 0.0,
            opened_at: act.at,
            updated_at: act.at,
            escalated: None,
            claim: None,
            proposal: None,
            standing: None,
            merged_into: None,
            clusters: self.clusters(account, &key),
            golden: None,
        };
        case.priority = case.priority_at(act.at);
        Some(Incoming {
            secret: self.secret(id, &told)?,
            case,
            report,
            act,
        })
    }

    fn secret(&self, id: CaseId, account: &[u8]) -> Option<CaseSecret> {
        self.seal.secret(id, account)
    }

    /// Takes a batch in, all of it or nothing.
    pub async fn take(&self, batch: Vec<Incoming>) -> Result<Vec<Taken>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let sealer = Arc::clone(&self.seal) as Arc<dyn Sealer>;
        self.store.take_in(&batch, sealer).await
    }

    /// What an account has in common with others, as digests.
    fn clusters(&self, account: &Account, key: &AccountKey) -> Clusters {
        let digest = |kind: &str, value: &str| {
            let text = format!("{kind}:{value}");
            *blake3::keyed_hash(&self.cluster_key, text.as_bytes()).as_bytes()
        };
        let block = match key {
            AccountKey::Phone(number) => Some(number.as_u64() / 1_000),
            _ => None,
        };
        let name = account.display_name.as_ref();
        let name = name.map(|n| Folded::of(n.as_str()).glued());
        let site = account.website.as_ref();
        Clusters {
            block: block.map(|b| digest("block", &b.to_string())),
            name: name.filter(|n| !n.is_empty()).map(|n| digest("name", &n)),
            site: site.map(|s| digest("site", s.domain().registrable())),
        }
    }
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Intake")
    }
}

/// Codes of the signals that spoke for an impostor, weightiest first; one code once.
fn codes(assessment: &Assessment) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let told = assessment.signals.iter().filter(|s| s.weight > 0.0);
    for code in told.map(|s| s.code) {
        if !codes.iter().any(|c| c == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

/// The size of a business as far as the registry shows it.
fn size(index: &Index, business: Option<BusinessId>) -> f64 {
    let found = business.and_then(|id| index.business(id));
    found.map_or(1.0, |b| {
        Reach::of_business(b.channels.len(), b.badge == Badge::Official)
    })
}
