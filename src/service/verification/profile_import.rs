//! The profile that a business keeps with WhatsApp, taken over into the registry.

use super::look::whatsapp_id;
use super::{Verification, VerificationError};
use crate::domain::{
    Business, BusinessId, Channel, ChannelValue, ClaimId, ClaimKind, Email, Profile, Text, Website,
};
use crate::providers::whatsapp::BusinessProfile;
use crate::service::author::Author;

impl Verification {
    /// Takes over what WhatsApp shows of the business of a proved number: about, description, address, line of business, and
    /// websites and an address as listed channels. What is there already and is not there stays.
    pub async fn import_profile(
        &self,
        business: BusinessId,
        id: ClaimId,
        by: &Author,
    ) -> Result<Business, VerificationError> {
        let (business, claim) = self.own_claim(business, id, by).await?;
        if claim.kind() != ClaimKind::Whatsapp {
            return Err(VerificationError::NoProfile(claim.kind()));
        }
        if !claim.counts(self.world.now()) {
            return Err(VerificationError::Unproved);
        }
        let outside_id = whatsapp_id(&claim)?;
        let token = self.token_of(&claim).await?;
        let shown = self.providers.whatsapp.profile(&token, &outside_id).await;
        let shown = shown.map_err(VerificationError::Outside)?;
        let amended = self
            .registry
            .amend(business.id, "business.import_profile", by, |profile| {
                take_over(profile, &shown);
            })
            .await?;
        Ok(amended)
    }
}

/// Takes over what can be read; WhatsApp's bounds are ours.
fn take_over(profile: &mut Profile, shown: &BusinessProfile) {
    fn text<const MAX: usize>(kind: &'static str, shown: Option<&String>) -> Option<Text<MAX>> {
        Text::parse(kind, shown?).ok()
    }
    let about = text("about text", shown.about.as_ref());
    profile.about = about.or_else(|| profile.about.take());
    let description = text("description", shown.description.as_ref());
    profile.description = description.or_else(|| profile.description.take());
    let address = text("address", shown.address.as_ref());
    profile.address = address.or_else(|| profile.address.take());
    let vertical = shown.vertical.as_deref().and_then(|v| v.parse().ok());
    profile.vertical = vertical.or(profile.vertical);
    let sites = shown.websites.iter().filter_map(|w| Website::parse(w).ok());
    let emails = shown.email.iter().filter_map(|e| Email::parse(e).ok());
    let channels = sites
        .map(ChannelValue::Website)
        .chain(emails.map(ChannelValue::Email));
    for value in channels {
        if !profile.channels.iter().any(|c| c.value == value) {
            profile.channels.push(Channel::listed(value, None));
        }
    }
}
