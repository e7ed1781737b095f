//! By what keys a channel is found: whose number, domain, e-mail address, handle or sender ID is this?

use smallvec::{SmallVec, smallvec};

use super::hashing;
use crate::domain::{Channel, ChannelValue, Domain, E164, Email, Handle, SenderId};

/// The keys under which a channel is found.
pub(super) fn keys_of(channel: &Channel) -> SmallVec<[u64; 2]> {
    match &channel.value {
        ChannelValue::Phone(n) | ChannelValue::Whatsapp(n) => smallvec![number(*n)],
        ChannelValue::SenderId(id, _) => smallvec![sender_id(id)],
        ChannelValue::Website(site) => {
            let (whole, registrable) = (host(site.domain()), registrable(site.domain()));
            if whole == registrable {
                smallvec![whole]
            } else {
                smallvec![whole, registrable]
            }
        }
        ChannelValue::Email(address) => smallvec![email(address)],
        ChannelValue::EmailDomain(domain) => smallvec![email_domain(domain)],
        ChannelValue::Handle(h) => smallvec![handle(h)],
    }
}

/// A phone or WhatsApp number.
pub(super) fn number(number: E164) -> u64 {
    key('#', &number.as_u64().to_string())
}

/// A website's whole host.
pub(super) fn host(domain: &Domain) -> u64 {
    key('/', domain.as_str())
}

/// The part of a website's host that somebody registered.
pub(super) fn registrable(domain: &Domain) -> u64 {
    key('/', domain.registrable())
}

/// A whole e-mail address.
pub(super) fn email(email: &Email) -> u64 {
    key('@', &email.key())
}

/// Every address of a domain.
pub(super) fn email_domain(domain: &Domain) -> u64 {
    key('@', domain.as_str())
}

/// A handle on its platform.
pub(super) fn handle(handle: &Handle) -> u64 {
    let platform = key('~', handle.platform().as_str());
    handle.key().chars().fold(platform, hashing::step)
}

/// A sender ID in whatever country.
pub(super) fn sender_id(id: &SenderId) -> u64 {
    key('"', &id.key())
}

fn key(kind: char, value: &str) -> u64 {
    hashing::of(std::iter::once(kind).chain(value.chars()))
}
