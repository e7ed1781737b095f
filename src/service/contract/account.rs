//! The account of a check as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::field::{Collector, FieldErrors};
use crate::domain::{
    Account, Badge, CatalogueItem, Country, DisplayName, Email, Handle, Invalid, Language,
    Platform, Price, SenderId, Text, Website,
};

/// A handle and the platform on which it lives.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Handle)]
pub struct HandleInput {
    /// One of facebook, instagram, telegram, x, tiktok, linkedin, youtube, wechat, line, threads, weibo, vk, snapchat, pinterest.
    #[schema(example = "instagram")]
    pub platform: String,
    /// The handle, with or without `@`.
    #[schema(example = "amazon")]
    pub value: String,
}

/// One thing that an account or a business offers.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = CatalogueItem)]
pub struct CatalogueItemInput {
    /// What it is called; 1–200 characters.
    pub title: String,
    /// Price in the minor unit of the currency (cents).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub price_minor_units: Option<u64>,
    /// ISO 4217; needed with a price.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub currency: Option<String>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub image_url: Option<String>,
    /// Where it is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub link: Option<String>,
}

impl CatalogueItemInput {
    pub(super) fn parse(&self) -> Result<CatalogueItem, Invalid> {
        let price = match (self.price_minor_units, self.currency.as_deref()) {
            (Some(minor_units), Some(currency)) => Some(Price::parse(minor_units, currency)?),
            (Some(_), None) => {
                return Err(Invalid::new(
                    "catalogue item",
                    &self.title,
                    "a price needs a currency",
                ));
            }
            (None, _) => None,
        };
        Ok(CatalogueItem {
            title: Text::parse("title", &self.title)?,
            price,
            image_url: self.image_url.as_deref().map(Website::parse).transpose()?,
            link: self.link.as_deref().map(Website::parse).transpose()?,
        })
    }
}

/// What is being checked: whatever is known of an account. At least one of `phone`, `display_name`, `handle`,
/// `website`, `email`, `sender_id` is needed.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
#[schema(as = Account)]
pub struct AccountInput {
    /// The number as met, in any notation; links such as `https://wa.me/447…` and `tel:` are read too. At most 250 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+44 7400 123456", max_length = 250, nullable = false)]
    pub phone: Option<String>,
    /// The name that the account shows, exactly as shown. At most 1,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "Amaz0n Customer Support ✅",
        max_length = 1000,
        nullable = false
    )]
    pub display_name: Option<String>,
    /// ISO 3166-1 alpha-2 country in which a national number is to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "GB", nullable = false)]
    pub default_region: Option<String>,
    /// Where the account was met: whatsapp, sms, voice, telegram, email, web, social or other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whatsapp", nullable = false)]
    pub medium: Option<String>,
    /// Its handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub handle: Option<HandleInput>,
    /// A link that it gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub website: Option<String>,
    /// Its e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<String>,
    /// Its text message sender ID, at most 11 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sender_id: Option<String>,
    /// Its about text, at most 2,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub about: Option<String>,
    /// The badge that it claims: none, verified or official.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub claimed_badge: Option<String>,
    /// What it offers, at most 50 items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub catalogue: Vec<CatalogueItemInput>,
    /// BCP 47 language of the person who asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<String>,
}

impl From<&Account> for AccountInput {
    fn from(account: &Account) -> Self {
        Self {
            phone: account.phone.clone(),
            display_name: account.display_name.as_ref().map(|n| n.as_str().to_owned()),
            default_region: account.default_region.map(|c| c.to_string()),
            medium: account.medium.map(|m| m.to_string()),
            handle: account.handle.as_ref().map(|h| HandleInput {
                platform: h.platform().to_string(),
                value: h.value().to_owned(),
            }),
            website: account.website.as_ref().map(|w| w.as_str().to_owned()),
            email: account.email.as_ref().map(ToString::to_string),
            sender_id: account.sender_id.as_ref().map(|s| s.as_str().to_owned()),
            about: account.about.as_ref().map(|a| a.as_str().to_owned()),
            claimed_badge: account.claimed_badge.map(|b| b.to_string()),
            catalogue: account.catalogue.iter().map(Into::into).collect(),
            language: account.language.as_ref().map(|l| l.as_str().to_owned()),
        }
    }
}

impl AccountInput {
    /// Parses every field; all that is wrong is told at once, by pointer.
    pub fn parse(&self) -> Result<Account, FieldErrors> {
        let mut errors = Collector::default();
        if self
            .phone
            .as_ref()
            .is_some_and(|p| p.len() > 4 * Account::MAX_PHONE_CHARS)
        {
            errors.push(
                "/phone",
                "too_long",
                "a phone field has at most 250 characters".to_owned(),
            );
        }
        if self.catalogue.len() > 50 {
            errors.push(
                "/catalogue",
                "too_many",
                "an account has at most 50 catalogue items".to_owned(),
            );
        }
        let account = Account {
            phone: self.phone.clone().filter(|p| !p.trim().is_empty()),
            default_region: errors.parse(
                "/default_region",
                self.default_region.as_ref(),
                Country::parse,
            ),
            display_name: errors.parse(
                "/display_name",
                self.display_name.as_ref(),
                DisplayName::parse,
            ),
            handle: self.handle.as_ref().and_then(|h| {
                let platform: Platform = errors.note("/handle/platform", h.platform.parse())?;
                errors.note("/handle/value", Handle::parse(platform, &h.value))
            }),
            website: errors.parse("/website", self.website.as_ref(), Website::parse),
            email: errors.parse("/email", self.email.as_ref(), Email::parse),
            sender_id: errors.parse("/sender_id", self.sender_id.as_ref(), SenderId::parse),
            about: errors.parse("/about", self.about.as_ref(), |v| {
                Text::parse("about text", v)
            }),
            claimed_badge: errors.parse("/claimed_badge", self.claimed_badge.as_ref(), |v| {
                v.parse::<Badge>()
            }),
            catalogue: self
                .catalogue
                .iter()
                .take(50)
                .enumerate()
                .filter_map(|(i, item)| errors.note(&format!("/catalogue/{i}"), item.parse()))
                .collect(),
            medium: errors.parse("/medium", self.medium.as_ref(), str::parse),
            language: errors.parse("/language", self.language.as_ref(), Language::parse),
        };
        let account = errors.finish(account)?;
        account
            .validate()
            .map_err(|e| FieldErrors::one("", "empty_account", e.reason))?;
        Ok(account)
    }
}
