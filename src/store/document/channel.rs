//! A channel within the document.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Str, instant};
use crate::domain::{
    Channel, ChannelKind, ChannelProof, ChannelValue, Country, Domain, E164, Email, Handle,
    Invalid, Provenance, SenderId, Validity, Website,
};

/// A channel; one that is merely listed does not say so.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ChannelDocument<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    value: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provenance: Str<'a>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    never_originates: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Str<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_until: Option<i64>,
    /// Kind of evidence, when it was found, when it lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<(Cow<'a, str>, i64, i64)>,
}

impl<'a> From<&'a Channel> for ChannelDocument<'a> {
    fn from(c: &'a Channel) -> Self {
        let (value, country): (Cow<'a, str>, Str<'a>) = match &c.value {
            ChannelValue::SenderId(id, country) => (
                id.as_str().into(),
                country.as_ref().map(|c| c.as_str().into()),
            ),
            ChannelValue::Website(site) => (site.as_str().into(), None),
            other => (other.to_string().into(), None),
        };
        Self {
            kind: c.value.kind().as_str().into(),
            value,
            country,
            provenance: Some(c.provenance)
                .filter(|p| *p != Provenance::Listed)
                .map(|p| p.as_str().into()),
            never_originates: c.never_originates,
            label: c.label.as_deref().map(Cow::from),
            confirmed_at: c.confirmed_at.map(Timestamp::as_microsecond),
            purpose: c.purpose.map(|p| p.as_str().into()),
            valid_from: c.validity.from().map(Timestamp::as_microsecond),
            valid_until: c.validity.until().map(Timestamp::as_microsecond),
            proof: c.proof.map(|p| {
                let (at, until) = (p.at.as_microsecond(), p.until.as_microsecond());
                (p.evidence.as_str().into(), at, until)
            }),
        }
    }
}

impl ChannelDocument<'_> {
    pub(super) fn into_channel(self) -> Result<Channel, Invalid> {
        let value = match self.kind.parse()? {
            ChannelKind::Phone => ChannelValue::Phone(E164::parse(&self.value)?),
            ChannelKind::Whatsapp => ChannelValue::Whatsapp(E164::parse(&self.value)?),
            ChannelKind::SenderId => ChannelValue::SenderId(
                SenderId::parse(&self.value)?,
                self.country.map(|c| Country::parse(&c)).transpose()?,
            ),
            ChannelKind::Website => ChannelValue::Website(Website::parse(&self.value)?),
            ChannelKind::Email => match self.value.strip_prefix('@') {
                Some(domain) => ChannelValue::EmailDomain(Domain::parse(domain)?),
                None => ChannelValue::Email(Email::parse(&self.value)?),
            },
            ChannelKind::Handle => {
                let (platform, handle) = self.value.split_once(':').ok_or_else(|| {
                    Invalid::new("handle", &self.value, "its platform is missing")
                })?;
                ChannelValue::Handle(Handle::parse(platform.parse()?, handle)?)
            }
        };
        Ok(Channel {
            provenance: match self.provenance {
                Some(word) => word.parse()?,
                None => Provenance::Listed,
            },
            never_originates: self.never_originates,
            label: self.label.map(Cow::into_owned),
            confirmed_at: self.confirmed_at.map(instant).transpose()?,
            purpose: self.purpose.map(|p| p.parse()).transpose()?,
            validity: Validity::new(
                self.valid_from.map(instant).transpose()?,
                self.valid_until.map(instant).transpose()?,
            )?,
            proof: self.proof.map(proof).transpose()?,
            value,
        })
    }
}

fn proof((evidence, at, until): (Cow<'_, str>, i64, i64)) -> Result<ChannelProof, Invalid> {
    Ok(ChannelProof {
        evidence: evidence.parse()?,
        at: instant(at)?,
        until: instant(until)?,
    })
}
