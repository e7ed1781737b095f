//! Making, ending and replacing keys.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Access, KEY_PREFIX, Scope};
use crate::domain::{KeyId, OrganisationId};
use crate::service::author::Author;
use crate::store::{KeyRecord, StoreError};

/// A key just made; its secret is shown once.
#[derive(Clone)]
pub struct NewKey {
    /// What is kept.
    pub record: KeyRecord,
    /// The whole key.
    pub token: String,
}

/// What a key is to allow.
#[derive(Debug, Clone, Default)]
pub struct KeyTerms {
    /// What people call it, 1–100 characters.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// When it lapses, if ever.
    pub expires_at: Option<Timestamp>,
    /// The organisation whose businesses alone it writes.
    pub organisation: Option<OrganisationId>,
    /// Most requests a minute.
    pub rate_per_minute: Option<u32>,
    /// Most units a calendar month.
    pub monthly_quota: Option<u64>,
}

impl Access {
    /// Makes a key.
    pub async fn create(&self, terms: KeyTerms, by: &Author) -> Result<NewKey, StoreError> {
        let key = self.new_key(terms);
        let act = by.act(&self.world, "key.create", Some(&key.record.id));
        let act = act.changing(None, Some(told(&key.record).to_string()));
        self.store.insert_key(&key.record, &act).await?;
        self.refresh().await?;
        Ok(key)
    }

    /// Every key, revoked ones too, oldest first.
    pub async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.list_keys().await
    }

    /// One key.
    pub async fn get(&self, id: KeyId) -> Result<KeyRecord, StoreError> {
        let found = self.store.get_key(id).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("key {id}")))
    }

    /// Revokes a key: at once here, within [`super::REFRESH`] in other processes. Once is enough: the first instant counts.
    pub async fn revoke(&self, id: KeyId, by: &Author) -> Result<(), StoreError> {
        let act = by.act(&self.world, "key.revoke", Some(&id));
        self.store.revoke_key(id, &act).await?;
        self.refresh().await
    }

    /// Makes a key of the same terms that takes another's place; the other one works on for `overlap`.
    pub async fn rotate(
        &self,
        id: KeyId,
        overlap: SignedDuration,
        by: &Author,
    ) -> Result<NewKey, StoreError> {
        let old = self.get(id).await?;
        let now = self.world.now();
        let lifetime = old.expires_at.map(|at| at.duration_since(old.created_at));
        let new = self.new_key(KeyTerms {
            name: old.name.clone(),
            scopes: old.scopes.iter().filter_map(|s| s.parse().ok()).collect(),
            expires_at: lifetime
                .map(|lifetime| now.checked_add(lifetime).unwrap_or(Timestamp::MAX)),
            organisation: old.organisation,
            rate_per_minute: old.rate_per_minute,
            monthly_quota: old.monthly_quota,
        });
        let ends_at = now.checked_add(overlap).unwrap_or(Timestamp::MAX);
        let act = by.act(&self.world, "key.rotate", Some(&id)).changing(
            None,
            Some(
                json!({"successor": new.record.id.to_string(), "expires_at": ends_at.to_string()})
                    .to_string(),
            ),
        );
        self.store
            .rotate_key(id, ends_at, &new.record, &act)
            .await?;
        self.refresh().await?;
        Ok(new)
    }

    fn new_key(&self, terms: KeyTerms) -> NewKey {
        let id = KeyId::new(self.world.new_id());
        let secret: [u8; 32] = self.world.random();
        let secret = blake3::Hash::from_bytes(secret).to_hex();
        let record = KeyRecord {
            id,
            name: terms.name,
            secret_hash: self.hash(id, &secret),
            scopes: terms.scopes.iter().map(ToString::to_string).collect(),
            created_at: self.world.now(),
            expires_at: terms.expires_at,
            revoked_at: None,
            last_used_at: None,
            uses: 0,
            organisation: terms.organisation,
            rate_per_minute: terms.rate_per_minute,
            monthly_quota: terms.monthly_quota,
            successor: None,
        };
        let token = format!("{KEY_PREFIX}{}_{secret}", id.as_uuid().simple());
        NewKey { record, token }
    }
}

/// What the audit log says of a key: all but its hash.
fn told(key: &KeyRecord) -> Value {
    json!({
        "name": key.name,
        "scopes": key.scopes,
        "expires_at": key.expires_at.map(|at| at.to_string()),
        "organisation": key.organisation.map(|id| id.to_string()),
        "rate_per_minute": key.rate_per_minute,
        "monthly_quota": key.monthly_quota,
    })
}

/// The id and the secret of a whole key.
pub(super) fn split(token: &str) -> Option<(KeyId, &str)> {
    let (id, secret) = token.strip_prefix(KEY_PREFIX)?.split_once('_')?;
    let id = format!("{}{id}", KeyId::PREFIX).parse().ok()?;
    (secret.len() == 64).then_some((id, secret))
}
