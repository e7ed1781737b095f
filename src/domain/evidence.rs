//! Evidence: one dated proof of one claim.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EvidenceId;
use super::error::word_enum;

word_enum! {
    /// What a proof consists of.
    "kind of evidence" EvidenceKind {
        /// A record in the domain's DNS.
        DnsTxt = "dns_txt",
        /// A file on the domain's web server.
        WellKnown = "well_known",
        /// A code that was sent to the address came back.
        EmailCode = "email_code",
        /// A code that was sent to the number came back.
        PhoneCode = "phone_code",
        /// WhatsApp says, to the owner's token, that the number is a verified one of that name.
        WhatsappBusiness = "whatsapp_business",
        /// The site names the profile, and the profile names the site.
        ProfileLink = "profile_link",
        /// The LEI's record names the business.
        LeiRecord = "lei_record",
        /// A reviewer saw a document.
        Document = "document",
        /// A reviewer approved the business.
        Approval = "approval",
    }
}

/// One dated proof of one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// What it consists of.
    pub kind: EvidenceKind,
    /// When it was found.
    pub at: Timestamp,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// Who vouches for it: a server, a service, a reviewer. At most [`Evidence::MAX_TEXT`] characters.
    pub issuer: String,
    /// What was found, in one sentence. At most [`Evidence::MAX_TEXT`] characters.
    pub detail: String,
}

impl Evidence {
    /// Longest issuer and longest detail, in characters.
    pub const MAX_TEXT: usize = 1_000;

    /// Whether it is good at an instant.
    pub fn is_good(&self, at: Timestamp) -> bool {
        self.at <= at && at < self.expires_at
    }
}

/// What a proved channel's proof rests on, as checks tell it. It stays when the proof has lapsed: then `until` says since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelProof {
    /// The evidence.
    pub evidence: EvidenceKind,
    /// When it was found, to the microsecond.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub at: Timestamp,
    /// When it lapses, or lapsed.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub until: Timestamp,
}
