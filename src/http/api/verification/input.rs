//! What is claimed, as it is sent.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{
    ClaimKind, ClaimSubject, Country, Domain, E164, Email, Handle, Invalid, LegalIdentity, Lei,
    Secret, Text,
};
use crate::service::contract::{FieldErrors, words};
use crate::service::verification::{NewClaim, PhoneNumberId, WhatsAppAccess};

/// Something that a business claims and will prove.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClaimRequest)]
pub(in crate::http) struct ClaimInput {
    /// What kind of thing.
    #[schema(value_type = words::OwnClaimKind)]
    kind: String,
    /// The domain, e-mail address, number (E.164), handle, LEI, or number in a register of companies.
    #[schema(example = "example.com", max_length = 300)]
    value: String,
    /// The platform of a handle.
    #[schema(nullable = false, example = "instagram")]
    platform: Option<String>,
    /// The country of a register of companies, ISO 3166-1 alpha-2; without it, a legal identity is an LEI.
    #[schema(nullable = false, example = "DE")]
    country: Option<String>,
    /// WhatsApp's id of the number, as WhatsApp Manager shows it; for `whatsapp`.
    #[schema(nullable = false, example = "106540352242922")]
    phone_number_id: Option<String>,
    /// WhatsApp's id of the account of the number: with it, news of the account lets the claim be looked at again at once.
    #[schema(nullable = false, example = "102290129340398")]
    account_id: Option<String>,
    /// A token of yours that may read the number (`whatsapp_business_management`); for `whatsapp`. It is kept sealed and never
    /// shown again.
    #[schema(nullable = false, write_only, value_type = Option<String>)]
    access_token: Option<Secret>,
}

impl ClaimInput {
    /// What is claimed; errors name the field.
    pub(in crate::http) fn parse(self) -> Result<NewClaim, FieldErrors> {
        let kind = self
            .kind
            .parse::<ClaimKind>()
            .map_err(|e| invalid("/kind", &e))?;
        let subject = self.subject(kind)?;
        let whatsapp = match kind {
            ClaimKind::Whatsapp => Some(self.access()?),
            _ => None,
        };
        Ok(NewClaim { subject, whatsapp })
    }

    fn subject(&self, kind: ClaimKind) -> Result<ClaimSubject, FieldErrors> {
        let value = self.value.as_str();
        let wrong = |e: Invalid| invalid("/value", &e);
        Ok(match kind {
            ClaimKind::Domain => ClaimSubject::Domain(Domain::parse(value).map_err(wrong)?),
            ClaimKind::Email => ClaimSubject::Email(Email::parse(value).map_err(wrong)?),
            ClaimKind::Phone => ClaimSubject::Phone(number(value).map_err(wrong)?),
            ClaimKind::Whatsapp => ClaimSubject::Whatsapp(number(value).map_err(wrong)?),
            ClaimKind::Handle => {
                let platform = needed("/platform", self.platform.as_deref())?;
                let platform = platform.parse().map_err(|e| invalid("/platform", &e))?;
                ClaimSubject::Handle(Handle::parse(platform, value).map_err(wrong)?)
            }
            ClaimKind::LegalIdentity => ClaimSubject::LegalIdentity(match &self.country {
                None => LegalIdentity::Lei(Lei::parse(value).map_err(wrong)?),
                Some(country) => {
                    let country = Country::parse(country).map_err(|e| invalid("/country", &e))?;
                    let number = Text::parse("company number", value).map_err(wrong)?;
                    LegalIdentity::Company(country, number)
                }
            }),
            ClaimKind::Approval => {
                let detail = "approvals are reviewers' words; nobody claims them";
                return Err(FieldErrors::one("/kind", "invalid_value", detail));
            }
        })
    }

    fn access(self) -> Result<WhatsAppAccess, FieldErrors> {
        let id = needed("/phone_number_id", self.phone_number_id.as_deref())?;
        let id = PhoneNumberId::parse(id).map_err(|e| invalid("/phone_number_id", &e))?;
        let account = match self.account_id {
            Some(account) if account.is_empty() || account.len() > 64 => {
                let detail = "an account's id has 1 to 64 characters";
                return Err(FieldErrors::one("/account_id", "invalid_value", detail));
            }
            account => account,
        };
        let token = self.access_token.filter(|t| !t.expose().is_empty());
        let token = token.ok_or_else(|| missing("/access_token"))?;
        if token.expose().len() > 4_096 || !token.expose().bytes().all(|b| b.is_ascii_graphic()) {
            let detail = "a token has at most 4,096 printable ASCII characters";
            return Err(FieldErrors::one("/access_token", "invalid_value", detail));
        }
        Ok(WhatsAppAccess { id, account, token })
    }
}

/// A number as it is claimed: exactly, since a code goes there.
fn number(value: &str) -> Result<E164, Invalid> {
    E164::parse(value.trim())
}

fn needed<'a>(pointer: &str, value: Option<&'a str>) -> Result<&'a str, FieldErrors> {
    value.ok_or_else(|| missing(pointer))
}

fn missing(pointer: &str) -> FieldErrors {
    FieldErrors::one(pointer, "missing", "this kind of claim needs it")
}

fn invalid(pointer: &str, error: &Invalid) -> FieldErrors {
    FieldErrors::one(pointer, "invalid_value", error.to_string())
}
