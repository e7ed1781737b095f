//! A channel as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words;
use crate::domain::{
    Channel, ChannelKind, ChannelValue, Country, Domain, E164, Email, Handle, Invalid, Provenance,
    SenderId, Validity, Website,
};
use crate::engine::phone;

/// One way to reach a business.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Channel)]
pub struct ChannelBody {
    /// What kind of channel it is.
    #[schema(value_type = words::ChannelKind)]
    pub kind: String,
    /// The number (E.164, or national with the business's country), sender ID, address of the site, e-mail
    /// address (or `@example.com` for every address of a domain) or handle.
    #[schema(example = "+4930123456")]
    pub value: String,
    /// The platform of a handle, such as `instagram`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "instagram")]
    pub platform: Option<String>,
    /// The country in which a sender ID means this business; everywhere when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub country: Option<String>,
    /// How it came to be here. A writer may leave a proof as it is, not make one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Provenance>, nullable = false)]
    pub provenance: Option<String>,
    /// An inbound-only number: a call *from* it is forged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub never_originates: bool,
    /// What people call it ("lost cards", "sales"); at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub label: Option<String>,
    /// When a source or the business last said that it is right; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_confirmed: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Purpose>, nullable = false)]
    pub purpose: Option<String>,
    /// From when on it counts in checks; RFC 3339. Before, it is as if it were not listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2026-12-01T00:00:00Z")]
    pub valid_from: Option<String>,
    /// Until when it counts in checks, after `valid_from`; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub valid_until: Option<String>,
}

impl ChannelBody {
    /// Parses it; national numbers are read in `home`.
    pub(super) fn parse(
        &self,
        home: Option<Country>,
        proved: &[Channel],
    ) -> Result<Channel, Invalid> {
        let value = self.value(home)?;
        let former = proved.iter().find(|c| c.value == value);
        let was_proved = former.is_some_and(|c| c.provenance == Provenance::Proved);
        let provenance = match self.provenance.as_deref().map(str::parse).transpose()? {
            Some(Provenance::Proved) if !was_proved => {
                return Err(Invalid::new(
                    "provenance",
                    "proved",
                    "a channel is proved by verification, not by writing it here",
                ));
            }
            Some(stated) => stated,
            None if was_proved => Provenance::Proved,
            None => Provenance::Listed,
        };
        if self.label.as_ref().is_some_and(|l| l.chars().count() > 100) {
            return Err(Invalid::new(
                "label",
                "…",
                "it is longer than 100 characters",
            ));
        }
        let mut channel = Channel {
            value,
            provenance,
            never_originates: self.never_originates,
            label: self.label.clone(),
            confirmed_at: instant("instant", self.last_confirmed.as_ref())?,
            purpose: self.purpose.as_deref().map(str::parse).transpose()?,
            validity: Validity::new(
                instant("valid_from", self.valid_from.as_ref())?,
                instant("valid_until", self.valid_until.as_ref())?,
            )?,
            proof: None,
        };
        channel.keep_proof(former);
        // A proof can be given up here, never made.
        channel.provenance = provenance;
        Ok(channel)
    }

    fn value(&self, home: Option<Country>) -> Result<ChannelValue, Invalid> {
        let text = self.value.as_str();
        Ok(match self.kind.parse()? {
            ChannelKind::Phone => ChannelValue::Phone(number(text, home)?),
            ChannelKind::Whatsapp => ChannelValue::Whatsapp(number(text, home)?),
            ChannelKind::SenderId => ChannelValue::SenderId(
                SenderId::parse(text)?,
                self.country.as_deref().map(Country::parse).transpose()?,
            ),
            ChannelKind::Website => ChannelValue::Website(Website::parse(text)?),
            ChannelKind::Email => match text.trim().strip_prefix('@') {
                Some(domain) => ChannelValue::EmailDomain(Domain::parse(domain)?),
                None => ChannelValue::Email(Email::parse(text)?),
            },
            ChannelKind::Handle => {
                let platform = self
                    .platform
                    .as_deref()
                    .ok_or_else(|| Invalid::new("handle", text, "a handle needs its platform"))?;
                ChannelValue::Handle(Handle::parse(platform.parse()?, text)?)
            }
        })
    }

    /// A channel as JSON.
    pub(super) fn of(channel: &Channel) -> Self {
        let (platform, country, value) = match &channel.value {
            ChannelValue::Handle(h) => (Some(h.platform().to_string()), None, h.value().to_owned()),
            ChannelValue::SenderId(id, country) => {
                (None, country.map(|c| c.to_string()), id.as_str().to_owned())
            }
            other => (None, None, other.to_string()),
        };
        Self {
            kind: channel.value.kind().to_string(),
            value,
            platform,
            country,
            provenance: Some(channel.provenance.to_string()),
            never_originates: channel.never_originates,
            label: channel.label.clone(),
            last_confirmed: channel.confirmed_at.map(|t| t.to_string()),
            purpose: channel.purpose.map(|p| p.to_string()),
            valid_from: channel.validity.from().map(|t| t.to_string()),
            valid_until: channel.validity.until().map(|t| t.to_string()),
        }
    }
}

/// An instant of a field, RFC 3339.
pub(super) fn instant(
    field: &'static str,
    value: Option<&String>,
) -> Result<Option<Timestamp>, Invalid> {
    let read = |t: &String| t.trim().parse().map_err(|e| Invalid::new(field, t, e));
    value.map(read).transpose()
}

fn number(text: &str, home: Option<Country>) -> Result<E164, Invalid> {
    let reading = phone::read(text, home);
    if let Some(number) = reading.number {
        return Ok(number.e164);
    }
    let why = reading.error.map_or_else(
        || "short codes and sender IDs are not numbers of the public network".to_owned(),
        |(_, detail)| detail.en,
    );
    Err(Invalid::new("phone number", text, why))
}
