//! What an account shows besides its display name: handle, link, e-mail address, sender ID, about text, catalogue.
//!
//! Each can claim a business's name by itself, and each that copies the same business makes an accident less likely: two
//! independently copied elements are what platforms ask for before they speak of impersonation (FACTS §5).

use super::accounts::Channels;
use super::evidence::{Evidence, NameEvidence};
use super::query::Query;
use super::stated;
use super::{Model, Options, evidence_of};
use crate::domain::hosts;
use crate::domain::{Account, Badge, BusinessId, ChannelKind, DisplayName, Text};
use crate::engine::index::{Index, Registered};
use crate::engine::name::Folded;
use crate::engine::name::lexicon::Meaning;

/// The texts by which an account claims to be somebody, the one that people read first leading. What is a registered channel
/// claims nothing: it is looked up.
pub(super) fn claims(account: &Account, channels: &Channels) -> Vec<String> {
    let registered = |kind: ChannelKind| {
        let mut owned = channels.owned.iter();
        owned.any(|o| o.channel.value.kind() == kind)
    };
    let name = account.display_name.as_ref().map(|n| n.as_str().to_owned());
    let handle = (account.handle.as_ref())
        .filter(|_| !registered(ChannelKind::Handle))
        .map(|h| h.value().to_owned());
    let sender = (account.sender_id.as_ref())
        .filter(|_| !registered(ChannelKind::SenderId))
        .map(|id| id.as_str().to_owned());
    let site = (account.website.as_ref())
        .filter(|site| !registered(ChannelKind::Website) && !hosts::is_page_of_a_guest(site))
        .map(|site| readable(site.domain().as_str()));
    let email = (account.email.as_ref())
        .filter(|_| !registered(ChannelKind::Email))
        .map(|email| {
            // Everybody has an address at a mail provider: only what stands before the sign is the account's own.
            if hosts::is_mail_provider(email.domain().registrable()) {
                email.local().to_owned()
            } else {
                format!("{} {}", email.local(), readable(email.domain().as_str()))
            }
        });
    [name, handle, sender, site, email]
        .into_iter()
        .flatten()
        .collect()
}

/// A host name as people see it: punycode labels in their own letters.
fn readable(host: &str) -> String {
    idna::domain_to_unicode(host).0
}

/// Letters of an about text that are read.
const ABOUT_READ: usize = 160;
/// Fewest letters of a description that two businesses do not share by chance.
const DESCRIPTION_LETTERS: usize = 30;

/// The beginning of the about text, prepared.
pub(super) fn about(account: &Account) -> Option<Query> {
    let text = account.about.as_ref()?;
    let read: String = text.as_str().chars().take(ABOUT_READ).collect();
    Query::new(&read)
}

/// What an account shows besides the element that people read first.
pub(super) struct Elements<'q> {
    pub(super) account: &'q Account,
    /// Its other claims.
    pub(super) others: &'q [Query],
    /// Its about text.
    pub(super) about: Option<&'q Query>,
}

impl<'q> Elements<'q> {
    /// Adds what they say to the evidence of the first one.
    pub(super) fn join(
        &self,
        model: &Model,
        index: &Index,
        channels: &Channels,
        options: &Options,
        evidence: &mut Vec<Evidence<'q>>,
    ) {
        for query in self.others {
            for more in evidence_of(index, Some(query), channels, options) {
                if more.name.is_some() && weight(model, &more) >= model.suspicious {
                    take(model, evidence, more);
                }
            }
        }
        let mut spoken = (self.about)
            .map(|about| evidence_of(index, Some(about), channels, options))
            .unwrap_or_default();
        spoken.retain(Evidence::is_named);
        let claimed = claimed_in_words(&spoken);
        let account = self.account;
        for e in evidence.iter_mut().filter(|e| e.name.is_some()) {
            e.claims_badge = matches!(
                account.claimed_badge,
                Some(Badge::Verified | Badge::Official)
            );
            e.copied += u8::from(claimed.contains(&e.business.id))
                + u8::from(copies_description(account, &e.business))
                + u8::from(copies_catalogue(account, &e.business));
        }
        self.join_persons(model, spoken, evidence);
    }

    /// Notes the protected people whom the account names beside a business. That the business is named in the about text only,
    /// behind a person's display name, is evidence of its own.
    fn join_persons(
        &self,
        model: &Model,
        spoken: Vec<Evidence<'q>>,
        evidence: &mut Vec<Evidence<'q>>,
    ) {
        let protects = |e: &Evidence<'_>| !e.business.persons.is_empty();
        if !evidence.iter().chain(&spoken).any(protects) {
            return;
        }
        let name = self.account.display_name.as_ref().map(DisplayName::as_str);
        let about = self.account.about.as_ref().map(Text::as_str);
        let texts: Vec<Folded> = name.into_iter().chain(about).map(Folded::of).collect();
        for e in evidence.iter_mut() {
            e.person = stated::person(&texts, e);
        }
        for mut more in spoken {
            more.person = stated::person(&texts, &more);
            if more.person.is_none() {
                continue;
            }
            match evidence
                .iter_mut()
                .find(|e| e.business.id == more.business.id)
            {
                Some(e) => {
                    e.person.clone_from(&more.person);
                    if weight(model, &more) > weight(model, e) {
                        (more.copied, more.claims_badge) = (e.copied, e.claims_badge);
                        *e = more;
                    }
                }
                None => evidence.push(more),
            }
        }
    }
}

/// Log-odds by which another element must exceed the first one to be told in its place.
const CLEARLY_MORE: f64 = 1.0;

/// Two elements that point at one business: the first is told unless the other is clearly stronger, and that one is counted.
fn take<'q>(model: &Model, evidence: &mut Vec<Evidence<'q>>, mut more: Evidence<'q>) {
    let same =
        (evidence.iter_mut()).find(|e| e.business.id == more.business.id && e.name.is_some());
    match same {
        Some(e) => {
            let copied = e.copied + 1;
            if weight(model, &more) > weight(model, e) + CLEARLY_MORE {
                std::mem::swap(e, &mut more);
            }
            e.copied = copied;
        }
        None => evidence.push(more),
    }
}

fn weight(model: &Model, evidence: &Evidence<'_>) -> f64 {
    model.judged(super::model::bins(evidence)).log_odds + stated::weight(evidence)
}

/// Businesses that the about text claims to speak for: "official account of Amazon".
fn claimed_in_words(spoken: &[Evidence<'_>]) -> Vec<BusinessId> {
    let speaks = |name: &NameEvidence| name.remainder.means(Meaning::CLAIM | Meaning::CARE);
    (spoken.iter())
        .filter(|e| e.name.as_ref().is_some_and(speaks))
        .map(|e| e.business.id)
        .collect()
}

fn copies_description(account: &Account, business: &Registered) -> bool {
    let (Some(about), Some(own)) = (&account.about, &business.description) else {
        return false;
    };
    let (about, own) = (
        Folded::of(about.as_str()).glued(),
        Folded::of(own.as_str()).glued(),
    );
    own.chars().count() >= DESCRIPTION_LETTERS && about.contains(&own)
}

/// Whether an offer has the title and the price of one of the business's own.
fn copies_catalogue(account: &Account, business: &Registered) -> bool {
    account.catalogue.iter().any(|item| {
        let title = Folded::of(item.title.as_str()).glued();
        business
            .catalogue
            .iter()
            .any(|own| own.price == item.price && Folded::of(own.title.as_str()).glued() == title)
    })
}
