//! A registry entry.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::word_enum;
use super::{
    Address, BusinessId, BusinessName, Channel, ChannelKind, Country, Coverage, ExternalId,
    Invalid, KindedName, Language, OpeningHours, OrganisationId, ProtectedName, Representative,
    Text, Website,
};

word_enum! {
    /// What a business has earned.
    "badge" Badge {
        /// Nothing yet.
        None = "none",
        /// Proved by policy.
        Verified = "verified",
        /// Proved and approved by two people.
        Official = "official",
    }
}

word_enum! {
    /// Whether the badge counts now.
    "badge state" BadgeState {
        /// It counts.
        Active = "active",
        /// Set aside until re-proved.
        Suspended = "suspended",
        /// A proof lapsed.
        Expired = "expired",
        /// Taken away.
        Revoked = "revoked",
    }
}

impl BadgeState {
    /// Whether the channels of a business in this state may be called `verified`: a suspended or revoked one
    /// still protects its name, but none of its channels is.
    pub const fn channels_count(self) -> bool {
        !matches!(self, Self::Suspended | Self::Revoked)
    }
}

word_enum! {
    /// The WhatsApp Business profile's `vertical` (Cloud API, `whatsapp_business_profile`).
    "vertical" Vertical {
        /// Not defined.
        Undefined = "UNDEFINED",
        /// Other.
        Other = "OTHER",
        /// Cars.
        Auto = "AUTO",
        /// Beauty.
        Beauty = "BEAUTY",
        /// Clothing.
        Apparel = "APPAREL",
        /// Education.
        Edu = "EDU",
        /// Entertainment.
        Entertain = "ENTERTAIN",
        /// Events.
        EventPlan = "EVENT_PLAN",
        /// Finance.
        Finance = "FINANCE",
        /// Groceries.
        Grocery = "GROCERY",
        /// Government.
        Govt = "GOVT",
        /// Hotels.
        Hotel = "HOTEL",
        /// Health.
        Health = "HEALTH",
        /// Non-profit.
        Nonprofit = "NONPROFIT",
        /// Professional services.
        ProfServices = "PROF_SERVICES",
        /// Retail.
        Retail = "RETAIL",
        /// Travel.
        Travel = "TRAVEL",
        /// Restaurants.
        Restaurant = "RESTAURANT",
        /// Not a business.
        NotABiz = "NOT_A_BIZ",
    }
}

/// An amount in a currency's minor unit (cents), and the currency, ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// In the minor unit, so that no rounding is hidden.
    pub minor_units: u64,
    /// Three upper-case letters.
    pub currency: String,
}

impl Price {
    /// Refuses a currency that is not three upper-case letters.
    pub fn parse(minor_units: u64, currency: &str) -> Result<Self, Invalid> {
        if currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self {
                minor_units,
                currency: currency.to_owned(),
            })
        } else {
            Err(Invalid::new(
                "currency",
                currency,
                "a currency is three letters of ISO 4217, such as EUR",
            ))
        }
    }
}

/// One thing that a business offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueItem {
    /// What it is called.
    pub title: Text<200>,
    /// What it costs.
    pub price: Option<Price>,
    /// A picture.
    pub image_url: Option<Website>,
    /// Where it is sold.
    pub link: Option<Website>,
}

/// A registry entry without the fields that the registry itself gives it.
///
/// The bounds of `about` … `vertical` are those of the WhatsApp Business profile, so that a profile can be
/// carried over either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The importer's or partner's name for it; unique in the registry.
    pub external_id: Option<ExternalId>,
    /// The name it trades under.
    pub name: BusinessName,
    /// Other names: short, legal, former, in other scripts. At most [`Profile::MAX_ALIASES`].
    pub aliases: Vec<BusinessName>,
    /// Further names of which more is known. At most [`Profile::MAX_NAMES`].
    pub names: Vec<KindedName>,
    /// Names that others may not bear. At most [`Profile::MAX_PROTECTED`].
    pub protected_names: Vec<ProtectedName>,
    /// Every known way to reach it. At most [`Profile::MAX_CHANNELS`].
    pub channels: Vec<Channel>,
    /// Who may speak for it on channels of their own. At most [`Profile::MAX_REPRESENTATIVES`].
    pub representatives: Vec<Representative>,
    /// The business at the head of its group; never its own id.
    pub parent: Option<BusinessId>,
    /// How much of each kind of channel is known; a kind that is missing is `unknown`.
    pub coverage: BTreeMap<ChannelKind, Coverage>,
    /// Where it is at home.
    pub country: Option<Country>,
    /// Free category of the source, such as `amenity/bank`.
    pub category: Option<Text<100>>,
    /// WhatsApp vertical.
    pub vertical: Option<Vertical>,
    /// Short self-description (≤ 139).
    pub about: Option<Text<139>>,
    /// Long self-description (≤ 512).
    pub description: Option<Text<512>>,
    /// Postal address in one text (≤ 256).
    pub address: Option<Text<256>>,
    /// Postal addresses in parts. At most [`Profile::MAX_ADDRESSES`].
    pub addresses: Vec<Address>,
    /// Opening hours.
    pub hours: Option<OpeningHours>,
    /// Languages it serves in.
    pub languages: Vec<Language>,
    /// Its logo.
    pub logo_url: Option<Website>,
    /// What it offers. At most [`Profile::MAX_CATALOGUE`].
    pub catalogue: Vec<CatalogueItem>,
    /// Who says so: an importer's or data set's name.
    pub source: Option<Text<100>>,
}

impl Profile {
    /// Most aliases of one business.
    pub const MAX_ALIASES: usize = 200;
    /// Most channels of one business.
    pub const MAX_CHANNELS: usize = 1_000;
    /// Most catalogue items of one business.
    pub const MAX_CATALOGUE: usize = 500;
    /// Most further names of one business.
    pub const MAX_NAMES: usize = 200;
    /// Most protected names of one business.
    pub const MAX_PROTECTED: usize = 200;
    /// Most addresses of one business.
    pub const MAX_ADDRESSES: usize = 50;
    /// Most representatives of one business.
    pub const MAX_REPRESENTATIVES: usize = 100;

    /// A profile with a name and nothing else.
    pub fn named(name: BusinessName) -> Self {
        Self {
            external_id: None,
            name,
            aliases: Vec::new(),
            names: Vec::new(),
            protected_names: Vec::new(),
            channels: Vec::new(),
            representatives: Vec::new(),
            parent: None,
            coverage: BTreeMap::new(),
            country: None,
            category: None,
            vertical: None,
            about: None,
            description: None,
            address: None,
            addresses: Vec::new(),
            hours: None,
            languages: Vec::new(),
            logo_url: None,
            catalogue: Vec::new(),
            source: None,
        }
    }

    /// Every name that it goes by: the name itself, then aliases and further names in their order.
    pub fn every_name(&self) -> impl Iterator<Item = &BusinessName> {
        let further = self.names.iter().map(|n| &n.name);
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .chain(further)
    }

    /// The stated coverage of a kind; `unknown` where nothing is stated.
    pub fn coverage_of(&self, kind: ChannelKind) -> Coverage {
        self.coverage
            .get(&kind)
            .copied()
            .unwrap_or(Coverage::Unknown)
    }

    /// Gives each channel the proof that it has in a former profile, and none that it has not.
    pub fn keep_proofs(&mut self, former: &Self) {
        for channel in &mut self.channels {
            channel.keep_proof(former.channels.iter().find(|c| c.value == channel.value));
        }
    }

    /// Refuses lists that are longer than their bounds; those within representatives are their own.
    pub fn validate(&self) -> Result<(), Invalid> {
        for (kind, len, max) in [
            ("aliases", self.aliases.len(), Self::MAX_ALIASES),
            ("channels", self.channels.len(), Self::MAX_CHANNELS),
            ("catalogue", self.catalogue.len(), Self::MAX_CATALOGUE),
            ("languages", self.languages.len(), 50),
            ("names", self.names.len(), Self::MAX_NAMES),
            (
                "protected_names",
                self.protected_names.len(),
                Self::MAX_PROTECTED,
            ),
            ("addresses", self.addresses.len(), Self::MAX_ADDRESSES),
            (
                "representatives",
                self.representatives.len(),
                Self::MAX_REPRESENTATIVES,
            ),
        ] {
            if len > max {
                return Err(Invalid::new(
                    kind,
                    &len.to_string(),
                    format_args!("at most {max} entries are allowed"),
                ));
            }
        }
        Ok(())
    }
}

/// A registered business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Business {
    /// Its id in this registry.
    pub id: BusinessId,
    /// What it says of itself or sources say of it.
    pub profile: Profile,
    /// What it has earned.
    pub badge: Badge,
    /// Whether that counts now.
    pub badge_state: BadgeState,
    /// Whose it is to edit; none for those that only the operator edits.
    pub organisation: Option<OrganisationId>,
    /// Since when it has been registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts changes, from 1; the value of its `ETag`.
    pub version: u64,
}

impl Business {
    /// A business as it is registered: without a badge, and the operator's alone to edit.
    pub fn new(id: BusinessId, profile: Profile, at: Timestamp) -> Self {
        Self {
            id,
            profile,
            badge: Badge::None,
            badge_state: BadgeState::Active,
            organisation: None,
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }
}
