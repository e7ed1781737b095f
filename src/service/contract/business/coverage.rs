//! Coverage by kind of channel, as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::words;
use crate::domain::{ChannelKind, Coverage, Profile};

/// How much of each kind of channel the registry knows. That a channel is not listed is evidence only under `complete`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = CoverageByKind)]
pub struct CoverageBody {
    /// Phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Coverage>, nullable = false)]
    pub phone: Option<String>,
    /// WhatsApp numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Coverage>, nullable = false)]
    pub whatsapp: Option<String>,
    /// Sender IDs of text messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Coverage>, nullable = false)]
    pub sender_id: Option<String>,
    /// Websites.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Coverage>, nullable = false)]
    pub website: Option<String>,
    /// E-mail addresses and domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Coverage>, nullable = false)]
    pub email: Option<String>,
    /// Social handles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Coverage>, nullable = false)]
    pub handle: Option<String>,
}

impl CoverageBody {
    pub(super) fn slots(&self) -> [(ChannelKind, Option<&String>); 6] {
        [
            (ChannelKind::Phone, self.phone.as_ref()),
            (ChannelKind::Whatsapp, self.whatsapp.as_ref()),
            (ChannelKind::SenderId, self.sender_id.as_ref()),
            (ChannelKind::Website, self.website.as_ref()),
            (ChannelKind::Email, self.email.as_ref()),
            (ChannelKind::Handle, self.handle.as_ref()),
        ]
    }

    pub(super) fn of(profile: &Profile) -> Option<Self> {
        let word = |kind| {
            let stated: Option<&Coverage> = profile.coverage.get(&kind);
            stated.map(ToString::to_string)
        };
        (!profile.coverage.is_empty()).then(|| Self {
            phone: word(ChannelKind::Phone),
            whatsapp: word(ChannelKind::Whatsapp),
            sender_id: word(ChannelKind::SenderId),
            website: word(ChannelKind::Website),
            email: word(ChannelKind::Email),
            handle: word(ChannelKind::Handle),
        })
    }
}
