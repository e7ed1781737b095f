//! What an account's channels say: whose they are, as far as the registry knows.

use std::sync::Arc;

use super::Options;
use super::evidence::ChannelFact;
use crate::domain::{
    Account, AnswerLanguage, BusinessId, Channel, ChannelKind, ChannelValue, Coverage, Medium,
    PhoneReading, Provenance, Website, say,
};
use crate::engine::index::{FoundChannel, Index, Registered};
use crate::engine::phone;

/// A channel of the account that a business has registered.
#[derive(Debug, Clone)]
pub struct OwnedChannel {
    /// Whose it is.
    pub business: Arc<Registered>,
    /// The registered channel.
    pub channel: Channel,
    /// As the account shows it.
    pub shown: String,
}

/// The account's channels, looked up once.
#[derive(Debug)]
pub struct Channels {
    /// Those that are registered.
    pub owned: Vec<OwnedChannel>,
    /// The strongest channel that nobody has registered, by kind.
    pub unlisted: Option<(ChannelKind, String)>,
    /// What was found in the phone field.
    pub phone: Option<PhoneReading>,
    medium: Option<Medium>,
}

impl Channels {
    /// Looks up everything that the account shows; what it shows is told in a language.
    pub fn of(index: &Index, account: &Account, language: AnswerLanguage) -> Self {
        let phone = account.phone.as_deref().map(|raw| read_phone(raw, account));
        let mut channels = Self {
            owned: Vec::new(),
            unlisted: None,
            phone,
            medium: account.medium,
        };
        if let Some(site) = account.website.as_ref().filter(|s| !is_page_of_a_guest(s)) {
            channels.take(
                ChannelKind::Website,
                site.domain().to_string(),
                index.by_domain(site.domain()),
            );
        }
        if let Some(email) = &account.email {
            channels.take(ChannelKind::Email, email.to_string(), index.by_email(email));
        }
        if let Some(handle) = &account.handle {
            let (value, platform) = (handle.value(), handle.platform());
            let shown =
                say!(language; en: "@{value} on {platform}"; zh: "{platform} 上的 @{value}");
            channels.take(ChannelKind::Handle, shown.into(), index.by_handle(handle));
        }
        if let Some(id) = &account.sender_id {
            channels.take(
                ChannelKind::SenderId,
                id.as_str().to_owned(),
                index.by_sender_id(id),
            );
        }
        if let Some(number) = channels.phone.as_ref().and_then(|p| p.number) {
            let on_whatsapp = account.medium == Some(Medium::Whatsapp);
            let found = phone::variants(number.e164, on_whatsapp)
                .into_iter()
                .chain([number.e164])
                .map(|n| index.by_number(n))
                .find(|found| !found.is_empty())
                .unwrap_or_default();
            channels.take(ChannelKind::Phone, number.e164.to_string(), found);
        }
        channels
    }

    fn take(&mut self, kind: ChannelKind, shown: String, found: Vec<FoundChannel>) {
        if found.is_empty() {
            self.unlisted = Some((kind, shown));
        } else {
            self.owned.extend(found.into_iter().map(|f| OwnedChannel {
                channel: f.channel().clone(),
                business: f.business,
                shown: shown.clone(),
            }));
        }
    }

    /// The account's channels that are this business's.
    pub fn own(&self, id: BusinessId) -> impl Iterator<Item = &OwnedChannel> {
        self.owned.iter().filter(move |o| o.business.id == id)
    }

    /// Whether a channel is inbound-only and the account was met calling or texting from it.
    pub fn is_forged(&self, owned: &OwnedChannel) -> bool {
        owned.channel.never_originates
            && matches!(
                owned.channel.value,
                ChannelValue::Phone(_) | ChannelValue::Whatsapp(_)
            )
            && matches!(
                self.medium,
                Some(Medium::Voice | Medium::Sms | Medium::Whatsapp)
            )
    }

    /// What the channels say about a business. A channel that nobody has registered says more than one of somebody else's.
    pub fn fact(&self, business: &Registered, options: &Options) -> ChannelFact {
        if let Some(own) = self.own(business.id).next() {
            return ChannelFact::Own {
                shown: own.shown.clone(),
            };
        }
        if let Some((kind, shown)) = &self.unlisted {
            return self.unlisted_fact(business, *kind, shown, options);
        }
        match self.owned.first() {
            Some(other) => ChannelFact::Others {
                shown: other.shown.clone(),
                owner: other.business.name.to_string(),
            },
            None => ChannelFact::NoneGiven,
        }
    }

    fn unlisted_fact(
        &self,
        business: &Registered,
        kind: ChannelKind,
        shown: &str,
        options: &Options,
    ) -> ChannelFact {
        if let (ChannelKind::Phone, Some(own)) = (kind, self.near(business)) {
            return ChannelFact::Neighbour {
                shown: shown.to_owned(),
                own,
            };
        }
        let coverage = options
            .assume_coverage
            .unwrap_or_else(|| business.coverage_of(kind));
        ChannelFact::NotListed {
            shown: shown.to_owned(),
            known: known(business, kind),
            kind,
            complete: coverage == Coverage::Complete,
        }
    }

    /// A registered number of the business that the account's number nearly is.
    fn near(&self, business: &Registered) -> Option<String> {
        let number = self.phone.as_ref()?.number?.e164;
        business.channels.iter().find_map(|c| match c.value {
            // A whole block is often one carrier's range for everybody: only a slip of one digit counts.
            ChannelValue::Phone(own) | ChannelValue::Whatsapp(own) => phone::neighbour(number, own)
                .filter(|n| n.relation != phone::Relation::SameBlock)
                .map(|_| own.to_string()),
            _ => None,
        })
    }

    /// What a `verified` would rest on: proved if any of the business's own channels here is.
    pub fn basis(&self, id: BusinessId) -> Provenance {
        let proved = self
            .own(id)
            .any(|o| o.channel.provenance == Provenance::Proved);
        if proved {
            Provenance::Proved
        } else {
            Provenance::Listed
        }
    }
}

/// WhatsApp writes ids that are no dialable number as they stand; what is one is read as one first.
fn read_phone(raw: &str, account: &Account) -> PhoneReading {
    let reading = phone::read(raw, account.default_region);
    if reading.number.is_none() && account.medium == Some(Medium::Whatsapp) {
        return phone::read_on_whatsapp(raw, account.default_region);
    }
    reading
}

/// How many channels of a kind the registry knows of a business.
fn known(business: &Registered, kind: ChannelKind) -> usize {
    let phones = |k: ChannelKind| matches!(k, ChannelKind::Phone | ChannelKind::Whatsapp);
    let alike = |k: ChannelKind| k == kind || (phones(kind) && phones(k));
    let channels = &business.channels;
    channels.iter().filter(|c| alike(c.value.kind())).count()
}

/// Hosts on which everybody has a page: a link there is not the host's own.
const SHARED_HOSTS: &[&str] = &[
    "facebook.com",
    "instagram.com",
    "t.me",
    "x.com",
    "twitter.com",
    "tiktok.com",
    "linkedin.com",
    "youtube.com",
    "wa.me",
    "whatsapp.com",
    "line.me",
    "weibo.com",
    "vk.com",
    "pinterest.com",
    "threads.net",
    "google.com",
    "linktr.ee",
    "bit.ly",
    "github.com",
    "medium.com",
    "wikipedia.org",
];

/// Where everybody can have an e-mail address.
const MAIL_PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "ymail.com",
    "yahoo.co.uk",
    "yahoo.co.in",
    "yahoo.fr",
    "yahoo.co.jp",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "bk.ru",
    "list.ru",
    "inbox.ru",
    "rambler.ru",
    "ukr.net",
    "seznam.cz",
    "wp.pl",
    "o2.pl",
    "onet.pl",
    "interia.pl",
    "libero.it",
    "virgilio.it",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "sfr.fr",
    "wanadoo.fr",
    "uol.com.br",
    "bol.com.br",
    "terra.com.br",
    "rediffmail.com",
    "qq.com",
    "163.com",
    "126.com",
    "sina.com",
    "foxmail.com",
    "naver.com",
    "daum.net",
    "hanmail.net",
    "proton.me",
    "protonmail.com",
    "tutanota.com",
    "zoho.com",
    "mail.com",
    "fastmail.com",
    "hushmail.com",
];

/// Whether a domain (the registrable part) is one at which everybody can have an address.
pub(super) fn is_mail_provider(domain: &str) -> bool {
    MAIL_PROVIDERS.contains(&domain)
}

/// Whether a link leads to somebody's page on a shared host.
pub(super) fn is_page_of_a_guest(site: &Website) -> bool {
    let path = site
        .as_str()
        .split_once("://")
        .map_or(site.as_str(), |(_, rest)| rest);
    let page = path
        .split_once('/')
        .is_some_and(|(_, page)| !page.is_empty());
    page && SHARED_HOSTS.contains(&site.domain().registrable())
}
