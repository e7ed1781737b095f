//! The index of registered businesses: frozen segments, layered for changes.
//!
//! An index is a row of immutable [`Segment`]s, the largest first, and for each the businesses that have since changed or
//! gone. A change builds a small segment on top, which takes about a millisecond; when layers have become
//! many, [`Merge::build`] makes one of them, beside the readers, and [`Index::with_merged`] takes it over.
//! An index never changes: every step gives a new one that shares the segments.

mod build;
mod by_grams;
mod by_pieces;
mod candidates;
mod channels;
mod file;
mod grams;
mod hashing;
mod layers;
mod name_entry;
mod registered;
mod segment;
mod table;
mod words;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

pub use build::Builder;
pub use candidates::Candidate;
pub use file::{Damaged, FINGERPRINT_BYTES, fingerprint};
pub use layers::Merge;
pub use name_entry::{NameEntry, folded_words};
pub use registered::Registered;
pub use segment::Segment;

use crate::domain::{
    Business, BusinessId, Channel, ChannelKind, Domain, E164, Email, Handle, Representative,
    SenderId,
};
use crate::engine::name::{Folded, View};
use layers::Layer;
use words::Counts;

/// A frozen index of businesses, cheap to share between threads and to replace as a whole.
#[derive(Debug, Clone, Default)]
pub struct Index {
    layers: Vec<Layer>,
    counts: Counts,
}

/// Where a business stands in the index that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    layer: u16,
    business: u32,
}

/// A name that was found, with what is needed to compare it.
#[derive(Debug, Clone)]
pub struct FoundName {
    /// Whose it is.
    pub business: BusinessId,
    /// Where more is known of the business.
    pub place: Place,
    /// The folded name.
    pub entry: NameEntry,
    /// Where and how it was met.
    pub candidate: Candidate,
}

/// A channel that was found.
#[derive(Debug, Clone)]
pub struct FoundChannel {
    /// Whose it is, or whom its holder may speak for.
    pub business: Arc<Registered>,
    /// Which of the business's representatives holds it; none where the business does itself.
    pub representative: Option<usize>,
    /// Its place among its holder's channels.
    pub at: usize,
}

impl FoundChannel {
    /// The channel itself.
    pub fn channel(&self) -> &Channel {
        match self.holder() {
            Some(holder) => &holder.channels[self.at],
            None => &self.business.channels[self.at],
        }
    }

    /// Who holds it in place of the business.
    pub fn holder(&self) -> Option<&Representative> {
        self.representative
            .map(|which| &self.business.representatives[which])
    }

    /// Where a business or its representatives have a channel of this key, which is one of certain kinds of channels: to make the
    /// keys of all others would cost more than all else that a look-up does.
    fn of(business: &Arc<Registered>, key: u64, kinds: &[ChannelKind]) -> Vec<Self> {
        let own = (None, &business.channels);
        let represented = business.representatives.iter().enumerate();
        let represented = represented.map(|(which, r)| (Some(which), &r.channels));
        let mut found = Vec::new();
        for (representative, channels) in std::iter::once(own).chain(represented) {
            let fits = |c: &Channel| {
                kinds.contains(&c.value.kind()) && channels::keys_of(c).contains(&key)
            };
            let places = channels.iter().enumerate().filter(|(_, c)| fits(c));
            found.extend(places.map(|(at, _)| Self {
                business: Arc::clone(business),
                representative,
                at,
            }));
        }
        found
    }
}

impl Index {
    /// Builds an index of all the businesses given.
    pub fn build<'b>(businesses: impl IntoIterator<Item = &'b Business>) -> Self {
        let mut builder = Builder::default();
        for business in businesses {
            builder.push(business);
        }
        Self::of(builder.finish())
    }

    /// An index of one segment.
    pub fn of(segment: impl Into<Arc<Segment>>) -> Self {
        let segment = segment.into();
        let counts = Counts {
            businesses: segment.len() as u32,
            ..Counts::default()
        };
        Self {
            layers: vec![Layer::new(segment)],
            counts,
        }
    }

    /// How many businesses it holds.
    pub fn len(&self) -> usize {
        self.layers.iter().map(Layer::len).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many names it holds, those included that are about to go.
    pub fn names(&self) -> usize {
        self.layers.iter().map(|l| l.segment.names()).sum()
    }

    /// The one segment of an index that was built at once or wholly merged.
    pub fn only_segment(&self) -> Option<&Arc<Segment>> {
        match &*self.layers {
            [layer] if layer.gone.is_empty() => Some(&layer.segment),
            _ => None,
        }
    }

    /// Every business, in no stated order.
    pub fn businesses(&self) -> impl Iterator<Item = Registered> {
        (self.layers.iter()).flat_map(|layer| {
            let segment = &layer.segment;
            layer.live().filter_map(|at| segment.registered(at))
        })
    }

    /// What is known of a business that was found; none for a record that cannot be read.
    pub fn registered(&self, place: Place) -> Option<Registered> {
        let layer = self.layers.get(usize::from(place.layer))?;
        layer.segment.registered(place.business)
    }

    /// Registered names that could stand inside the folded name, exact ones first.
    ///
    /// One that is a registered name letter by letter is no misspelling of another: then the looser nets, which are most of the work,
    /// are not cast.
    pub fn names_in(&self, folded: &Folded, views: &[View]) -> Vec<FoundName> {
        let mut found = Vec::new();
        let searched = candidates::searched(folded, views);
        let exact: SmallVec<[Vec<Candidate>; 2]> = (self.layers.iter())
            .map(|layer| candidates::exact(&layer.segment, &searched))
            .collect();
        let is_registered = self.layers.iter().zip(&exact).any(|(layer, exact)| {
            let segment = &layer.segment;
            (exact.iter().copied())
                .filter(|c| candidates::is_whole(segment, folded, *c))
                .any(|c| layer.holds(segment.owners[c.name as usize]))
        });
        for ((at, layer), mut candidates) in (0u16..).zip(&self.layers).zip(exact) {
            let segment = &layer.segment;
            if !is_registered {
                candidates::beyond(segment, folded, &searched, &mut candidates);
            }
            segment.warm(candidates.iter().map(|c| c.name));
            let first = found.len();
            found.extend(candidates.into_iter().filter_map(|candidate| {
                let business = segment.owners[candidate.name as usize];
                layer.holds(business).then(|| FoundName {
                    business: segment.id(business),
                    place: Place {
                        layer: at,
                        business,
                    },
                    entry: segment.entry(candidate.name),
                    candidate,
                })
            }));
            self.tell(&layer.segment, &mut found[first..]);
        }
        found
    }

    /// Says of names of one segment what their words tell. Names that resemble one another share most words: each is looked up once.
    fn tell(&self, segment: &Segment, names: &mut [FoundName]) {
        let (own, base) = (&segment.words, &self.layers[0].segment.words);
        let mut told: FxHashMap<u64, (f32, f32)> = FxHashMap::default();
        let mut words: SmallVec<[(u64, usize); 256]> = SmallVec::new();
        for found in names.iter() {
            for word in found.entry.words() {
                words.push((hashing::of(word.iter().copied()), word.len()));
            }
        }
        own.warm(words.iter().map(|word| word.0));
        for &(hash, letters) in &words {
            (told.entry(hash)).or_insert_with(|| self.counts.bits(hash, letters, own, base));
        }
        let mut words = words.iter();
        for NameEntry {
            starts,
            bits,
            rarest,
            plainest,
            ..
        } in names.iter_mut().map(|found| &mut found.entry)
        {
            *plainest = f32::INFINITY;
            for (hash, _) in words.by_ref().take(starts.len()) {
                let (telling, rarity) = told[hash];
                bits.push(telling);
                *rarest = rarest.max(rarity);
                *plainest = plainest.min(rarity);
            }
        }
    }

    /// What is known of a business by its id.
    pub fn business(&self, id: BusinessId) -> Option<Registered> {
        self.layers.iter().find_map(|layer| {
            let business = layer.segment.business(id).filter(|&b| layer.holds(b))?;
            layer.segment.registered(business)
        })
    }

    /// Whose number this is.
    pub fn by_number(&self, number: E164) -> Vec<FoundChannel> {
        let kinds = [ChannelKind::Phone, ChannelKind::Whatsapp];
        self.by(channels::number(number), &kinds)
    }

    /// Whose website this is: by whole host, then by the registrable domain where that is another.
    pub fn by_domain(&self, domain: &Domain) -> impl Iterator<Item = Vec<FoundChannel>> {
        let (host, registrable) = (channels::host(domain), channels::registrable(domain));
        let wider = (registrable != host).then_some(registrable);
        (std::iter::once(host).chain(wider)).map(|key| self.by(key, &[ChannelKind::Website]))
    }

    /// Whose e-mail address this is: by whole address, then by a registered e-mail domain.
    pub fn by_email(&self, email: &Email) -> impl Iterator<Item = Vec<FoundChannel>> {
        let keys = [
            channels::email(email),
            channels::email_domain(email.domain()),
        ];
        (keys.into_iter()).map(|key| self.by(key, &[ChannelKind::Email]))
    }

    /// Whose handle this is.
    pub fn by_handle(&self, handle: &Handle) -> Vec<FoundChannel> {
        self.by(channels::handle(handle), &[ChannelKind::Handle])
    }

    /// Whose sender ID this is, in any country.
    pub fn by_sender_id(&self, id: &SenderId) -> Vec<FoundChannel> {
        self.by(channels::sender_id(id), &[ChannelKind::SenderId])
    }

    fn by(&self, key: u64, kinds: &[ChannelKind]) -> Vec<FoundChannel> {
        let mut found = Vec::new();
        for layer in &self.layers {
            let businesses = layer.segment.channels.get(key).filter(|b| layer.holds(*b));
            for registered in businesses.filter_map(|b| layer.segment.registered(b)) {
                found.extend(FoundChannel::of(&Arc::new(registered), key, kinds));
            }
        }
        found
    }
}
