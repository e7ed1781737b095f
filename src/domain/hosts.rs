//! Hosts that belong to somebody else than whoever shows them: pages and mailboxes that everybody can have.

use super::{ChannelValue, Website};

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
pub(crate) fn is_mail_provider(domain: &str) -> bool {
    MAIL_PROVIDERS.contains(&domain)
}

/// Whether a channel can be one business's only: not so a page on a host that everybody shares, and not a sender ID,
/// which each country registers for itself.
pub(crate) fn is_exclusive(channel: &ChannelValue) -> bool {
    match channel {
        ChannelValue::SenderId(..) => false,
        ChannelValue::Website(site) => !is_page_of_a_guest(site),
        ChannelValue::EmailDomain(domain) => !is_mail_provider(domain.registrable()),
        ChannelValue::Phone(_)
        | ChannelValue::Whatsapp(_)
        | ChannelValue::Email(_)
        | ChannelValue::Handle(_) => true,
    }
}

/// Whether a link leads to somebody's page on a shared host.
pub(crate) fn is_page_of_a_guest(site: &Website) -> bool {
    let path = site
        .as_str()
        .split_once("://")
        .map_or(site.as_str(), |(_, rest)| rest);
    let page = path
        .split_once('/')
        .is_some_and(|(_, page)| !page.is_empty());
    page && SHARED_HOSTS.contains(&site.domain().registrable())
}
