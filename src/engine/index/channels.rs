//! Exact look-up by channel: whose number, domain, e-mail address, handle or sender ID is this?

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::domain::{
    Business, Channel, ChannelValue, Domain, E164, Email, Handle, Platform, SenderId,
};

/// A channel within a segment: business and position among its channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelRef {
    /// Index of the business within the segment.
    pub business: u32,
    /// Index of the channel within its profile.
    pub channel: u32,
}

type Refs = SmallVec<[ChannelRef; 1]>;

/// Channels by their key.
#[derive(Debug, Default)]
pub(super) struct ChannelTable {
    numbers: FxHashMap<u64, Refs>,
    domains: FxHashMap<Box<str>, Refs>,
    emails: FxHashMap<Box<str>, Refs>,
    handles: FxHashMap<(Platform, Box<str>), Refs>,
    sender_ids: FxHashMap<Box<str>, Refs>,
}

impl ChannelTable {
    pub(super) fn build(businesses: &[Arc<Business>]) -> Self {
        let mut table = Self::default();
        for (business, entry) in (0u32..).zip(businesses) {
            for (channel, value) in (0u32..).zip(&entry.profile.channels) {
                table.add(value, ChannelRef { business, channel });
            }
        }
        table
    }

    fn add(&mut self, channel: &Channel, at: ChannelRef) {
        match &channel.value {
            ChannelValue::Phone(n) | ChannelValue::Whatsapp(n) => {
                self.numbers.entry(n.as_u64()).or_default().push(at);
            }
            ChannelValue::SenderId(id, _) => {
                self.sender_ids.entry(id.key().into()).or_default().push(at);
            }
            ChannelValue::Website(site) => {
                let domain = site.domain();
                self.add_domain(domain.registrable(), at);
                let host = domain.as_str();
                if host != domain.registrable() {
                    self.add_domain(host, at);
                }
            }
            ChannelValue::Email(email) => {
                self.emails.entry(email.key().into()).or_default().push(at);
            }
            ChannelValue::EmailDomain(domain) => {
                self.emails
                    .entry(domain.as_str().into())
                    .or_default()
                    .push(at);
            }
            ChannelValue::Handle(h) => {
                self.handles
                    .entry((h.platform(), h.key().into()))
                    .or_default()
                    .push(at);
            }
        }
    }

    fn add_domain(&mut self, domain: &str, at: ChannelRef) {
        let refs = self.domains.entry(domain.into()).or_default();
        if refs.last().is_none_or(|last| last.business != at.business) {
            refs.push(at);
        }
    }

    pub(super) fn number(&self, number: E164) -> &[ChannelRef] {
        self.numbers.get(&number.as_u64()).map_or(&[], |r| r)
    }

    /// By whole host first, else by registrable domain.
    pub(super) fn domain(&self, domain: &Domain) -> &[ChannelRef] {
        self.domains
            .get(domain.as_str())
            .or_else(|| self.domains.get(domain.registrable()))
            .map_or(&[], |r| r)
    }

    /// By whole address first, else by a registered e-mail domain.
    pub(super) fn email(&self, email: &Email) -> &[ChannelRef] {
        self.emails
            .get(email.key().as_str())
            .or_else(|| self.emails.get(email.domain().as_str()))
            .map_or(&[], |r| r)
    }

    pub(super) fn handle(&self, handle: &Handle) -> &[ChannelRef] {
        self.handles
            .get(&(handle.platform(), handle.key().into()))
            .map_or(&[], |r| r)
    }

    pub(super) fn sender_id(&self, id: &SenderId) -> &[ChannelRef] {
        self.sender_ids.get(id.key().as_str()).map_or(&[], |r| r)
    }
}
