//! Those who may speak for a business on channels of their own.

use serde::{Deserialize, Serialize};

use super::error::word_enum;
use super::{BusinessName, Channel, Invalid};

word_enum! {
    /// In which part a representative speaks for a business.
    "kind of representative" RepresentativeKind {
        /// Sells what the business makes.
        Reseller = "reseller",
        /// Acts for it, such as an agency for its messages.
        Agency = "agency",
        /// A branch with a name of its own.
        Branch = "branch",
        /// In another part.
        Other = "other",
    }
}

/// Somebody who may speak for a business on channels of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    /// The name by which they go.
    pub name: BusinessName,
    /// In which part they speak for the business.
    pub kind: RepresentativeKind,
    /// Their own channels. At most [`Representative::MAX_CHANNELS`].
    pub channels: Vec<Channel>,
}

impl Representative {
    /// Most channels of one representative.
    pub const MAX_CHANNELS: usize = 100;

    /// Refuses a list of channels that is longer than its bound.
    pub fn validate(&self) -> Result<(), Invalid> {
        let channels = self.channels.len();
        if channels > Self::MAX_CHANNELS {
            return Err(Invalid::new(
                "channels of a representative",
                &channels.to_string(),
                format_args!("at most {} entries are allowed", Self::MAX_CHANNELS),
            ));
        }
        Ok(())
    }
}
