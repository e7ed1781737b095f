//! Looks outside: one for each kind of claim that can be looked up.

use unicode_normalization::UnicodeNormalization;

use super::finding::{Finding, event_of};
use super::{Verification, VerificationError};
use crate::domain::{
    Business, BusinessId, Claim, ClaimEvent, ClaimId, ClaimKind, ClaimSubject, Domain, E164,
    EvidenceKind, ExternalId, Handle, LegalIdentity, Lei,
};
use crate::providers::whatsapp::{CodeStatus, NameStatus, PhoneNumberId};
use crate::providers::{Failure, txt_name, well_known_url};
use crate::service::author::Author;

/// Proved domains that a profile is looked for on.
const MOST_DOMAINS: usize = 5;

impl Verification {
    /// Looks for the evidence of a claim now, and writes what came of it. Whether it is proved is the claim's state.
    pub async fn check(
        &self,
        business: BusinessId,
        id: ClaimId,
        by: &Author,
    ) -> Result<Claim, VerificationError> {
        let (business, claim) = self.own_claim(business, id, by).await?;
        let event = self.look(&business, &claim).await?;
        let next = self.after(&claim, event)?;
        self.write(next, "claim.check", by).await
    }

    /// Looks for the evidence of a claim.
    pub(super) async fn look(
        &self,
        business: &Business,
        claim: &Claim,
    ) -> Result<ClaimEvent, VerificationError> {
        let looked = match &claim.subject {
            ClaimSubject::Domain(domain) => self.look_at_domain(claim, domain).await,
            ClaimSubject::Handle(handle) => self.look_at_handle(claim, handle).await?,
            ClaimSubject::Whatsapp(number) => {
                self.look_at_whatsapp(business, claim, *number).await?
            }
            ClaimSubject::LegalIdentity(LegalIdentity::Lei(lei)) => {
                self.look_at_lei(business, lei).await?
            }
            _ => return Err(VerificationError::NotLookedUp(claim.kind())),
        };
        Ok(event_of(claim, looked, &self.policy, &self.world))
    }

    /// A record in DNS or a file on the site: either will do.
    async fn look_at_domain(&self, claim: &Claim, domain: &Domain) -> Result<Finding, Failure> {
        let token = self.token(claim);
        let sites = &self.providers.sites;
        let dns = match sites.txt_record(domain, &token).await {
            Ok(()) => {
                let name = txt_name(domain);
                let detail = format!("the TXT record at {name} holds this claim's token");
                let issuer = format!("DNS of {domain}");
                return Ok(Finding::new(EvidenceKind::DnsTxt, issuer, detail));
            }
            Err(failure) => failure,
        };
        let file = sites.well_known(domain).await;
        match file.and_then(|file| file.holds(&token).map(|()| file.at)) {
            Ok(at) => Ok(Finding::new(
                EvidenceKind::WellKnown,
                format!("website of {domain}"),
                format!("{at} holds this claim's token"),
            )),
            Err(file) => Err(neither(domain, dns, file)),
        }
    }

    /// The site names the profile, and the profile names the site.
    async fn look_at_handle(
        &self,
        claim: &Claim,
        handle: &Handle,
    ) -> Result<Result<Finding, Failure>, VerificationError> {
        let Some(channel) = claim.subject.channel() else {
            return Err(VerificationError::Fault("a handle is a channel"));
        };
        let mut last = Failure::NotFound {
            looked_for: "a proved domain to link the profile with".to_owned(),
            at: "the claims of this business".to_owned(),
            found: "none".to_owned(),
        };
        for domain in self.proved_domains(claim.business).await? {
            let file = self.providers.sites.well_known(&domain).await;
            let listed = file.and_then(|file| file.lists(&channel).map(|()| file.at));
            let linked = match listed {
                Ok(at) => {
                    let link = self.providers.profiles.link_to(handle, &domain).await;
                    link.map(|link| (at, link))
                }
                Err(failure) => Err(failure),
            };
            match linked {
                Ok((at, link)) => {
                    let detail = format!(
                        "{at} lists the profile, and {} names {:?}",
                        link.page, link.target
                    );
                    let issuer = format!("website of {domain} and {}", handle.platform());
                    return Ok(Ok(Finding::new(EvidenceKind::ProfileLink, issuer, detail)));
                }
                // What could not be asked may yet be there: it stands above what is missing elsewhere.
                Err(failure) if !last.is_temporary() => last = failure,
                Err(_) => {}
            }
        }
        Ok(Err(last))
    }

    async fn proved_domains(&self, business: BusinessId) -> Result<Vec<Domain>, VerificationError> {
        let now = self.world.now();
        let claims = self.store.claims_of(business).await?;
        let proved = claims.into_iter().filter(|c| c.counts(now));
        let domains = proved.filter_map(|claim| match claim.subject {
            ClaimSubject::Domain(domain) => Some(domain),
            _ => None,
        });
        Ok(domains.take(MOST_DOMAINS).collect())
    }

    /// Whether a proved domain of a business covers one.
    pub(super) async fn covers(
        &self,
        business: BusinessId,
        domain: &Domain,
    ) -> Result<bool, VerificationError> {
        let proved = self.proved_domains(business).await?;
        Ok(proved.iter().any(|own| domain.is_within(own)))
    }

    /// WhatsApp says, to the owner's token, that the number is this one, that its owner holds it, and that its name is ours.
    async fn look_at_whatsapp(
        &self,
        business: &Business,
        claim: &Claim,
        number: E164,
    ) -> Result<Result<Finding, Failure>, VerificationError> {
        let id = whatsapp_id(claim)?;
        let token = self.token_of(claim).await?;
        let told = match self.providers.whatsapp.number(&token, &id).await {
            Ok(told) => told,
            Err(failure) => return Ok(Err(failure)),
        };
        let at = format!("WhatsApp's record of phone number id {id}");
        let missing = |looked_for: String, found: String| {
            Ok(Err(Failure::NotFound {
                looked_for,
                at: at.clone(),
                found,
            }))
        };
        if told.number != Some(number) {
            return missing(number.to_string(), told.display_phone_number);
        }
        if told.code_verification_status != CodeStatus::Verified {
            let status = told.code_verification_status.as_str().to_owned();
            return missing("code_verification_status VERIFIED".to_owned(), status);
        }
        let name_counts = matches!(
            told.name_status,
            NameStatus::Approved | NameStatus::AvailableWithoutReview
        );
        if !name_counts {
            let status = told.name_status.as_str().to_owned();
            return missing("an approved display name".to_owned(), status);
        }
        let name = told.verified_name.unwrap_or_default();
        if !is_name_of(business, &name) {
            let wanted = format!("the display name {:?}", business.profile.name.as_str());
            return missing(wanted, format!("{name:?}"));
        }
        let detail = format!("{number} is verified under the name {name:?}");
        Ok(Ok(Finding::new(
            EvidenceKind::WhatsappBusiness,
            "WhatsApp",
            detail,
        )))
    }

    /// The record of an LEI names the business: one that was imported from GLEIF's file, else the register's own.
    async fn look_at_lei(
        &self,
        business: &Business,
        lei: &Lei,
    ) -> Result<Result<Finding, Failure>, VerificationError> {
        if let Some(imported) = self.imported_record(business, lei).await? {
            return Ok(imported);
        }
        let record = match self.providers.legal.record(lei).await {
            Ok(record) => record,
            Err(failure) => return Ok(Err(failure)),
        };
        let at = format!("the record of LEI {lei}");
        let missing = |looked_for: String, found: String| {
            let at = at.clone();
            Ok(Err(Failure::NotFound {
                looked_for,
                at,
                found,
            }))
        };
        if !record.is_in_good_standing() {
            let entity = if record.is_active {
                "active"
            } else {
                "inactive"
            };
            let status = format!("an {entity} entity, {}", record.registration_status);
            return missing("an active entity, ISSUED".to_owned(), status);
        }
        let mut names = std::iter::once(&record.legal_name).chain(&record.other_names);
        let Some(name) = names.find(|name| is_name_of(business, name)) else {
            let wanted = format!("the name {:?}", business.profile.name.as_str());
            return missing(wanted, format!("{:?}", record.legal_name));
        };
        let detail = format!("LEI {lei} is issued to {name:?}");
        Ok(Ok(Finding::new(EvidenceKind::LeiRecord, "GLEIF", detail)))
    }

    /// What an imported record says, where there is one: it can be the business itself.
    async fn imported_record(
        &self,
        business: &Business,
        lei: &Lei,
    ) -> Result<Option<Result<Finding, Failure>>, VerificationError> {
        let Ok(id) = ExternalId::parse(&format!("lei:{lei}")) else {
            return Ok(None);
        };
        // Only what GLEIF's file said counts: others can write an external id, too.
        let record = self.registry.find_external(&id).await?;
        let is_gleif = |b: &Business| {
            let source = b.profile.source.as_ref();
            b.id != business.id
                && b.organisation.is_none()
                && source.is_some_and(|s| s.as_str().eq_ignore_ascii_case("gleif"))
        };
        let Some(record) = record.filter(is_gleif) else {
            return Ok(None);
        };
        let named = (record.profile.every_name()).find(|name| is_name_of(business, name.as_str()));
        Ok(Some(match named {
            Some(name) => {
                let detail = format!("LEI {lei} is issued to {:?}", name.as_str());
                let issuer = "GLEIF, by an imported file";
                Ok(Finding::new(EvidenceKind::LeiRecord, issuer, detail))
            }
            None => Err(Failure::NotFound {
                looked_for: format!("the name {:?}", business.profile.name.as_str()),
                at: format!("the imported record of LEI {lei}"),
                found: format!("{:?}", record.profile.name.as_str()),
            }),
        }))
    }
}

/// WhatsApp's id of the number of a claim.
pub(super) fn whatsapp_id(claim: &Claim) -> Result<PhoneNumberId, VerificationError> {
    let id = claim.outside.thing.as_deref().unwrap_or_default();
    PhoneNumberId::parse(id)
        .map_err(|_| VerificationError::Fault("a claim's phone number id cannot be read"))
}

/// Neither the record nor the file: both are told. What could not be asked may yet be there.
fn neither(domain: &Domain, dns: Failure, file: Failure) -> Failure {
    match (dns, file) {
        (failure @ Failure::Unavailable { .. }, _) | (_, failure @ Failure::Unavailable { .. }) => {
            failure
        }
        (
            Failure::NotFound {
                looked_for,
                at,
                found,
            },
            file,
        ) => Failure::NotFound {
            looked_for,
            at,
            found: format!("{found}; nor the file {}: {file}", well_known_url(domain)),
        },
        (dns, _) => dns,
    }
}

/// Whether a name is one of a business's, but for case, spaces and punctuation.
fn is_name_of(business: &Business, name: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.nfkc().flat_map(char::to_lowercase);
        letters.filter(|c| c.is_alphanumeric()).collect()
    };
    let name = plain(name);
    !name.is_empty() && (business.profile.every_name()).any(|own| plain(own.as_str()) == name)
}

/// Whether a claim's evidence can be looked for at all.
pub(super) fn can_be_looked_for(claim: &Claim) -> bool {
    claim.kind().is_looked_up()
        || matches!(
            (&claim.subject, claim.kind()),
            (
                ClaimSubject::LegalIdentity(LegalIdentity::Lei(_)),
                ClaimKind::LegalIdentity
            )
        )
}
