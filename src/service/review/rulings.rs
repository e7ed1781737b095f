//! Rulings: deciding, undoing, renewing.

use jiff::Timestamp;

use super::opened::account;
use super::seal::CaseKey;
use super::{Review, ReviewError};
use crate::domain::{
    AccountKey, BulkId, Business, BusinessId, BusinessName, Case, CaseId, Channel, ChannelValue,
    Decision, Email, ReasonCode, Representative, RepresentativeKind, RulingId, RulingKind,
    RulingSentence, RulingState, Website,
};
use crate::engine::screening::phone_of;
use crate::service::author::Author;
use crate::service::contract::{Collector, FieldErrors};
use crate::store::{CaseSecret, ChannelRequest, Effects, RulingRecord, StoreError};

/// A ruling as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct RulingInput {
    /// What it says, a word of [`RulingKind`].
    pub ruling: String,
    /// Why, a word of [`ReasonCode`].
    pub reason: String,
    /// Why, in a sentence of at least 10 characters.
    pub sentence: String,
    /// The business that it is about; the one of the case where nothing is said.
    pub business: Option<String>,
    /// For an authorised representative: the name by which they go.
    pub representative_name: Option<String>,
    /// For an authorised representative: in which part they speak, a word of [`RepresentativeKind`].
    pub representative_kind: Option<String>,
    /// For a duplicate: of which case.
    pub duplicate_of: Option<String>,
}

/// A ruling that can be made.
#[derive(Debug, Clone, PartialEq)]
pub struct RulingTerms {
    /// What it says.
    pub kind: RulingKind,
    /// Why, countable.
    pub reason: ReasonCode,
    /// Why, in a sentence.
    pub sentence: RulingSentence,
    /// The business that it is about.
    pub business: Option<BusinessId>,
    /// For an authorised representative: who they are.
    pub representative: Option<(BusinessName, RepresentativeKind)>,
    /// For a duplicate: of which case.
    pub duplicate_of: Option<CaseId>,
}

impl RulingInput {
    /// Parses every field; all that is wrong is told at once, by pointer.
    pub fn parse(&self) -> Result<RulingTerms, FieldErrors> {
        let mut errors = Collector::default();
        let kind = errors.note("/ruling", self.ruling.parse::<RulingKind>());
        let reason = errors.note("/reason", self.reason.parse::<ReasonCode>());
        let sentence = errors.note("/sentence", RulingSentence::parse(&self.sentence));
        let business = errors.parse("/business_id", self.business.as_ref(), str::parse);
        let name = errors.parse(
            "/representative/name",
            self.representative_name.as_ref(),
            BusinessName::parse,
        );
        let part = errors.parse(
            "/representative/kind",
            self.representative_kind.as_ref(),
            str::parse,
        );
        let duplicate_of = errors.parse("/duplicate_of", self.duplicate_of.as_ref(), str::parse);
        match kind {
            Some(RulingKind::AuthorisedRepresentative) if self.representative_name.is_none() => {
                let detail = "say by which name the representative goes".to_owned();
                errors.push("/representative/name", "missing", detail);
            }
            Some(RulingKind::Duplicate) if self.duplicate_of.is_none() => {
                let detail = "say of which case it is a duplicate".to_owned();
                errors.push("/duplicate_of", "missing", detail);
            }
            _ => {}
        }
        let parsed = errors.finish((kind, reason, sentence))?;
        let (Some(kind), Some(reason), Some(sentence)) = parsed else {
            // Each of them that is none has left its error.
            return Err(FieldErrors::one("", "invalid_value", "a field is wrong"));
        };
        Ok(RulingTerms {
            kind,
            reason,
            sentence,
            business,
            representative: name.map(|name| (name, part.unwrap_or(RepresentativeKind::Other))),
            duplicate_of,
        })
    }
}

impl Review {
    /// Rules on a case of version `expected` that the reviewer holds. With high reach, or against what was ruled before, it
    /// waits for a second person: the case is open again then, with the ruling proposed.
    pub async fn decide(
        &self,
        id: CaseId,
        expected: u64,
        terms: &RulingTerms,
        by: &Author,
    ) -> Result<Case, ReviewError> {
        self.decide_in(id, expected, terms, None, by).await
    }

    /// The same as part of a ruling on many cases.
    pub(super) async fn decide_in(
        &self,
        id: CaseId,
        expected: u64,
        terms: &RulingTerms,
        bulk: Option<BulkId>,
        by: &Author,
    ) -> Result<Case, ReviewError> {
        let case = self.at_version(id, expected).await?;
        let (key, secret) = self.key_of(id).await?;
        let act = by.act(&self.world, "case.rule", Some(&id));
        let record = self.record(&case, &key, terms, bulk, act.at, by)?;
        let effects = self.effects(&case, &key, &secret, terms, act.at).await?;
        let decision = Decision {
            ruling: record.id,
            kind: terms.kind,
            by: by.actor.to_string(),
            needs_second: false,
            duplicate_of: terms.duplicate_of,
        };
        let ruled = self
            .store
            .rule(&record, &decision, expected, &effects, &act)
            .await;
        let ruled = self.explained(id, expected, ruled).await?;
        self.show().await;
        Ok(ruled)
    }

    /// A ruling on its way into the store.
    pub(super) fn record(
        &self,
        case: &Case,
        key: &CaseKey,
        terms: &RulingTerms,
        bulk: Option<BulkId>,
        at: Timestamp,
        by: &Author,
    ) -> Result<RulingRecord, ReviewError> {
        let sentence = key.seal("sentence", terms.sentence.as_str().as_bytes());
        Ok(RulingRecord {
            id: RulingId::new(self.world.new_id()),
            case: case.id,
            at,
            by: by.actor.to_string(),
            kind: terms.kind,
            reason: terms.reason,
            sentence: sentence.ok_or(ReviewError::Erased(case.id))?,
            state: RulingState::Proposed,
            business: terms.business.or(case.business),
            duplicate_of: terms.duplicate_of,
            bulk,
        })
    }

    /// Undoes one's own ruling while that is possible, with all that it did.
    pub async fn undo(&self, id: CaseId, expected: u64, by: &Author) -> Result<Case, ReviewError> {
        let case = self.at_version(id, expected).await?;
        let effects = match &case.standing {
            Some(standing) if standing.kind == RulingKind::AuthorisedRepresentative => {
                self.without_representative(&case, standing.ruling).await?
            }
            _ => Effects::default(),
        };
        let act = by.act(&self.world, "case.undo", Some(&id));
        let who = by.actor.to_string();
        let undone = self
            .store
            .undo_ruling(id, expected, &who, &effects, &act)
            .await;
        let undone = self.explained(id, expected, undone).await?;
        self.show().await;
        Ok(undone)
    }

    /// Lets a confirmed impostor's ruling count for 90 more days from now.
    pub async fn renew(&self, id: CaseId, by: &Author) -> Result<(), ReviewError> {
        let act = by.act(&self.world, "case.renew", Some(&id));
        let lapses_at = act.at.checked_add(RulingKind::LASTS);
        let lapses_at = lapses_at.unwrap_or(Timestamp::MAX);
        self.store.renew_impostor(id, lapses_at, &act).await?;
        self.show().await;
        Ok(())
    }

    /// What rulings ask a business to prove: for its verification.
    pub async fn channel_requests(
        &self,
        business: BusinessId,
    ) -> Result<Vec<ChannelRequest>, StoreError> {
        self.store.channel_requests(business).await
    }

    /// Ends the ruling on an account of which new control was proved: what a proof of a channel calls. Gives whether there
    /// was one.
    pub async fn control_proved(
        &self,
        account: &AccountKey,
        by: &Author,
    ) -> Result<bool, StoreError> {
        let act = by.act(&self.world, "case.control_proved", None);
        let digest = self.intake.digest(account);
        let ended = self.store.end_impostor(&digest, &act).await?;
        if ended {
            self.show().await;
        }
        Ok(ended)
    }

    /// The case, if it is of a version; otherwise what has happened to it since.
    async fn at_version(&self, id: CaseId, expected: u64) -> Result<Case, ReviewError> {
        let case = self.get(id).await?;
        if case.version == expected {
            return Ok(case);
        }
        let current = case.version;
        let stale: Result<Case, StoreError> = Err(StoreError::Stale { current });
        self.explained(id, expected, stale).await
    }

    /// Says of a case that has changed since it was read what has happened to it.
    pub(super) async fn explained(
        &self,
        id: CaseId,
        expected: u64,
        outcome: Result<Case, StoreError>,
    ) -> Result<Case, ReviewError> {
        let Err(StoreError::Stale { current }) = outcome else {
            return Ok(outcome?);
        };
        let events = self.store.case_events(id, expected).await?;
        let told: Vec<String> = events
            .iter()
            .take(10)
            .map(|e| {
                let detail = e.detail.as_deref().map(|d| format!(" ({d})"));
                format!("{}{} at {}", e.what, detail.unwrap_or_default(), e.at)
            })
            .collect();
        Err(ReviewError::Changed {
            current,
            changes: told.join("; "),
        })
    }

    /// What a ruling does beyond its case.
    pub(super) async fn effects(
        &self,
        case: &Case,
        key: &CaseKey,
        secret: &CaseSecret,
        terms: &RulingTerms,
        at: Timestamp,
    ) -> Result<Effects, ReviewError> {
        let mut effects = Effects::default();
        let business = terms.business.or(case.business);
        match terms.kind {
            _ if case.golden.is_some() => {}
            RulingKind::AuthorisedRepresentative => {
                let channel = channel_of(case, key, secret)?;
                let business = self.business(business).await?;
                let version = business.version;
                let next = with_representative(business, terms, channel, at)?;
                effects.business = Some((Box::new(next), version));
            }
            RulingKind::NewChannel => {
                self.business(business).await?;
                let channel = channel_of(case, key, secret)?;
                effects.channel = Some((channel.kind().as_str().to_owned(), channel.to_string()));
            }
            RulingKind::ConfirmedImpostor if business.is_some() => {
                self.business(business).await?;
            }
            _ => {}
        }
        Ok(effects)
    }

    /// The business that a ruling is about.
    async fn business(&self, id: Option<BusinessId>) -> Result<Business, ReviewError> {
        let Some(id) = id else {
            let detail = "say about which business the ruling is";
            return Err(FieldErrors::one("/business_id", "missing", detail).into());
        };
        let found = self.store.get(id).await?;
        let missing = || {
            let detail = format!("there is no business {id}");
            FieldErrors::one("/business_id", "not_found", detail)
        };
        Ok(found.ok_or_else(missing)?)
    }

    /// The business as it is without the representative that a ruling added.
    async fn without_representative(
        &self,
        case: &Case,
        ruling: RulingId,
    ) -> Result<Effects, ReviewError> {
        let Some(record) = self.store.get_ruling(ruling).await? else {
            return Ok(Effects::default());
        };
        let (key, secret) = self.key_of(case.id).await?;
        let channel = channel_of(case, &key, &secret)?;
        let business = match record.business {
            Some(id) => self.store.get(id).await?,
            None => None,
        };
        let Some(mut business) = business else {
            return Ok(Effects::default());
        };
        let version = business.version;
        let all = &mut business.profile.representatives;
        for representative in &mut *all {
            representative.channels.retain(|c| c.value != channel);
        }
        all.retain(|r| !r.channels.is_empty());
        business.version += 1;
        business.updated_at = self.world.now();
        Ok(Effects {
            business: Some((Box::new(business), version)),
            channel: None,
        })
    }
}

/// The business with somebody more who may speak for it.
fn with_representative(
    mut business: Business,
    terms: &RulingTerms,
    channel: ChannelValue,
    at: Timestamp,
) -> Result<Business, ReviewError> {
    let Some((name, kind)) = terms.representative.clone() else {
        let detail = "say by which name the representative goes";
        return Err(FieldErrors::one("/representative/name", "missing", detail).into());
    };
    let channel = Channel::listed(channel, Some(at));
    let all = &mut business.profile.representatives;
    match all.iter_mut().find(|r| r.name == name) {
        Some(known) if known.channels.iter().any(|c| c.value == channel.value) => {}
        Some(known) => known.channels.push(channel),
        None => all.push(Representative {
            name,
            kind,
            channels: vec![channel],
        }),
    }
    business.profile.validate()?;
    business.version += 1;
    business.updated_at = at;
    Ok(business)
}

/// The channel that is the case's account.
fn channel_of(
    case: &Case,
    key: &CaseKey,
    secret: &CaseSecret,
) -> Result<ChannelValue, ReviewError> {
    let account = account(key, secret).ok_or(ReviewError::Erased(case.id))?;
    let account = account.parse()?;
    let reading = phone_of(&account);
    let none = || ReviewError::Erased(case.id);
    Ok(
        match AccountKey::of(&account, reading.as_ref()).ok_or_else(none)? {
            AccountKey::Phone(number) => ChannelValue::Phone(number),
            AccountKey::Handle(..) => ChannelValue::Handle(account.handle.ok_or_else(none)?),
            AccountKey::Domain(domain) => ChannelValue::Website(Website::parse(&domain)?),
            AccountKey::Email(email) => ChannelValue::Email(Email::parse(&email)?),
            AccountKey::SenderId(country, _) => {
                ChannelValue::SenderId(account.sender_id.ok_or_else(none)?, Some(country))
            }
        },
    )
}
