//! The index of registered businesses: built once, frozen, and layered for changes.
//!
//! An index is a row of immutable [`Segment`]s and, for each, the businesses that have since changed or gone.
//! A change builds a small segment on top; when those have grown the whole is built anew.

mod candidates;
mod channels;
mod hashing;
mod name_entry;
mod segment;

use std::sync::Arc;

use rustc_hash::FxHashSet;

pub use candidates::Candidate;
pub use channels::ChannelRef;
pub use name_entry::{NameEntry, folded_words};
pub use segment::Segment;

use crate::domain::{Business, BusinessId, Channel, Domain, E164, Email, Handle, SenderId};
use crate::engine::name::{Folded, View};

/// A top segment larger than this, and than a tenth of the base, is merged with it.
const MERGE_AT: usize = 512;

#[derive(Debug, Clone, Default)]
struct Layer {
    segment: Arc<Segment>,
    gone: Arc<FxHashSet<BusinessId>>,
}

/// A frozen index of businesses, cheap to share between threads and to replace as a whole.
#[derive(Debug, Clone, Default)]
pub struct Index {
    layers: Vec<Layer>,
}

/// A name that was found, with everything about it at hand.
#[derive(Debug, Clone, Copy)]
pub struct FoundName<'a> {
    /// Its business.
    pub business: &'a Arc<Business>,
    /// The folded name.
    pub entry: &'a NameEntry,
    /// Where and how it was met.
    pub candidate: Candidate,
}

/// A channel that was found.
#[derive(Debug, Clone, Copy)]
pub struct FoundChannel<'a> {
    /// Whose it is.
    pub business: &'a Arc<Business>,
    /// The channel itself.
    pub channel: &'a Channel,
}

impl Index {
    /// Builds an index of all the businesses given.
    pub fn build(businesses: Vec<Arc<Business>>) -> Self {
        Self {
            layers: vec![Layer {
                segment: Arc::new(Segment::build(businesses, None)),
                gone: Arc::default(),
            }],
        }
    }

    /// The index after a change: `upserts` replace businesses of the same id, `removed` disappear.
    #[must_use]
    pub fn apply(&self, upserts: Vec<Arc<Business>>, removed: &[BusinessId]) -> Self {
        let changed: FxHashSet<BusinessId> = upserts
            .iter()
            .map(|b| b.id)
            .chain(removed.iter().copied())
            .collect();
        let Some((base, tops)) = self.layers.split_first() else {
            return Self::build(upserts);
        };
        let mut top: Vec<Arc<Business>> = tops
            .iter()
            .flat_map(Layer::businesses)
            .filter(|b| !changed.contains(&b.id))
            .cloned()
            .collect();
        top.extend(upserts);
        let gone: FxHashSet<BusinessId> = base.gone.union(&changed).copied().collect();
        let base = Layer {
            segment: Arc::clone(&base.segment),
            gone: Arc::new(gone),
        };
        if top.len() > MERGE_AT.max(base.segment.businesses.len() / 10) {
            top.extend(base.businesses().cloned());
            return Self::build(top);
        }
        let top = Layer {
            segment: Arc::new(Segment::build(top, Some(Arc::clone(&base.segment.words)))),
            gone: Arc::default(),
        };
        Self {
            layers: vec![base, top],
        }
    }

    /// How many businesses it holds.
    pub fn len(&self) -> usize {
        self.layers.iter().map(|l| l.businesses().count()).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.businesses().next().is_none()
    }

    /// Every business, in no stated order.
    pub fn businesses(&self) -> impl Iterator<Item = &Arc<Business>> {
        self.layers.iter().flat_map(Layer::businesses)
    }

    /// Registered names that could stand inside the folded name, exact ones first.
    pub fn names_in<'a>(&'a self, folded: &Folded, views: &[View]) -> Vec<FoundName<'a>> {
        let mut found = Vec::new();
        for layer in &self.layers {
            let segment = &*layer.segment;
            found.extend(
                candidates::candidates(segment, folded, views)
                    .into_iter()
                    .filter_map(|candidate| {
                        let entry = &segment.names[candidate.name as usize];
                        let business = &segment.businesses[entry.business as usize];
                        layer.holds(business.id).then_some(FoundName {
                            business,
                            entry,
                            candidate,
                        })
                    }),
            );
        }
        found
    }

    /// The folded names of a business.
    pub fn names_of(&self, id: BusinessId) -> Vec<&NameEntry> {
        self.layers
            .iter()
            .filter(|layer| layer.holds(id))
            .flat_map(|layer| layer.segment.names_of(id))
            .collect()
    }

    /// Whose number this is.
    pub fn by_number(&self, number: E164) -> Vec<FoundChannel<'_>> {
        self.by(|s| s.channels.number(number))
    }

    /// Whose website this is.
    pub fn by_domain(&self, domain: &Domain) -> Vec<FoundChannel<'_>> {
        self.by(|s| s.channels.domain(domain))
    }

    /// Whose e-mail address this is.
    pub fn by_email(&self, email: &Email) -> Vec<FoundChannel<'_>> {
        self.by(|s| s.channels.email(email))
    }

    /// Whose handle this is.
    pub fn by_handle(&self, handle: &Handle) -> Vec<FoundChannel<'_>> {
        self.by(|s| s.channels.handle(handle))
    }

    /// Whose sender ID this is, in any country.
    pub fn by_sender_id(&self, id: &SenderId) -> Vec<FoundChannel<'_>> {
        self.by(|s| s.channels.sender_id(id))
    }

    fn by<'a>(&'a self, find: impl Fn(&'a Segment) -> &'a [ChannelRef]) -> Vec<FoundChannel<'a>> {
        let mut found = Vec::new();
        for layer in &self.layers {
            for at in find(&layer.segment) {
                let business = &layer.segment.businesses[at.business as usize];
                if layer.holds(business.id) {
                    let channel = &business.profile.channels[at.channel as usize];
                    found.push(FoundChannel { business, channel });
                }
            }
        }
        found
    }
}

impl Layer {
    fn holds(&self, id: BusinessId) -> bool {
        !self.gone.contains(&id)
    }

    fn businesses(&self) -> impl Iterator<Item = &Arc<Business>> {
        self.segment.businesses.iter().filter(|b| self.holds(b.id))
    }
}
