//! Where things are kept: one trait per aggregate, and the engines that implement them.
//!
//! A method is one transaction. A transaction that changes the registry takes one number of the change feed
//! as its last statement, so that followers who read `seq > cursor` miss nothing (a plain sequence lost 806
//! of 2,319 commits when measured).
//!
//! SQLite and PostgreSQL understand the same statements but for a few, so that a statement stands once, under
//! `store/sql`. Those files are compiled once for each engine, as parts of `sqlite` and of `postgres`, with the
//! types of its driver and the few statements of its own (`LOCK_IN_ORDER`, `SEARCH`, `ALL`) from the module above
//! them: plain code on typed pools, without bounds on every function and without a second copy.

/// What is read of a business. Named, since a statement with `*` prepared before a migration fails after it.
macro_rules! business_columns {
    () => {
        "id, external_id, profile, badge, badge_state, organisation_id, version, created_at, updated_at"
    };
}

/// What every listing asks of a business, each only where it is given.
macro_rules! filters {
    () => {
        " AND ($1 IS NULL OR country = $1) AND ($2 IS NULL OR category = $2) AND ($5 IS NULL OR badge = $5)
          AND ($6 IS NULL OR organisation_id = $6) AND ($7 IS NULL OR updated_at >= $7)
          AND ($8 IS NULL OR EXISTS (SELECT 1 FROM business_label WHERE label_id = $8 AND business_id = business.id))"
    };
}

/// The search by name. Exact names come first, then names that start with the text: `search_text` has each name on
/// a line of its own. Engines differ in the names of two functions.
macro_rules! search_statement {
    ($position:literal, $character:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            business_columns!(),
            ", CAST(CASE WHEN ",
            $position,
            "(search_text, ",
            $character,
            "(10) || $9 || ",
            $character,
            "(10)) > 0 THEN 0 WHEN ",
            $position,
            "(search_text, ",
            $character,
            "(10) || $9) > 0 THEN 1 ELSE 2 END AS BIGINT) AS place_rank FROM business WHERE ",
            $position,
            "(search_text, $9) > 0",
            filters!(),
            ") found WHERE (place_rank, id) > ($10, $3) ORDER BY place_rank, id LIMIT $4"
        )
    };
}

mod appeals;
mod audit;
mod badge_log;
mod cases;
mod conflicts;
mod desk;
mod document;
mod error;
mod failure;
mod history;
mod organisations;
mod people;
pub mod postgres;
mod proof;
mod reports;
mod rulings;
mod runs;
pub mod sqlite;

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Act, AuditHead, Badge, Business, BusinessId, CheckId, Country, ExternalId, KeyId, KeyState,
    LabelId, Medium, OrganisationId, Profile, Provenance, Verdict,
};

pub use appeals::{AppealRecord, AppealStore, AppealTold, SentCode};
pub use audit::{AuditEntry, AuditListing};
pub use badge_log::{BadgeLogEntry, BadgeLogListing, BadgeLogStore};
pub use cases::{
    CaseEvent, CaseListing, CasePlace, CaseSecret, CaseStore, ClusterKey, Incoming, NewReport,
    Sealer, Taken,
};
pub use conflicts::{ChannelConflict, ConflictStore, ContestedChannel};
pub use desk::{CaseFigures, CaseNote, Decided, DeskStore, GoldenResult, Template, View};
pub use error::StoreError;
use failure::{Failure, keepable, retrying};
pub use history::{Made, Version};
pub use organisations::{Label, LabelStore, Note, Organisation, OrganisationStore};
pub use people::{
    Ended, Lockout, ProviderIdentity, SecondFactor, SessionRecord, SessionStore, UserRecord,
    UserSecretStore, UserStore,
};
pub use proof::{CodeLimits, CodePlace, CodeTry, Hold, NewCode, OutsideRef, ProofStore, Settled};
pub use reports::{FileRecord, ReportRecord, ReportStore};
pub use rulings::{ChannelRequest, Effects, ImpostorKey, RulingRecord, RulingStore};
pub use runs::{ImportRun, RunStore, Undone};

/// What makes a database itself.
#[derive(Clone)]
pub struct Identity {
    /// Random id of the database; part of the epoch of its change numbers.
    pub epoch: Uuid,
    /// Key of its digests and of the hashes of its API keys.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

/// A profile to write, and the id that it gets if it is new.
#[derive(Debug, Clone)]
pub struct Upsert {
    /// Used only when no business has the profile's external id.
    pub id_if_new: BusinessId,
    /// What to write.
    pub profile: Profile,
    /// The organisation that writes, which owns what it adds and changes nothing of others; none for one that may change
    /// everything.
    pub organisation: Option<OrganisationId>,
}

/// What a batch of upserts did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UpsertCounts {
    /// Businesses that were not there.
    pub created: u64,
    /// Businesses whose profile changed.
    pub updated: u64,
    /// Businesses that were there with the same profile.
    pub unchanged: u64,
    /// Businesses of others than the organisation that writes, left alone.
    pub refused: u64,
}

impl std::ops::AddAssign for UpsertCounts {
    fn add_assign(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.refused += other.refused;
    }
}

/// A place in the change feed of one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedPlace {
    /// The database, and the branch of its history, that gave the number; those of two cannot be compared.
    pub epoch: Uuid,
    /// The change number.
    pub seq: u64,
}

/// The registry after a place.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The number up to which these changes lead.
    pub seq: u64,
    /// Businesses as they are now.
    pub upserts: Vec<Business>,
    /// Businesses that are gone.
    pub removed: Vec<BusinessId>,
    /// Keys of confirmed impostors that were added, changed or ended, as they are now.
    pub impostors: Vec<ImpostorKey>,
    /// The feed does not reach back to the place asked for, or is another one: load anew.
    pub too_old: bool,
    /// There are later changes, which were left for the next time.
    pub more: bool,
}

/// Which businesses to list. Pages follow each other by `after`.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Only those at home in this country.
    pub country: Option<Country>,
    /// Only those of this category.
    pub category: Option<String>,
    /// Only those with this badge.
    pub badge: Option<Badge>,
    /// Only those that bear this label.
    pub label: Option<LabelId>,
    /// Only those of this organisation.
    pub organisation: Option<OrganisationId>,
    /// Only those that changed at this instant or later.
    pub changed_since: Option<Timestamp>,
    /// Only those with this text, in lower case, in a name; exact names come first, then names that start with it.
    pub search: Option<String>,
    /// The place after which to go on.
    pub after: Option<ListPlace>,
    /// Most rows.
    pub limit: u32,
}

/// A place in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPlace {
    /// How well the name fits the search: 0 exact, 1 start, 2 within; 0 without a search.
    pub rank: u8,
    /// The business.
    pub id: BusinessId,
}

/// The registry of businesses.
#[async_trait]
pub trait BusinessStore: Send + Sync {
    /// Writes profiles, by external id, in one transaction; a profile without one is always new.
    /// Of several with one external id, the last counts. A business without one is found by its own id (`biz_…`) in
    /// that place, and goes on without.
    async fn upsert_batch(&self, batch: Vec<Upsert>, act: &Act)
    -> Result<UpsertCounts, StoreError>;

    /// Adds a business; `Conflict` when its external id is taken. Gives the change number.
    async fn insert(&self, business: &Business, act: &Act) -> Result<u64, StoreError>;

    /// Replaces a business whose version is `expected`; `Stale` otherwise. Gives the change number.
    async fn replace(
        &self,
        business: &Business,
        expected: u64,
        act: &Act,
    ) -> Result<u64, StoreError>;

    /// Deletes a business, when its version is `expected` if that is given. Gives the change number.
    async fn delete(
        &self,
        id: BusinessId,
        expected: Option<u64>,
        act: &Act,
    ) -> Result<u64, StoreError>;

    /// One business.
    async fn get(&self, id: BusinessId) -> Result<Option<Business>, StoreError>;

    /// One business by its importer's id.
    async fn find_external(&self, id: &ExternalId) -> Result<Option<Business>, StoreError>;

    /// The businesses that have one of these ids of importers, in no order; ids that nobody has give nothing.
    async fn find_externals(&self, ids: &[ExternalId]) -> Result<Vec<Business>, StoreError>;

    /// A page of businesses, each with its place.
    async fn list(&self, listing: &Listing) -> Result<Vec<(ListPlace, Business)>, StoreError>;

    /// Versions of a business before one, newest first; of a deleted business too, none of one that never was.
    async fn versions(
        &self,
        id: BusinessId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Version>, StoreError>;

    /// Every business, one after the other, as of the place that is given back.
    async fn load_all(
        &self,
        each: &mut (dyn FnMut(Business) + Send),
    ) -> Result<FeedPlace, StoreError>;

    /// The newest change number.
    async fn seq(&self) -> Result<u64, StoreError>;

    /// What changed after a place: about so many businesses at most, and those whole that changed under one number.
    async fn changes_since(&self, from: FeedPlace, most: u32) -> Result<Changes, StoreError>;

    /// Forgets changes made before an instant; gives how many. A follower that is behind them loads anew.
    async fn prune_changes(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// An API key as kept: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Its id, which is part of the key.
    pub id: KeyId,
    /// What people call it.
    pub name: String,
    /// Keyed hash of its secret.
    pub secret_hash: [u8; 32],
    /// Words of `service::access::Scope`.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it lapses, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, within some seconds.
    pub last_used_at: Option<Timestamp>,
    /// How often it was used.
    pub uses: u64,
    /// The organisation whose businesses alone it writes; none for one that writes every business.
    pub organisation: Option<OrganisationId>,
    /// Most requests a minute; the server's setting holds where there is none.
    pub rate_per_minute: Option<u32>,
    /// Most units a calendar month (UTC); without end where there is none.
    pub monthly_quota: Option<u64>,
    /// The key that takes its place.
    pub successor: Option<KeyId>,
}

impl KeyRecord {
    /// Whether it works at an instant.
    pub fn state(&self, at: Timestamp) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if self.expires_at.is_some_and(|end| end <= at) {
            KeyState::Expired
        } else {
            KeyState::Active
        }
    }
}

/// What a key used on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub key: KeyId,
    /// Days since 1970-01-01 (UTC).
    pub day: i64,
    /// Requests.
    pub requests: u64,
    /// Requests, of which a batch counts as many as it has items.
    pub units: u64,
    /// When it was last used.
    pub last: Timestamp,
}

/// The sum of what a key used on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayUsage {
    /// Days since 1970-01-01 (UTC).
    pub day: i64,
    /// Requests.
    pub requests: u64,
    /// Requests, of which a batch counts as many as it has items.
    pub units: u64,
}

/// API keys.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Adds a key.
    async fn insert_key(&self, key: &KeyRecord, act: &Act) -> Result<(), StoreError>;
    /// Every key, oldest first.
    async fn list_keys(&self) -> Result<Vec<KeyRecord>, StoreError>;
    /// One key.
    async fn get_key(&self, id: KeyId) -> Result<Option<KeyRecord>, StoreError>;
    /// Revokes a key; revoking twice keeps the first instant.
    async fn revoke_key(&self, id: KeyId, act: &Act) -> Result<(), StoreError>;
    /// Adds a key that takes another's place, which works until `ends_at`; `Conflict` when that one is revoked or has a
    /// successor already.
    async fn rotate_key(
        &self,
        old: KeyId,
        ends_at: Timestamp,
        new: &KeyRecord,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Adds uses to the counters.
    async fn count_uses(&self, uses: &[KeyUse]) -> Result<(), StoreError>;
    /// What a key used, by day, from one day to another.
    async fn usage(&self, key: KeyId, from: i64, to: i64) -> Result<Vec<DayUsage>, StoreError>;
    /// The units that each key used since a day.
    async fn units_since(&self, day: i64) -> Result<Vec<(KeyId, u64)>, StoreError>;
}

/// A check that the caller asked to keep: no raw value of the account is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptCheck {
    /// Its id.
    pub id: CheckId,
    /// When it was made.
    pub at: Timestamp,
    /// Keyed digest of the account's identity.
    pub digest: [u8; 32],
    /// Keyed digest of everything that was told of the account.
    pub input_digest: [u8; 32],
    /// Where the account was met.
    pub medium: Option<Medium>,
    /// The answer.
    pub verdict: Verdict,
    /// What `verified` rests on.
    pub basis: Option<Provenance>,
    /// Its score.
    pub score: f64,
    /// Log-odds before any evidence.
    pub prior_log_odds: f64,
    /// The best match.
    pub business_id: Option<BusinessId>,
    /// The model that answered.
    pub model: String,
    /// The database that was asked; its change numbers mean nothing in another.
    pub epoch: Uuid,
    /// The registry that was asked.
    pub registry_seq: u64,
    /// The process whose index had grown change by change; none when it was loaded whole, as everybody loads it.
    pub grown_in: Option<Uuid>,
    /// Who asked.
    pub key_id: Option<KeyId>,
}

/// Kept checks.
#[async_trait]
pub trait CheckStore: Send + Sync {
    /// Keeps checks, all or none.
    async fn keep_checks(&self, checks: &[KeptCheck]) -> Result<(), StoreError>;
    /// One kept check.
    async fn get_check(&self, id: CheckId) -> Result<Option<KeptCheck>, StoreError>;
    /// Deletes checks made before an instant; gives how many.
    async fn purge_checks(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// What is known of a request with an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the first: do the work, then `finish` or `abandon`.
    Ours,
    /// The same request is in progress.
    InProgress,
    /// The key was used for another request.
    OtherRequest,
    /// The answer that was given then.
    Done {
        /// HTTP-like status of the answer.
        status: u16,
        /// Its body.
        body: Vec<u8>,
    },
}

/// Which claims count no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoidClaims {
    /// Every claim made before this.
    pub made_before: Timestamp,
    /// Claims made before this whose request never came to an end: its process died, or lost the database.
    pub unfinished_before: Timestamp,
}

/// Answers of creating requests, kept for a day.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Claims a key for a request, or says what became of the first one.
    async fn claim(
        &self,
        caller: &[u8],
        key: &str,
        request_hash: &[u8; 32],
        now: Timestamp,
        void: VoidClaims,
    ) -> Result<Claim, StoreError>;
    /// Keeps the answer.
    async fn finish(
        &self,
        caller: &[u8],
        key: &str,
        status: u16,
        body: &[u8],
    ) -> Result<(), StoreError>;
    /// Gives the key back, so that the request can be tried again.
    async fn abandon(&self, caller: &[u8], key: &str) -> Result<(), StoreError>;
    /// Deletes claims made before an instant; gives how many.
    async fn purge_claims(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// The audit log. Entries are written by the acts that they tell of, in their transactions.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Where the log stands.
    async fn audit_head(&self) -> Result<AuditHead, StoreError>;
    /// A page of entries.
    async fn list_audit(&self, listing: &AuditListing) -> Result<Vec<AuditEntry>, StoreError>;
}

/// A whole store.
#[async_trait]
pub trait Store:
    AppealStore
    + AuditStore
    + BadgeLogStore
    + BusinessStore
    + CaseStore
    + CheckStore
    + ConflictStore
    + DeskStore
    + IdempotencyStore
    + KeyStore
    + LabelStore
    + OrganisationStore
    + ReportStore
    + RulingStore
    + ProofStore
    + RunStore
    + SessionStore
    + UserSecretStore
    + UserStore
{
    /// What makes this database itself.
    fn identity(&self) -> &Identity;
    /// Ends every connection.
    async fn close(&self);
}
