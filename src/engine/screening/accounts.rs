//! What an account's channels say: whose they are, as far as the registry knows.

use std::iter::once;
use std::sync::Arc;

use jiff::Timestamp;

use super::Options;
use super::evidence::ChannelFact;
use super::schedule::ScheduledChannel;
use super::stretch::stretch;
use crate::domain::hosts::is_page_of_a_guest;
use crate::domain::{
    Account, AnswerLanguage, BusinessId, Channel, ChannelKind, ChannelValue, Coverage, DisplayName,
    Medium, PhoneReading, Provenance, Representative, say,
};
use crate::engine::index::{FoundChannel, Index, Registered};
use crate::engine::name::Folded;
use crate::engine::phone;

/// A channel of the account that a business has registered.
#[derive(Debug, Clone)]
pub struct OwnedChannel {
    /// Whose it is.
    pub business: Arc<Registered>,
    /// The name of the business at the head of the owner's group, where that is another and known.
    pub head: Option<String>,
    /// The registered channel.
    pub channel: Channel,
    /// As the account shows it.
    pub shown: String,
}

/// A channel of the account that somebody has who may speak for a business.
#[derive(Debug, Clone)]
pub struct RepresentedChannel {
    /// For whom.
    pub business: Arc<Registered>,
    /// Whose it is.
    pub holder: Representative,
    /// Listed or proved.
    pub provenance: Provenance,
    /// As the account shows it.
    pub shown: String,
    /// The account goes by the holder's name, or by none.
    pub named: bool,
}

/// The account's channels, looked up once.
#[derive(Debug)]
pub struct Channels {
    /// Those that are registered.
    pub owned: Vec<OwnedChannel>,
    /// Those of representatives whose businesses' channels count.
    pub represented: Vec<RepresentedChannel>,
    /// Those that are registered for another time, which count as not registered.
    pub scheduled: Vec<ScheduledChannel>,
    /// The strongest channel that no business has registered as its own, by kind.
    pub unlisted: Option<(ChannelKind, String)>,
    /// A channel is neither a business's nor a representative's.
    pub foreign: bool,
    /// What was found in the phone field.
    pub phone: Option<PhoneReading>,
    medium: Option<Medium>,
    at: Option<Timestamp>,
}

/// What is looked up, and for whom.
struct LookUp<'a> {
    index: &'a Index,
    name: Option<&'a str>,
    language: AnswerLanguage,
}

impl Channels {
    /// Looks up everything that the account shows; what it shows is told in a language.
    pub fn of(index: &Index, account: &Account, options: &Options) -> Self {
        let phone = account.phone.as_deref().map(|raw| read_phone(raw, account));
        let mut channels = Self {
            owned: Vec::new(),
            represented: Vec::new(),
            scheduled: Vec::new(),
            unlisted: None,
            foreign: false,
            phone,
            medium: account.medium,
            at: options.at,
        };
        let look_up = LookUp {
            index,
            name: account.display_name.as_ref().map(DisplayName::as_str),
            language: options.language,
        };
        channels.take_links(&look_up, account);
        if let Some(id) = &account.sender_id {
            let found = once(index.by_sender_id(id));
            channels.take(&look_up, ChannelKind::SenderId, id.as_str(), found);
        }
        if let Some(number) = channels.phone.as_ref().and_then(|p| p.number) {
            let on_whatsapp = account.medium == Some(Medium::Whatsapp);
            let numbers = phone::variants(number.e164, on_whatsapp);
            let found = (numbers.into_iter().chain([number.e164])).map(|n| index.by_number(n));
            let shown = number.e164.to_string();
            channels.take(&look_up, ChannelKind::Phone, &shown, found);
        }
        channels
    }

    fn take_links(&mut self, look_up: &LookUp<'_>, account: &Account) {
        let index = look_up.index;
        if let Some(site) = account.website.as_ref().filter(|s| !is_page_of_a_guest(s)) {
            let (found, shown) = (index.by_domain(site.domain()), site.domain().as_str());
            self.take(look_up, ChannelKind::Website, shown, found);
        }
        if let Some(email) = &account.email {
            let (found, shown) = (index.by_email(email), email.to_string());
            self.take(look_up, ChannelKind::Email, &shown, found);
        }
        if let Some(handle) = &account.handle {
            let (value, platform) = (handle.value(), handle.platform());
            let shown = say!(look_up.language;
                en: "@{value} on {platform}"; zh: "{platform} 上的 @{value}");
            let found = once(index.by_handle(handle));
            self.take(look_up, ChannelKind::Handle, &String::from(shown), found);
        }
    }

    /// Takes what was found of a channel: of several lists, the first in which somebody owns it.
    fn take(
        &mut self,
        look_up: &LookUp<'_>,
        kind: ChannelKind,
        shown: &str,
        lists: impl Iterator<Item = Vec<FoundChannel>>,
    ) {
        let represented = self.represented.len();
        for found in lists {
            let mut owned = false;
            for found in proved_before_listed(found, self.at) {
                if !found.channel().counts_at(self.at) {
                    self.schedule(&found, shown);
                } else if let Some(holder) = found.holder() {
                    self.represent(look_up, &found, holder, shown);
                } else {
                    owned = true;
                    let head = found
                        .business
                        .parent
                        .and_then(|id| look_up.index.business(id));
                    self.owned.push(OwnedChannel {
                        head: head.map(|h| h.name.to_string()),
                        channel: found.channel().clone(),
                        business: found.business,
                        shown: shown.to_owned(),
                    });
                }
            }
            if owned {
                return;
            }
        }
        self.foreign |= self.represented.len() == represented;
        self.unlisted = Some((kind, shown.to_owned()));
    }

    fn represent(
        &mut self,
        look_up: &LookUp<'_>,
        found: &FoundChannel,
        holder: &Representative,
        shown: &str,
    ) {
        let known = (self.represented.iter())
            .any(|r| r.shown == shown && r.business.id == found.business.id && r.holder == *holder);
        let counts = found.business.channels_count() && !self.forges(found.channel());
        if counts && !known {
            self.represented.push(RepresentedChannel {
                business: Arc::clone(&found.business),
                holder: holder.clone(),
                provenance: found.channel().provenance,
                shown: shown.to_owned(),
                named: (look_up.name)
                    .is_none_or(|n| stretch(&Folded::of(n).units, holder.name.as_str()).is_some()),
            });
        }
    }

    fn schedule(&mut self, found: &FoundChannel, shown: &str) {
        let business = found.business.name.to_string();
        let Some(at) = self.at else { return };
        let timing = found.channel().validity.timing(at);
        let known = (self.scheduled.iter())
            .any(|s| s.business == business && s.shown == shown && s.timing == timing);
        if !known {
            self.scheduled.push(ScheduledChannel {
                business,
                timing,
                shown: shown.to_owned(),
            });
        }
    }

    /// The account's channels that are this business's.
    pub fn own(&self, id: BusinessId) -> impl Iterator<Item = &OwnedChannel> {
        self.owned.iter().filter(move |o| o.business.id == id)
    }

    /// Whoever else, outside this business's group, registers a channel that the account shows and this business does too.
    pub fn contenders<'c>(
        &'c self,
        business: &'c Registered,
    ) -> impl Iterator<Item = &'c OwnedChannel> {
        let shown = |o: &OwnedChannel| self.own(business.id).any(|own| own.shown == o.shown);
        (self.owned.iter())
            .filter(|o| o.business.id != business.id && !o.business.same_group(business))
            .filter(move |o| shown(o))
    }

    /// The account's channels that are another's of this business's group, and count.
    fn of_group<'c>(&'c self, business: &'c Registered) -> impl Iterator<Item = &'c OwnedChannel> {
        let others = self.owned.iter().filter(|o| o.business.id != business.id);
        others.filter(|o| o.business.channels_count() && o.business.same_group(business))
    }

    /// The account's channels that are a representative's of this business.
    fn for_business(&self, id: BusinessId) -> impl Iterator<Item = &RepresentedChannel> {
        self.represented.iter().filter(move |r| r.business.id == id)
    }

    /// The businesses that are told of whether or not the account bears their names.
    pub fn to_be_told(&self) -> impl Iterator<Item = &Arc<Registered>> {
        let owners = self.owned.iter().map(|o| &o.business);
        let represented = self.represented.iter().filter(|r| r.named);
        owners.chain(represented.map(|r| &r.business))
    }

    /// Whether a channel is inbound-only and the account was met calling or texting from it.
    pub fn is_forged(&self, owned: &OwnedChannel) -> bool {
        self.forges(&owned.channel)
    }

    fn forges(&self, channel: &Channel) -> bool {
        channel.never_originates
            && matches!(
                channel.value,
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
        if let Some(represented) = self.for_business(business.id).next() {
            return ChannelFact::Representative {
                shown: represented.shown.clone(),
                holder: represented.holder.name.to_string(),
                kind: represented.holder.kind,
            };
        }
        if let Some(owned) = self.of_group(business).next() {
            return ChannelFact::Group {
                shown: owned.shown.clone(),
                member: owned.business.name.to_string(),
                head: head(owned, business),
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
            known: self.known(business, kind),
            kind,
            complete: coverage == Coverage::Complete,
        }
    }

    /// A registered number of the business that the account's number nearly is.
    fn near(&self, business: &Registered) -> Option<String> {
        let number = self.phone.as_ref()?.number?.e164;
        self.current(business).find_map(|c| match c.value {
            // A whole block is often one carrier's range for everybody: only a slip of one digit counts.
            ChannelValue::Phone(own) | ChannelValue::Whatsapp(own) => phone::neighbour(number, own)
                .filter(|n| n.relation != phone::Relation::SameBlock)
                .map(|_| own.to_string()),
            _ => None,
        })
    }

    /// What a `verified` would rest on: proved if any of the channels here is that are the business's, of a representative of
    /// it, or of its group, whichever [`Channels::fact`] tells.
    pub fn basis(&self, business: &Registered) -> Provenance {
        let own = self.own(business.id).map(|o| self.provenance(&o.channel));
        let represented = self.for_business(business.id).map(|r| r.provenance);
        let of_group = self.of_group(business).map(|o| self.provenance(&o.channel));
        let best = own.max().or_else(|| represented.max());
        best.or_else(|| of_group.max())
            .unwrap_or(Provenance::Listed)
    }

    /// Listed or proved, as of the check.
    pub fn provenance(&self, channel: &Channel) -> Provenance {
        channel.provenance_at(self.at)
    }

    /// The business's channels that count now.
    pub fn current<'c>(&'c self, business: &'c Registered) -> impl Iterator<Item = &'c Channel> {
        (business.channels.iter()).filter(|c| c.counts_at(self.at))
    }

    /// How many channels of a kind the registry knows of a business.
    fn known(&self, business: &Registered, kind: ChannelKind) -> usize {
        let phones = |k: ChannelKind| matches!(k, ChannelKind::Phone | ChannelKind::Whatsapp);
        let alike = |k: ChannelKind| k == kind || (phones(kind) && phones(k));
        let channels = self.current(business);
        channels.filter(|c| alike(c.value.kind())).count()
    }
}

/// Without those who merely list what another, outside their group, has proved to be its own: hearsay yields to evidence.
fn proved_before_listed(mut found: Vec<FoundChannel>, at: Option<Timestamp>) -> Vec<FoundChannel> {
    if found.len() < 2 {
        return found;
    }
    let is_own = |f: &FoundChannel| f.holder().is_none() && f.channel().counts_at(at);
    let proved: Vec<Arc<Registered>> = (found.iter())
        .filter(|f| is_own(f) && f.business.channels_count())
        .filter(|f| f.channel().provenance_at(at) == Provenance::Proved)
        .map(|f| Arc::clone(&f.business))
        .collect();
    if !proved.is_empty() {
        let is_of =
            |f: &FoundChannel, p: &Registered| p.id == f.business.id || p.same_group(&f.business);
        found.retain(|f| !is_own(f) || proved.iter().any(|p| is_of(f, p)));
    }
    found
}

/// The name of the business at the head of the group of an owner and another member, where it is known.
fn head(owned: &OwnedChannel, member: &Registered) -> Option<String> {
    let owner = &owned.business;
    if owner.parent == Some(member.id) {
        Some(member.name.to_string())
    } else if member.parent == Some(owner.id) {
        Some(owner.name.to_string())
    } else {
        owned.head.clone()
    }
}

/// WhatsApp writes ids that are no dialable number as they stand; what is one is read as one first.
pub(super) fn read_phone(raw: &str, account: &Account) -> PhoneReading {
    let reading = phone::read(raw, account.default_region);
    if reading.number.is_none() && account.medium == Some(Medium::Whatsapp) {
        return phone::read_on_whatsapp(raw, account.default_region);
    }
    reading
}
